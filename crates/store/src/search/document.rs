//! What is searched of a matter: its numbers, the names of its place, and of its texts those that everybody may
//! read who sees it in full. That is every text that an act of its stream names, but for what was drafted and is
//! not released. Personal data are in the vault and no text; what is erased or sealed off is none either.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::FromRow;
use zongheng_core::county::County;
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Act, ContentRef};
use zongheng_core::matter::{Did, NewAct};
use zongheng_core::search::{BETWEEN, normal};

use super::terms::{about, at_place, seen_by};
use crate::db::{Tx, rows};
use crate::error::Result;
use crate::ledger::{ACT, ActRow};
use crate::record::keys_of;

/// The most characters of one matter: of a history without end the first ones are searched.
const LONGEST: usize = 50_000;

/// A matter as the index knows it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Document {
    pub(crate) matter: String,
    /// Keys with spaces between, in their order.
    pub(crate) keys: String,
    /// In normal form.
    pub(crate) text: String,
}

#[derive(FromRow)]
struct MatterRow {
    id: String,
    no: String,
    category: String,
    division: String,
    township: String,
}

#[derive(FromRow)]
struct Named {
    stream: String,
    kind: String,
    contents: String,
}

/// An entry that an act names.
#[derive(Deserialize)]
struct Entry {
    id: String,
}

/// The documents of a JSON list of matters as the transaction sees them; what is no matter has none.
pub(crate) async fn documents(
    tx: &mut Tx,
    county: &County,
    ids: &BTreeSet<String>,
) -> Result<Vec<Document>> {
    let (code, list) = (county.code.as_str(), json!(ids).to_string());
    let sql =
        "select id, no, category, division, township from matter where county = $1 and id {in 2}";
    let matters = rows!(tx.on(), MatterRow, sql, code, &list)?;
    let mut texts = texts(tx, code, ids).await?;
    let mut theirs = numbers_elsewhere(tx, code, &list).await?;
    let mut audience = keys_of(tx, code, &list).await?;
    let document = |matter: MatterRow| {
        let MatterRow { id, no, category, division, township } = matter;
        let mut fields = vec![numbers(&no)];
        fields.extend(theirs.remove(&id).iter().map(|number| normal(number)));
        let places: BTreeSet<&str> = [township.as_str(), &division].into_iter().collect();
        let named = |code: &&str| county.organisation.divisions.get(&DivisionCode::from(*code));
        fields.extend(places.iter().filter_map(named).map(|d| normal(&d.name)));
        fields.extend(texts.remove(&id).unwrap_or_default().iter().map(|text| normal(text)));
        let places = places.into_iter().filter(|code| !code.is_empty()).map(at_place);
        let keys: BTreeSet<String> = audience
            .remove(&id)
            .unwrap_or_default()
            .iter()
            .map(|key| seen_by(key))
            .chain(places)
            .chain((!category.is_empty()).then(|| about(&category)))
            .collect();
        let keys = keys.into_iter().collect::<Vec<_>>().join(" ");
        let text: String = fields.join(&BETWEEN.to_string()).chars().take(LONGEST).collect();
        Document { matter: id, keys, text }
    };
    Ok(matters.into_iter().map(document).collect())
}

/// `411524-2026-000123`, `26-000123` and `123`.
fn numbers(no: &str) -> String {
    let mut parts = no.rsplit('-');
    let (serial, year) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let short = format!("{}-{serial}", year.get(2..).unwrap_or(year));
    let forms = [no, &short, serial.trim_start_matches('0')];
    forms.map(normal).join(&BETWEEN.to_string())
}

/// The numbers that matters have in another system, or with the authority outside whose orders they are.
async fn numbers_elsewhere(
    tx: &mut Tx,
    county: &str,
    list: &str,
) -> Result<BTreeMap<String, String>> {
    let first = rows!(
        tx.on(),
        (String, String),
        "select stream, body from act where county = $1 and stream {in 2} and seq = 1 \
         and (kind = 'imported' or body like '%\"outside\":_\"%')",
        county,
        list,
    )?;
    let number = |body: &str| {
        let body: Value = serde_json::from_str(body).ok()?;
        let number = |of: &str| body.get(of)?.get("number")?.as_str().map(str::to_owned);
        number("theirs").or_else(|| number("outside"))
    };
    Ok(first.into_iter().filter_map(|(id, body)| Some((id, number(&body)?))).collect())
}

/// The texts of matters, each in the order of its acts.
pub(crate) async fn texts(
    tx: &mut Tx,
    county: &str,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, Vec<String>>> {
    let named = rows!(
        tx.on(),
        Named,
        "select stream, kind, contents from act where county = $1 and stream {in 2} \
         and contents <> '[]' order by stream, seq",
        county,
        json!(ids).to_string(),
    )?;
    let drafting = named.iter().filter(|act| act.kind == "submitted");
    let drafting: BTreeSet<&str> = drafting.map(|act| act.stream.as_str()).collect();
    let waiting = not_released(tx, county, &drafting).await?;
    let mut entries: Vec<(&str, String)> = Vec::new();
    for act in &named {
        let of_act: Vec<Entry> = serde_json::from_str(&act.contents).unwrap_or_default();
        let shown = of_act.into_iter().filter(|entry| !waiting.contains(&entry.id));
        entries.extend(shown.map(|entry| (act.stream.as_str(), entry.id)));
    }
    let ids: Vec<&str> = entries.iter().map(|(_, id)| id.as_str()).collect();
    let found = rows!(
        tx.on(),
        (String, String),
        "select id, text from content where county = $1 and id {in 2} and class = 'text' \
         and sealed is null and erased is null",
        county,
        json!(ids).to_string(),
    )?;
    let mut found: BTreeMap<String, String> = found.into_iter().collect();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (stream, id) in entries {
        // An entry that two acts name is read once.
        if let Some(text) = found.remove(&id) {
            texts.entry(stream.to_owned()).or_default().push(text);
        }
    }
    Ok(texts)
}

/// The entries of drafts that are still inside their unit or were sent back.
async fn not_released(
    tx: &mut Tx,
    county: &str,
    streams: &BTreeSet<&str>,
) -> Result<BTreeSet<String>> {
    if streams.is_empty() {
        return Ok(BTreeSet::new());
    }
    let sql =
        format!("select {ACT} from act where county = $1 and stream {{in 2}} order by stream, seq");
    let (mut drafts, mut released) = (BTreeMap::new(), BTreeSet::new());
    for row in rows!(tx.on(), ActRow, &sql, county, json!(streams).to_string())? {
        let act: Act = row.read()?;
        let Ok((did, then)) = NewAct::parse(&act.kind, act.v, &act.body) else { continue };
        if let Did::Submitted(did) = did {
            drafts.insert((act.stream.clone(), did.draft), act.content_refs());
        } else if let Some(release) = then.released {
            released.insert((act.stream.clone(), release.draft));
        }
    }
    drafts.retain(|draft, _| !released.contains(draft));
    let entries = drafts.into_values().flatten();
    Ok(entries.map(|ContentRef { id, .. }| id.to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn a_number_is_found_whole_short_and_by_its_end() {
        let text = numbers("411524-2026-000123");
        for query in ["411524-2026-000123", "26-000123", "2026-000123", "000123", "123"] {
            let wanted: zongheng_core::search::Wanted = query.parse().unwrap();
            assert!(wanted.is_in(&text), "{query} in {text:?}");
        }
        for query in ["23", "6-000123", "26-00012", "123 411524-2025"] {
            let wanted: zongheng_core::search::Wanted = query.parse().unwrap();
            assert!(!wanted.is_in(&text), "{query} in {text:?}");
        }
    }
}

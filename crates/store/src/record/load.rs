//! Steps 2 and 3: the keys that are known, and the matters that the commands touch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use sqlx::FromRow;
use zongheng_core::county::County;
use zongheng_core::ids::MatterId;
use zongheng_core::ledger::{Act, Hash, Stream};
use zongheng_core::matter::Matter;

use super::{Submission, What};
use crate::county::Head;
use crate::db::{On, Tx, rows};
use crate::error::{Result, StoreError};
use crate::fold::{self, refold};
use crate::ledger::{self, ActRow};
use crate::projection::Projection;

/// Scope and key: a key belongs to the county and its scope.
pub(super) type Key = (String, String);

/// A command accepted before.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Known {
    scope: String,
    key: String,
    pub(super) mac: String,
    pub(super) stream: String,
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Known {
    pub(super) fn new((scope, key): Key, mac: String, stream: String, acts: (i64, i64)) -> Self {
        Self { scope, key, mac, stream, first: acts.0, last: acts.1 }
    }
}

/// What the first three steps find.
pub(super) struct Found {
    pub(super) head: Head,
    pub(super) configuration: Arc<County>,
    pub(super) matters: BTreeMap<MatterId, Held>,
    pub(super) known: BTreeMap<Key, Known>,
    /// Acts of known commands, by their first place.
    pub(super) earlier: BTreeMap<i64, Vec<Act>>,
    /// Number and hash of the last act of the list of powers.
    pub(super) powers: (i64, Hash),
}

/// A matter in memory, with what the database holds of it.
pub(super) struct Held {
    pub(super) matter: Matter,
    /// Hash of its last act.
    pub(super) head: Hash,
    /// What lists and counters show of it; none for a new one.
    pub(super) old: Option<Projection>,
    pub(super) touched: bool,
}

#[derive(FromRow)]
pub(crate) struct RegisterRow {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) category: String,
    pub(crate) lamp: String,
    pub(crate) due: i64,
    pub(crate) created: i64,
    pub(crate) next_tick: i64,
    comes: i64,
    pub(crate) proposed: i64,
    pub(crate) seq: i64,
    pub(crate) head: String,
    pub(crate) fold_v: i64,
    pub(crate) fold: String,
}

pub(crate) const REGISTER: &str =
    "id, state, category, lamp, due, created, next_tick, comes, proposed, seq, head, fold_v, fold";

impl RegisterRow {
    pub(crate) fn projection(&self, keys: BTreeSet<String>) -> Projection {
        Projection {
            id: self.id.clone(),
            state: self.state.clone(),
            category: self.category.clone(),
            lamp: self.lamp.clone(),
            due: self.due,
            created: self.created,
            next_tick: self.next_tick,
            comes: self.comes,
            proposed: self.proposed,
            keys,
        }
    }

    /// The state kept in the row, or folded anew where that is of another version.
    pub(crate) async fn matter(&self, on: On<'_>, county: &str) -> Result<Matter> {
        if let Some(matter) = self.folded() {
            return Ok(matter);
        }
        let folded = refold(on, county, &self.id).await?;
        folded.ok_or_else(|| StoreError::inconsistent("matter", &self.id, "no acts"))
    }

    /// The same for work on many: of a matter whose acts do not fold none, which is said in the log, so that it holds
    /// up no other.
    pub(crate) async fn if_it_folds(&self, on: On<'_>, county: &str) -> Result<Option<Matter>> {
        match self.matter(on, county).await {
            Err(error @ StoreError::Inconsistent { .. }) => {
                tracing::error!(county, matter = self.id, %error, "a matter does not follow from its acts and stands still");
                Ok(None)
            }
            matter => matter.map(Some),
        }
    }

    /// The state kept in the row, if it is of this version and as far as the row says.
    pub(crate) fn folded(&self) -> Option<Matter> {
        let matter = fold::read(self.id.parse().ok()?, self.fold_v, &self.fold)?;
        (i64::from(matter.seq) == self.seq).then_some(matter)
    }
}

pub(super) fn key_of(wanted: &Submission) -> Key {
    (wanted.scope.clone(), wanted.key.clone())
}

pub(super) async fn known_keys(
    tx: &mut Tx,
    county: &str,
    wanted: &[Submission],
) -> Result<BTreeMap<Key, Known>> {
    let list: Vec<Value> = wanted.iter().map(|w| json!(key_of(w))).collect();
    let known = rows!(
        tx.on(),
        Known,
        "select scope, key, mac, stream, first, last from {commands 2}",
        county,
        Value::from(list).to_string(),
    )?;
    Ok(known.into_iter().map(|k| ((k.scope.clone(), k.key.clone()), k)).collect())
}

/// The matters of new commands, and of known ones, whose answer shows the matter as it stands now.
pub(super) async fn matters(
    tx: &mut Tx,
    county: &str,
    wanted: &[Submission],
    known: &BTreeMap<Key, Known>,
) -> Result<BTreeMap<MatterId, Held>> {
    let named = wanted.iter().flat_map(|w| w.what.names());
    let ids: BTreeSet<String> = wanted
        .iter()
        .map(|w| w.what.matter())
        .chain(named)
        .map(|id| id.to_string())
        .chain(known.values().map(|k| k.stream.clone()))
        .collect();
    let sql = format!("select {REGISTER} from matter where county = $1 and id {{in 2}}");
    let found = rows!(tx.on(), RegisterRow, &sql, county, json!(ids).to_string())?;
    let mut matters = BTreeMap::new();
    hold(tx, county, found, &mut matters).await?;
    kin(tx, county, wanted, &mut matters).await?;
    Ok(matters)
}

/// The matters around those of the commands: the whole of a part and the one that works for it, for
/// every act; the parts and those for which it works, for the acts that look at them.
async fn kin(
    tx: &mut Tx,
    county: &str,
    wanted: &[Submission],
    matters: &mut BTreeMap<MatterId, Held>,
) -> Result<()> {
    let acting = wanted.iter().filter(|w| matches!(w.what, What::Act { .. }));
    let held = acting.filter_map(|w| matters.get(&w.what.matter()));
    let above: BTreeSet<MatterId> = held
        .flat_map(|held| held.matter.parent.into_iter().chain(held.matter.main))
        .filter(|id| !matters.contains_key(id))
        .collect();
    let of: BTreeSet<MatterId> =
        wanted.iter().filter(|w| w.what.looks_below()).map(|w| w.what.matter()).collect();
    for (column, ids) in [("id", &above), ("parent", &of), ("main", &of)] {
        if ids.is_empty() {
            continue;
        }
        // The condition of the partial index stands in the question, so that the index is used.
        let sql = format!(
            "select {REGISTER} from matter where county = $1 and {column} {{in 2}} and {column} <> ''"
        );
        let found = rows!(tx.on(), RegisterRow, &sql, county, json!(ids).to_string())?;
        hold(tx, county, found, matters).await?;
    }
    Ok(())
}

/// Matters in memory, from their register rows.
async fn hold(
    tx: &mut Tx,
    county: &str,
    found: Vec<RegisterRow>,
    matters: &mut BTreeMap<MatterId, Held>,
) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = found.iter().map(|row| row.id.as_str()).collect();
    let mut keys = keys_of(tx, county, &json!(ids).to_string()).await?;
    for row in found {
        let bad = |what: &str| StoreError::inconsistent("matter", &row.id, what);
        let id = row.id.parse().map_err(|_| bad("id"))?;
        let head = row.head.parse().map_err(|_| bad("head"))?;
        let matter = row.matter(tx.on(), county).await?;
        let old = Some(row.projection(keys.remove(&row.id).unwrap_or_default()));
        matters.entry(id).or_insert(Held { matter, head, old, touched: false });
    }
    Ok(())
}

/// Who sees the matters of a JSON list of ids.
pub(crate) async fn keys_of(
    tx: &mut Tx,
    county: &str,
    ids: &str,
) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let pairs = rows!(
        tx.on(),
        (String, String),
        "select matter, key from audience where county = $1 and matter {in 2}",
        county,
        ids,
    )?;
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (matter, key) in pairs {
        keys.entry(matter).or_default().insert(key);
    }
    Ok(keys)
}

/// Where the stream of the list of powers has come to; asked only where a command may propose a row.
pub(super) async fn powers_head(
    tx: &mut Tx,
    county: &str,
    wanted: &[Submission],
) -> Result<(i64, Hash)> {
    if !wanted.iter().any(|w| w.what.may_propose()) {
        return Ok((0, Hash::ZERO));
    }
    ledger::head_of(tx.on(), county, &Stream::from("powers")).await
}

/// The acts of commands accepted before, by their first place in the county's order.
pub(super) async fn earlier_acts(
    tx: &mut Tx,
    county: &str,
    known: &BTreeMap<Key, Known>,
) -> Result<BTreeMap<i64, Vec<Act>>> {
    let mut earlier = BTreeMap::new();
    for command in known.values() {
        let acts = ledger::between(tx.on(), county, command.first, command.last).await?;
        let acts = acts.into_iter().map(ActRow::read).collect::<Result<_>>()?;
        earlier.insert(command.first, acts);
    }
    Ok(earlier)
}

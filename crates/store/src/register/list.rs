//! Pages of the register.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::FromRow;
use zongheng_core::ids::{DivisionCode, MatterId};
use zongheng_core::matter::{Key, Lamp, Matter};
use zongheng_core::organisation::Level;

use super::WALK;
use super::choose::{choose, most};
use super::search::{BOUNDS, Search};
use super::walk::{Cursor, Filter, Order, Source, found, seen};
use crate::db::{On, rows};
use crate::dialect::question;
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::record::{REGISTER, RegisterRow};
use crate::search::Question;

/// A matter in a list, with its lamp as of the county's last tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub matter: Matter,
    pub lamp: Lamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub rows: Vec<Row>,
    /// Where to go on, if there may be more. A page with few rows or none can have one: the walk stops
    /// at what it may look at.
    pub next: Option<String>,
}

/// Where a matter stands in the order of a question.
#[derive(Debug, FromRow)]
pub(super) struct Place {
    pub(super) sort: i64,
    pub(super) id: String,
}

impl Store {
    /// A page of what is visible by any of `keys` and passes the filter. Somebody without keys sees
    /// nothing.
    pub async fn list(
        &self,
        county: &DivisionCode,
        keys: &[Key],
        filter: &Filter,
        order: Order,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page> {
        let after = after.map(str::parse::<Cursor>).transpose()?;
        if keys.is_empty() || limit == 0 {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        // One state: what moves between two questions is neither left out nor told twice.
        let mut tx = self.db().snapshot().await?;
        let most = most(tx.on(), county, keys, filter).await?;
        if most == Some(0) {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        let village = self.village(county, filter).await?;
        let source = choose(tx.on(), county, keys, (filter, village), order).await?;
        let asked = Asked { county, keys, filter, order, source: &source, most };
        let (ids, next) = match &filter.q {
            None => asked.walk(tx.on(), after, limit as usize, WALK).await?.place(),
            Some(wanted) => {
                let question =
                    question(self.db(), &Question::new(county.as_str(), keys, filter, wanted));
                let search = Search { asked: &asked, wanted, question, bounds: BOUNDS };
                search.page(&mut tx, after, limit as usize).await?
            }
        };
        let rows = read(tx.on(), county, ids).await?;
        Ok(Page { rows, next: next.map(|cursor| cursor.to_string()) })
    }

    /// The village for which a filter asks; none where it is a township, which has villages below it.
    pub(super) async fn village<'a>(
        &self,
        county: &DivisionCode,
        filter: &'a Filter,
    ) -> Result<Option<&'a DivisionCode>> {
        let Some(code) = &filter.division else { return Ok(None) };
        let county = self.county(county).await?;
        let division = county.organisation.divisions.get(code);
        Ok(division.filter(|division| division.level == Level::Village).map(|_| code))
    }

    /// Matters by their ids, as many as are there, in one question. Whether somebody may see them is the
    /// caller's question to the core.
    pub async fn matters(
        &self,
        county: &DivisionCode,
        ids: &BTreeSet<MatterId>,
    ) -> Result<BTreeMap<MatterId, Matter>> {
        let mut conn = self.db().reader().await?;
        let rows = read(conn.on(), county, ids.iter().map(ToString::to_string).collect()).await?;
        Ok(rows.into_iter().map(|row| (row.matter.id, row.matter)).collect())
    }
}

/// A question and the index that it walks.
pub(super) struct Asked<'a> {
    pub(super) county: &'a DivisionCode,
    pub(super) keys: &'a [Key],
    pub(super) filter: &'a Filter,
    pub(super) order: Order,
    pub(super) source: &'a Source,
    /// No more than so many are found, as the counters have it.
    pub(super) most: Option<i64>,
}

/// What a step of a walk found.
pub(super) struct Step {
    pub(super) hits: Vec<Place>,
    /// The last place looked at; none where the index ended before, or where all that was wanted is found.
    pub(super) end: Option<Cursor>,
}

/// What a walk found, and where it ended.
pub(super) struct Walked {
    pub(super) ids: Vec<String>,
    /// Where to go on; none where everything was seen.
    pub(super) next: Option<Cursor>,
    /// It ended because it had looked at as much as it might.
    pub(super) tired: bool,
}

impl Walked {
    fn of(ids: Vec<String>, next: Option<Cursor>) -> Self {
        Self { ids, next, tired: false }
    }

    fn place(self) -> (Vec<String>, Option<Cursor>) {
        (self.ids, self.next)
    }
}

impl Asked<'_> {
    /// The ids of a page, looking at no more than `most` places.
    pub(super) async fn walk(
        &self,
        mut on: On<'_>,
        mut after: Option<Cursor>,
        limit: usize,
        most: i64,
    ) -> Result<Walked> {
        let wanted = i64::try_from(limit).unwrap_or(WALK);
        let most_hits = self.most.filter(|_| after.is_none());
        let (mut ids, mut looked, mut last) = (Vec::new(), 0, None);
        // Small steps first: most pages are full soon. Without a filter one more tells whether there
        // is a next page.
        let mut step = if self.is_plain() { wanted + 1 } else { (wanted * 4).max(200) };
        loop {
            step = step.min(most - looked);
            let more = wanted + 1 - i64::try_from(ids.len()).unwrap_or(wanted);
            let Step { hits, end } = self.step(on.again(), after.as_ref(), (step, more)).await?;
            looked += step;
            for Place { sort, id } in hits {
                if ids.len() == limit {
                    return Ok(Walked::of(ids, last));
                }
                ids.push(id.clone());
                last = Some(Cursor { sort, id });
            }
            let found = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            if end.is_none() || most_hits.is_some_and(|most| found >= most) {
                return Ok(Walked::of(ids, None));
            }
            after = end;
            if looked >= most || ids.len() == limit {
                let tired = ids.len() < limit;
                return Ok(Walked { ids, next: after, tired });
            }
            step *= 4;
        }
    }

    /// Whether the index holds just what is asked for.
    fn is_plain(&self) -> bool {
        self.filter.is_empty() && self.source.is_seen_by(self.keys)
    }

    /// Looks at the next `places`, up to the `wanted`th that is found.
    pub(super) async fn step(
        &self,
        mut on: On<'_>,
        after: Option<&Cursor>,
        (places, wanted): (i64, i64),
    ) -> Result<Step> {
        let looked_at = |limits| self.source.places(self.order, after.is_some(), limits);
        let is_short = |hits: &[Place], of| i64::try_from(hits.len()).unwrap_or(of) < of;
        if self.is_plain() {
            let hits = self.ask(on, after, &looked_at((places, 0))).await?;
            let last = hits.last().filter(|_| !is_short(&hits, places));
            let end = last.map(|place| Cursor { sort: place.sort, id: place.id.clone() });
            return Ok(Step { hits, end });
        }
        let sql = self.question(after.is_some(), (places, wanted));
        let hits = self.ask(on.again(), after, &sql).await?;
        if !is_short(&hits, wanted) {
            return Ok(Step { hits, end: None });
        }
        let end = self.ask(on, after, &looked_at((1, places - 1))).await?.pop();
        Ok(Step { hits, end: end.map(|Place { sort, id }| Cursor { sort, id }) })
    }

    /// What of the next `places` is found, up to the `wanted`th.
    fn question(&self, after: bool, (places, wanted): (i64, i64)) -> String {
        let up = matches!(self.order, Order::Due | Order::Oldest);
        let direction = if up { "" } else { " desc" };
        let condition = self.filter.condition();
        let is_seen = self.source.is_seen_by(self.keys);
        let seen = if is_seen { "true".to_owned() } else { seen(self.keys) };
        let found = self.filter.q.as_ref().map_or("true".to_owned(), found);
        // SQLite reads a cross join from left to right: the index first.
        format!(
            "select p.sort, p.id from ({}) p cross join {{facets p.id}} \
             where m.county = $1 and m.id = p.id and {condition} and {seen} and {found} \
             order by p.sort{direction}, p.id{direction} limit {wanted}",
            self.source.places(self.order, after, (places, 0))
        )
    }

    async fn ask(&self, on: On<'_>, after: Option<&Cursor>, sql: &str) -> Result<Vec<Place>> {
        match after {
            Some(c) => rows!(on, Place, sql, self.county.as_str(), c.sort, &c.id),
            None => rows!(on, Place, sql, self.county.as_str()),
        }
    }
}

/// The rows of a page in its order.
pub(super) async fn read(
    mut on: On<'_>,
    county: &DivisionCode,
    ids: Vec<String>,
) -> Result<Vec<Row>> {
    let mut rows = Vec::with_capacity(ids.len());
    for row in kept(on.again(), county, ids).await? {
        let matter = row.matter(on.again(), county.as_str()).await?;
        rows.push(Row { matter, lamp: lamp(&row)? });
    }
    Ok(rows)
}

/// The same as they are kept, before anything is made of them.
pub(super) async fn kept(
    on: On<'_>,
    county: &DivisionCode,
    ids: Vec<String>,
) -> Result<Vec<RegisterRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("select {REGISTER} from matter where county = $1 and id {{in 2}}");
    let found = rows!(on, RegisterRow, &sql, county.as_str(), json!(ids).to_string())?;
    let mut by_id: BTreeMap<String, RegisterRow> =
        found.into_iter().map(|row| (row.id.clone(), row)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

pub(super) fn lamp(row: &RegisterRow) -> Result<Lamp> {
    let lamp = Lamp::ALL.into_iter().find(|lamp| lamp.name() == row.lamp);
    lamp.ok_or_else(|| StoreError::inconsistent("matter", &row.id, "lamp"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::Options;

    /// A page goes by an index in its order and looks at what is left out on narrow pages, whatever walks.
    #[tokio::test]
    async fn a_step_reads_no_row_of_the_register() {
        let file = std::env::temp_dir().join(format!("zongheng-plan-{}.db", uuid::Uuid::now_v7()));
        let store =
            Store::open(&format!("sqlite:{}", file.display()), &Options::default()).await.unwrap();
        let (county, keys) = (DivisionCode::from("411524000000"), [Key::County]);
        let filter = Filter { source: Some("resident".to_owned()), ..Filter::default() };
        let mut conn = store.db().reader().await.unwrap();
        for (source, index) in [
            (Source::Audience(vec!["'a'".to_owned()]), "audience_due"),
            (Source::Part("division = 'a'".to_owned()), "matter_division_due"),
            (Source::Part("owner_unit = 'a' and owner_unit <> ''".to_owned()), "matter_owner_due"),
        ] {
            let order = Order::Due;
            let (county, keys, filter) = (&county, &keys, &filter);
            let asked = Asked { county, keys, filter, order, source: &source, most: None };
            let sql = format!("explain query plan {}", asked.question(false, (200, 21)));
            let plan = rows!(conn.on(), (i64, i64, i64, String), &sql, county.as_str()).unwrap();
            let plan: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
            for narrow in [index, "matter_facets"] {
                let covering = format!("USING COVERING INDEX {narrow} ");
                assert!(plan.iter().any(|step| step.contains(&covering)), "{narrow}: {plan:#?}");
            }
        }
        drop(conn);
        store.close().await;
        drop(std::fs::remove_file(file));
    }
}

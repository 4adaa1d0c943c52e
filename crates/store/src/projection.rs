//! What the register, the audience and the counters hold of a matter: computed from its state alone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sqlx::FromRow;
use zongheng_core::calendar::Calendar;
use zongheng_core::ledger::Hash;
use zongheng_core::matter::{Matter, audience};
use zongheng_core::organisation::Organisation;
use zongheng_core::time::At;

use crate::error::{Result, StoreError};
use crate::fold::FOLD;
use crate::statement::{Rows, Statement, add, fields};

/// The end of time, where there is no due and no tick: sort keys are never null.
pub(crate) const NEVER: i64 = 253_402_271_999;

/// A matter as lists and counts see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Projection {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) category: String,
    pub(crate) lamp: String,
    pub(crate) due: i64,
    pub(crate) created: i64,
    pub(crate) next_tick: i64,
    pub(crate) comes: i64,
    pub(crate) proposed: i64,
    pub(crate) keys: BTreeSet<String>,
}

impl Projection {
    /// As of `as_of`, seen with the organisation that stood when the last act was recorded.
    pub(crate) fn of(
        matter: &Matter,
        organisation: &Organisation,
        calendar: &Calendar,
        as_of: At,
    ) -> Self {
        let day = matter.updated.date();
        let keys = audience(matter, organisation, day);
        Self {
            id: matter.id.to_string(),
            state: matter.state.name().to_owned(),
            category: matter.category.as_ref().map(ToString::to_string).unwrap_or_default(),
            lamp: matter.lamp(as_of).name().to_owned(),
            due: matter.next().map_or(NEVER, |next| next.due.seconds()),
            created: matter.reported.seconds(),
            next_tick: next_tick(matter, calendar, as_of),
            comes: comes(matter, calendar, as_of),
            proposed: matter
                .proposed(calendar, organisation)
                .map_or(NEVER, |proposed| proposed.at.seconds()),
            keys: keys.iter().map(ToString::to_string).collect(),
        }
    }

    /// The values by which it is counted under each of its keys.
    fn dims(&self) -> [(&'static str, &str); 3] {
        [("state", &self.state), ("category", &self.category), ("lamp", &self.lamp)]
    }
}

pub(crate) fn next_tick(matter: &Matter, calendar: &Calendar, as_of: At) -> i64 {
    matter.next_look(as_of, calendar).map_or(NEVER, At::seconds)
}

/// When something comes about on the matter by time alone.
pub(crate) fn comes(matter: &Matter, calendar: &Calendar, as_of: At) -> i64 {
    matter.comes_about(as_of, calendar).map_or(NEVER, At::seconds)
}

/// Changes of counters, summed in memory: one row a counter however many acts moved it.
#[derive(Debug, Default)]
pub(crate) struct Counters(BTreeMap<(String, &'static str, String), i64>);

impl Counters {
    pub(crate) fn add(&mut self, projection: &Projection, n: i64) {
        for key in &projection.keys {
            for (dim, value) in projection.dims() {
                *self.0.entry((key.clone(), dim, value.to_owned())).or_default() += n;
            }
        }
    }

    pub(crate) fn changed(&self) -> impl Iterator<Item = (&str, &'static str, &str, i64)> {
        self.0
            .iter()
            .filter(|(_, n)| **n != 0)
            .map(|((key, dim, value), n)| (key.as_str(), *dim, value.as_str(), *n))
    }

    pub(crate) fn statement(&self, county: &str) -> Result<Option<Statement>> {
        let mut rows = Rows::default();
        for (key, dim, value, n) in self.changed() {
            add!(rows, key, dim, value, n);
        }
        add_to_counters(county, rows)
    }
}

/// Adds to counters: rows of key, dimension, value and how many more.
pub(crate) fn add_to_counters(county: &str, rows: Rows) -> Result<Option<Statement>> {
    Statement::of(
        "insert into counter (county, key, dim, value, n) \
         select $1, value->>0, value->>1, value->>2, cast(value->>3 as bigint) from {each 2} \
         where true on conflict (county, key, dim, value) do update set n = counter.n + excluded.n",
        county,
        rows,
    )
}

/// Adds a register row: its columns from `id` to `fold`.
pub(crate) fn add_row(
    rows: &mut Rows,
    matter: &Matter,
    projection: &Projection,
    head: Hash,
) -> Result<()> {
    let fold = folded(matter)?;
    rows.begin();
    columns(rows, matter, projection, head);
    rows.field(&fold);
    rows.end();
    Ok(())
}

/// The state as the register keeps it.
fn folded(matter: &Matter) -> Result<String> {
    serde_json::to_string(matter).map_err(|e| StoreError::inconsistent("matter", matter.id, e))
}

/// A register row's columns but the last, its folded state.
fn columns(rows: &mut Rows, matter: &Matter, projection: &Projection, head: Hash) {
    let next = matter.next();
    let owner = matter.owner;
    fields!(
        rows,
        projection.id,
        matter.no,
        matter.playbook.id,
        projection.category,
        matter.source,
        projection.state,
        projection.lamp,
        matter.round,
        owner.map(|o| o.unit.to_string()).unwrap_or_default(),
        owner.and_then(|o| o.post).map(|p| p.to_string()).unwrap_or_default(),
        matter.lead().map(|s| s.unit.to_string()).unwrap_or_default(),
        matter.place.division,
        matter.place.township.as_ref().map(ToString::to_string).unwrap_or_default(),
        matter.place.grid.map(|g| g.to_string()).unwrap_or_default(),
        matter.parent.map(|id| id.to_string()).unwrap_or_default(),
        matter.main.map(|id| id.to_string()).unwrap_or_default(),
        i64::from(matter.restricted),
        projection.due,
        next.map(|n| n.stage.name()).unwrap_or_default(),
        i64::from(next.is_some_and(|n| n.provisional)),
        matter.seq,
        head,
        projection.created,
        matter.updated.seconds(),
        matter.title,
        projection.next_tick,
        projection.comes,
        projection.proposed,
        FOLD,
    );
}

pub(crate) const MATTER_COLUMNS: &str = "id, no, playbook, category, source, state, lamp, round, \
    owner_unit, owner_post, lead_unit, division, township, grid, parent, main, restricted, due, due_stage, due_provisional, \
    seq, head, created, updated, title, next_tick, comes, proposed, fold_v, fold";

/// A register row as it is kept, for the check.
#[derive(FromRow)]
pub(crate) struct FullRow {
    pub(crate) id: String,
    no: String,
    playbook: String,
    category: String,
    source: String,
    state: String,
    pub(crate) lamp: String,
    round: i64,
    owner_unit: String,
    owner_post: String,
    lead_unit: String,
    division: String,
    township: String,
    grid: String,
    parent: String,
    main: String,
    restricted: i64,
    pub(crate) due: i64,
    due_stage: String,
    due_provisional: i64,
    seq: i64,
    head: String,
    pub(crate) created: i64,
    updated: i64,
    title: String,
    pub(crate) next_tick: i64,
    pub(crate) comes: i64,
    pub(crate) proposed: i64,
    pub(crate) fold_v: i64,
    pub(crate) fold: String,
}

impl FullRow {
    /// The columns in which it is not what the matter gives, and how. Folded states are compared as states:
    /// one of an older version is no difference.
    pub(crate) fn differences(
        &self,
        matter: &Matter,
        new: &Projection,
        head: Hash,
    ) -> Result<Vec<(&'static str, String)>> {
        let (mut given, mut kept) = (Rows::default(), Rows::default());
        given.begin();
        columns(&mut given, matter, new, head);
        given.end();
        kept.begin();
        self.columns(&mut kept);
        kept.end();
        let mut differences = differences(given.list()?, kept.list()?)
            .map_err(|e| StoreError::inconsistent("matter", matter.id, e))?;
        // The same text is the same state; another one may be.
        if self.fold_v == FOLD
            && folded(matter)? != self.fold
            && crate::fold::read(matter.id, self.fold_v, &self.fold).as_ref() != Some(matter)
        {
            differences.push(("fold", "another state".to_owned()));
        }
        Ok(differences)
    }

    /// The same that [`columns`] writes.
    fn columns(&self, rows: &mut Rows) {
        fields!(
            rows,
            self.id,
            self.no,
            self.playbook,
            self.category,
            self.source,
            self.state,
            self.lamp,
            self.round,
            self.owner_unit,
            self.owner_post,
            self.lead_unit,
            self.division,
            self.township,
            self.grid,
            self.parent,
            self.main,
            self.restricted,
            self.due,
            self.due_stage,
            self.due_provisional,
            self.seq,
            self.head,
            self.created,
            self.updated,
            self.title,
            self.next_tick,
            self.comes,
            self.proposed,
            self.fold_v,
        );
    }
}

/// Where two rows differ, by column: what the ledger gives, and what the table holds. Rows are mostly
/// the same, and then no value of theirs is read.
fn differences(
    given: Option<String>,
    held: Option<String>,
) -> Result<Vec<(&'static str, String)>, serde_json::Error> {
    if given == held {
        return Ok(Vec::new());
    }
    let read = |list: Option<String>| serde_json::from_str(&list.unwrap_or_default());
    let [given]: [Vec<Value>; 1] = read(given)?;
    let [held]: [Vec<Value>; 1] = read(held)?;
    let differs = |(column, (given, held)): (&'static str, (Value, Value))| {
        let how = format!("the ledger gives {given}, the table holds {held}");
        (column != "fold_v" && given != held).then_some((column, how))
    };
    let names = MATTER_COLUMNS.split(", ").map(str::trim);
    Ok(names.zip(given.into_iter().zip(held)).filter_map(differs).collect())
}

/// Writes register rows, new or again.
pub(crate) fn rows_statement(county: &str, rows: Rows) -> Result<Option<Statement>> {
    let sql = format!(
        "insert into matter (county, {MATTER_COLUMNS}) \
         select $1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, \
         cast(value->>7 as bigint), value->>8, value->>9, value->>10, value->>11, value->>12, \
         value->>13, value->>14, value->>15, cast(value->>16 as bigint), \
         cast(value->>17 as bigint), value->>18, cast(value->>19 as bigint), \
         cast(value->>20 as bigint), value->>21, cast(value->>22 as bigint), \
         cast(value->>23 as bigint), value->>24, cast(value->>25 as bigint), \
         cast(value->>26 as bigint), cast(value->>27 as bigint), cast(value->>28 as bigint), \
         value->>29 from {{each 2}} where true \
         on conflict (county, id) do update set category = excluded.category, \
         source = excluded.source, state = excluded.state, lamp = excluded.lamp, \
         round = excluded.round, owner_unit = excluded.owner_unit, \
         owner_post = excluded.owner_post, lead_unit = excluded.lead_unit, \
         division = excluded.division, township = excluded.township, grid = excluded.grid, \
         main = excluded.main, \
         due = excluded.due, due_stage = excluded.due_stage, \
         due_provisional = excluded.due_provisional, seq = excluded.seq, head = excluded.head, \
         updated = excluded.updated, next_tick = excluded.next_tick, \
         comes = excluded.comes, proposed = excluded.proposed, fold_v = excluded.fold_v, \
         fold = excluded.fold"
    );
    Statement::of(sql, county, rows)
}

/// Writes who sees what where it changed: keys gone, keys new, dues moved.
pub(crate) fn audience_statements(
    county: &str,
    changes: &[(Option<&Projection>, Projection)],
) -> Result<[Option<Statement>; 2]> {
    let (mut gone, mut set) = (Rows::default(), Rows::default());
    for (old, new) in changes {
        let due_stays = old.is_some_and(|old| old.due == new.due);
        for key in old.iter().flat_map(|old| old.keys.difference(&new.keys)) {
            add!(gone, new.id, key);
        }
        for key in &new.keys {
            let known = old.is_some_and(|old| old.keys.contains(key));
            if !(known && due_stays) {
                add!(set, key, new.id, new.due, new.created);
            }
        }
    }
    let matters: Vec<&str> = changes.iter().map(|(_, new)| new.id.as_str()).collect();
    let gone = Statement::of(
        "delete from audience where county = $1 and matter {in 3} \
         and (matter, key) in (select value->>0, value->>1 from {each 2})",
        county,
        gone,
    )?;
    let set = Statement::of(
        "insert into audience (county, key, matter, due, created) \
         select $1, value->>0, value->>1, cast(value->>2 as bigint), cast(value->>3 as bigint) \
         from {each 2} where true \
         on conflict (county, matter, key) do update set due = excluded.due",
        county,
        set,
    )?;
    Ok([gone.map(|gone| gone.with(json!(matters).to_string())), set])
}

//! The tick: lamps and counters follow the time, in small steps over the index of what is due next, and what
//! has come to a rung is noted down to be told.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use zongheng_core::calendar::Calendar;
use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::{Matter, Reached, told_at};
use zongheng_core::time::At;

use super::tell::Note;
use crate::county;
use crate::db::{Tx, rows, run};
use crate::error::Result;
use crate::open::Store;
use crate::projection::{Counters, Projection, next_tick};
use crate::record::faults::Step;
use crate::record::{REGISTER, RegisterRow, keys_of};
use crate::statement::{Rows, Statement, add};

/// Matters looked at in one transaction.
const STEP: usize = 500;
/// A matter that does not follow from its acts is looked at again after so many seconds.
pub(super) const PUT_OFF: i64 = 3600;

/// What a tick did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticked {
    /// What lists and counts are as of now.
    pub to: At,
    /// Lamps that changed.
    pub lamps: usize,
}

impl Store {
    /// Moves lamps and counters on to `now`. Never back: a time before the last tick does nothing.
    /// Cut off half-way, the next tick goes on; until then the county is as of the tick before.
    pub async fn tick(&self, county: &DivisionCode, now: At) -> Result<Ticked> {
        let mut lamps = 0;
        loop {
            let (mut tx, mut head) = self.locked(county.as_str()).await?;
            let target = now.seconds().max(head.tick_target);
            if target <= head.ticked_to().seconds() {
                return Ok(Ticked { to: head.ticked_to(), lamps });
            }
            let configuration = self.inner.configurations.at(tx.on(), &head).await?;
            let target = At::from_seconds(target);
            let (looked, changed) =
                step(&mut tx, county.as_str(), &configuration.calendar, target).await?;
            lamps += changed;
            head.tick_target = target.seconds();
            let last = looked < STEP;
            if last {
                head.ticked(target);
            }
            county::save(tx.on(), &head).await?;
            self.inner.faults.at(Step::Tick)?;
            tx.commit().await?;
            self.inner.faults.at(Step::Ticked)?;
            if last {
                return Ok(Ticked { to: target, lamps });
            }
        }
    }
}

/// Up to [`STEP`] matters whose lamp is not yet as of `now`.
async fn step(tx: &mut Tx, county: &str, calendar: &Calendar, now: At) -> Result<(usize, usize)> {
    let sql = format!(
        "select {REGISTER} from matter where county = $1 and next_tick <= $2 \
         order by next_tick, id limit {STEP}"
    );
    let due = rows!(tx.on(), RegisterRow, &sql, county, now.seconds())?;
    if due.is_empty() {
        return Ok((0, 0));
    }
    let ids: Vec<&str> = due.iter().map(|row| row.id.as_str()).collect();
    let ids = json!(ids).to_string();
    let mut keys: BTreeMap<_, _> = keys_of(tx, county, &ids).await?;
    let (mut list, mut counters, mut changed) = (Vec::new(), Counters::default(), 0);
    let mut notes = Rows::default();
    for row in &due {
        let Some(matter) = row.if_it_folds(tx.on(), county).await? else {
            list.push(json!([county, row.id, row.lamp, now.plus_seconds(PUT_OFF).seconds()]));
            continue;
        };
        let old = row.projection(keys.remove(&row.id).unwrap_or_default());
        let new = Projection {
            lamp: matter.lamp(now).name().to_owned(),
            next_tick: next_tick(&matter, calendar, now),
            ..old.clone()
        };
        changed += usize::from(old.lamp != new.lamp);
        if old.lamp != new.lamp {
            counters.add(&old, -1);
            counters.add(&new, 1);
        }
        list.push(json!([county, new.id, new.lamp, new.next_tick]));
        for note in noted(&matter, row, calendar, now) {
            add!(notes, note.matter, note.n, note.send_at);
        }
    }
    run!(tx.on(), LAMPS, Value::from(list).to_string(),)?;
    let notes = Statement::of(
        "insert into note (county, matter, n, send_at) \
         select $1, value->>0, cast(value->>1 as bigint), cast(value->>2 as bigint) \
         from {each 2} where true on conflict (county, matter, n) do update \
         set send_at = excluded.send_at",
        county,
        notes,
    )?;
    for statement in [counters.statement(county)?, notes].into_iter().flatten() {
        statement.run(tx.on()).await?;
    }
    Ok((due.len(), changed))
}

/// The county stands in the list, or SQLite would go through all of it, and through the list for each matter.
pub(super) const LAMPS: &str = "update matter set lamp = c.lamp, next_tick = c.next_tick \
    from (select value->>0 as county, value->>1 as id, value->>2 as lamp, \
    cast(value->>3 as bigint) as next_tick from {each 1}) c \
    where matter.county = c.county and matter.id = c.id";

/// What the matter's deadlines have come to since it was looked at; of a matter that nobody has looked at
/// before, what stands at its highest rung.
pub(super) fn noted(matter: &Matter, row: &RegisterRow, calendar: &Calendar, now: At) -> Vec<Note> {
    let before = At::from_seconds(row.next_tick - 1);
    let note = |reached: Reached| Note {
        matter: row.id.clone(),
        n: i64::from(reached.n),
        send_at: told_at(reached.at, now, matter.urgent, calendar).seconds(),
    };
    matter.reached(before, now, calendar).into_iter().map(note).collect()
}

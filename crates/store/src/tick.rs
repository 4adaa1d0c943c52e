//! The tick: lamps and counters follow the time, in small steps over the index of what is due next.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

use crate::county;
use crate::db::{Tx, rows, run};
use crate::error::{Result, StoreError};
use crate::fold::refold;
use crate::open::Store;
use crate::projection::{Counters, Projection, next_tick};
use crate::record::faults::Step;
use crate::record::{REGISTER, RegisterRow, keys_of};

/// Lamps moved in one transaction.
const STEP: usize = 500;

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
            let mut tx = self.db().begin().await?;
            let mut head = county::lock(&mut tx, county.as_str()).await?;
            let target = now.seconds().max(head.tick_target);
            if target <= head.ticked_to().seconds() {
                return Ok(Ticked { to: head.ticked_to(), lamps });
            }
            let (looked, changed) =
                step(&mut tx, county.as_str(), At::from_seconds(target)).await?;
            lamps += changed;
            head.tick_target = target;
            if looked < STEP {
                head.ticked(At::from_seconds(target));
            }
            county::save(tx.on(), &head).await?;
            self.inner.faults.at(Step::Tick)?;
            tx.commit().await?;
            self.inner.faults.at(Step::Ticked)?;
        }
    }
}

/// Up to [`STEP`] matters whose lamp is not yet as of `now`.
async fn step(tx: &mut Tx, county: &str, now: At) -> Result<(usize, usize)> {
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
    for row in &due {
        let matter = match row.folded() {
            Some(matter) => matter,
            None => refold(tx.on(), county, &row.id)
                .await?
                .ok_or_else(|| StoreError::inconsistent("matter", &row.id, "no acts"))?,
        };
        let old = row.projection(keys.remove(&row.id).unwrap_or_default());
        let new = Projection {
            lamp: matter.lamp(now).name().to_owned(),
            next_tick: next_tick(&matter, now),
            ..old.clone()
        };
        changed += usize::from(old.lamp != new.lamp);
        counters.add(&old, -1);
        counters.add(&new, 1);
        list.push(json!([new.id, new.lamp, new.next_tick]));
    }
    run!(
        tx.on(),
        "update matter set lamp = c.lamp, next_tick = c.next_tick \
         from (select value->>0 as id, value->>1 as lamp, cast(value->>2 as bigint) as next_tick \
         from {each 2}) c where matter.county = $1 and matter.id = c.id and matter.id {in 3}",
        county,
        Value::from(list).to_string(),
        &ids,
    )?;
    if let Some(counters) = counters.statement(county)? {
        counters.run(tx.on()).await?;
    }
    Ok((due.len(), changed))
}

//! Discretionary decisions, by time: who decided what where the rules left a choice.

use zongheng_core::ids::{DivisionCode, PostId};
use zongheng_core::ledger::Act;
use zongheng_core::matter::NewAct;
use zongheng_core::rules::Discretion;
use zongheng_core::time::At;

use super::{ACT, ActRow};
use crate::db::rows;
use crate::error::{Result, StoreError};
use crate::open::Store;

/// A decision as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub act: Act,
    pub discretion: Discretion,
    /// The post that decided, where another one acted on it.
    pub decider: Option<PostId>,
}

impl Store {
    /// The discretionary decisions from `from` on and before `to`, oldest first, a page of acts at a
    /// time: those after the place `after` in the county's order, and the place to go on from, none at
    /// the end.
    pub async fn decisions(
        &self,
        county: &DivisionCode,
        (from, to): (At, At),
        after: i64,
        limit: i64,
    ) -> Result<(Vec<Decision>, Option<i64>)> {
        let kinds: Vec<String> = Discretion::KINDS.iter().map(|kind| format!("'{kind}'")).collect();
        let sql = format!(
            "select {ACT} from act where county = $1 and at >= $2 and at < $3 and pos > $4 \
             and kind in ({}) order by at, pos limit $5",
            kinds.join(", ")
        );
        let found = rows!(
            self.db().reader().await?.on(),
            ActRow,
            &sql,
            county.as_str(),
            from.seconds(),
            to.seconds(),
            after,
            limit,
        )?;
        let full = i64::try_from(found.len()).unwrap_or(0) == limit;
        let next = found.last().map(|row| row.pos).filter(|_| full);
        let mut decisions = Vec::new();
        for row in found {
            let act = row.read()?;
            for (discretion, decider) in used(&act)? {
                decisions.push(Decision { act: act.clone(), discretion, decider });
            }
        }
        Ok((decisions, next))
    }
}

fn used(act: &Act) -> Result<Vec<(Discretion, Option<PostId>)>> {
    let body = act.body_value();
    if act.matter().is_none() {
        let ruling = Discretion::of_ruling(&act.kind, body["rule"].as_str());
        return Ok(ruling.map(|ruling| (ruling, None)).into_iter().collect());
    }
    let read = NewAct::parse(&act.kind, act.v, &body);
    let row = format!("{} {}", act.stream, act.seq);
    let (did, then) = read.map_err(|e| StoreError::inconsistent("act", row, e))?;
    Ok(Discretion::of_act(&did, &then))
}

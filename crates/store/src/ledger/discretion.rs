//! Discretionary decisions, by time: who decided what where the rules left a choice.

use std::fmt;
use std::str::FromStr;

use zongheng_core::ids::{DivisionCode, MatterId, PostId};
use zongheng_core::ledger::Act;
use zongheng_core::matter::NewAct;
use zongheng_core::rules::Discretion;
use zongheng_core::ruling;
use zongheng_core::time::At;

use super::{ACT, ActRow};
use crate::db::rows;
use crate::error::{Result, StoreError};
use crate::fold::envelope;
use crate::open::Store;

/// A decision as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub act: Act,
    pub discretion: Discretion,
    /// The matter on which it was decided, also where the act stands beside its stream (an entry of it
    /// sealed off); none where it concerns none.
    pub matter: Option<MatterId>,
    /// The post that decided, where another one acted on it.
    pub decider: Option<PostId>,
    /// The place of its act, after which a list goes on.
    pub place: Place,
}

/// Where a walk over acts by time has come: the time of the last act looked at, and its place in the
/// county's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    at: At,
    pos: i64,
}

impl Place {
    /// Before every act of that time and after.
    pub const fn before(at: At) -> Self {
        Self { at, pos: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.seconds(), self.pos)
    }
}

impl FromStr for Place {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || StoreError::Cursor(text.to_owned());
        let (at, pos) = text.split_once('.').ok_or_else(bad)?;
        let at = At::from_seconds(at.parse().map_err(|_| bad())?);
        Ok(Self { at, pos: pos.parse().map_err(|_| bad())? })
    }
}

impl Store {
    /// The discretionary decisions after a place and before `to`, oldest first, a page of `limit` acts
    /// at a time, and the place to go on from, none at the end.
    pub async fn decisions(
        &self,
        county: &DivisionCode,
        after: Place,
        to: At,
        limit: i64,
    ) -> Result<(Vec<Decision>, Option<Place>)> {
        let found = rows!(
            self.db().reader().await?.on(),
            ActRow,
            &question(),
            county.as_str(),
            after.at.seconds(),
            after.pos,
            to.seconds(),
            limit,
        )?;
        let full = i64::try_from(found.len()).unwrap_or(0) == limit;
        let next = found.last().filter(|_| full);
        let next = next.map(|row| Place { at: At::from_seconds(row.at), pos: row.pos });
        let mut decisions = Vec::new();
        for row in found {
            let place = Place { at: At::from_seconds(row.at), pos: row.pos };
            let act = row.read()?;
            let matter = matter_of(&act)?;
            for (discretion, decider) in used(&act)? {
                decisions.push(Decision { act: act.clone(), discretion, matter, decider, place });
            }
        }
        Ok((decisions, next))
    }
}

fn matter_of(act: &Act) -> Result<Option<MatterId>> {
    if act.stream.as_str() != "content" {
        return Ok(act.matter());
    }
    let row = || format!("{} {}", act.stream, act.seq);
    let sealing = ruling::body(&act.body_value());
    Ok(Some(sealing.map_err(|e| StoreError::inconsistent("act", row(), e))?.matter))
}

fn used(act: &Act) -> Result<Vec<(Discretion, Option<PostId>)>> {
    if act.matter().is_none() {
        let body = act.body_value();
        let ruling = Discretion::of_ruling(&act.kind, body["rule"].as_str());
        return Ok(ruling.map(|ruling| (ruling, None)).into_iter().collect());
    }
    let read = NewAct::parse(&act.kind, act.v, &act.body);
    let row = format!("{} {}", act.stream, act.seq);
    let (did, then) = read.map_err(|e| StoreError::inconsistent("act", &row, e))?;
    let by = envelope(act).map_err(|e| StoreError::inconsistent("act", row, e))?.by;
    Ok(Discretion::of_act(&did, &then, by))
}

/// The kinds stand as they do in the index `act_discretion`: SQLite takes it only then.
fn question() -> String {
    let kinds: Vec<String> = Discretion::KINDS.iter().map(|kind| format!("'{kind}'")).collect();
    format!(
        "select {ACT} from act where county = $1 and (at, pos) > ($2, $3) and at < $4 \
         and kind in ({}) order by at, pos limit $5",
        kinds.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::Options;

    #[tokio::test]
    async fn a_page_begins_in_the_index_where_the_one_before_ended() {
        let file = std::env::temp_dir().join(format!("zongheng-plan-{}.db", uuid::Uuid::now_v7()));
        let store =
            Store::open(&format!("sqlite:{}", file.display()), &Options::default()).await.unwrap();
        let sql = format!("explain query plan {}", question());
        let plan = rows!(
            store.db().reader().await.unwrap().on(),
            (i64, i64, i64, String),
            &sql,
            "",
            0,
            0,
            0,
            1
        );
        store.close().await;
        drop(std::fs::remove_file(file));
        let steps: Vec<String> = plan.unwrap().into_iter().map(|(.., step)| step).collect();
        let wanted = "SEARCH act USING INDEX act_discretion (county=? AND (at,pos)>(?,?) AND at<?)";
        assert_eq!(steps, [wanted]);
    }
}

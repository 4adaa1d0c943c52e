//! Discretionary decisions by period, decider and kind, a page at a time and only those that the reader may
//! know of.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::{Date, time};
use zongheng_core::county::County;
use zongheng_core::ids::{MatterId, PostId, UnitId};
use zongheng_core::matter::{Actor, Matter};
use zongheng_core::ruling::decision_is_seen;
use zongheng_core::time::At;
use zongheng_store::ledger::{Decision, Place};
use zongheng_store::{Result, Store};

/// Decisions looked at in one question, and the most for one page.
const STEP: i64 = 200;
const LOOKED: i64 = 2_000;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// A part of the name of the unit or post that decided.
    pub by: Option<String>,
    /// As [`zongheng_core::rules::Discretion::name`].
    pub kind: Option<String>,
}

/// A decision that the reader may know of.
#[derive(Debug, Clone)]
pub struct Line {
    pub decision: Decision,
    /// The matter on which it was decided; none beside all matters.
    pub matter: Option<Matter>,
}

impl Asked {
    /// Before the first and after the last moment of the period.
    pub fn span(&self) -> (Place, At) {
        let midnight = |date| At::on(date, time(0, 0, 0, 0));
        let last = self.until.checked_add(1.day()).unwrap_or(self.until);
        (Place::before(midnight(self.from)), midnight(last))
    }

    /// Whether a decision is one of those asked for, leaving aside the period.
    pub fn holds(&self, county: &County, decision: &Decision) -> bool {
        let kind = self.kind.as_ref().is_none_or(|kind| *kind == decision.discretion.name());
        let named = |by: &String| {
            let (zh, en) = (decider(county, decision, false), decider(county, decision, true));
            zh.contains(by.as_str()) || en.to_lowercase().contains(&by.to_lowercase())
        };
        kind && self.by.as_ref().is_none_or(named)
    }
}

/// Unit and post of who decided.
pub fn decided_by(county: &County, decision: &Decision) -> (Option<UnitId>, Option<PostId>) {
    let by = &decision.act.by;
    match decision.decider {
        Some(post) => (county.organisation.posts.get(&post).map(|p| p.unit), Some(post)),
        None => (by.unit, by.post),
    }
}

/// Unit and post of who decided, by their names of today; without a post the account or `receipt`.
pub fn decider(county: &County, decision: &Decision, english: bool) -> String {
    let organisation = &county.organisation;
    let pick = |zh: &str, en: &str| {
        if english && !en.is_empty() { en.to_owned() } else { zh.to_owned() }
    };
    let (unit, post) = decided_by(county, decision);
    let unit = unit.and_then(|id| organisation.units.get(&id));
    let post = post.and_then(|id| organisation.posts.get(&id));
    match (unit, post) {
        (Some(unit), Some(post)) => {
            format!("{} · {}", pick(&unit.name, &unit.name_en), pick(&post.name, &post.name_en))
        }
        _ => decision.act.by.user.clone(),
    }
}

/// A page of at least `limit` decisions where there are so many, and where to go on. A page with few or
/// none can have more after it: the walk stops at what it may look at.
///
/// # Errors
/// Of the database.
pub async fn page(
    store: &Store,
    county: &County,
    (actor, today): (&Actor, Date),
    asked: &Asked,
    after: Option<Place>,
    limit: usize,
) -> Result<(Vec<Line>, Option<Place>)> {
    let (start, end) = asked.span();
    let mut after = after.map_or(start, |after| after.max(start));
    let (mut lines, mut looked): (Vec<Line>, i64) = (Vec::new(), 0);
    loop {
        let (found, next) = store.decisions(&county.code, after, end, STEP).await?;
        looked += STEP;
        let found: Vec<Decision> = found.into_iter().filter(|d| asked.holds(county, d)).collect();
        let ids: BTreeSet<MatterId> = found.iter().filter_map(|d| d.matter).collect();
        let matters = store.matters(&county.code, &ids).await?;
        for decision in found {
            // Both decisions of one act stand on one page.
            let last = lines.last().map(|line| line.decision.place);
            if lines.len() >= limit && last != Some(decision.place) {
                return Ok((lines, last));
            }
            lines.extend(seen(county, (actor, today), decision, &matters));
        }
        match next {
            None => return Ok((lines, None)),
            Some(next) if looked >= LOOKED => return Ok((lines, Some(next))),
            Some(next) => after = next,
        }
    }
}

fn seen(
    county: &County,
    (actor, today): (&Actor, Date),
    decision: Decision,
    matters: &BTreeMap<MatterId, Matter>,
) -> Option<Line> {
    let id = decision.matter;
    let matter = id.and_then(|id| matters.get(&id));
    // A matter that cannot be read is nobody's to see.
    if id.is_some() && matter.is_none() {
        return None;
    }
    let seen = decision_is_seen(actor, matter, &county.organisation, today);
    seen.then(|| Line { matter: matter.cloned(), decision })
}

//! Whose time runs: every minute from the report to the close is held by exactly one holder.

use serde::{Deserialize, Serialize};

use super::state::Matter;
use crate::ids::UnitId;
use crate::time::At;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// The desk that files and dispatches.
    Centre,
    Unit,
    /// Who must decide: a request, or whose it is.
    Approver,
    Verifier,
    /// The reporter is being asked.
    Reporter,
    /// What a granted pause waits for.
    Outside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// In which capacity it is held.
    pub kind: HolderKind,
    /// The unit that holds it, where it is one.
    pub unit: Option<UnitId>,
    /// It holds it until then at the latest, whoever held it before after that: an approver, since
    /// silence has refused, and what a pause waits for, since no more was granted.
    pub until: Option<At>,
}

/// One stretch of time with its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: At,
    pub to: At,
    pub kind: HolderKind,
    pub unit: Option<UnitId>,
}

/// The matter's life up to `now` (or its close), cut by holder; the spans join without gap or overlap,
/// but for the time between a close and a reopening, which nobody holds.
pub fn time_by_holder(matter: &Matter, now: At) -> Vec<Span> {
    let end = matter.closed.unwrap_or(now);
    let mut spans = Vec::new();
    let mut push = |from: At, to: At, h: &Holder| {
        if from < to {
            spans.push(Span { from, to, kind: h.kind, unit: h.unit });
        }
    };
    let mut back: Option<Holder> = None;
    for (i, (from, holder)) in matter.held.iter().enumerate() {
        let to = matter.held.get(i + 1).map_or(end, |(next, _)| *next);
        let Some(holder) = holder else { continue };
        match (holder.until, back) {
            (Some(until), Some(before)) if until < to => {
                push(*from, until.max(*from), holder);
                push(until.max(*from), to, &before);
            }
            _ => push(*from, to, holder),
        }
        if holder.until.is_none() {
            back = Some(*holder);
        }
    }
    spans
}

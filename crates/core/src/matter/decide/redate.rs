//! A calendar under an open matter: what counted working days is worked out again. A date that a person set
//! stays, and nothing falls due before tomorrow's closing because a list of holidays changed.

use super::Context;
use super::outcome::Outcome;
use crate::clock::{self, Reason};
use crate::matter::act::{Did, Moved, NewAct, Recounted};
use crate::matter::deadline::{Deadline, two_thirds};
use crate::matter::refusal::Refusal;
use crate::matter::state::Matter;
use crate::playbook::Stage;
use crate::time::At;

/// A date that another calendar moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redated {
    /// The deadline's number in the matter.
    pub n: u32,
    pub stage: Stage,
    pub from: At,
    pub to: At,
    /// Whether it was provisional, and whether it is.
    pub provisional: (bool, bool),
}

/// What the calendar of the context changes of the matter's open dates; none where they all stand.
///
/// # Errors
/// A deadline that cannot be worked out.
pub fn redate(matter: &Matter, cx: &Context<'_>) -> Result<Option<NewAct>, Refusal> {
    if !matter.state.is_open() {
        return Ok(None);
    }
    let mut outcome = Outcome::of(matter, cx);
    // The lead's own date first: an assisting unit's is never after it.
    let lead = matter.open_deadline(Stage::Settle, None);
    if let Some(moved) = lead.map(|lead| again(lead, None, cx)).transpose()?.flatten() {
        outcome.moved(moved);
    }
    let latest = lead.map(|lead| outcome.due_of(lead));
    for deadline in matter.deadlines.iter().filter(|d| d.is_open()) {
        if lead.is_some_and(|lead| lead.n == deadline.n) {
            continue;
        }
        let assists = deadline.share.is_some() && deadline.stage == Stage::Settle;
        let latest = latest.filter(|_| assists);
        match latest.filter(|latest| is_set(deadline) && deadline.due > *latest) {
            // A date that a person set stays, but never after the lead's.
            Some(latest) => outcome.fix(deadline, latest, Reason::before_the_lead(latest)),
            None => again(deadline, latest, cx)?.into_iter().for_each(|moved| outcome.moved(moved)),
        }
    }
    if outcome.then.moved.is_empty() {
        return Ok(None);
    }
    let did = Recounted { units: Vec::new(), desk: matter.desk };
    Ok(Some(outcome.finish(Did::Recounted(did), [])))
}

/// The dates that [`redate`] would move.
///
/// # Errors
/// As [`redate`].
pub fn redated(matter: &Matter, cx: &Context<'_>) -> Result<Vec<Redated>, Refusal> {
    let Some(act) = redate(matter, cx)? else { return Ok(Vec::new()) };
    let moved = act.then.moved.iter().filter_map(|moved| {
        let old = matter.deadlines.iter().find(|d| d.n == moved.n)?;
        Some(Redated {
            n: old.n,
            stage: old.stage,
            from: old.due,
            to: moved.due,
            provisional: (old.provisional, moved.provisional),
        })
    });
    Ok(moved.collect())
}

/// Whether a person set its date, or it follows from another one.
const fn is_set(deadline: &Deadline) -> bool {
    deadline.fixed || deadline.rule.is_none()
}

/// The date by the calendar of today, where it is another one: not after `latest`, and no nearer than tomorrow's
/// closing where it lay behind that.
fn again(
    deadline: &Deadline,
    latest: Option<At>,
    cx: &Context<'_>,
) -> Result<Option<Moved>, Refusal> {
    let Some(rule) = deadline.rule.as_ref().filter(|_| !is_set(deadline)) else { return Ok(None) };
    let counted = clock::due(cx.calendar, &rule.asked(deadline.from, &deadline.pauses))
        .map_err(|e| Refusal::clock(deadline.stage.name(), &e))?;
    let tomorrow = cx.today().tomorrow().unwrap_or(cx.today());
    let nearest = cx.calendar.closing_on(tomorrow).min(deadline.due);
    let due = counted.due.max(nearest);
    let to = latest.map_or(due, |latest| due.min(latest));
    if (to, counted.provisional) == (deadline.due, deadline.provisional) {
        return Ok(None);
    }
    let mut because = counted.because;
    because.extend((due > counted.due).then_some(Reason::NotNearer { due }));
    because.extend((to < due).then_some(Reason::before_the_lead(to)));
    Ok(Some(Moved {
        n: deadline.n,
        due: to,
        warn: if to == counted.due { counted.warn } else { two_thirds(counted.start, to) },
        provisional: counted.provisional,
        fixed: false,
        pause: None,
        rule: None,
        because,
    }))
}

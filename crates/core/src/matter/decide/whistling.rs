//! 吹哨, 报到: departments are called to a spot by a time. It makes no share: who comes helps, whose it
//! is stays as it is.

use super::Context;
use super::outcome::Outcome;
use super::standing::{complained_of, sits_at};
use crate::clock::Reason;
use crate::ids::UnitId;
use crate::ledger::ContentRef;
use crate::matter::act::{Arrived, Did, NewAct, Whistled};
use crate::matter::refusal::{FieldFault, Refusal, Why};
use crate::matter::state::{Matter, Owner, Satisfied};
use crate::matter::whistle::{Call, Came, Whistle};
use crate::playbook::Stage;
use crate::time::At;

/// The most units of one whistle.
const MOST_CALLED: usize = 20;

pub(super) fn whistle(
    matter: &Matter,
    units: &[UnitId],
    by: At,
    spot: &ContentRef,
    text: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(caller) = cx.actor.unit else { return Err(Refusal::NotYours(Why::NoPart)) };
    let faults = faults_of_call(matter, caller, units, by, cx);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let mut outcome = Outcome::of(matter, cx);
    let mut calls = Vec::with_capacity(units.len());
    for unit in units {
        let deadline = outcome.next_n();
        calls.push(Call { unit: *unit, deadline, came: None, satisfied: None });
        let because = vec![Reason::Called { by }];
        // A call is beside the course of the matter and makes no share.
        outcome.open_on(Stage::Arrive, None, *unit, by, because, None);
    }
    let n = u32::try_from(matter.whistles.len()).unwrap_or(u32::MAX).saturating_add(1);
    let did = Whistled { n, caller, by, spot: spot.id, text: text.id, calls };
    Ok(outcome.finish(Did::Whistled(did), [spot, text]))
}

fn faults_of_call(
    matter: &Matter,
    caller: UnitId,
    units: &[UnitId],
    by: At,
    cx: &Context<'_>,
) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if units.is_empty() || units.len() > MOST_CALLED {
        let what = format!("call one unit or more, at most {MOST_CALLED} at once");
        faults.push(FieldFault::new("units", what));
    }
    for (i, unit) in units.iter().enumerate().take(MOST_CALLED) {
        let field = format!("units[{i}]");
        match cx.unit(*unit) {
            None => faults.push(FieldFault::new(&field, "no such unit stands today")),
            Some(_) if *unit == caller => {
                faults.push(FieldFault::new(&field, "who whistles is there already"));
            }
            Some(_) if units[..i].contains(unit) => {
                faults.push(FieldFault::new(&field, "this unit stands twice"));
            }
            Some(known) if complained_of(*unit, matter.against, cx) => {
                let what = format!("the matter complains of {} or a unit above it", known.name);
                faults.push(FieldFault::new(&field, what));
            }
            Some(known) if !known.relation.can_be_ordered() => {
                let what = format!(
                    "{} is not ordered by the county and cannot be called: ask it through its liaison",
                    known.name
                );
                faults.push(FieldFault::new(&field, what));
            }
            Some(_) => {}
        }
    }
    if by <= cx.now {
        faults.push(FieldFault::new("by", "it lies in the past"));
    }
    faults
}

fn called_by(whistle: &Whistle, cx: &Context<'_>) -> bool {
    sits_at(Owner { unit: whistle.caller, post: whistle.post }, cx)
}

/// Who whistled, and nobody else, says who came.
pub(super) fn may_confirm(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let mut own = matter.whistles.iter().filter(|w| called_by(w, cx)).peekable();
    if own.peek().is_none() || own.all(|w| !w.is_open()) { Err(Why::NoWhistle) } else { Ok(()) }
}

pub(super) fn may_confirm_that(matter: &Matter, n: u32, cx: &Context<'_>) -> Result<(), Why> {
    let whistle = matter.whistles.iter().find(|w| w.n == n);
    if whistle.is_some_and(|w| !called_by(w, cx)) { Err(Why::OnlyWhistler) } else { Ok(()) }
}

/// What is said of one called unit.
pub(super) struct Seen<'a> {
    pub(super) unit: UnitId,
    pub(super) came: Came,
    pub(super) satisfied: Option<Satisfied>,
    pub(super) reason: Option<&'a ContentRef>,
}

/// 报到: whether it came, in time or late, and 满意 基本满意 不满意 with a reason.
pub(super) fn arrive(
    matter: &Matter,
    n: u32,
    seen: &Seen<'_>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(whistle) = matter.whistles.iter().find(|w| w.n == n) else {
        return Err(Refusal::field("whistle", "this matter has no such whistle"));
    };
    // A unit that took over another called one is called twice.
    let mut calls = whistle.calls.iter().filter(|c| c.unit == seen.unit).peekable();
    if calls.peek().is_none() {
        return Err(Refusal::field("unit", "this unit was not called"));
    }
    let Some(call) = calls.find(|c| c.came.is_none()) else {
        return Err(Refusal::Already(Why::ArrivalKnown));
    };
    let mut faults = Vec::new();
    match (seen.came, seen.satisfied) {
        (Came::Absent, Some(_)) => {
            faults.push(FieldFault::new("satisfied", "who did not come is not judged"));
        }
        (Came::Came | Came::Late, None) => {
            faults.push(FieldFault::new("satisfied", "yes, basically or no"));
        }
        (_, Some(Satisfied::No)) if seen.reason.is_none() => {
            faults.push(FieldFault::new("reason", "say why not satisfied"));
        }
        _ => {}
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let mut outcome = Outcome::of(matter, cx);
    match seen.came {
        Came::Absent => outcome.end_where(|d| d.n == call.deadline),
        Came::Late => outcome.meet_number(call.deadline, cx.now),
        // Who came in time was there by then, however late it is confirmed.
        Came::Came => outcome.meet_number(call.deadline, cx.now.min(whistle.by)),
    }
    let did = Arrived {
        whistle: n,
        unit: seen.unit,
        came: seen.came,
        satisfied: seen.satisfied,
        reason: seen.reason.map(|r| r.id),
    };
    Ok(outcome.finish(Did::Arrived(did), seen.reason))
}

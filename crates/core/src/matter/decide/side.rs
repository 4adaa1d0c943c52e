//! What stands beside the course of a matter and moves no date: urging, a word, evidence.

use super::Context;
use super::outcome::Outcome;
use super::requests::paper_fault;
use super::standing::complained_of;
use crate::ids::UnitId;
use crate::ledger::ContentRef;
use crate::matter::act::{Did, IssuedBy, NewAct, Noted, Urged};
use crate::matter::refusal::{FieldFault, Refusal, Why};
use crate::matter::state::{Matter, Part};
use crate::matter::table::Slot;
use crate::playbook::Stage;

/// 催办: one for each unit, stage and working day.
pub(super) fn urge(
    matter: &Matter,
    text: &ContentRef,
    unit: Option<UnitId>,
    slots: &[Slot],
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let target = unit.or(matter.owner.map(|o| o.unit));
    let Some(target) = target else { return Err(Refusal::OutOfState(Why::NothingOwed)) };
    if !slots.contains(&Slot::Desk) {
        let assists = matter.share_of(target).is_some_and(|s| s.part == Part::Assist);
        let below = cx
            .actor
            .unit
            .is_some_and(|own| own != target && cx.organisation.is_within(target, own, cx.today()));
        let leads = slots.contains(&Slot::Lead) && assists;
        let commands = slots.contains(&Slot::UnitAbove) && below;
        if !(leads || commands) {
            return Err(Refusal::field(
                "unit",
                "the lead urges its assisting units, a unit above the ones below it",
            ));
        }
    }
    let Some(stage) = owed(matter, target) else {
        return Err(Refusal::OutOfState(Why::NothingOwed));
    };
    let day = cx.calendar.working_day_of(cx.now);
    if matter.urged.contains(&(target, stage, day)) {
        return Err(Refusal::Already(Why::UrgedToday));
    }
    let outcome = Outcome::of(matter, cx);
    let did = Urged { unit: target, stage, day, text: Some(text.id) };
    Ok(outcome.finish(Did::Urged(did), [text]))
}

/// The stage that a unit owes next.
fn owed(matter: &Matter, unit: UnitId) -> Option<Stage> {
    if matter.owner.map(|o| o.unit) == Some(unit)
        && let Some(next) = matter.next()
    {
        return Some(next.stage);
    }
    let own = matter.deadlines.iter().filter(|d| d.is_open() && d.whose == unit);
    own.min_by_key(|d| (d.due, d.n)).map(|d| d.stage)
}

/// 督办, 情况通报: issued by people with the power to, by the number of its paper; it moves no date.
pub(super) fn issue(
    matter: &Matter,
    number: &str,
    unit: Option<UnitId>,
    text: &ContentRef,
    did: impl FnOnce(IssuedBy) -> Did,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let mut faults: Vec<FieldFault> = paper_fault(number).into_iter().collect();
    match unit {
        Some(unit) if cx.unit(unit).is_none() => {
            faults.push(FieldFault::new("unit", "no such unit stands today"));
        }
        Some(unit) if complained_of(unit, matter.against, cx) => {
            let what = "the matter complains of this unit or one above it: it does not see it";
            faults.push(FieldFault::new("unit", what));
        }
        _ => {}
    }
    if matter.issued.iter().any(|before| before.number == number) {
        faults
            .push(FieldFault::new("number", "a paper of this number stands on the matter already"));
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let unit = unit.or(matter.owner.map(|o| o.unit));
    let issued = IssuedBy { number: number.to_owned(), unit, text: text.id };
    Ok(Outcome::of(matter, cx).finish(did(issued), [text]))
}

pub(super) fn comment(matter: &Matter, text: &ContentRef, cx: &Context<'_>) -> NewAct {
    Outcome::of(matter, cx).finish(Did::Commented(Noted { text: text.id }), [text])
}

/// 现场情况: what a near person saw; evidence, not verification.
pub(super) fn spot(matter: &Matter, text: &ContentRef, cx: &Context<'_>) -> NewAct {
    Outcome::of(matter, cx).finish(Did::SpotSeen(Noted { text: text.id }), [text])
}

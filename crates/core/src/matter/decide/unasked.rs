//! What comes about with nobody asking: units that are gone are succeeded, a calendar
//! that changed is followed, silence refuses a request, a pause
//! ends on the day that was granted, what is overdue is urged. One act at a time, the earliest first; the
//! system records it.

use super::Context;
use super::outcome::Outcome;
use super::recount::recount;
use super::redate::redate;
use super::requests::{give_back, resume};
use crate::matter::act::{Decided, Did, NewAct, Urged};
use crate::matter::deadline::Deadline;
use crate::matter::refusal::Refusal;
use crate::matter::state::{Matter, Part, Request, RequestKind, State};
use crate::time::At;

/// What is due on a matter.
enum Due<'m> {
    Silence(&'m Request),
    PauseEnds,
    Urge(&'m Deadline),
}

/// The next act of the system on the matter; none where there is nothing to do at this time.
///
/// # Errors
/// A deadline that cannot be worked out anew.
pub fn unasked(matter: &Matter, cx: &Context<'_>) -> Result<Option<NewAct>, Refusal> {
    if !matter.state.is_open() {
        return Ok(None);
    }
    if let Some(act) = recount(matter, cx) {
        return Ok(Some(act));
    }
    if let Some(act) = redate(matter, cx)? {
        return Ok(Some(act));
    }
    match earliest(matter, cx) {
        None => Ok(None),
        Some(Due::Silence(request)) => lapse(matter, request, cx).map(Some),
        Some(Due::PauseEnds) => resume(matter, cx).map(Some),
        Some(Due::Urge(deadline)) => Ok(Some(urge(matter, deadline, cx))),
    }
}

fn earliest<'m>(matter: &'m Matter, cx: &Context<'_>) -> Option<Due<'m>> {
    let silence = matter.undecided().map(|r| (r.silent_from(), r.deadline, Due::Silence(r)));
    let ends = matter.pause_ends().map(|at| (at, 0, Due::PauseEnds));
    let urges = matter.to_urge(cx.now, cx.calendar).map(|(at, d)| (at, d.n, Due::Urge(d)));
    let due = silence.chain(ends).chain(urges).filter(|(at, ..)| *at <= cx.now);
    // Where several have become due, in the order of their times, and a pause's end before the rest.
    due.min_by_key(|(at, n, _): &(At, u32, Due<'_>)| (*at, *n)).map(|(.., due)| due)
}

/// Undecided by its time is refused. A shelving that was to be prolonged is over with it.
fn lapse(matter: &Matter, request: &Request, cx: &Context<'_>) -> Result<NewAct, Refusal> {
    let mut outcome = Outcome::of(matter, cx);
    give_back(&mut outcome, matter, request, cx);
    let renewal = request.kind == RequestKind::Shelve && request.part == Some(Part::Lead);
    if renewal && matter.state == State::Shelved {
        outcome.go_on()?;
    }
    let did = Decided {
        request: request.id,
        asked: request.kind,
        of: request.by,
        part: request.part,
        accept: false,
        reason: None,
        until: None,
        number: None,
        lapsed: true,
    };
    Ok(outcome.finish(Did::Decided(did), []))
}

/// 催办 by the system, which adds no words: who owes what since when stands in the deadline.
fn urge(matter: &Matter, deadline: &Deadline, cx: &Context<'_>) -> NewAct {
    let day = cx.calendar.working_day_of(cx.now);
    let did = Urged { unit: deadline.whose, stage: deadline.stage, day, text: None };
    Outcome::of(matter, cx).finish(Did::Urged(did), [])
}

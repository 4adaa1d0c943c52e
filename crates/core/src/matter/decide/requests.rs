//! Requests and their decisions: a pause, another date. Asking changes nothing; silence refuses.

use super::Context;
use super::outcome::{Outcome, is_leads};
use super::standing::{decider_of, sits_at};
use crate::clock::{self, Asked, Limit, Pause, Reason, Roll, Start};
use crate::ids::{RequestId, UnitId};
use crate::ledger::ContentRef;
use crate::matter::act::{Decided, Did, NewAct, RequestAsked, Resumed};
use crate::matter::deadline::Deadline;
use crate::matter::holder::{Holder, HolderKind};
use crate::matter::refusal::{Refusal, Why};
use crate::matter::state::{Matter, Part, Request, RequestKind, Share, State};
use crate::playbook::{ClockLimit, Stage};
use crate::time::At;

pub(super) fn may_suspend(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let share = may_ask(matter, RequestKind::Suspend, cx)?;
    match settle_of(matter, share) {
        Some(settle) => before_due_day(settle, cx),
        None => Ok(()),
    }
}

pub(super) fn may_extend(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    may_ask(matter, RequestKind::Extend, cx).map(|_| ())
}

fn may_ask<'m>(matter: &'m Matter, kind: RequestKind, cx: &Context<'_>) -> Result<&'m Share, Why> {
    let share = matter.share_of_actor(cx).ok_or(Why::OnlyShares)?;
    if share.answered.is_some() {
        return Err(Why::ShareAnswered);
    }
    let waiting = |r: &&Request| r.by == share.unit && r.kind == kind && r.waits(cx.now);
    if matter.requests.iter().any(|r| waiting(&r)) {
        return Err(Why::SameRequestOpen);
    }
    if kind == RequestKind::Suspend && share.paused_until.is_some_and(|until| cx.now < until) {
        return Err(Why::SharePaused);
    }
    Ok(share)
}

fn settle_of<'m>(matter: &'m Matter, share: &Share) -> Option<&'m Deadline> {
    matter.open_deadline(Stage::Settle, share_key(share))
}

fn share_key(share: &Share) -> Option<UnitId> {
    (share.part == Part::Assist).then_some(share.unit)
}

/// More time is asked for before the due day, not on it.
fn before_due_day(deadline: &Deadline, cx: &Context<'_>) -> Result<(), Why> {
    if cx.today() < deadline.due.date() { Ok(()) } else { Err(Why::AfterDueDay(deadline.due)) }
}

/// What the stage that the command names adds to [`may_extend`].
pub(super) fn may_extend_stage(matter: &Matter, stage: Stage, cx: &Context<'_>) -> Result<(), Why> {
    let share = matter.share_of_actor(cx).ok_or(Why::OnlyShares)?;
    match matter.open_deadline(stage, share_key(share)) {
        Some(deadline) => before_due_day(deadline, cx),
        None => Ok(()),
    }
}

pub(super) fn suspend(
    matter: &Matter,
    id: RequestId,
    reason: &ContentRef,
    until: At,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own_share(matter, cx)?;
    if until <= cx.now {
        return Err(Refusal::field("until", "the pause has to end later than now"));
    }
    let moves = settle_of(matter, share).map(|d| d.due);
    let request = Request {
        kind: RequestKind::Suspend,
        until: Some(until),
        ..blank(matter, id, share, reason, moves, cx)?
    };
    Ok(asked(matter, request, reason, cx))
}

pub(super) fn extend(
    matter: &Matter,
    id: RequestId,
    reason: &ContentRef,
    stage: Stage,
    due: At,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own_share(matter, cx)?;
    let open = matter.open_deadline(stage, share_key(share)).filter(|_| is_leads(stage));
    let Some(deadline) = open else {
        return Err(Refusal::field("stage", "this unit has no open deadline of that stage"));
    };
    if due <= deadline.due {
        return Err(Refusal::field(
            "due",
            format!("it has to be later than the present one, {}", deadline.due),
        ));
    }
    let lead_due = matter.open_deadline(Stage::Settle, None).map(|d| d.due);
    if share.part == Part::Assist && lead_due.is_some_and(|lead| due > lead) {
        return Err(Refusal::field("due", "an assisting unit's due is never after the lead's"));
    }
    let request = Request {
        kind: RequestKind::Extend,
        stage: Some(stage),
        due: Some(due),
        ..blank(matter, id, share, reason, Some(deadline.due), cx)?
    };
    Ok(asked(matter, request, reason, cx))
}

fn own_share<'m>(matter: &'m Matter, cx: &Context<'_>) -> Result<&'m Share, Refusal> {
    matter.share_of_actor(cx).ok_or(Refusal::NotYours(Why::OnlyShares))
}

/// A request with its last moment: the limit for deciding, or the due it would move if that is earlier.
fn blank(
    matter: &Matter,
    id: RequestId,
    share: &Share,
    reason: &ContentRef,
    moves: Option<At>,
    cx: &Context<'_>,
) -> Result<Request, Refusal> {
    if matter.requests.iter().any(|r| r.id == id) {
        return Err(Refusal::field("request", "this id stands already"));
    }
    let row = cx.clock.stage(Stage::Decide, matter.grade);
    let limit = match row.map(|r| &r.limit) {
        Some(ClockLimit::Own(limit)) => *limit,
        _ => Limit::WorkingDays(1),
    };
    let asked = Asked {
        accepted: cx.now,
        limit,
        start: row.map_or(Start::Working, |r| r.start),
        roll: row.map_or(Roll::Next, |r| r.roll),
        cutoff: row.and_then(|r| r.cutoff),
        pauses: &[],
    };
    let decide_by = clock::due(cx.calendar, &asked).map_err(|e| Refusal::clock("until", &e))?.due;
    let moves = moves.filter(|due| *due > cx.now);
    Ok(Request {
        id,
        kind: RequestKind::Suspend,
        by: share.unit,
        asker: cx.actor.person,
        part: share.part,
        asked: cx.now,
        reason: reason.id,
        until: None,
        stage: None,
        due: None,
        decide_by: moves.map_or(decide_by, |due| due.min(decide_by)),
        deadline: 0,
        granted: None,
    })
}

fn asked(matter: &Matter, mut request: Request, reason: &ContentRef, cx: &Context<'_>) -> NewAct {
    let decider = decider_of(matter, request.by, cx);
    let mut outcome = Outcome::of(matter, cx);
    request.deadline = outcome.next_n();
    let because = vec![Reason::lapses(request.decide_by)];
    outcome.open_on(
        Stage::Decide,
        Some(request.by),
        decider.unit,
        request.decide_by,
        because,
        None,
    );
    if request.part == Part::Lead && matter.state == State::Handling {
        outcome.held_by_approver(decider.unit, request.decide_by);
    }
    let did = match request.kind {
        RequestKind::Suspend => Did::SuspensionAsked(RequestAsked { request }),
        RequestKind::Extend => Did::ExtensionAsked(RequestAsked { request }),
    };
    outcome.finish(did, [reason])
}

/// Something must have been asked whose decision is this person's.
pub(super) fn may_decide(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let asked = matter.requests.iter().any(|r| is_mine(r, matter, cx));
    if asked { Ok(()) } else { Err(Why::NothingOwed) }
}

/// Whether a request waits for this person's decision.
pub(in crate::matter) fn waits_for(matter: &Matter, cx: &Context<'_>) -> bool {
    matter.requests.iter().any(|r| r.waits(cx.now) && is_mine(r, matter, cx))
}

fn is_mine(request: &Request, matter: &Matter, cx: &Context<'_>) -> bool {
    whose_decision(request, matter, cx).is_ok()
}

fn whose_decision(request: &Request, matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    if cx.actor.unit == Some(request.by) || cx.actor.person == request.asker {
        Err(Why::OwnRequest)
    } else if sits_at(decider_of(matter, request.by, cx), cx) {
        Ok(())
    } else {
        Err(Why::OnlyDesk)
    }
}

fn named(matter: &Matter, id: RequestId) -> Option<&Request> {
    matter.requests.iter().find(|r| r.id == id)
}

/// Whether the request that the command names is this person's to decide.
pub(super) fn may_decide_that(matter: &Matter, id: RequestId, cx: &Context<'_>) -> Result<(), Why> {
    named(matter, id).map_or(Ok(()), |request| whose_decision(request, matter, cx))
}

/// Whether that request can still be decided so. A decided one is told as that later.
pub(super) fn still_waits(
    matter: &Matter,
    id: RequestId,
    accept: bool,
    cx: &Context<'_>,
) -> Result<(), Why> {
    let Some(request) = named(matter, id).filter(|r| r.granted.is_none()) else { return Ok(()) };
    if !request.waits(cx.now) {
        return Err(Why::Lapsed(request.decide_by));
    }
    let key = (request.part == Part::Assist).then_some(request.by);
    match (request.kind, request.stage) {
        _ if !accept => Ok(()),
        (RequestKind::Suspend, _) if request.until.is_none_or(|until| until <= cx.now) => {
            Err(Why::Lapsed(request.decide_by))
        }
        (RequestKind::Suspend, _)
            if request.part == Part::Lead && matter.state != State::Handling =>
        {
            Err(Why::NotHandling)
        }
        (RequestKind::Extend, Some(stage)) => match matter.open_deadline(stage, key) {
            Some(deadline) if request.due.is_some_and(|due| deadline.due < due) => Ok(()),
            _ => Err(Why::NoDeadline { stage }),
        },
        _ => Ok(()),
    }
}

pub(super) fn decide(
    matter: &Matter,
    id: RequestId,
    accept: bool,
    reason: Option<&ContentRef>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(request) = named(matter, id) else {
        return Err(Refusal::field("request", "this matter has no such request"));
    };
    if request.granted.is_some() {
        return Err(Refusal::Already(Why::RequestDecided));
    }
    if !accept && reason.is_none() {
        return Err(Refusal::field("reason", "a refusal says why"));
    }
    let mut outcome = Outcome::of(matter, cx);
    outcome.meet_number(request.deadline);
    if request.part == Part::Lead && matter.state == State::Handling {
        let mut others = matter.requests.iter().filter(|r| r.id != id && r.part == Part::Lead);
        match others.find(|r| r.waits(cx.now)) {
            Some(other) => {
                let decider = decider_of(matter, other.by, cx);
                outcome.held_by_approver(decider.unit, other.decide_by);
            }
            None => outcome.held_by(HolderKind::Unit, Some(request.by)),
        }
    }
    let mut until = None;
    if accept {
        match request.kind {
            RequestKind::Suspend => until = Some(grant_pause(&mut outcome, matter, request, cx)?),
            RequestKind::Extend => grant_extension(&mut outcome, matter, request)?,
        }
    }
    let did = Decided {
        request: id,
        asked: request.kind,
        of: request.by,
        part: request.part,
        accept,
        reason: reason.map(|r| r.id),
        until,
    };
    Ok(outcome.finish(Did::Decided(did), reason))
}

/// The lead's pause stops the matter; an assisting unit's moves its own due at once.
fn grant_pause(
    outcome: &mut Outcome<'_>,
    matter: &Matter,
    request: &Request,
    cx: &Context<'_>,
) -> Result<At, Refusal> {
    let Some(until) = request.until else {
        return Err(Refusal::OutOfState(Why::Lapsed(request.decide_by)));
    };
    match request.part {
        Part::Lead => {
            outcome.state(State::Suspended, matter.lead_as_owner());
            let (kind, unit) = (HolderKind::Outside, Some(request.by));
            outcome.then.holder = Some(Holder { kind, unit, until: Some(until) });
            let because = vec![Reason::pause_ends(until)];
            outcome.open_on(Stage::Resume, None, request.by, until, because, None);
        }
        Part::Assist => {
            let pause = Pause { from: cx.now, to: until };
            let lead_due = matter.open_deadline(Stage::Settle, None).map(|d| d.due);
            if let Some(settle) = matter.open_deadline(Stage::Settle, Some(request.by)) {
                outcome.pause(settle, pause, lead_due)?;
            }
        }
    }
    Ok(until)
}

fn grant_extension(
    outcome: &mut Outcome<'_>,
    matter: &Matter,
    request: &Request,
) -> Result<(), Refusal> {
    let (Some(stage), Some(due)) = (request.stage, request.due) else {
        return Err(Refusal::OutOfState(Why::NothingOwed));
    };
    let key = (request.part == Part::Assist).then_some(request.by);
    let lead_due = matter.open_deadline(Stage::Settle, None).map(|d| d.due);
    if key.is_some() && lead_due.is_some_and(|lead| due > lead) {
        return Err(Refusal::field(
            "accept",
            "the lead's due has come nearer since: an assisting unit's is never after it",
        ));
    }
    let Some(deadline) = matter.open_deadline(stage, key) else {
        return Err(Refusal::OutOfState(Why::NoDeadline { stage }));
    };
    outcome.fix(deadline, due, Reason::extended(due));
    Ok(())
}

/// 恢复: the pause ends; what it stopped moves by its length, and never by more than was granted.
pub(super) fn resume(matter: &Matter, cx: &Context<'_>) -> Result<NewAct, Refusal> {
    let (from, until) = matter
        .paused
        .ok_or(Refusal::OutOfState(Why::State { state: matter.state, act: "resume" }))?;
    let pause = Pause { from, to: cx.now.min(until) };
    let mut outcome = Outcome::of(matter, cx);
    outcome.state(State::Handling, matter.lead_as_owner());
    outcome.held_by(HolderKind::Unit, matter.lead().map(|s| s.unit));
    outcome.meet(Stage::Resume, None);
    let stopped: Vec<&Deadline> = matter
        .deadlines
        .iter()
        .filter(|d| d.is_open() && d.share.is_none() && is_leads(d.stage))
        .collect();
    for deadline in stopped {
        outcome.pause(deadline, pause, None)?;
    }
    Ok(outcome.finish(Did::Resumed(Resumed { paused: from }), []))
}

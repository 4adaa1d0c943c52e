//! Requests and their decisions: a pause, another date. Asking changes nothing; silence refuses.

use super::Context;
use super::outcome::{Outcome, is_leads};
use super::standing::{decider_of, sits_at};
use crate::clock::{self, Asked, Limit, Pause, Reason, Roll, Start};
use crate::ids::{RequestId, UnitId};
use crate::ledger::ContentRef;
use crate::matter::act::{Decided, Did, NewAct, RequestAsked, Resumed};
use crate::matter::deadline::Deadline;
use crate::matter::holder::HolderKind;
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
    if kind == RequestKind::Suspend && share.suspended {
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
    before_due_day(deadline, cx).map_err(Refusal::OutOfState)?;
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
        part: share.part,
        asked: cx.now,
        reason: reason.id,
        until: None,
        stage: None,
        due: None,
        decide_by: moves.map_or(decide_by, |due| due.min(decide_by)),
        granted: None,
    })
}

fn asked(matter: &Matter, request: Request, reason: &ContentRef, cx: &Context<'_>) -> NewAct {
    let decider = decider_of(matter, request.by, cx);
    let mut outcome = Outcome::of(matter, cx);
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

/// Something must wait for a decision of this person.
pub(super) fn may_decide(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let mine = |r: &&Request| sits_at(decider_of(matter, r.by, cx), cx);
    let open: Vec<&Request> = matter.requests.iter().filter(mine).collect();
    if open.iter().any(|r| r.waits(cx.now)) {
        return Ok(());
    }
    match open.last() {
        // Which of the two is told by the request that the command names.
        Some(_) => Ok(()),
        None => Err(Why::NothingOwed),
    }
}

pub(super) fn decide(
    matter: &Matter,
    id: RequestId,
    accept: bool,
    reason: Option<&ContentRef>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(request) = matter.requests.iter().find(|r| r.id == id) else {
        return Err(Refusal::field("request", "this matter has no such request"));
    };
    if cx.actor.unit == Some(request.by) {
        return Err(Refusal::NotYours(Why::OwnRequest));
    }
    if !sits_at(decider_of(matter, request.by, cx), cx) {
        return Err(Refusal::NotYours(Why::OnlyDesk));
    }
    if request.granted.is_some() {
        return Err(Refusal::Already(Why::RequestDecided));
    }
    if !request.waits(cx.now) {
        return Err(Refusal::OutOfState(Why::Lapsed(request.decide_by)));
    }
    if !accept && reason.is_none() {
        return Err(Refusal::field("reason", "a refusal says why"));
    }
    let mut outcome = Outcome::of(matter, cx);
    let waiting = matter.deadlines.iter().filter(|d| {
        d.is_open()
            && d.stage == Stage::Decide
            && d.share == Some(request.by)
            && d.from == request.asked
    });
    outcome.then.met.extend(waiting.map(|d| crate::matter::act::Met { n: d.n, at: cx.now }));
    if request.part == Part::Lead && matter.state == State::Handling {
        outcome.held_by(HolderKind::Unit, Some(request.by));
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
    let until = request.until.filter(|until| *until > cx.now);
    let Some(until) = until else {
        return Err(Refusal::OutOfState(Why::Lapsed(request.decide_by)));
    };
    match request.part {
        Part::Lead => {
            if matter.state != State::Handling {
                return Err(Refusal::OutOfState(Why::NotHandling));
            }
            outcome.state(State::Suspended, matter.lead_as_owner());
            outcome.held_by(HolderKind::Outside, Some(request.by));
            let because = vec![Reason::pause_ends(until)];
            outcome.open_on(Stage::Resume, None, request.by, until, because, None);
        }
        Part::Assist => {
            let pause = Pause { from: cx.now, to: until };
            if let Some(settle) = matter.open_deadline(Stage::Settle, Some(request.by)) {
                outcome.pause(settle, pause)?;
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
    match matter.open_deadline(stage, key) {
        Some(deadline) if deadline.due < due => {
            outcome.fix(deadline, due, Reason::extended(due));
            Ok(())
        }
        _ => Err(Refusal::OutOfState(Why::NoDeadline { stage })),
    }
}

/// 恢复: the pause ends; what it stopped moves by its length.
pub(super) fn resume(matter: &Matter, cx: &Context<'_>) -> Result<NewAct, Refusal> {
    let (from, _) = matter
        .paused
        .ok_or_else(|| Refusal::OutOfState(Why::State { state: matter.state, act: "resume" }))?;
    let pause = Pause { from, to: cx.now };
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
        outcome.pause(deadline, pause)?;
    }
    Ok(outcome.finish(Did::Resumed(Resumed { paused: from }), []))
}

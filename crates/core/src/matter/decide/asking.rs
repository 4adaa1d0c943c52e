//! Requests (申请): a pause, another date, shelving, referral, exclusion, objection. Asking changes
//! nothing; silence refuses.

use super::Context;
use super::kin::due_of_whole;
use super::outcome::{Outcome, is_leads};
use super::standing::{decider_for, runs};
use crate::clock::{self, Asked, Limit, Reason, Roll, Start};
use crate::ids::{DivisionCode, RequestId, UnitId};
use crate::ledger::ContentRef;
use crate::matter::act::{Did, NewAct, RequestAsked};
use crate::matter::deadline::Deadline;
use crate::matter::refusal::{Refusal, Why};
use crate::matter::state::{Matter, Part, Request, RequestKind, Share, State};
use crate::organisation::Relation;
use crate::playbook::{ClockLimit, Stage};
use crate::time::At;

/// Whether a request of the kind can be made now by the actor.
pub(super) fn may_ask(matter: &Matter, kind: RequestKind, cx: &Context<'_>) -> Result<(), Why> {
    let Some(share) = matter.share_of_actor(cx) else {
        // The call-back desk asks for an exclusion without a share.
        return if kind == RequestKind::Exclude {
            nothing_waits(matter, kind, cx)
        } else {
            Err(Why::OnlyShares)
        };
    };
    nothing_waits(matter, kind, cx)?;
    match kind {
        RequestKind::Exclude if matter.excluded => return Err(Why::Excluded),
        RequestKind::Exclude => return Ok(()),
        RequestKind::Object => return may_object(matter, share, cx),
        RequestKind::Shelve if cx.playbook.shelving.is_none() => return Err(Why::NotShelvable),
        _ => {}
    }
    if share.answered.is_some() {
        return Err(Why::ShareAnswered);
    }
    let lead = share.part == Part::Lead;
    let stops = !matches!(kind, RequestKind::Extend);
    if stops && share.paused_until.is_some_and(|until| cx.now < until) {
        return Err(Why::SharePaused);
    }
    if lead && matter.state == State::Shelved && stops && kind != RequestKind::Shelve {
        return Err(Why::LiesElsewhere);
    }
    match matter.open_deadline(Stage::Settle, share_key(share)) {
        Some(settle) if stops && matter.state != State::Shelved => before_due_day(settle, cx),
        _ => Ok(()),
    }
}

fn nothing_waits(matter: &Matter, kind: RequestKind, cx: &Context<'_>) -> Result<(), Why> {
    let by = matter.share_of_actor(cx).map(|s| s.unit).or(cx.actor.unit);
    let same = |r: &Request| Some(r.by) == by && r.kind == kind && r.waits(cx.now);
    if matter.requests.iter().any(same) { Err(Why::SameRequestOpen) } else { Ok(()) }
}

/// While it runs, the unit that a decision named objects to that, once; afterwards any unit that
/// handled it objects to the check or to what the reporter is said to have said.
fn may_object(matter: &Matter, share: &Share, cx: &Context<'_>) -> Result<(), Why> {
    if !runs(matter.state) && matter.state != State::Shelved {
        return Ok(());
    }
    if cx.playbook.meeting.is_none() {
        Err(Why::NoMeeting)
    } else if matter.objected {
        Err(Why::Objected)
    } else if share.part == Part::Lead && share.by_decision && share.answered.is_none() {
        Ok(())
    } else {
        Err(Why::NothingToObject)
    }
}

pub(super) fn share_key(share: &Share) -> Option<UnitId> {
    (share.part == Part::Assist).then_some(share.unit)
}

/// More time is asked for before the due day, not on it.
fn before_due_day(deadline: &Deadline, cx: &Context<'_>) -> Result<(), Why> {
    if cx.today() < deadline.due.date() { Ok(()) } else { Err(Why::AfterDueDay(deadline.due)) }
}

/// What the stage that the command names adds to [`may_ask`].
pub(super) fn may_extend_stage(matter: &Matter, stage: Stage, cx: &Context<'_>) -> Result<(), Why> {
    let share = matter.share_of_actor(cx).ok_or(Why::OnlyShares)?;
    match matter.open_deadline(stage, share_key(share)) {
        Some(deadline) => before_due_day(deadline, cx),
        None => Ok(()),
    }
}

fn own_share<'m>(matter: &'m Matter, cx: &Context<'_>) -> Result<&'m Share, Refusal> {
    matter.share_of_actor(cx).ok_or(Refusal::NotYours(Why::OnlyShares))
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
    let request = Request { until: Some(until), ..of_share(matter, id, share, reason, cx)? };
    Ok(asked(matter, request, RequestKind::Suspend, reason, cx))
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
    if share.part == Part::Lead
        && let Some(whole) = due_of_whole(matter, cx).filter(|whole| due > *whole)
    {
        let what = format!("a part is due no later than the whole, {whole}");
        return Err(Refusal::field("due", what));
    }
    let request = Request {
        kind: RequestKind::Extend,
        stage: Some(stage),
        due: Some(due),
        ..blank(matter, id, (share.unit, Some(share.part)), reason, Some(deadline.due), cx)?
    };
    Ok(asked(matter, request, RequestKind::Extend, reason, cx))
}

/// 挂账: what cannot be done now, with the day on which it is looked at again.
pub(super) fn shelve(
    matter: &Matter,
    id: RequestId,
    reason: &ContentRef,
    until: At,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own_share(matter, cx)?;
    let Some(rule) = &cx.playbook.shelving else {
        return Err(Refusal::OutOfState(Why::NotShelvable));
    };
    let latest = natural(cx, rule.longest)?;
    if until <= cx.now || until > latest {
        let what = format!("the review lies after now and at the latest on {latest}");
        return Err(Refusal::field("until", what));
    }
    let request = Request { until: Some(until), ..of_share(matter, id, share, reason, cx)? };
    Ok(asked(matter, request, RequestKind::Shelve, reason, cx))
}

/// 报请上级: to a superior unit, which the county cannot order.
pub(super) fn refer_up(
    matter: &Matter,
    id: RequestId,
    reason: &ContentRef,
    to: UnitId,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own_share(matter, cx)?;
    if cx.unit(to).is_none_or(|unit| unit.relation != Relation::Superior) {
        return Err(Refusal::field("to", "name a superior unit that stands today"));
    }
    let until = Some(natural(cx, Limit::Months(1))?);
    let request = Request { until, to: Some(to), ..of_share(matter, id, share, reason, cx)? };
    Ok(asked(matter, request, RequestKind::ReferUp, reason, cx))
}

/// 移送: to another county's ledger, in which it is opened anew.
pub(super) fn refer_across(
    matter: &Matter,
    id: RequestId,
    reason: &ContentRef,
    to: &DivisionCode,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own_share(matter, cx)?;
    let code = to.as_str();
    let is_code = code.len() == 12 && code.bytes().all(|b| b.is_ascii_digit());
    if !is_code || !code.ends_with("000000") {
        let what = "the 12-digit code of another county is wanted here, such as 411525000000";
        return Err(Refusal::field("to", what));
    }
    if cx.organisation.divisions.contains_key(to) {
        return Err(Refusal::field("to", "this lies in our own county: dispatch it"));
    }
    let until = Some(natural(cx, Limit::Months(1))?);
    let request =
        Request { until, across: Some(to.clone()), ..of_share(matter, id, share, reason, cx)? };
    Ok(asked(matter, request, RequestKind::ReferAcross, reason, cx))
}

/// 剔除, 异议: out of the rates; not as decided.
pub(super) fn dispute(
    matter: &Matter,
    id: RequestId,
    kind: RequestKind,
    reason: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = matter.share_of_actor(cx);
    let by = match (share, cx.actor.unit) {
        (Some(share), _) => (share.unit, Some(share.part)),
        (None, Some(unit)) => (unit, None),
        (None, None) => return Err(Refusal::NotYours(Why::NoPart)),
    };
    // Of a matter that no longer runs nobody's share is in question.
    let by = if runs(matter.state) || matter.state == State::Shelved { by } else { (by.0, None) };
    let mut request = blank(matter, id, by, reason, None, cx)?;
    if let (RequestKind::Object, Some(_), Some(meeting)) = (kind, by.1, &cx.playbook.meeting) {
        request.decide_by = limited(cx, meeting.limit)?;
    }
    Ok(asked(matter, request, kind, reason, cx))
}

/// The end of a natural limit from now, whatever day it is.
pub(super) fn natural(cx: &Context<'_>, limit: Limit) -> Result<At, Refusal> {
    let asked = Asked {
        accepted: cx.now,
        limit,
        start: Start::AtOnce,
        roll: Roll::None,
        cutoff: None,
        pauses: &[],
    };
    clock::due(cx.calendar, &asked).map(|d| d.due).map_err(|e| Refusal::clock("until", &e))
}

fn limited(cx: &Context<'_>, limit: Limit) -> Result<At, Refusal> {
    let asked = Asked::new(cx.now, limit);
    clock::due(cx.calendar, &asked).map(|d| d.due).map_err(|e| Refusal::clock("request", &e))
}

fn of_share(
    matter: &Matter,
    id: RequestId,
    share: &Share,
    reason: &ContentRef,
    cx: &Context<'_>,
) -> Result<Request, Refusal> {
    let moves = matter.open_deadline(Stage::Settle, share_key(share)).map(|d| d.due);
    blank(matter, id, (share.unit, Some(share.part)), reason, moves, cx)
}

/// A request with its last moment: the limit for deciding, or the due it would move if that is earlier.
pub(super) fn blank(
    matter: &Matter,
    id: RequestId,
    (by, part): (UnitId, Option<Part>),
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
        by,
        asker: cx.actor.person,
        part,
        asked: cx.now,
        reason: reason.id,
        until: None,
        stage: None,
        due: None,
        decide_by: moves.map_or(decide_by, |due| due.min(decide_by)),
        deadline: 0,
        granted: None,
        to: None,
        across: None,
        nodes: Vec::new(),
    })
}

fn asked(
    matter: &Matter,
    request: Request,
    kind: RequestKind,
    reason: &ContentRef,
    cx: &Context<'_>,
) -> NewAct {
    let (outcome, request) = wait_for(matter, Request { kind, ..request }, cx);
    let asked = RequestAsked { request };
    let did = match kind {
        RequestKind::Suspend | RequestKind::Plan => Did::SuspensionAsked(asked),
        RequestKind::Extend => Did::ExtensionAsked(asked),
        RequestKind::Shelve => Did::ShelvingAsked(asked),
        RequestKind::ReferUp => Did::ReferralUpAsked(asked),
        RequestKind::ReferAcross => Did::ReferralAcrossAsked(asked),
        RequestKind::Exclude => Did::ExclusionAsked(asked),
        RequestKind::Object => Did::Objected(asked),
    };
    outcome.finish(did, [reason])
}

/// The request with the deadline by which it is decided, and who holds the time until then.
pub(super) fn wait_for<'a>(
    matter: &'a Matter,
    mut request: Request,
    cx: &'a Context<'a>,
) -> (Outcome<'a>, Request) {
    let decider = decider_for(matter, request.kind, request.by, cx);
    let mut outcome = Outcome::of(matter, cx);
    request.deadline = outcome.next_n();
    let because = vec![Reason::lapses(request.decide_by)];
    let due = request.decide_by;
    outcome.open_on(Stage::Decide, Some(request.by), decider.unit, due, because, None);
    if request.part == Some(Part::Lead) && matter.state == State::Handling {
        outcome.held_by_approver(decider.unit, request.decide_by);
    }
    (outcome, request)
}

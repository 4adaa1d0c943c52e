//! Requests (申请): a pause, another date, shelving, referral, exclusion, objection. Asking changes
//! nothing; silence refuses.

use super::Context;
use super::kin::due_of_whole;
use super::outcome::{Outcome, is_leads};
use super::standing::{decider_for, runs};
use crate::clock::{Limit, Reason, Roll, Start};
use crate::ids::{DivisionCode, RequestId, UnitId};
use crate::ledger::ContentRef;
use crate::matter::act::{Did, NewAct, RequestAsked};
use crate::matter::deadline::{Deadline, Rule};
use crate::matter::refusal::{Refusal, Why};
use crate::matter::state::{Matter, Part, Request, RequestKind, Share, State};
use crate::organisation::Relation;
use crate::playbook::{ClockLimit, Stage};
use crate::time::At;

/// Whether a request of the kind can be made now by the actor.
pub(super) fn may_ask(matter: &Matter, kind: RequestKind, cx: &Context<'_>) -> Result<(), Why> {
    if kind == RequestKind::Exclude && !matter.is_rated() {
        return Err(Why::Excluded);
    }
    nothing_waits(matter, kind, cx)?;
    if kind == RequestKind::Exclude {
        // The call-back desk asks for it without a share.
        return Ok(());
    }
    let share = matter.share_of_actor(cx).ok_or(Why::OnlyShares)?;
    match kind {
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
    if !stops {
        return some_date_ahead(matter, share, cx);
    }
    match matter.open_deadline(Stage::Settle, share.key()) {
        Some(settle) if matter.state != State::Shelved => before_due_day(settle, cx),
        _ => Ok(()),
    }
}

/// Another date is asked for while one that the unit owes still lies ahead.
fn some_date_ahead(matter: &Matter, share: &Share, cx: &Context<'_>) -> Result<(), Why> {
    let own = |d: &&Deadline| d.is_open() && d.share == share.key() && is_leads(d.stage);
    match matter.deadlines.iter().filter(own).max_by_key(|d| d.due) {
        Some(last) => before_due_day(last, cx),
        None => Err(Why::NothingOwed),
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

/// More time is asked for before the due day, not on it.
fn before_due_day(deadline: &Deadline, cx: &Context<'_>) -> Result<(), Why> {
    if cx.today() < deadline.due.date() { Ok(()) } else { Err(Why::AfterDueDay(deadline.due)) }
}

/// What the stage that the command names adds to [`may_ask`].
pub(super) fn may_extend_stage(matter: &Matter, stage: Stage, cx: &Context<'_>) -> Result<(), Why> {
    let share = matter.share_of_actor(cx).ok_or(Why::OnlyShares)?;
    match matter.open_deadline(stage, share.key()) {
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
    if until <= cx.now {
        return Err(Refusal::field("until", "the pause has to end later than now"));
    }
    let request = stop(matter, (id, RequestKind::Suspend), reason, until, cx)?;
    Ok(asked(matter, request, Did::SuspensionAsked, reason, cx))
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
    let open = matter.open_deadline(stage, share.key()).filter(|_| is_leads(stage));
    let Some(deadline) = open else {
        return Err(Refusal::field("stage", "this unit has no open deadline of that stage"));
    };
    if due <= deadline.due {
        return Err(Refusal::field(
            "due",
            format!("it has to be later than the present one, {}", deadline.due),
        ));
    }
    let lead_due = matter.settle_due(None);
    if share.part == Part::Assist && lead_due.is_some_and(|lead| due > lead) {
        return Err(Refusal::field("due", "an assisting unit's due is never after the lead's"));
    }
    if share.part == Part::Lead
        && let Some(whole) = due_of_whole(matter, cx).filter(|whole| due > *whole)
    {
        let what = format!("a part is due no later than the whole, {whole}");
        return Err(Refusal::field("due", what));
    }
    let (what, by) = ((id, RequestKind::Extend), (share.unit, Some(share.part)));
    let request = blank(matter, what, by, reason, Some(deadline.due), cx)?;
    let request = Request { stage: Some(stage), due: Some(due), ..request };
    Ok(asked(matter, request, Did::ExtensionAsked, reason, cx))
}

/// 挂账: what cannot be done now, with the day on which it is looked at again.
pub(super) fn shelve(
    matter: &Matter,
    id: RequestId,
    reason: &ContentRef,
    until: At,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(rule) = &cx.playbook.shelving else {
        return Err(Refusal::OutOfState(Why::NotShelvable));
    };
    let latest = cx.due("until", cx.now, &Rule::natural(rule.longest))?;
    if until <= cx.now || until > latest {
        let what = format!("the review lies after now and at the latest on {latest}");
        return Err(Refusal::field("until", what));
    }
    let request = stop(matter, (id, RequestKind::Shelve), reason, until, cx)?;
    Ok(asked(matter, request, Did::ShelvingAsked, reason, cx))
}

/// 报请上级: to a superior unit, which the county cannot order.
pub(super) fn refer_up(
    matter: &Matter,
    id: RequestId,
    reason: &ContentRef,
    to: UnitId,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    if cx.unit(to).is_none_or(|unit| unit.relation != Relation::Superior) {
        return Err(Refusal::field("to", "name a superior unit that stands today"));
    }
    let request = stop(matter, (id, RequestKind::ReferUp), reason, looked_at(cx)?, cx)?;
    let request = Request { to: Some(to), ..request };
    Ok(asked(matter, request, Did::ReferralUpAsked, reason, cx))
}

/// 移送: to another county's ledger, in which it is opened anew.
pub(super) fn refer_across(
    matter: &Matter,
    id: RequestId,
    reason: &ContentRef,
    to: &DivisionCode,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let code = to.as_str();
    let is_code = code.len() == 12 && code.bytes().all(|b| b.is_ascii_digit());
    if !is_code || !code.ends_with("000000") {
        let what = "the 12-digit code of another county is wanted here, such as 411525000000";
        return Err(Refusal::field("to", what));
    }
    if cx.organisation.divisions.contains_key(to) {
        return Err(Refusal::field("to", "this lies in our own county: dispatch it"));
    }
    let request = stop(matter, (id, RequestKind::ReferAcross), reason, looked_at(cx)?, cx)?;
    let request = Request { across: Some(to.clone()), ..request };
    Ok(asked(matter, request, Did::ReferralAcrossAsked, reason, cx))
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
    let mut request = blank(matter, (id, kind), by, reason, None, cx)?;
    if let (RequestKind::Object, Some(_), Some(meeting)) = (kind, by.1, &cx.playbook.meeting) {
        request.decide_by = cx.due("request", cx.now, &Rule::working(meeting.limit))?;
    }
    let did = if kind == RequestKind::Object { Did::Objected } else { Did::ExclusionAsked };
    Ok(asked(matter, request, did, reason, cx))
}

/// When what lies outside is looked at: each month.
pub(super) fn looked_at(cx: &Context<'_>) -> Result<At, Refusal> {
    cx.due("until", cx.now, &Rule::natural(Limit::Months(1)))
}

/// A request that would stop the actor's share until a day.
fn stop(
    matter: &Matter,
    what: (RequestId, RequestKind),
    reason: &ContentRef,
    until: At,
    cx: &Context<'_>,
) -> Result<Request, Refusal> {
    let share = own_share(matter, cx)?;
    let by = (share.unit, Some(share.part));
    let request = blank(matter, what, by, reason, matter.settle_due(share.key()), cx)?;
    Ok(Request { until: Some(until), ..request })
}

/// A request with its last moment: the limit for deciding, or the due it would move if that is earlier.
pub(super) fn blank(
    matter: &Matter,
    (id, kind): (RequestId, RequestKind),
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
    let rule = Rule {
        limit,
        start: row.map_or(Start::Working, |r| r.start),
        roll: row.map_or(Roll::Next, |r| r.roll),
        cutoff: row.and_then(|r| r.cutoff),
    };
    let decide_by = cx.due("request", cx.now, &rule)?;
    let moves = moves.filter(|due| *due > cx.now);
    Ok(Request {
        id,
        kind,
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
        lapsed: false,
        to: None,
        across: None,
        nodes: Vec::new(),
    })
}

fn asked(
    matter: &Matter,
    request: Request,
    did: impl FnOnce(RequestAsked) -> Did,
    reason: &ContentRef,
    cx: &Context<'_>,
) -> NewAct {
    let (outcome, request) = wait_for(matter, request, cx);
    outcome.finish(did(RequestAsked { request }), [reason])
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

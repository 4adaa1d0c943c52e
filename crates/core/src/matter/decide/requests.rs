//! Decisions on requests, and what a granted one makes true.

use super::Context;
use super::kin::due_of_whole;
use super::outcome::Outcome;
use super::standing::{decider_for, excludes, first_seat, only_seat, sits_at};
use crate::clock::{Pause, Reason};
use crate::ids::RequestId;
use crate::ledger::ContentRef;
use crate::matter::act::{Decided, Did, NewAct, Resumed};
use crate::matter::deadline::Deadline;
use crate::matter::holder::{Holder, HolderKind};
use crate::matter::refusal::{FieldFault, Refusal, Why};
use crate::matter::state::{Matter, Part, Request, RequestKind, State};
use crate::organisation::Role;
use crate::paper::number_fault;
use crate::playbook::Stage;
use crate::time::At;

/// Something must have been asked whose decision is this person's.
pub(super) fn may_decide(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let asked = matter.requests.iter().any(|r| is_mine(r, matter, cx));
    if asked { Ok(()) } else { Err(Why::NothingToDecide) }
}

/// Whether a request waits for this person's decision.
pub(in crate::matter) fn waits_for(matter: &Matter, cx: &Context<'_>) -> bool {
    matter.requests.iter().any(|r| r.waits(cx.now) && is_mine(r, matter, cx))
}

fn is_mine(request: &Request, matter: &Matter, cx: &Context<'_>) -> bool {
    whose_decision(request, matter, cx).is_ok()
}

fn whose_decision(request: &Request, matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let drafted = matter.drafts.iter().filter(|d| d.drafted.request() == Some(request.id));
    let mut askers = drafted.map(|draft| draft.by).chain([request.asker]);
    if cx.is_of(request.by) || askers.any(|person| person == cx.actor.person) {
        Err(Why::OwnRequest)
    } else if request.kind == RequestKind::Exclude {
        excludes(matter, request.by, cx)
    } else {
        let seat = decider_for(matter, request.kind, request.by, cx);
        if sits_at(seat, cx) { Ok(()) } else { Err(only_seat(seat, cx)) }
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
    let Some(request) = named(matter, id).filter(|r| r.granted.is_none() || r.lapsed) else {
        return Ok(());
    };
    if !request.waits(cx.now) {
        return Err(Why::Lapsed(request.decide_by));
    }
    let lead = request.part == Some(Part::Lead);
    let key = request.key();
    let running = matter.state == State::Handling
        || (matter.state == State::Shelved && request.kind == RequestKind::Shelve);
    match (request.kind, request.stage) {
        _ if !accept => Ok(()),
        (
            RequestKind::Suspend
            | RequestKind::Shelve
            | RequestKind::ReferUp
            | RequestKind::ReferAcross,
            _,
        ) => {
            if request.until.is_none_or(|until| until <= cx.now) {
                Err(Why::Lapsed(request.until.unwrap_or(request.decide_by)))
            } else if lead && !running {
                Err(Why::NotHandling)
            } else {
                Ok(())
            }
        }
        (RequestKind::Plan, _) if request.nodes.iter().all(|node| node.due <= cx.now) => {
            Err(Why::Lapsed(request.decide_by))
        }
        (RequestKind::Extend, Some(stage)) => match matter.open_deadline(stage, key) {
            Some(deadline) if request.due.is_some_and(|due| deadline.due < due) => Ok(()),
            _ => Err(Why::NoDeadline { stage }),
        },
        _ => Ok(()),
    }
}

/// What a decision says besides yes or no.
pub(super) struct Word<'a> {
    pub(super) accept: bool,
    pub(super) reason: Option<&'a ContentRef>,
    /// The number of the paper, where a meeting decided.
    pub(super) number: Option<&'a str>,
}

fn faults_of_word(request: &Request, word: &Word<'_>) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if !word.accept && word.reason.is_none() {
        faults.push(FieldFault::new("reason", "a refusal says why"));
    }
    let naming = request.is_to_the_naming();
    let meets = request.kind == RequestKind::Shelve || naming;
    if meets && word.number.is_none() {
        faults.push(FieldFault::new(
            "number",
            "a meeting decides this: give the number of its paper",
        ));
    }
    if !meets && word.number.is_some() {
        faults.push(FieldFault::new("number", "no meeting decides this"));
    }
    faults.extend(word.number.and_then(paper_fault));
    if naming && word.accept {
        let what = "where the meeting follows the objection it names the unit: use adjudicate";
        faults.push(FieldFault::new("accept", what));
    }
    faults
}

/// What is wrong with the number of a paper.
pub(crate) fn paper_fault(number: &str) -> Option<FieldFault> {
    number_fault(number).map(|what| FieldFault::new("number", what))
}

pub(super) fn decide(
    matter: &Matter,
    id: RequestId,
    word: &Word<'_>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(request) = named(matter, id) else {
        return Err(Refusal::field("request", "this matter has no such request"));
    };
    if request.granted.is_some() {
        return Err(Refusal::Already(Why::RequestDecided));
    }
    let faults = faults_of_word(request, word);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let mut outcome = Outcome::of(matter, cx);
    outcome.meet_number(request.deadline, cx.now);
    give_back(&mut outcome, matter, request, cx);
    let mut until = None;
    let renewal = request.kind == RequestKind::Shelve
        && request.part == Some(Part::Lead)
        && matter.state == State::Shelved;
    if word.accept {
        until = grant(&mut outcome, matter, request, cx)?;
    } else if renewal {
        outcome.go_on()?;
    }
    let did = Decided {
        request: id,
        asked: request.kind,
        of: request.by,
        part: request.part,
        accept: word.accept,
        reason: word.reason.map(|r| r.id),
        until,
        number: word.number.map(str::to_owned),
        lapsed: false,
    };
    Ok(outcome.finish(Did::Decided(did), word.reason))
}

/// The time is the unit's again, or of whoever decides what else the lead has asked.
pub(super) fn give_back(
    outcome: &mut Outcome<'_>,
    matter: &Matter,
    request: &Request,
    cx: &Context<'_>,
) {
    if request.part != Some(Part::Lead) || matter.state != State::Handling {
        return;
    }
    let mut others = matter
        .requests
        .iter()
        .filter(|r| r.id != request.id && r.part == Some(Part::Lead) && r.waits(cx.now));
    match others.next() {
        Some(other) => {
            let decider = decider_for(matter, other.kind, other.by, cx);
            outcome.held_by_approver(decider.unit, other.decide_by);
        }
        None => outcome.held_by(HolderKind::Unit, Some(request.by)),
    }
}

/// What the request asked for becomes true; the moment until which a pause of any sort runs.
fn grant(
    outcome: &mut Outcome<'_>,
    matter: &Matter,
    request: &Request,
    cx: &Context<'_>,
) -> Result<Option<At>, Refusal> {
    match request.kind {
        RequestKind::Extend => grant_extension(outcome, matter, request).map(|()| None),
        RequestKind::Plan => super::planning::grant(outcome, matter, request).map(|()| None),
        RequestKind::Exclude | RequestKind::Object => Ok(None),
        RequestKind::Suspend
        | RequestKind::Shelve
        | RequestKind::ReferUp
        | RequestKind::ReferAcross => grant_stop(outcome, matter, request, cx).map(Some),
    }
}

/// The lead's pause, shelving or referral stops the matter; an assisting unit's moves its own due at
/// once.
fn grant_stop(
    outcome: &mut Outcome<'_>,
    matter: &Matter,
    request: &Request,
    cx: &Context<'_>,
) -> Result<At, Refusal> {
    let Some(until) = request.until else {
        return Err(Refusal::OutOfState(Why::Lapsed(request.decide_by)));
    };
    if request.part != Some(Part::Lead) {
        let pause = Pause { from: cx.now, to: until };
        let lead_due = matter.settle_due(None);
        if let Some(settle) = matter.open_deadline(Stage::Settle, Some(request.by)) {
            outcome.pause(settle, pause, lead_due)?;
        }
        return Ok(until);
    }
    let lead = matter.lead_as_owner();
    match request.kind {
        RequestKind::Suspend => {
            outcome.state(State::Suspended, lead);
            let because = vec![Reason::pause_ends(until)];
            outcome.open_on(Stage::Resume, None, request.by, until, because, None);
        }
        RequestKind::Shelve => {
            outcome.state(State::Shelved, lead);
            let because = Reason::reviewed(until);
            match matter.open_deadline(Stage::Review, None) {
                Some(review) => outcome.fix(review, until, because),
                None => {
                    outcome.open_on(Stage::Review, None, request.by, until, vec![because], None);
                }
            }
        }
        _ => {
            let liaison = first_seat(Role::CommandCentre, matter, cx, |_| true).or(lead);
            let unit = liaison.map_or(request.by, |seat| seat.unit);
            outcome.state(State::Outside, liaison);
            let because = vec![Reason::reviewed(until)];
            outcome.open_on(Stage::Review, None, unit, until, because, None);
        }
    }
    let (kind, unit) = (HolderKind::Outside, Some(request.by));
    // A pause holds the time no longer than was granted; what lies elsewhere until it comes back.
    let until_then = (request.kind == RequestKind::Suspend).then_some(until);
    outcome.then.holder = Some(Holder { kind, unit, until: until_then });
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
    let key = request.key();
    let lead_due = matter.settle_due(None);
    if key.is_some() && lead_due.is_some_and(|lead| due > lead) {
        return Err(Refusal::field(
            "accept",
            "the lead's due has come nearer since: an assisting unit's is never after it",
        ));
    }
    if key.is_none() && due_of_whole(matter, outcome.cx()).is_some_and(|whole| due > whole) {
        let what = "the whole's due has come nearer since: a part's is never after it";
        return Err(Refusal::field("accept", what));
    }
    let Some(deadline) = matter.open_deadline(stage, key) else {
        return Err(Refusal::OutOfState(Why::NoDeadline { stage }));
    };
    outcome.fix(deadline, due, Reason::extended(due));
    Ok(())
}

/// 恢复: the pause ends; what it stopped moves by its length, and never by more than was granted.
pub(super) fn resume(matter: &Matter, cx: &Context<'_>) -> Result<NewAct, Refusal> {
    let (paused, _) = matter
        .paused
        .ok_or(Refusal::OutOfState(Why::State { state: matter.state, act: "resume" }))?;
    let mut outcome = Outcome::of(matter, cx);
    outcome.go_on()?;
    Ok(outcome.finish(Did::Resumed(Resumed { paused }), []))
}

impl Outcome<'_> {
    /// The lead handles it again: what the pause, the shelving or the referral stopped moves by its
    /// length.
    pub(super) fn go_on(&mut self) -> Result<(), Refusal> {
        let matter = self.matter();
        self.state(State::Handling, matter.lead_as_owner());
        self.held_by(HolderKind::Unit, matter.lead().map(|s| s.unit));
        self.meet(Stage::Resume, None);
        self.meet(Stage::Review, None);
        let Some((from, until)) = matter.paused else { return Ok(()) };
        // A pause ends on the day that was granted, also where nobody resumes.
        let now = self.now();
        let to = if matter.state == State::Suspended { now.min(until) } else { now };
        let pause = Pause { from, to };
        let whole = due_of_whole(matter, self.cx());
        let stopped = |d: &&Deadline| matter.is_stopped(d);
        for deadline in matter.deadlines.iter().filter(stopped).filter(|d| d.share.is_none()) {
            self.pause(deadline, pause, whole)?;
        }
        let settle = matter.open_deadline(Stage::Settle, None);
        let lead_due = settle.map(|settle| self.due_of(settle));
        for deadline in matter.deadlines.iter().filter(stopped) {
            let Some(share) = deadline.share.and_then(|unit| matter.share_of(unit)) else {
                continue;
            };
            // Its own pause has moved it already, for as long as that runs.
            let from = share.paused_until.map_or(pause.from, |until| until.max(pause.from));
            if from < pause.to {
                let latest = lead_due.filter(|_| deadline.stage == Stage::Settle);
                self.pause(deadline, Pause { from, ..pause }, latest)?;
            }
        }
        Ok(())
    }
}

//! The end: verified by somebody outside the chain, the reporter asked, closed by those entitled,
//! opened again where it did not hold.

use super::Context;
use super::entry::window;
use super::outcome::{Outcome, limit_of};
use super::routing::check_unit;
use super::standing::{asked, closers, is_supervision, seat};
use crate::ids::UnitId;
use crate::ledger::ContentRef;
use crate::matter::act::{CalledBack, Did, NewAct, Reopened, SignedOff, Verified};
use crate::matter::actor::Person;
use crate::matter::holder::HolderKind;
use crate::matter::refusal::{FieldFault, Refusal, Why};
use crate::matter::state::{Matter, Owner, Satisfied, State};
use crate::matter::table::{ActName, Slot};
use crate::playbook::{Rating, Stage};

/// A passed check can only be followed by a failed one, from the closing desk.
pub(super) fn may_verify(matter: &Matter, slots: &[Slot]) -> Result<(), Why> {
    let wanted = if matter.state == State::Answered { Slot::Verifier } else { Slot::Closer };
    if slots.contains(&wanted) {
        Ok(())
    } else {
        Err(Why::State { state: matter.state, act: "verify" })
    }
}

pub(super) fn verify(
    matter: &Matter,
    passed: bool,
    rating: Option<Rating>,
    text: Option<&ContentRef>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let faults = faults_of_check(passed, rating, text, cx);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let mut outcome = Outcome::of(matter, cx);
    outcome.meet(Stage::Verify, None);
    if passed {
        let closer = seat(matter, ActName::SignOff, closers(matter, cx), cx);
        outcome.state(State::Verified, Some(closer));
        if let Some(ask) = asked(matter, cx) {
            let asks = seat(matter, ActName::CallBack, &ask.roles, cx);
            outcome.held_by(HolderKind::Reporter, Some(asks.unit));
            outcome.open(Stage::CallBack, None, asks.unit, cx.now)?;
        } else {
            outcome.held_by(HolderKind::Centre, Some(closer.unit));
            outcome.open(Stage::SignOff, None, closer.unit, cx.now)?;
        }
    } else {
        // The old dues stand: what the answer had settled is open again.
        outcome.state(State::Handling, matter.lead_as_owner());
        outcome.held_by(HolderKind::Unit, matter.lead().map(|s| s.unit));
        outcome.end_where(|d| matches!(d.stage, Stage::CallBack | Stage::SignOff));
        let settled = matter
            .deadlines
            .iter()
            .filter(|d| d.stage == Stage::Settle && d.share.is_none() && d.round == matter.round);
        outcome.then.unmet.extend(settled.filter(|d| d.met.is_some()).map(|d| d.n));
        months_again(&mut outcome, matter);
    }
    let did = Verified { passed, rating, text: text.map(|t| t.id) };
    Ok(outcome.finish(Did::Verified(did), text))
}

/// The reports of the months that are still ahead, which the answer had ended with it.
fn months_again(outcome: &mut Outcome<'_>, matter: &Matter) {
    let Some((answer, lead)) = matter.answer().zip(matter.lead()) else { return };
    let now = outcome.now();
    let ahead = matter.deadlines.iter().filter(|d| {
        let month = matches!(d.stage, Stage::Monthly(..)) && d.round == matter.round;
        month && d.ended == Some(answer.at) && d.due > now
    });
    for deadline in ahead {
        outcome.open_again(deadline.stage, lead.unit);
    }
}

fn faults_of_check(
    passed: bool,
    rating: Option<Rating>,
    text: Option<&ContentRef>,
    cx: &Context<'_>,
) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if !passed && text.is_none() {
        faults.push(FieldFault::new("text", "a failed check says what is wrong"));
    }
    match (cx.playbook.verification.rated, rating) {
        (true, None) => faults.push(FieldFault::new("rating", "this kind of matter is rated")),
        (false, Some(_)) => {
            faults.push(FieldFault::new("rating", "this kind of matter is not rated"));
        }
        (true, Some(rating)) if passed == (rating == Rating::Fail) => {
            faults.push(FieldFault::new("rating", "\"fail\" is a failed check, and only that"));
        }
        _ => {}
    }
    faults
}

/// What the reporter said: three facts, none inferred from another.
pub(super) struct Said {
    reached: bool,
    solved: Option<bool>,
    satisfied: Option<Satisfied>,
    party: Option<u8>,
}

impl Said {
    pub(super) const fn new(
        reached: bool,
        solved: Option<bool>,
        satisfied: Option<Satisfied>,
        party: Option<u8>,
    ) -> Self {
        Self { reached, solved, satisfied, party }
    }
}

pub(super) fn call_back(
    matter: &Matter,
    said: &Said,
    text: Option<&ContentRef>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let by_reporter = cx.actor.person == Person::Receipt;
    let mut faults = Vec::new();
    if said.reached {
        if said.solved.is_none() {
            faults.push(FieldFault::new("solved", "say whether it is solved"));
        }
        if said.satisfied.is_none() {
            faults.push(FieldFault::new("satisfied", "yes, basically or no"));
        }
    } else {
        if by_reporter {
            faults.push(FieldFault::new("reached", "who answers was reached"));
        }
        if said.solved.is_some() || said.satisfied.is_some() {
            faults.push(FieldFault::new("reached", "nobody was reached: no answer can stand"));
        }
    }
    let party = party_of(said, by_reporter, cx).map_err(|fault| faults.push(fault)).ok();
    let Some(party) = party.filter(|_| faults.is_empty()) else {
        return Err(Refusal::Invalid(faults));
    };
    let mut outcome = Outcome::of(matter, cx);
    let waits =
        matter.state == State::Verified && matter.open_deadline(Stage::CallBack, None).is_some();
    let asked = |other: u8| {
        let today = (other == party && !said.reached).then_some(cx);
        let heard = (other == party && said.reached) || matter.heard(other).is_some();
        heard || tries(matter, other, today) >= needed(cx)
    };
    if waits && (1..=parties(cx)).all(asked) {
        let closer = seat(matter, ActName::SignOff, closers(matter, cx), cx);
        outcome.held_by(HolderKind::Centre, Some(closer.unit));
        outcome.meet(Stage::CallBack, None);
        outcome.open(Stage::SignOff, None, closer.unit, cx.now)?;
    }
    let did = CalledBack {
        reached: said.reached,
        solved: said.solved,
        satisfied: said.satisfied,
        text: text.map(|t| t.id),
        by_reporter,
        party,
    };
    Ok(outcome.finish(Did::CalledBack(did), text))
}

/// How many are asked.
fn parties(cx: &Context<'_>) -> u8 {
    cx.playbook.ask.as_ref().map_or(1, |ask| ask.parties)
}

/// Who of those asked it was; who answers by receipt is the first.
fn party_of(said: &Said, by_reporter: bool, cx: &Context<'_>) -> Result<u8, FieldFault> {
    let asked = parties(cx);
    match said.party {
        None if asked == 1 || by_reporter => Ok(1),
        None => Err(FieldFault::new("party", format!("missing: say which of the {asked} parties"))),
        Some(1) => Ok(1),
        Some(party) if by_reporter || !(1..=asked).contains(&party) => Err(FieldFault::new(
            "party",
            format!("there are {asked}, counted from 1; the reporter is 1"),
        )),
        Some(party) => Ok(party),
    }
}

/// How many tries on different days stand for an answer; without a number only an answer does.
fn needed(cx: &Context<'_>) -> usize {
    match &cx.playbook.ask {
        Some(ask) if ask.agrees => usize::MAX,
        Some(ask) if ask.tries > 0 => usize::from(ask.tries),
        _ => usize::MAX,
    }
}

/// The days since the answer on which somebody tried to reach the party, today included where asked.
fn tries(matter: &Matter, party: u8, today: Option<&Context<'_>>) -> usize {
    let mut days: Vec<_> = matter
        .calls()
        .filter(|c| !c.reached && c.party == party)
        .map(|c| c.at.date())
        .chain(today.map(Context::today))
        .collect();
    days.sort_unstable();
    days.dedup();
    days.len()
}

/// The reporter has a window; the desk and the supervision office have none.
pub(super) fn may_reopen(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    // A merger sets no window of its own: it ends as long after it as after a close.
    let merged = matter.closed.filter(|_| matter.state == State::Merged);
    let until = match merged {
        Some(closed) => window(cx, closed).ok(),
        None => matter.reopen_until,
    };
    match until {
        Some(until) if cx.actor.person == Person::Receipt && cx.now > until => {
            Err(Why::WindowOver(until))
        }
        _ => Ok(()),
    }
}

pub(super) fn may_sign_off(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let Some(ask) = asked(matter, cx) else { return Ok(()) };
    let heard = || (1..=ask.parties).filter_map(|party| matter.heard(party));
    if ask.agrees && heard().any(|first| first.solved != Some(true)) {
        return Err(Why::NotAgreed);
    }
    if matter.unsolved() && !cx.actor.role.is_some_and(is_supervision) {
        return Err(Why::NotSolved);
    }
    (1..=ask.parties).try_for_each(|party| match matter.heard(party) {
        Some(_) => Ok(()),
        None if tries(matter, party, None) >= needed(cx) => Ok(()),
        None if tries(matter, party, None) > 0 => Err(Why::TooFewTries),
        None if ask.parties > 1 => Err(Why::PartyNotAsked(party)),
        None => Err(Why::NotAsked),
    })
}

/// 办结归档.
pub(super) fn sign_off(
    matter: &Matter,
    despite: Option<&ContentRef>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let unsolved = matter.unsolved();
    if unsolved && despite.is_none() {
        return Err(Refusal::field(
            "despite",
            "the reporter says it is not solved: give the reason",
        ));
    }
    if !unsolved && despite.is_some() {
        return Err(Refusal::field("despite", "nobody says that it is not solved"));
    }
    let mut outcome = Outcome::of(matter, cx);
    outcome.state(State::SignedOff, None);
    outcome.meet(Stage::SignOff, None);
    outcome.end_where(|_| true);
    let did = SignedOff { despite: despite.map(|d| d.id), reopen_until: window(cx, cx.now)? };
    Ok(outcome.finish(Did::SignedOff(did), despite))
}

/// A closed matter begins a new round with a new limit; a declined one goes back to the desk. Age and
/// history stay.
pub(super) fn reopen(
    matter: &Matter,
    reason: &ContentRef,
    lead: Option<UnitId>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let mut outcome = Outcome::of(matter, cx);
    if matter.state == State::Declined {
        if lead.is_some() {
            return Err(Refusal::field("lead", "it goes back to the desk first"));
        }
        outcome.state(State::Reported, Some(matter.desk));
        outcome.held_by(HolderKind::Centre, Some(matter.desk.unit));
        outcome.open(Stage::File, None, matter.desk.unit, cx.now)?;
        let did = Reopened { reason: reason.id, lead: None, limit: None };
        return Ok(outcome.finish(Did::Reopened(did), [reason]));
    }
    if matter.state == State::Merged {
        return unmerge(matter, reason, lead, cx);
    }
    if lead.is_some() && cx.actor.person == Person::Receipt {
        return Err(Refusal::field("lead", "the desk names the unit"));
    }
    let Some(lead) = lead.or_else(|| matter.lead().map(|s| s.unit)) else {
        return Err(Refusal::field("lead", "name the unit"));
    };
    let mut faults = Vec::new();
    check_unit("lead", lead, matter, cx, &mut faults);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    outcome.state(State::Dispatched, Some(Owner { unit: lead, post: None }));
    outcome.held_by(HolderKind::Unit, Some(lead));
    // An order of an authority outside still has the limit that this set, while it lasts.
    let set = matter.outside.as_ref().filter(|outside| outside.due > cx.now);
    for stage in [Stage::Deploy, Stage::SignFor, Stage::Progress, Stage::Plan, Stage::Settle] {
        match set {
            Some(outside) if stage == Stage::Settle => outcome.settle_before(outside, lead),
            _ => outcome.open(stage, None, lead, cx.now)?,
        }
    }
    outcome.open_nodes(lead, cx.now)?;
    let limit = limit_of(cx, matter.category.as_ref(), &matter.place).ok();
    let did = Reopened { reason: reason.id, lead: Some(lead), limit };
    Ok(outcome.finish(Did::Reopened(did), [reason]))
}

/// It was not the same after all: back at the desk, in the same round and from its old start.
fn unmerge(
    matter: &Matter,
    reason: &ContentRef,
    lead: Option<UnitId>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    if lead.is_some() {
        return Err(Refusal::field("lead", "it goes back to the desk first"));
    }
    let desk = matter.desk;
    let mut outcome = Outcome::of(matter, cx);
    outcome.state(State::Filed, Some(desk));
    outcome.held_by(HolderKind::Centre, Some(desk.unit));
    outcome.open(Stage::Dispatch, None, desk.unit, cx.now)?;
    for stage in [Stage::Deploy, Stage::Settle] {
        if outcome.open_again(stage, desk.unit) {
            continue;
        }
        if let (Some(outside), Stage::Settle) = (&matter.outside, stage) {
            outcome.settle_before(outside, desk.unit);
        } else {
            let from = outcome.start_of(stage, matter.grade);
            outcome.open(stage, None, desk.unit, from)?;
        }
    }
    let did = Reopened { reason: reason.id, lead: None, limit: None };
    Ok(outcome.finish(Did::Reopened(did), [reason]))
}

//! May this happen, and what is then true? One file a group of acts; here what all share: who may,
//! in which order refusals are found.

mod closing;
mod context;
mod entry;
mod handling;
mod outcome;
mod requests;
mod routing;
mod side;
mod standing;

pub use context::Context;
pub use entry::report;
pub(super) use outcome::is_leads;
pub(super) use requests::waits_for;
pub use routing::can_be_given;

use super::act::NewAct;
use super::command::{Ask, Command};
use super::refusal::{Refusal, Why};
use super::state::{Matter, State};
use super::table::{ActName, Slot, fits_state};
use super::{Person, may_see};
use crate::ids::UnitId;

/// What the acts of a command are, or why it is refused; a refused command leaves nothing behind.
pub fn decide(matter: &Matter, ask: &Ask, cx: &Context<'_>) -> Result<Vec<NewAct>, Refusal> {
    if !sees(matter, cx) {
        return Err(Refusal::Unknown);
    }
    let slots = admit(matter, ask.act, ask.command.as_ref().ok(), cx)?;
    if ask.seq.is_some_and(|seen| surprised(matter, ask, seen, cx)) {
        return Err(Refusal::Stale { since: ask.seq.unwrap_or_default() });
    }
    let command = ask.command.as_ref().map_err(|faults| Refusal::Invalid(faults.clone()))?;
    let act = match command {
        Command::File(facts) => entry::file(matter, facts, cx),
        Command::Decline { reason } => entry::decline(matter, reason, cx),
        Command::Correct(facts) => entry::correct(matter, facts, cx),
        Command::Dispatch { lead, assists, withdraw, deadline, reason } => {
            let order = routing::Order { lead: *lead, assists, withdraw, deadline: *deadline };
            routing::dispatch(matter, &order, reason.as_ref(), cx)
        }
        Command::SignFor { post } => handling::sign_for(matter, *post, cx),
        Command::Return { reason, whose } => routing::return_(matter, reason, *whose, cx),
        Command::Adjudicate { lead, assists, withdraw, deadline, reason } => {
            let order = routing::Order { lead: *lead, assists, withdraw, deadline: *deadline };
            routing::adjudicate(matter, &order, reason, cx)
        }
        Command::Progress { text } => handling::progress(matter, text, cx),
        Command::Suspend { request, reason, until } => {
            requests::suspend(matter, *request, reason, *until, cx)
        }
        Command::Extend { request, reason, stage, due } => {
            requests::extend(matter, *request, reason, *stage, *due, cx)
        }
        Command::Decide { request, accept, reason } => {
            requests::decide(matter, *request, *accept, reason.as_ref(), cx)
        }
        Command::Resume => requests::resume(matter, cx),
        Command::Answer { kind, text } => handling::answer(matter, *kind, text, cx),
        Command::Verify { passed, rating, text } => {
            closing::verify(matter, *passed, *rating, text.as_ref(), cx)
        }
        Command::CallBack { reached, solved, satisfied, text } => {
            let said = closing::Said { reached: *reached, solved: *solved, satisfied: *satisfied };
            closing::call_back(matter, &said, text.as_ref(), cx)
        }
        Command::SignOff { despite } => closing::sign_off(matter, despite.as_ref(), cx),
        Command::Reopen { reason, lead } => closing::reopen(matter, reason, *lead, cx),
        Command::Urge { text, unit } => side::urge(matter, text, *unit, &slots, cx),
        Command::Comment { text } => Ok(side::comment(matter, text, cx)),
        Command::Spot { text } => Ok(side::spot(matter, text, cx)),
    }?;
    Ok(vec![act])
}

/// Whether the actor may know of the matter; who comes by receipt has shown its code at the door.
fn sees(matter: &Matter, cx: &Context<'_>) -> bool {
    match cx.actor.person {
        Person::Receipt | Person::System => true,
        Person::User(_) => may_see(cx.actor, matter, cx.organisation, cx.today()),
    }
}

/// Whether the act can ever be this person's on this matter, whatever the moment.
///
/// # Errors
/// [`Refusal::Unknown`] where the matter is not seen, [`Refusal::NotYours`] with the reason.
pub fn ever(matter: &Matter, act: ActName, cx: &Context<'_>) -> Result<(), Refusal> {
    if !sees(matter, cx) {
        return Err(Refusal::Unknown);
    }
    standing::standing(matter, act, cx).map(drop).map_err(Refusal::NotYours)
}

/// The standings by which the actor may do this now, or why not: first whether it can ever be this
/// person's, then whether it is the moment. `command`: what it asks for in particular, where known.
pub(super) fn admit(
    matter: &Matter,
    act: ActName,
    command: Option<&Command>,
    cx: &Context<'_>,
) -> Result<Vec<Slot>, Refusal> {
    let slots = standing::standing(matter, act, cx).map_err(Refusal::NotYours)?;
    if let Some(command) = command {
        whose(matter, command, &slots, cx).map_err(Refusal::NotYours)?;
    }
    if !fits_state(act, matter.state) {
        return Err(match act {
            ActName::SignFor if matter.share_of_actor(cx).is_some_and(|s| s.signed.is_some()) => {
                Refusal::OutOfState(Why::SignedFor)
            }
            _ => Refusal::state(matter.state, act),
        });
    }
    let moment = match act {
        ActName::SignFor => handling::may_sign_for(matter, cx),
        ActName::Return => routing::may_return(matter, cx),
        ActName::Adjudicate => routing::may_adjudicate(matter),
        ActName::Progress => handling::may_progress(matter, cx),
        ActName::Suspend => requests::may_suspend(matter, cx),
        ActName::Extend => requests::may_extend(matter, cx),
        ActName::Decide => requests::may_decide(matter, cx),
        ActName::Answer => handling::may_answer(matter, cx),
        ActName::Verify => closing::may_verify(matter, &slots),
        ActName::SignOff => closing::may_sign_off(matter, cx),
        ActName::Reopen => closing::may_reopen(matter, cx),
        _ => Ok(()),
    };
    moment.map_err(Refusal::OutOfState)?;
    if let Some(command) = command {
        when(matter, command, cx).map_err(Refusal::OutOfState)?;
    }
    Ok(slots)
}

/// What only the command itself shows: whether what it asks for is ever this person's.
fn whose(matter: &Matter, command: &Command, slots: &[Slot], cx: &Context<'_>) -> Result<(), Why> {
    match command {
        Command::Dispatch { deadline: Some(_), .. }
        | Command::Adjudicate { deadline: Some(_), .. } => routing::may_set_deadline(cx),
        Command::Decide { request, .. } => requests::may_decide_that(matter, *request, cx),
        // Who closes may find a check wrong, never make one.
        Command::Verify { passed: true, .. } if !slots.contains(&Slot::Verifier) => {
            Err(standing::verifies(matter, cx).err().unwrap_or(Why::NoPart))
        }
        _ => Ok(()),
    }
}

/// Likewise whether it is the moment for what it asks for.
fn when(matter: &Matter, command: &Command, cx: &Context<'_>) -> Result<(), Why> {
    match command {
        Command::Extend { stage, .. } => requests::may_extend_stage(matter, *stage, cx),
        Command::Decide { request, accept, .. } => {
            requests::still_waits(matter, *request, *accept, cx)
        }
        Command::Verify { passed: true, .. } if matter.state == State::Verified => {
            Err(Why::PassedAlready)
        }
        _ => Ok(()),
    }
}

/// Whether the command was made looking at something else than what is true now: the state, the
/// owner, or a share or deadline that it touches. An urge or a comment in between hinders nobody.
fn surprised(matter: &Matter, ask: &Ask, seen: u32, cx: &Context<'_>) -> bool {
    if matches!(ask.act, ActName::Comment | ActName::Spot | ActName::Urge) {
        return false;
    }
    let touched = touched(matter, ask, cx);
    matter.touches.iter().filter(|t| t.seq > seen).any(|t| {
        t.whole
            || match &touched {
                Some(units) => units.iter().any(|unit| t.shares.contains(unit)),
                None => !t.shares.is_empty(),
            }
    })
}

/// The units whose share or deadlines the command touches; none: it touches them all.
fn touched(matter: &Matter, ask: &Ask, cx: &Context<'_>) -> Option<Vec<UnitId>> {
    match (ask.act, &ask.command) {
        (
            ActName::SignFor
            | ActName::Return
            | ActName::Progress
            | ActName::Suspend
            | ActName::Extend
            | ActName::Answer,
            _,
        ) => Some(cx.actor.unit.into_iter().collect()),
        (_, Ok(Command::Decide { request, .. })) => {
            let asked = matter.requests.iter().find(|r| r.id == *request);
            Some(asked.map(|r| r.by).into_iter().collect())
        }
        (_, Ok(Command::Resume)) => Some(matter.lead().map(|s| s.unit).into_iter().collect()),
        (_, Ok(Command::Dispatch { assists, withdraw, .. })) if standing::runs(matter.state) => {
            Some(assists.iter().map(|a| a.unit).chain(withdraw.iter().copied()).collect())
        }
        (_, Ok(Command::Adjudicate { lead, assists, withdraw, .. }))
            if standing::runs(matter.state) =>
        {
            let named = assists.iter().map(|a| a.unit).chain(withdraw.iter().copied());
            Some(named.chain([*lead]).chain(standing::disputed(matter)).collect())
        }
        _ => None,
    }
}

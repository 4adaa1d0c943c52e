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

use super::act::NewAct;
use super::command::{Ask, Command};
use super::refusal::Refusal;
use super::state::Matter;
use super::table::{ActName, Slot, fits_state};
use super::{Person, may_see};
use crate::ids::UnitId;

/// What the acts of a command are, or why it is refused; a refused command leaves nothing behind.
pub fn decide(matter: &Matter, ask: &Ask, cx: &Context<'_>) -> Result<Vec<NewAct>, Refusal> {
    if !sees(matter, cx) {
        return Err(Refusal::Unknown);
    }
    let slots = admit(matter, ask.act, cx)?;
    if let Some(seq) = ask.seq {
        surprised(matter, ask.act, seq, cx)?;
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
        Command::Adjudicate { lead, assists, reason } => {
            routing::adjudicate(matter, *lead, assists, reason, cx)
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

/// The standings by which the actor may do this now, or why not: first whether it can ever be this
/// person's, then whether it is the moment.
pub(super) fn admit(matter: &Matter, act: ActName, cx: &Context<'_>) -> Result<Vec<Slot>, Refusal> {
    let slots = standing::standing(matter, act, cx).map_err(Refusal::NotYours)?;
    if !fits_state(act, matter.state) {
        return Err(match act {
            ActName::SignFor if matter.share_of_actor(cx).is_some_and(|s| s.signed.is_some()) => {
                Refusal::OutOfState(super::Why::SignedFor)
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
        _ => Ok(()),
    };
    moment.map_err(Refusal::OutOfState)?;
    Ok(slots)
}

/// Refuses a command that was made looking at something else than what is true now: state, owner,
/// or the share that it touches. An urge or a comment in between hinders nobody.
fn surprised(matter: &Matter, act: ActName, seen: u32, cx: &Context<'_>) -> Result<(), Refusal> {
    if matches!(act, ActName::Comment | ActName::Spot | ActName::Urge) {
        return Ok(());
    }
    let own: Option<UnitId> = matter.share_of_actor(cx).map(|s| s.unit);
    let hit = matter.touches.iter().filter(|t| t.seq > seen).any(|t| {
        // Who acts for the whole matter is surprised by any share, a share's unit by its own.
        t.whole || own.is_none_or(|unit| t.shares.contains(&unit))
    });
    if hit { Err(Refusal::Stale { since: seen }) } else { Ok(()) }
}

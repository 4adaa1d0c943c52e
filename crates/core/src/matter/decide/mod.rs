//! May this happen, and what is then true? One file a group of acts; here what all share: who may,
//! in which order refusals are found.

mod allowing;
mod asking;
mod closing;
mod context;
mod entry;
mod handling;
mod import;
mod inside;
mod kin;
mod lists;
mod outcome;
mod planning;
mod recount;
mod redate;
mod requests;
mod routing;
mod showing;
mod side;
mod standing;
mod unasked;
mod whistling;

pub use context::Context;
pub use entry::report;
pub use import::import;
pub use kin::birth;
pub(super) use outcome::is_leads;
pub use recount::recount;
pub use redate::{Redated, redate, redated};
pub(crate) use requests::paper_fault;
pub(super) use requests::waits_for;
pub use routing::can_be_given;
pub use showing::MOST_FILES;
pub use unasked::unasked;

use super::act::{Did, NewAct};
use super::command::{Ask, Command};
use super::inner::Draft;
use super::refusal::{Refusal, Why};
use super::state::{Matter, RequestKind, State};
use super::table::{ActName, Slot, fits_state};
use super::{Person, may_see};
use crate::ids::UnitId;
use crate::playbook::DraftKind;

/// What the acts of a command are, or why it is refused; a refused command leaves nothing behind.
pub fn decide(matter: &Matter, ask: &Ask, cx: &Context<'_>) -> Result<Vec<NewAct>, Refusal> {
    if !sees(matter, cx) {
        return Err(Refusal::Unknown);
    }
    let plain = ask.command.as_ref().ok().map(Command::plain);
    let slots = admit(matter, ask.act, plain, cx)?;
    if ask.seq.is_some_and(|seen| surprised(matter, ask, seen, cx)) {
        return Err(Refusal::Stale { since: ask.seq.unwrap_or_default() });
    }
    let command = ask.command.as_ref().map_err(|faults| Refusal::Invalid(faults.clone()))?;
    carry_out(matter, command, &slots, cx).map(|act| vec![act])
}

/// What the command makes of the matter, once it is admitted.
fn carry_out(
    matter: &Matter,
    command: &Command,
    slots: &[Slot],
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    match command {
        Command::File(facts) => entry::file(matter, facts, cx),
        Command::Decline { reason } => entry::decline(matter, reason, cx),
        Command::Correct(facts) => entry::correct(matter, facts, cx),
        Command::SettleOnSpot { category, text } => {
            kin::settle_on_spot(matter, category.as_ref(), text, cx)
        }
        Command::Link { to } => kin::link(matter, *to, cx),
        Command::Unlink { reason } => kin::unlink(matter, reason, cx),
        Command::Merge { into, reason } => kin::merge(matter, *into, reason, cx),
        Command::Decompose { children } => kin::decompose(matter, children, cx),
        Command::Dispatch { lead, assists, withdraw, deadline, reason } => {
            let order = routing::Order { lead: *lead, assists, withdraw, deadline: *deadline };
            routing::dispatch(matter, &order, reason.as_ref(), cx)
        }
        Command::SignFor { post } => handling::sign_for(matter, *post, cx),
        Command::PassOn { post, due, text } => {
            inside::pass_on(matter, *post, *due, text.as_ref(), cx)
        }
        Command::PassBack { reason } => inside::pass_back(matter, reason, cx),
        Command::Submit { draft } => inside::submit(matter, draft, cx),
        Command::SendBack { draft, reason } => inside::send_back(matter, *draft, reason, cx),
        Command::Release { draft } => inside::release(matter, *draft, cx),
        Command::Return { reason, whose } => routing::return_(matter, reason, *whose, cx),
        Command::Adjudicate { lead, assists, withdraw, deadline, reason, number } => {
            let order = routing::Order { lead: *lead, assists, withdraw, deadline: *deadline };
            routing::adjudicate(matter, &order, reason, number.as_deref(), cx)
        }
        Command::Progress { text } => handling::progress(matter, text, cx),
        Command::Plan { nodes, replaces } => planning::plan(matter, nodes, replaces.as_ref(), cx),
        Command::NodeDone { node, text } => planning::node_done(matter, *node, text, cx),
        Command::Whistle { units, by, spot, text } => {
            whistling::whistle(matter, units, *by, spot, text, cx)
        }
        Command::Arrive { whistle, unit, came, satisfied, reason } => {
            let seen = whistling::Seen {
                unit: *unit,
                came: *came,
                satisfied: *satisfied,
                reason: reason.as_ref(),
            };
            whistling::arrive(matter, *whistle, &seen, cx)
        }
        Command::Suspend { request, reason, until } => {
            asking::suspend(matter, *request, reason, *until, cx)
        }
        Command::Extend { request, reason, stage, due } => {
            asking::extend(matter, *request, reason, *stage, *due, cx)
        }
        Command::Shelve { request, reason, until } => {
            asking::shelve(matter, *request, reason, *until, cx)
        }
        Command::ReferUp { request, reason, to } => {
            asking::refer_up(matter, *request, reason, *to, cx)
        }
        Command::ReferAcross { request, reason, to } => {
            asking::refer_across(matter, *request, reason, to, cx)
        }
        Command::Exclude { request, reason } => {
            asking::dispute(matter, *request, RequestKind::Exclude, reason, cx)
        }
        Command::Object { request, reason } => {
            asking::dispute(matter, *request, RequestKind::Object, reason, cx)
        }
        Command::Decide { request, accept, reason, number } => {
            let word = requests::Word {
                accept: *accept,
                reason: reason.as_ref(),
                number: number.as_deref(),
            };
            requests::decide(matter, *request, &word, cx)
        }
        Command::Resume => requests::resume(matter, cx),
        Command::Answer { kind, text } => handling::answer(matter, *kind, text, cx),
        Command::Verify { passed, rating, text } => {
            closing::verify(matter, *passed, *rating, text.as_ref(), cx)
        }
        Command::CallBack { reached, solved, satisfied, text, party } => {
            let said = closing::Said::new(*reached, *solved, *satisfied, *party);
            closing::call_back(matter, &said, text.as_ref(), cx)
        }
        Command::SignOff { despite } => closing::sign_off(matter, despite.as_ref(), cx),
        Command::Reopen { reason, lead } => closing::reopen(matter, reason, *lead, cx),
        Command::Urge { text, unit } => side::urge(matter, text, *unit, slots, cx),
        Command::Order { number, unit, text } => {
            side::issue(matter, number, *unit, text, Did::Ordered, cx)
        }
        Command::Notice { number, unit, text } => {
            side::issue(matter, number, *unit, text, Did::Noticed, cx)
        }
        Command::Comment { text } => Ok(side::comment(matter, text, cx)),
        Command::Spot { text } => Ok(side::spot(matter, text, cx)),
        Command::Allowing { exception, command } => {
            allowing::carry_out_allowed(matter, command, exception, slots, cx)
        }
        Command::Showing { files, command } => {
            showing::carry_out_shown(matter, command, files, slots, cx)
        }
    }
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
    standing::standing(matter, act, cx).map_err(Refusal::NotYours)?;
    inside::may_sign_itself(matter, act, cx).map_err(Refusal::NotYours)
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
    inside::may_sign_itself(matter, act, cx).map_err(Refusal::NotYours)?;
    if let Some(command) = command {
        whose(matter, command, &slots, cx).map_err(Refusal::NotYours)?;
    }
    if matter.is_history() && !beside(act) {
        return Err(Refusal::OutOfState(Why::History));
    }
    if !fits_state(act, matter.state) {
        return Err(match act {
            ActName::SignFor if matter.share_of_actor(cx).is_some_and(|s| s.signed.is_some()) => {
                Refusal::OutOfState(Why::SignedFor)
            }
            _ => Refusal::state(matter.state, act),
        });
    }
    moment(matter, act, &slots, cx).map_err(Refusal::OutOfState)?;
    if let Some(command) = command {
        when(matter, command, cx).map_err(Refusal::OutOfState)?;
    }
    Ok(slots)
}

/// The same for an act that is released: its draft was another's.
fn admit_released(
    matter: &Matter,
    act: ActName,
    command: &Command,
    cx: &Context<'_>,
) -> Result<(), Refusal> {
    let slots = standing::standing(matter, act, cx).map_err(Refusal::NotYours)?;
    // The work may be done while it is paused: releasing the answer ends the pause.
    let ends_a_pause = act == ActName::Answer && handling::ends_a_pause(matter, cx);
    if !fits_state(act, matter.state) {
        return Err(Refusal::state(matter.state, act));
    }
    if !ends_a_pause {
        moment(matter, act, &slots, cx).map_err(Refusal::OutOfState)?;
    }
    when(matter, command, cx).map_err(Refusal::OutOfState)
}

/// Whether it is the moment for an act, whatever its fields.
fn moment(matter: &Matter, act: ActName, slots: &[Slot], cx: &Context<'_>) -> Result<(), Why> {
    match act {
        ActName::Decline => entry::may_decline(matter, cx),
        ActName::SettleOnSpot => kin::may_settle_on_spot(matter),
        ActName::Link => kin::may_link(matter, cx),
        ActName::Unlink if matter.main.is_none() => Err(Why::NotLinked),
        ActName::Merge => kin::may_merge(matter, cx),
        ActName::Decompose => kin::may_decompose(matter, slots),
        ActName::SignFor => handling::may_sign_for(matter, cx),
        ActName::PassOn => inside::may_pass_on(matter, cx),
        ActName::PassBack => inside::may_pass_back(matter, cx),
        ActName::Submit => inside::may_submit(matter, cx),
        ActName::SendBack | ActName::Release => inside::may_release(matter, cx),
        ActName::Return => routing::may_return(matter, cx),
        ActName::Adjudicate => routing::may_adjudicate(matter, cx),
        ActName::Progress => handling::may_progress(matter, cx),
        ActName::Plan => planning::may_plan(matter, cx),
        ActName::NodeDone => planning::may_do_node(matter, cx),
        ActName::Arrive => whistling::may_confirm(matter, cx),
        ActName::Suspend => asking::may_ask(matter, RequestKind::Suspend, cx),
        ActName::Extend => asking::may_ask(matter, RequestKind::Extend, cx),
        ActName::Shelve => asking::may_ask(matter, RequestKind::Shelve, cx),
        ActName::ReferUp => asking::may_ask(matter, RequestKind::ReferUp, cx),
        ActName::ReferAcross => asking::may_ask(matter, RequestKind::ReferAcross, cx),
        ActName::Exclude => asking::may_ask(matter, RequestKind::Exclude, cx),
        ActName::Object => asking::may_ask(matter, RequestKind::Object, cx),
        ActName::Decide => requests::may_decide(matter, cx),
        ActName::Answer => handling::may_answer(matter, cx),
        ActName::Verify => closing::may_verify(matter, slots),
        ActName::SignOff => closing::may_sign_off(matter, cx),
        ActName::Reopen => closing::may_reopen(matter, cx),
        _ => Ok(()),
    }
}

/// What only the command itself shows: whether what it asks for is ever this person's.
fn whose(matter: &Matter, command: &Command, slots: &[Slot], cx: &Context<'_>) -> Result<(), Why> {
    match command {
        Command::Dispatch { deadline: Some(_), .. }
        | Command::Adjudicate { deadline: Some(_), .. } => routing::may_set_deadline(cx),
        Command::Decide { request, .. } => requests::may_decide_that(matter, *request, cx),
        Command::Release { draft } => inside::may_release_that(matter, *draft, cx),
        Command::SendBack { draft, .. } => inside::may_send_back_that(matter, *draft, cx),
        Command::Arrive { whistle, .. } => whistling::may_confirm_that(matter, *whistle, cx),
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
        Command::Extend { stage, .. } => asking::may_extend_stage(matter, *stage, cx),
        Command::NodeDone { node, .. } => planning::may_do_that_node(matter, *node, cx),
        Command::Release { draft } => released_in(matter, *draft),
        Command::Decide { request, accept, .. } => {
            requests::still_waits(matter, *request, *accept, cx)
        }
        Command::Verify { passed: true, .. } if matter.state == State::Verified => {
            Err(Why::PassedAlready)
        }
        _ => Ok(()),
    }
}

/// What lies elsewhere goes on by the lead's answer alone.
fn released_in(matter: &Matter, draft: u32) -> Result<(), Why> {
    let away = matches!(matter.state, State::Shelved | State::Outside);
    let answers = |d: &Draft| d.n == draft && d.drafted.kind() == DraftKind::Answer;
    if away && !matter.drafts.iter().any(answers) { Err(Why::LiesElsewhere) } else { Ok(()) }
}

/// Acts that change nothing of the matter's course and stand beside it.
const fn beside(act: ActName) -> bool {
    matches!(
        act,
        ActName::Comment | ActName::Spot | ActName::Urge | ActName::Order | ActName::Notice
    )
}

/// Whether the command was made looking at something else than what is true now: the state, the
/// owner, or a share or deadline that it touches. An urge or a comment in between hinders nobody.
fn surprised(matter: &Matter, ask: &Ask, seen: u32, cx: &Context<'_>) -> bool {
    if beside(ask.act) {
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
    match (ask.act, ask.command.as_ref().map(Command::plain)) {
        (
            ActName::SignFor
            | ActName::Return
            | ActName::Progress
            | ActName::PassOn
            | ActName::PassBack
            | ActName::Submit
            | ActName::SendBack
            | ActName::Release
            | ActName::NodeDone
            | ActName::Suspend
            | ActName::Extend
            | ActName::Shelve
            | ActName::ReferUp
            | ActName::ReferAcross
            | ActName::Exclude
            | ActName::Object
            | ActName::Answer,
            _,
        ) => {
            Some(matter.share_of_actor(cx).map(|s| s.unit).or(cx.actor.unit).into_iter().collect())
        }
        (ActName::Whistle | ActName::Arrive, _) => Some(Vec::new()),
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

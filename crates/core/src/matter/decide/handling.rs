//! The unit at work: signs for, reports progress, answers.

use super::Context;
use super::outcome::Outcome;
use super::standing::seat;
use crate::clock::Reason;
use crate::ids::PostId;
use crate::ledger::ContentRef;
use crate::matter::act::{Answered, Did, Met, NewAct, Progressed, SignedFor};
use crate::matter::deadline::Deadline;
use crate::matter::holder::HolderKind;
use crate::matter::planned::Node;
use crate::matter::refusal::{Refusal, Why};
use crate::matter::state::{Matter, Owner, Part, Share, State};
use crate::matter::table::ActName;
use crate::matter::whistle::Whistle;
use crate::playbook::{SettlementKind, Stage};
use crate::time::At;

fn own<'m>(matter: &'m Matter, cx: &Context<'_>) -> Result<&'m Share, Why> {
    matter.share_of_actor(cx).ok_or(Why::OnlyShares)
}

fn own_share<'m>(matter: &'m Matter, cx: &Context<'_>) -> Result<&'m Share, Refusal> {
    own(matter, cx).map_err(Refusal::NotYours)
}

pub(super) fn may_sign_for(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let share = own(matter, cx)?;
    if share.signed.is_some() { Err(Why::SignedFor) } else { Ok(()) }
}

/// 签收: the unit takes it up and names the post that handles it.
pub(super) fn sign_for(
    matter: &Matter,
    post: Option<PostId>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own_share(matter, cx)?;
    let post = post.or(cx.actor.post);
    let named = post.and_then(|id| cx.organisation.post(id, cx.today()));
    if post.is_some() && named.is_none_or(|p| p.unit != share.unit) {
        return Err(Refusal::field("post", "no such post stands in this unit today"));
    }
    let mut outcome = Outcome::of(matter, cx);
    let key = match share.part {
        Part::Lead => {
            // One that a meeting named meanwhile may sign while it is paused: the pause goes on.
            let state = match matter.state {
                State::Suspended => State::Suspended,
                _ => State::Handling,
            };
            outcome.state(state, Some(Owner { unit: share.unit, post }));
            None
        }
        Part::Assist => Some(share.unit),
    };
    outcome.meet(Stage::SignFor, key);
    let others = matter.round_shares().filter(|s| s.stands() && s.unit != share.unit);
    if others.into_iter().all(|s| s.signed.is_some()) {
        outcome.meet(Stage::Deploy, None);
    }
    let did = SignedFor { unit: share.unit, part: share.part, post };
    Ok(outcome.finish(Did::SignedFor(did), []))
}

pub(super) fn may_progress(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let share = own(matter, cx)?;
    if share.answered.is_some() {
        Err(Why::ShareAnswered)
    } else if share.part == Part::Assist && share.signed.is_none() {
        Err(Why::NotSignedFor)
    } else {
        Ok(())
    }
}

/// A report of a month is asked for once the month before it is over.
fn asks_for_progress(matter: &Matter, deadline: &Deadline, now: At) -> bool {
    match deadline.stage {
        Stage::Progress => deadline.start <= now,
        Stage::Monthly(..) => {
            let months = matter.deadlines.iter().filter(|d| matches!(d.stage, Stage::Monthly(..)));
            let before = months.map(|d| d.due).filter(|due| *due < deadline.due).max();
            before.is_none_or(|before| before <= now)
        }
        _ => false,
    }
}

/// What lies outside is looked at each month: a word on it meets one review and opens the next.
fn look_again(outcome: &mut Outcome<'_>, matter: &Matter, cx: &Context<'_>) -> Result<(), Refusal> {
    let Some(review) = matter.open_deadline(Stage::Review, None) else { return Ok(()) };
    outcome.meet(Stage::Review, None);
    let next = super::asking::looked_at(cx)?;
    let because = vec![Reason::reviewed(next)];
    outcome.open_on(Stage::Review, None, review.whose, next, because, None);
    Ok(())
}

/// 进展反馈: meets the progress deadlines that have begun, never one ahead.
pub(super) fn progress(
    matter: &Matter,
    text: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own_share(matter, cx)?;
    let mut outcome = Outcome::of(matter, cx);
    if share.part == Part::Lead {
        let begun = matter
            .deadlines
            .iter()
            .filter(|d| d.is_open() && d.share.is_none() && asks_for_progress(matter, d, cx.now));
        outcome.then.met.extend(begun.map(|d| Met { n: d.n, at: cx.now }));
        if matter.state == State::Outside {
            look_again(&mut outcome, matter, cx)?;
        }
    }
    let did = Progressed { unit: share.unit, part: share.part, text: text.id };
    Ok(outcome.finish(Did::Progressed(did), [text]))
}

pub(super) fn may_answer(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let share = own(matter, cx)?;
    let away = matches!(matter.state, State::Shelved | State::Outside);
    let open = match share.part {
        Part::Lead => matter.state == State::Handling || away,
        Part::Assist => !away,
    };
    if !open {
        return Err(Why::State { state: matter.state, act: "answer" });
    }
    nothing_open(matter, share, cx)
}

/// Releasing the lead's answer ends a pause: the work was done meanwhile.
pub(super) fn ends_a_pause(matter: &Matter, cx: &Context<'_>) -> bool {
    let Ok(share) = own(matter, cx) else { return false };
    matter.state == State::Suspended
        && share.part == Part::Lead
        && nothing_open(matter, share, cx).is_ok()
}

/// No share, part, node, whistle or request of it is open.
fn nothing_open(matter: &Matter, share: &Share, cx: &Context<'_>) -> Result<(), Why> {
    if share.signed.is_none() {
        return Err(Why::NotSignedFor);
    }
    if share.answered.is_some() {
        return Err(Why::ShareAnswered);
    }
    if matter.requests.iter().any(|r| r.by == share.unit && r.waits(cx.now)) {
        return Err(Why::RequestOpen);
    }
    let own_node = |n: &Node| n.done.is_none() && n.unit == share.unit;
    if share.part == Part::Assist {
        return if matter.plan.iter().any(own_node) { Err(Why::NodesOpen) } else { Ok(()) };
    }
    let main = matter.main.and_then(|id| cx.kin.get(id));
    let main_works = main.is_some_and(|main| {
        main.state.is_open() && !matches!(main.state, State::Answered | State::Verified)
    });
    if matter.assists().any(Share::is_open) {
        Err(Why::AssistsOpen)
    } else if matter.plan.iter().any(|n| n.done.is_none()) {
        Err(Why::NodesOpen)
    } else if matter.whistles.iter().any(Whistle::is_open) {
        Err(Why::WhistleOpen)
    } else if cx.kin.open_parts(matter.id).next().is_some() {
        Err(Why::PartsOpen)
    } else if main_works {
        Err(Why::MainOpen)
    } else {
        Ok(())
    }
}

/// 办结反馈: the claim that it is done, with a kind of settlement. It settles the deadline at this
/// moment, if it is verified.
pub(super) fn answer(
    matter: &Matter,
    kind: SettlementKind,
    text: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own_share(matter, cx)?;
    if !cx.playbook.settlement.contains(&kind) {
        return Err(Refusal::field("kind", "this kind of matter does not settle like that"));
    }
    let mut outcome = Outcome::of(matter, cx);
    match share.part {
        Part::Lead => {
            if matter.paused.is_some() {
                outcome.go_on()?;
            }
            let verifier = seat(matter, ActName::Verify, &cx.playbook.verification.roles, cx);
            outcome.state(State::Answered, Some(verifier));
            outcome.held_by(HolderKind::Verifier, Some(verifier.unit));
            outcome.meet(Stage::Settle, None);
            // The claim that all is done is also the report on the way and shows the deployment.
            for stage in [Stage::Progress, Stage::Deploy, Stage::Plan] {
                outcome.meet(stage, None);
            }
            // A node lapses when a later one is met: the months that are still ahead with it.
            outcome.end_where(|d| matches!(d.stage, Stage::Monthly(..)) && d.share.is_none());
            outcome.open(Stage::Verify, None, verifier.unit, cx.now)?;
        }
        Part::Assist => outcome.meet(Stage::Settle, Some(share.unit)),
    }
    let did = Answered { unit: share.unit, part: share.part, kind, text: text.id };
    Ok(outcome.finish(Did::Answered(did), [text]))
}

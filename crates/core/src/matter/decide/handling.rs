//! The unit at work: signs for, reports progress, answers.

use super::Context;
use super::outcome::Outcome;
use super::standing::seat;
use crate::ids::PostId;
use crate::ledger::ContentRef;
use crate::matter::act::{Answered, Did, Met, NewAct, Progressed, SignedFor};
use crate::matter::holder::HolderKind;
use crate::matter::refusal::{Refusal, Why};
use crate::matter::state::{Matter, Owner, Part, Share, State};
use crate::matter::table::ActName;
use crate::playbook::{SettlementKind, Stage};

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
            outcome.state(State::Handling, Some(Owner { unit: share.unit, post }));
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

/// 进展反馈: meets the progress deadlines that have begun, never one ahead.
pub(super) fn progress(
    matter: &Matter,
    text: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own_share(matter, cx)?;
    let mut outcome = Outcome::of(matter, cx);
    if share.part == Part::Lead {
        let begun = matter.deadlines.iter().filter(|d| {
            d.is_open() && d.stage == Stage::Progress && d.share.is_none() && d.start <= cx.now
        });
        outcome.then.met.extend(begun.map(|d| Met { n: d.n, at: cx.now }));
    }
    let did = Progressed { unit: share.unit, part: share.part, text: text.id };
    Ok(outcome.finish(Did::Progressed(did), [text]))
}

pub(super) fn may_answer(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let share = own(matter, cx)?;
    if share.part == Part::Lead && matter.state != State::Handling {
        return Err(Why::State { state: matter.state, act: "answer" });
    }
    if share.signed.is_none() {
        return Err(Why::NotSignedFor);
    }
    if share.answered.is_some() {
        return Err(Why::ShareAnswered);
    }
    if matter.requests.iter().any(|r| r.by == share.unit && r.waits(cx.now)) {
        return Err(Why::RequestOpen);
    }
    if share.part == Part::Lead && matter.assists().any(Share::is_open) {
        return Err(Why::AssistsOpen);
    }
    Ok(())
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
            let verifier = seat(matter, ActName::Verify, &cx.playbook.verification.roles, cx);
            outcome.state(State::Answered, Some(verifier));
            outcome.held_by(HolderKind::Verifier, Some(verifier.unit));
            outcome.meet(Stage::Settle, None);
            // The claim that all is done is also the report on the way and shows the deployment.
            outcome.meet(Stage::Progress, None);
            outcome.meet(Stage::Deploy, None);
            outcome.open(Stage::Verify, None, verifier.unit, cx.now)?;
        }
        Part::Assist => outcome.meet(Stage::Settle, Some(share.unit)),
    }
    let did = Answered { unit: share.unit, part: share.part, kind, text: text.id };
    Ok(outcome.finish(Did::Answered(did), [text]))
}

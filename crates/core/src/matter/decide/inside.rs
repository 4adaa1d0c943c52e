//! Inside a unit: passed on from post to post (转办), drafted by one (送审), released by another (签发).

use super::lists;
use super::outcome::Outcome;
use super::standing::{complained_of, releasing};
use super::{Context, admit_released, carry_out};
use crate::ids::PostId;
use crate::ledger::ContentRef;
use crate::matter::act::{Did, NewAct, PassedBack, PassedOn, Released, SentBack, Submitted};
use crate::matter::inner::{Draft, Drafted, draft_kind};
use crate::matter::refusal::{FieldFault, Refusal, Why};
use crate::matter::state::{Matter, Owner, Part, Share, State};
use crate::matter::table::ActName;
use crate::playbook::DraftKind;
use crate::time::At;

fn own<'m>(matter: &'m Matter, cx: &Context<'_>) -> Result<&'m Share, Why> {
    let share = matter.share_of_actor(cx).ok_or(Why::OnlyShares)?;
    if share.answered.is_some() { Err(Why::ShareAnswered) } else { Ok(share) }
}

pub(super) fn may_pass_on(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let share = own(matter, cx)?;
    if share.signed.is_none() { Err(Why::NotSignedFor) } else { Ok(()) }
}

pub(super) fn may_pass_back(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let share = own(matter, cx)?;
    match share.passed_to() {
        Some(post) if Some(post) == cx.actor.post || cx.actor.unit == Some(share.unit) => Ok(()),
        _ => Err(Why::NotPassedOn),
    }
}

/// 转办: to a post of the unit or of one below it; the unit answers all the same.
pub(super) fn pass_on(
    matter: &Matter,
    post: PostId,
    due: Option<At>,
    text: Option<&ContentRef>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own(matter, cx).map_err(Refusal::OutOfState)?;
    let today = cx.today();
    let mut faults = Vec::new();
    match cx.organisation.post(post, today) {
        None => faults.push(FieldFault::new("post", "no such post stands today")),
        Some(to) if !cx.organisation.is_within(to.unit, share.unit, today) => {
            let what = "a share is passed on within the unit and those below it";
            faults.push(FieldFault::new("post", what));
        }
        Some(_) if share.post == Some(post) => {
            faults.push(FieldFault::new("post", "this post has it already"));
        }
        Some(to) if complained_of(to.unit, matter.against, cx) => {
            faults
                .push(FieldFault::new("post", "the matter complains of this unit or one above it"));
        }
        Some(to) => lists::of_grid_post(to, matter, cx, &mut faults),
    }
    if let Some(due) = due {
        if due <= cx.now {
            faults.push(FieldFault::new("due", "it lies in the past"));
        } else if matter.settle_due(share.key()).is_some_and(|of_share| due > of_share) {
            faults
                .push(FieldFault::new("due", "the unit's own limit is not after its share's due"));
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let mut outcome = Outcome::of(matter, cx);
    hand_in_unit(&mut outcome, matter, share, Some(post));
    let did = PassedOn { unit: share.unit, to: post, due, text: text.map(|t| t.id) };
    Ok(outcome.finish(Did::PassedOn(did), text))
}

/// The unit stays owner; of the lead's share the post is named.
fn hand_in_unit(outcome: &mut Outcome<'_>, matter: &Matter, share: &Share, post: Option<PostId>) {
    if share.part == Part::Lead && matter.state != State::Outside {
        outcome.state(matter.state, Some(Owner { unit: share.unit, post }));
    }
}

pub(super) fn pass_back(
    matter: &Matter,
    reason: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own(matter, cx).map_err(Refusal::OutOfState)?;
    let passes: Vec<_> = share.passes.iter().filter(|p| p.back.is_none()).collect();
    let to = match passes.as_slice() {
        [.., before, _] => Some(before.to),
        [only] => only.by,
        [] => None,
    };
    let mut outcome = Outcome::of(matter, cx);
    hand_in_unit(&mut outcome, matter, share, to);
    let did = PassedBack { unit: share.unit, to, reason: reason.id };
    Ok(outcome.finish(Did::PassedBack(did), [reason]))
}

/// An act that only some posts do in the unit's name is refused to the others, who submit a draft.
///
/// A post of a unit below, to which the share was passed on, signs in no name but its own.
pub(super) fn may_sign_itself(matter: &Matter, act: ActName, cx: &Context<'_>) -> Result<(), Why> {
    let Some(kind) = draft_kind(act) else { return Ok(()) };
    let mut rules = cx.playbook.release.iter().filter(|rule| rule.acts.contains(&kind));
    let Some(rule) = rules.next() else { return Ok(()) };
    let share = matter.share_of_actor(cx);
    let own = share.is_none_or(|share| cx.actor.unit == Some(share.unit));
    let signs = cx.actor.role.is_some_and(|role| rule.roles.contains(&role));
    if own && signs && !rule.two { Ok(()) } else { Err(Why::NeedsRelease) }
}

pub(super) fn may_submit(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    own(matter, cx).map(drop)
}

/// 送审: a draft changes nothing, and the clock runs on.
pub(super) fn submit(
    matter: &Matter,
    drafted: &Drafted,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let share = own(matter, cx).map_err(Refusal::OutOfState)?;
    let kind = drafted.kind();
    let away = matches!(matter.state, State::Shelved | State::Outside);
    if away && (kind != DraftKind::Answer || share.part != Part::Lead) {
        return Err(Refusal::OutOfState(Why::LiesElsewhere));
    }
    let same = |d: &Draft| d.waits() && d.unit == share.unit && d.drafted.kind() == kind;
    if matter.drafts.iter().any(same) {
        return Err(Refusal::OutOfState(Why::SameDraftOpen));
    }
    let draft = u32::try_from(matter.drafts.len()).unwrap_or(u32::MAX).saturating_add(1);
    let did = Submitted { draft, unit: share.unit, drafted: drafted.clone() };
    let outcome = Outcome::of(matter, cx);
    Ok(outcome.finish(Did::Submitted(Box::new(did)), [drafted.text()]))
}

/// Some draft of the actor's unit waits.
pub(super) fn may_release(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let waiting = |d: &&Draft| d.waits() && Some(d.unit) == cx.actor.unit;
    if matter.drafts.iter().any(|d| waiting(&d)) { Ok(()) } else { Err(Why::NoDraft) }
}

/// What the draft that the command names adds: whose it is to release.
pub(super) fn may_release_that(matter: &Matter, n: u32, cx: &Context<'_>) -> Result<(), Why> {
    may_send_back_that(matter, n, cx)?;
    let Some(draft) = matter.drafts.iter().find(|d| d.n == n) else { return Ok(()) };
    let kind = draft.drafted.kind();
    let two = cx.playbook.release.iter().any(|rule| rule.two && rule.acts.contains(&kind));
    if two && draft.by == cx.actor.person { Err(Why::OwnDraft) } else { Ok(()) }
}

/// The own draft may be taken back where only another releases it.
pub(super) fn may_send_back_that(matter: &Matter, n: u32, cx: &Context<'_>) -> Result<(), Why> {
    let Some(draft) = matter.drafts.iter().find(|d| d.n == n) else { return Ok(()) };
    if Some(draft.unit) != cx.actor.unit {
        return Err(Why::OnlyReleaser);
    }
    let kind = draft.drafted.kind();
    let signs = cx.actor.role.is_some_and(|role| releasing(Some(kind), cx).contains(&role));
    if signs { Ok(()) } else { Err(Why::OnlyReleaser) }
}

fn waiting(matter: &Matter, n: u32) -> Result<&Draft, Refusal> {
    let draft = matter.drafts.iter().find(|d| d.n == n);
    let draft = draft.ok_or_else(|| Refusal::field("draft", "this matter has no such draft"))?;
    if draft.waits() { Ok(draft) } else { Err(Refusal::Already(Why::DraftGone)) }
}

/// 签发: the drafted act, in the unit's name, with who drafted it.
pub(super) fn release(matter: &Matter, n: u32, cx: &Context<'_>) -> Result<NewAct, Refusal> {
    let draft = waiting(matter, n)?;
    let (act, command) = draft.drafted.command();
    admit_released(matter, act, &command, cx)?;
    let mut new = carry_out(matter, &command, &[], cx)?;
    new.then.released = Some(Released { draft: n, by: draft.by, post: draft.post });
    // Its texts are entries already: the draft's act names them with their digests.
    new.contents.clear();
    Ok(new)
}

pub(super) fn send_back(
    matter: &Matter,
    n: u32,
    reason: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let draft = waiting(matter, n)?;
    let did = SentBack { draft: draft.n, reason: reason.id };
    Ok(Outcome::of(matter, cx).finish(Did::SentBack(did), [reason]))
}

//! What the actor is to the matter: the person's side of every rule.

use super::Context;
use crate::ids::UnitId;
use crate::matter::actor::Person;
use crate::matter::refusal::Why;
use crate::matter::separation::{left_outside, one_up, separated};
use crate::matter::state::{Matter, Owner, Part, Place, State};
use crate::matter::table::{ActName, Slot, slots};
use crate::organisation::Role;

/// The slots of the act that the actor fills, or why none.
pub(super) fn standing(matter: &Matter, act: ActName, cx: &Context<'_>) -> Result<Vec<Slot>, Why> {
    let wanted = slots(act);
    if cx.actor.person == Person::Receipt && !wanted.contains(&Slot::Reporter) {
        return Err(Why::ReceiptOnly);
    }
    let mut filled = Vec::new();
    let mut first_why = None;
    for slot in wanted {
        match fills(matter, *slot, act, cx) {
            Ok(()) => filled.push(*slot),
            Err(why) => first_why = first_why.or(Some(why)),
        }
    }
    if filled.is_empty() { Err(first_why.unwrap_or(Why::NoPart)) } else { Ok(filled) }
}

fn fills(matter: &Matter, slot: Slot, act: ActName, cx: &Context<'_>) -> Result<(), Why> {
    let actor = cx.actor;
    match slot {
        Slot::Reporter => by_receipt(matter, act, cx),
        _ if actor.person == Person::Receipt => Err(Why::ReceiptOnly),
        Slot::Seer => Ok(()),
        Slot::Desk => {
            at_desk(matter, cx)?;
            if act == ActName::Decline && matter.filer == Some(actor.person) {
                return Err(Why::OwnFiling);
            }
            Ok(())
        }
        Slot::Decider => decides_something(matter, cx),
        Slot::Adjudicator => adjudicates(matter, cx),
        Slot::Lead => holds(matter, Part::Lead, cx),
        Slot::Assist => holds(matter, Part::Assist, cx),
        Slot::Verifier => outside_chain(matter, act, &cx.playbook.verification.roles, cx),
        Slot::CallBackDesk => match &cx.playbook.ask {
            Some(ask) => outside_chain(matter, act, &ask.roles, cx),
            None => Err(Why::NobodyAsked),
        },
        Slot::Closer => closes(matter, act, cx),
        Slot::Reopener => only(&cx.playbook.reopening.roles, cx),
        Slot::UnitAbove => {
            let unit = actor.unit.ok_or(Why::NoPart)?;
            let under = |u: UnitId| u != unit && cx.organisation.is_within(u, unit, cx.today());
            let handles = actor.role.is_some_and(is_handler);
            if handles && matter.units_involved().into_iter().any(under) {
                Ok(())
            } else {
                Err(Why::OnlyDesk)
            }
        }
    }
}

fn only(roles: &[Role], cx: &Context<'_>) -> Result<(), Why> {
    match cx.actor.role {
        Some(role) if roles.contains(&role) => Ok(()),
        _ => Err(Why::OnlyRoles(roles.to_vec())),
    }
}

/// Desk posts of the same role and unit stand in for each other.
fn at_desk(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let role = matter.desk.post.and_then(|id| cx.organisation.posts.get(&id)).map(|p| p.role);
    if role.is_some() && cx.actor.role == role && cx.actor.unit == Some(matter.desk.unit) {
        Ok(())
    } else {
        Err(Why::OnlyDesk)
    }
}

/// Roles that do the work of a unit. Supervision never handles.
const fn is_handler(role: Role) -> bool {
    matches!(
        role,
        Role::UnitHead
            | Role::UnitStaff
            | Role::TownshipHall
            | Role::TownshipDeputy
            | Role::VillageCommittee
    )
}

fn holds(matter: &Matter, part: Part, cx: &Context<'_>) -> Result<(), Why> {
    let role = cx.actor.role.ok_or(Why::NoPart)?;
    // The centre's dispatcher answers only where the centre itself was given a share.
    let handles = is_handler(role) || role == Role::CommandCentre;
    let why = if part == Part::Lead { Why::OnlyLead } else { Why::OnlyShares };
    match cx.actor.unit.and_then(|unit| matter.share_of(unit)) {
        Some(share) if handles && share.part == part => Ok(()),
        _ => Err(why),
    }
}

fn adjudicates(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let concerned: Vec<UnitId> = matter
        .round_shares()
        .filter(|s| s.returned.is_some() && !s.resolved)
        .map(|s| s.unit)
        .collect();
    let mut role = cx.playbook.adjudicate;
    // A centre that itself returned it is concerned: the role above names the unit.
    while let Some(post) = cx.post_for(role, &matter.place)
        && concerned.contains(&post.unit)
        && let Some(above) = one_up(role)
    {
        role = above;
    }
    only(&[role], cx)?;
    match cx.actor.unit {
        Some(unit) if concerned.contains(&unit) => Err(Why::OwnReturn),
        _ => Ok(()),
    }
}

/// Who decides the requests of a unit: the desk, and for its own unit the role that the playbook
/// names, or one above while that too would be the asking unit.
pub(super) fn decider_of(matter: &Matter, asking: UnitId, cx: &Context<'_>) -> Owner {
    if asking != matter.desk.unit {
        return matter.desk;
    }
    let mut role = Some(cx.playbook.decides_for_desk);
    while let Some(at) = role {
        if let Some(post) = cx.post_for(at, &matter.place)
            && post.unit != asking
        {
            return Owner { unit: post.unit, post: Some(post.id) };
        }
        role = one_up(at);
    }
    matter.desk
}

/// Whether the actor sits where `seat` does: the same unit and the role of its post.
pub(super) fn sits_at(seat: Owner, cx: &Context<'_>) -> bool {
    let role = seat.post.and_then(|id| cx.organisation.posts.get(&id)).map(|p| p.role);
    cx.actor.unit == Some(seat.unit) && role.is_some() && cx.actor.role == role
}

fn decides_something(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let mut askers: Vec<UnitId> = matter.requests.iter().map(|r| r.by).collect();
    askers.dedup();
    let sits = askers.iter().any(|asking| sits_at(decider_of(matter, *asking, cx), cx));
    if sits {
        return Ok(());
    }
    if cx.actor.unit.is_some_and(|unit| askers.contains(&unit)) {
        return Err(Why::OwnRequest);
    }
    // Nothing was asked yet: it is the desk that would decide.
    if askers.is_empty() { at_desk(matter, cx) } else { Err(Why::OnlyDesk) }
}

/// A role of the list, outside the chain that answered; where nobody of them is left, the role above.
fn outside_chain(
    matter: &Matter,
    act: ActName,
    roles: &[Role],
    cx: &Context<'_>,
) -> Result<(), Why> {
    let today = cx.today();
    let hindered = separated(matter, act, cx.actor, cx.playbook, cx.organisation, today);
    if only(roles, cx).is_ok() {
        return hindered.map_or(Ok(()), Err);
    }
    let left = left_outside(matter, act, roles, cx.playbook, cx.organisation, today);
    let stands_in = left.iter().any(|post| Some(post.id) == cx.actor.post);
    match hindered {
        Some(why) if stands_in => Err(why),
        None if stands_in => Ok(()),
        // Somebody of the answering chain is told that, not which desk it would be.
        Some(why) => Err(why),
        None => Err(Why::OnlyRoles(roles.to_vec())),
    }
}

/// The closing authority; what the reporter calls unsolved is closed by the supervision office alone.
fn closes(matter: &Matter, act: ActName, cx: &Context<'_>) -> Result<(), Why> {
    let unsolved = matter.heard().is_some_and(|heard| heard.solved == Some(false));
    let supervision = cx.actor.role.is_some_and(is_supervision);
    if act == ActName::SignOff && unsolved && supervision {
        let hindered = separated(matter, act, cx.actor, cx.playbook, cx.organisation, cx.today());
        return hindered.map_or(Ok(()), Err);
    }
    outside_chain(matter, act, &cx.playbook.sign_off, cx)
}

pub(super) const fn is_supervision(role: Role) -> bool {
    matches!(
        role,
        Role::SupervisionClerk
            | Role::SupervisionDeputy
            | Role::SupervisionOfficer
            | Role::SupervisionHead
    )
}

fn by_receipt(matter: &Matter, act: ActName, cx: &Context<'_>) -> Result<(), Why> {
    if cx.actor.person != Person::Receipt {
        return Err(Why::NoPart);
    }
    match act {
        ActName::CallBack => match &cx.playbook.ask {
            Some(ask) if ask.by_receipt => Ok(()),
            _ => Err(Why::NobodyAsked),
        },
        ActName::Reopen => match matter.reopen_until {
            Some(until) if cx.now > until => Err(Why::WindowOver(until)),
            _ => Ok(()),
        },
        _ => Err(Why::ReceiptOnly),
    }
}

/// The desk of a matter: the first rule of the playbook that fits, never the unit complained of or
/// one below it.
pub(super) fn desk_of(
    cx: &Context<'_>,
    place: &Place,
    category: Option<&crate::ids::CategoryId>,
    hidden: bool,
    against: Option<UnitId>,
) -> Option<Owner> {
    use crate::playbook::DeskWhen;
    let today = cx.today();
    let township = place.township.as_ref().and_then(|t| cx.organisation.unit_of_division(t, today));
    let county_leads = || {
        let proposal = category
            .and_then(|c| cx.powers.proposal(cx.organisation, c, &place.division, today).ok());
        proposal.is_some_and(|p| p.level == crate::powers::PowerLevel::County)
    };
    let holds = |when: &DeskWhen| match when {
        DeskWhen::ContactHidden => hidden,
        DeskWhen::AgainstTownship => match (against, township) {
            (Some(unit), Some(t)) => cx.organisation.is_within(unit, t.id, today),
            _ => false,
        },
        DeskWhen::CountyLeads => county_leads(),
        DeskWhen::NoTownship => township.is_none(),
    };
    let rule = cx.playbook.desk.iter().find(|r| r.when.is_empty() || r.when.iter().any(holds))?;
    let mut role = Some(rule.role);
    while let Some(at) = role {
        if let Some(post) = cx.post_for(at, place)
            && against.is_none_or(|a| !cx.organisation.is_within(post.unit, a, today))
        {
            return Some(Owner { unit: post.unit, post: Some(post.id) });
        }
        role = one_up(at);
    }
    None
}

/// Where a matter waits for a separated act: the first post that is left outside the chain.
pub(super) fn seat(matter: &Matter, act: ActName, roles: &[Role], cx: &Context<'_>) -> Owner {
    let left = left_outside(matter, act, roles, cx.playbook, cx.organisation, cx.today());
    match left.first() {
        Some(post) => Owner { unit: post.unit, post: Some(post.id) },
        // Nobody holds any such post: it stands with the desk, whose vacancy page shows why.
        None => matter.desk,
    }
}

/// Whether a matter in this state still has a round that runs.
pub(super) const fn runs(state: State) -> bool {
    matches!(state, State::Dispatched | State::Handling | State::Suspended)
}

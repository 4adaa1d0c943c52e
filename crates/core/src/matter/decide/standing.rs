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
        Slot::Reporter => by_receipt(act, cx),
        _ if actor.person == Person::Receipt => Err(Why::ReceiptOnly),
        Slot::Seer => Ok(()),
        Slot::Desk if act == ActName::Reopen => {
            // Of what its own unit led, somebody else says whether it was done.
            let led = matter.lead().map(|s| s.unit);
            let seat = led.map_or(matter.desk, |unit| decider_of(matter, unit, cx));
            if sits_at(seat, cx) { Ok(()) } else { Err(Why::OnlyDesk) }
        }
        Slot::Desk => {
            at_desk(matter, cx)?;
            let filed_it = matter.state == State::Filed && matter.filer == Some(actor.person);
            if act == ActName::Decline && filed_it {
                return Err(Why::OwnFiling);
            }
            Ok(())
        }
        Slot::Decider => decides_something(matter, cx),
        Slot::Adjudicator => adjudicates(matter, cx),
        Slot::Lead => holds(matter, Part::Lead, cx),
        Slot::Assist => holds(matter, Part::Assist, cx),
        Slot::Verifier => verifies(matter, cx),
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
    if sits_at(matter.desk, cx) { Ok(()) } else { Err(Why::OnlyDesk) }
}

/// Roles that do the work of a unit. Supervision never handles.
pub(super) const fn is_handler(role: Role) -> bool {
    matches!(
        role,
        Role::UnitHead
            | Role::UnitStaff
            | Role::TownshipHall
            | Role::TownshipDeputy
            | Role::VillageCommittee
    )
}

/// The centre's dispatcher answers only where the centre itself was given a share.
pub(super) const fn may_handle(role: Role) -> bool {
    is_handler(role) || matches!(role, Role::CommandCentre)
}

fn holds(matter: &Matter, part: Part, cx: &Context<'_>) -> Result<(), Why> {
    let handles = may_handle(cx.actor.role.ok_or(Why::NoPart)?);
    let why = if part == Part::Lead { Why::OnlyLead } else { Why::OnlyShares };
    match cx.actor.unit.and_then(|unit| matter.share_of(unit)) {
        Some(share) if handles && share.part == part => Ok(()),
        _ => Err(why),
    }
}

/// The units whose return waits for a decision.
pub(super) fn disputed(matter: &Matter) -> impl Iterator<Item = UnitId> {
    matter.round_shares().filter(|s| s.returned.is_some() && !s.resolved).map(|s| s.unit)
}

fn adjudicates(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    if cx.actor.unit.is_some_and(|unit| disputed(matter).any(|of| of == unit)) {
        return Err(Why::OwnReturn);
    }
    let seat = adjudicator(matter, None, cx);
    if seat.is_some_and(|seat| sits_at(seat, cx)) {
        return Ok(());
    }
    let role = seat.and_then(|seat| role_at(seat, cx)).unwrap_or(cx.playbook.adjudicate);
    Err(Why::OnlyRoles(vec![role]))
}

/// Who names the unit: the playbook's role, or one above while that is of a unit which returned the
/// matter (as `returning` is about to) or of which it complains.
pub(super) fn adjudicator(
    matter: &Matter,
    returning: Option<UnitId>,
    cx: &Context<'_>,
) -> Option<Owner> {
    first_seat(cx.playbook.adjudicate, matter, cx, |unit| {
        Some(unit) != returning && disputed(matter).all(|of| of != unit)
    })
}

/// Who decides the requests of a unit: the desk, and for its own unit the role that the playbook
/// names, or one above while that too would be the asking unit.
pub(super) fn decider_of(matter: &Matter, asking: UnitId, cx: &Context<'_>) -> Owner {
    if asking != matter.desk.unit {
        return matter.desk;
    }
    first_seat(cx.playbook.decides_for_desk, matter, cx, |unit| unit != asking)
        .unwrap_or(matter.desk)
}

/// The post of `role` for the matter's place, or of a role above, whose unit is fit and not one that
/// the matter complains of.
fn first_seat(
    role: Role,
    matter: &Matter,
    cx: &Context<'_>,
    fit: impl Fn(UnitId) -> bool,
) -> Option<Owner> {
    let mut role = Some(role);
    while let Some(at) = role {
        if let Some(post) = cx.post_for(at, &matter.place)
            && fit(post.unit)
            && !complained_of(post.unit, matter.against, cx)
        {
            return Some(Owner { unit: post.unit, post: Some(post.id) });
        }
        role = one_up(at);
    }
    None
}

fn complained_of(unit: UnitId, against: Option<UnitId>, cx: &Context<'_>) -> bool {
    against.is_some_and(|against| cx.organisation.is_within(unit, against, cx.today()))
}

fn role_at(seat: Owner, cx: &Context<'_>) -> Option<Role> {
    seat.post.and_then(|id| cx.organisation.posts.get(&id)).map(|p| p.role)
}

/// Whether the actor sits where `seat` does: the same unit and the role of its post.
pub(super) fn sits_at(seat: Owner, cx: &Context<'_>) -> bool {
    let role = role_at(seat, cx);
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

/// Whether the actor is outside the chain that answered and made to check it.
pub(super) fn verifies(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    outside_chain(matter, ActName::Verify, &cx.playbook.verification.roles, cx)
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

fn by_receipt(act: ActName, cx: &Context<'_>) -> Result<(), Why> {
    if cx.actor.person != Person::Receipt {
        return Err(Why::NoPart);
    }
    match act {
        ActName::CallBack => match &cx.playbook.ask {
            Some(ask) if ask.by_receipt => Ok(()),
            _ => Err(Why::NobodyAsked),
        },
        ActName::Reopen => Ok(()),
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
    let fitting =
        cx.playbook.desk.iter().find(|r| r.when.is_empty() || r.when.iter().any(holds))?;
    let mut role = Some(fitting.role);
    while let Some(at) = role {
        if let Some(post) = cx.post_for(at, place)
            && !complained_of(post.unit, against, cx)
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

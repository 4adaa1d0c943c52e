//! What the actor is to the matter: the person's side of every rule.

use super::Context;
use crate::ids::UnitId;
use crate::matter::actor::Person;
use crate::matter::refusal::Why;
use crate::matter::separation::{left_outside, one_up, separated};
use crate::matter::state::{Matter, Owner, Part, Place, RequestKind, State};
use crate::matter::table::{ActName, Slot, slots};
use crate::organisation::{Line, Role};
use crate::playbook::{AskReporter, DraftKind};
use crate::powers::PowerLevel;

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
        Slot::CallBackDesk => match asked(matter, cx) {
            Some(ask) => outside_chain(matter, act, &ask.roles, cx),
            None => Err(Why::NobodyAsked),
        },
        Slot::OnSpot => on_spot(matter, cx),
        Slot::Releaser => releases(matter, cx),
        Slot::Caller => calls(matter, cx),
        Slot::Supervision => match actor.role {
            Some(Role::SupervisionHead | Role::SupervisionDeputy) => Ok(()),
            _ => Err(Why::OnlySupervision),
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

/// Who is asked about this matter: where somebody reported it, or always where the playbook says so.
pub(super) fn asked<'a>(matter: &Matter, cx: &Context<'a>) -> Option<&'a AskReporter> {
    cx.playbook.ask.as_ref().filter(|ask| ask.always || matter.reporter.is_some())
}

/// A grid member of the place, or its village.
fn on_spot(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let Some(spot) = &cx.playbook.on_spot else { return Err(Why::NotOnSpot) };
    if spot.categories.is_empty() {
        return Err(Why::NotOnSpot);
    }
    let village = cx.organisation.unit_of_division(&matter.place.division, cx.today());
    let of_village = cx.actor.role == Some(Role::VillageCommittee)
        && village.is_some_and(|unit| Some(unit.id) == cx.actor.unit);
    let of_grid = matter.place.grid.is_some_and(|grid| cx.actor.grids.contains(&grid));
    if of_village || of_grid { Ok(()) } else { Err(Why::OnlyOnSpot) }
}

/// The roles that sign in the unit's name; those of the heads where the playbook names none.
pub(super) fn releasing(kind: Option<DraftKind>, cx: &Context<'_>) -> Vec<Role> {
    let rules = cx.playbook.release.iter();
    let fitting = rules.filter(|rule| kind.is_none_or(|kind| rule.acts.contains(&kind)));
    let named: Vec<Role> = fitting.flat_map(|rule| rule.roles.iter().copied()).collect();
    if named.is_empty() {
        vec![
            Role::UnitHead,
            Role::TownshipHall,
            Role::TownshipDeputy,
            Role::VillageCommittee,
            Role::CommandCentre,
        ]
    } else {
        named
    }
}

fn releases(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let of_share = cx.actor.unit.and_then(|unit| matter.share_of(unit)).is_some();
    let signs = cx.actor.role.is_some_and(|role| releasing(None, cx).contains(&role));
    if of_share && signs { Ok(()) } else { Err(Why::OnlyReleaser) }
}

/// The township in which it lies may call departments to the spot (召集权).
fn calls(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let township = matter.place.township.as_ref();
    let unit = township.and_then(|code| cx.organisation.unit_of_division(code, cx.today()));
    let own = unit.is_some_and(|unit| cx.actor.unit == Some(unit.id));
    match cx.actor.role {
        Some(Role::TownshipHall | Role::TownshipDeputy) if own => Ok(()),
        _ => Err(Why::OnlyCaller),
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
    let role = cx.actor.role.ok_or(Why::NoPart)?;
    let why = if part == Part::Lead { Why::OnlyLead } else { Why::OnlyShares };
    match matter.share_of_actor(cx) {
        Some(share) if share.part == part => {
            let passed = share.passed_to().is_some() && share.passed_to() == cx.actor.post;
            if may_handle(role) || passed { Ok(()) } else { Err(why) }
        }
        _ => Err(why),
    }
}

/// The units whose return waits for a decision.
pub(super) fn disputed(matter: &Matter) -> impl Iterator<Item = UnitId> {
    matter.round_shares().filter(|s| s.returned.is_some() && !s.resolved).map(|s| s.unit)
}

fn adjudicates(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    if let Some(objection) = matter.objection(cx.now) {
        let seat = decider_for(matter, RequestKind::Object, objection.by, cx);
        if sits_at(seat, cx) {
            return Ok(());
        }
    }
    if disputed(matter).any(|unit| cx.is_of(unit)) {
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

/// Who decides a request of this kind: a pause or another date the desk, what weighs more those whom
/// the playbook names.
pub(super) fn decider_for(
    matter: &Matter,
    kind: RequestKind,
    asking: UnitId,
    cx: &Context<'_>,
) -> Owner {
    let role = match kind {
        RequestKind::Suspend
        | RequestKind::Extend
        | RequestKind::ReferUp
        | RequestKind::ReferAcross => return decider_of(matter, asking, cx),
        RequestKind::Shelve => cx.playbook.shelving.as_ref().map(|s| s.role),
        RequestKind::Plan => cx.playbook.plan.as_ref().map(|p| p.approves),
        RequestKind::Object if runs(matter.state) || matter.state == State::Shelved => {
            cx.playbook.meeting.as_ref().map(|m| m.role)
        }
        RequestKind::Exclude => {
            let (roles, today) = ([cx.playbook.adjudicate], cx.today());
            let (act, fit) = (ActName::Exclude, |unit| unit != asking);
            let left = left_outside(matter, act, &roles, cx.playbook, cx.organisation, today, fit);
            let seat = left.first().map(|p| Owner { unit: p.unit, post: Some(p.id) });
            return seat.unwrap_or_else(|| decider_of(matter, asking, cx));
        }
        RequestKind::Object => Some(cx.playbook.adjudicate),
    };
    role.and_then(|role| first_seat(role, matter, cx, |unit| unit != asking))
        .unwrap_or_else(|| decider_of(matter, asking, cx))
}

/// Who takes a matter out of the rates stands outside the chain that answered, as who checks it does.
pub(super) fn excludes(matter: &Matter, asking: UnitId, cx: &Context<'_>) -> Result<(), Why> {
    let seat = decider_for(matter, RequestKind::Exclude, asking, cx);
    if !sits_at(seat, cx) {
        return Err(only_seat(seat, cx));
    }
    let (act, today) = (ActName::Exclude, cx.today());
    separated(matter, act, cx.actor, cx.playbook, cx.organisation, today).map_or(Ok(()), Err)
}

/// The post of `role` for the matter's place, or of a role above, whose unit is fit and not one that
/// the matter complains of.
pub(super) fn first_seat(
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

/// Whether a unit is the one complained of, or below it.
pub(super) fn complained_of(unit: UnitId, against: Option<UnitId>, cx: &Context<'_>) -> bool {
    against.is_some_and(|against| cx.organisation.is_within(unit, against, cx.today()))
}

fn role_at(seat: Owner, cx: &Context<'_>) -> Option<Role> {
    seat.post.and_then(|id| cx.organisation.posts.get(&id)).map(|p| p.role)
}

/// Whose decision it is, said by the role of its post.
pub(super) fn only_seat(seat: Owner, cx: &Context<'_>) -> Why {
    role_at(seat, cx).map_or(Why::OnlyDesk, |role| Why::OnlyRoles(vec![role]))
}

/// Whether the actor sits where `seat` does: the same unit and the role of its post.
pub(super) fn sits_at(seat: Owner, cx: &Context<'_>) -> bool {
    let role = role_at(seat, cx);
    cx.actor.unit == Some(seat.unit) && role.is_some() && cx.actor.role == role
}

fn decides_something(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let mut askers: Vec<(RequestKind, UnitId)> =
        matter.requests.iter().map(|r| (r.kind, r.by)).collect();
    askers.dedup();
    let sits = |(kind, asking): &(RequestKind, UnitId)| match kind {
        RequestKind::Exclude => excludes(matter, *asking, cx).is_ok(),
        _ => sits_at(decider_for(matter, *kind, *asking, cx), cx),
    };
    if askers.iter().any(sits) {
        return Ok(());
    }
    if askers.iter().any(|(_, by)| cx.is_of(*by)) {
        return Err(Why::OwnRequest);
    }
    // Nothing was asked yet: it is the desk that would decide.
    let Some((kind, asking)) = askers.last() else { return at_desk(matter, cx) };
    Err(only_seat(decider_for(matter, *kind, *asking, cx), cx))
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
    let left = left_outside(matter, act, roles, cx.playbook, cx.organisation, today, |_| true);
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
    let unsolved = matter.unsolved();
    let supervision = cx.actor.role.is_some_and(is_supervision);
    if act == ActName::SignOff && unsolved && supervision {
        let hindered = separated(matter, act, cx.actor, cx.playbook, cx.organisation, cx.today());
        return hindered.map_or(Ok(()), Err);
    }
    outside_chain(matter, act, closers(matter, cx), cx)
}

/// The closing authority of the playbook, which may differ where a unit of the county led.
pub(super) fn closers<'a>(matter: &Matter, cx: &Context<'a>) -> &'a [Role] {
    let lead = matter.lead().and_then(|share| cx.organisation.units.get(&share.unit));
    let county_led = lead.is_some_and(|unit| unit.line == Line::Top);
    let own = &cx.playbook.sign_off_county;
    if county_led && !own.is_empty() { own } else { &cx.playbook.sign_off }
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
        ActName::CallBack => match asked(matter, cx) {
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
    let led_on = |level: PowerLevel| {
        let proposal = category
            .and_then(|c| cx.powers.proposal(cx.organisation, c, &place.division, today).ok());
        proposal.is_some_and(|p| p.level == level)
    };
    let holds = |when: &DeskWhen| match when {
        DeskWhen::ContactHidden => hidden,
        DeskWhen::AgainstTownship => match (against, township) {
            (Some(unit), Some(t)) => cx.organisation.is_within(unit, t.id, today),
            _ => false,
        },
        DeskWhen::CountyLeads => led_on(PowerLevel::County),
        DeskWhen::VillageLeads => led_on(PowerLevel::Village),
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
    let left = left_outside(matter, act, roles, cx.playbook, cx.organisation, cx.today(), |_| true);
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

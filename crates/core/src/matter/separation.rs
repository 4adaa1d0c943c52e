//! Separation of duties by chain of command (DESIGN section 4): who verifies, calls back or signs
//! off is outside the chain that answered.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::actor::{Actor, Person};
use super::refusal::Why;
use super::state::Matter;
use super::table::ActName;
use crate::ids::UnitId;
use crate::organisation::{Organisation, Post, Role};
use crate::playbook::Playbook;

/// Why this actor may not do this separated act (verify, call back, sign off) on this matter; none
/// where nothing hinders. Only verifying is barred to a unit above: the leader who set a task sees
/// what became of it, and the closing authority may stand above the units.
pub fn separated(
    matter: &Matter,
    act: ActName,
    actor: &Actor,
    playbook: &Playbook,
    organisation: &Organisation,
    date: Date,
) -> Option<Why> {
    if matter.handlers.contains(&actor.person) {
        return Some(Why::OwnWork);
    }
    let unit = actor.unit?;
    let mut dispatched = matter.dispatchers.iter().filter(|(round, ..)| *round == matter.round);
    if dispatched.any(|(_, post, by)| Some(*post) == actor.post || *by == actor.person) {
        return Some(Why::OwnDispatch);
    }
    let chain: BTreeSet<UnitId> = matter.round_shares().map(|s| s.unit).collect();
    let of = |seat| unit_separated(matter, act, seat, &chain, playbook, organisation, date);
    // A person stays who it is: what bars one post of a person bars the others.
    of((unit, actor.role)).or_else(|| {
        let regulator = by_regulator(act, actor.role, playbook);
        let others = other_posts(actor, organisation, date).into_iter();
        let elsewhere = others.filter(|post| !(regulator && post.unit == unit));
        elsewhere.map(|post| post.unit).find_map(|unit| of((unit, None)))
    })
}

/// The posts in which the actor may act besides the one of this act.
fn other_posts<'a>(actor: &Actor, organisation: &'a Organisation, date: Date) -> Vec<&'a Post> {
    let Person::User(user) = actor.person else { return Vec::new() };
    let posts = organisation.posts_of(user, date).into_iter().map(|(post, _)| post);
    posts.filter(|post| Some(post.id) != actor.post).collect()
}

/// Whether the actor is of the unit, in whichever post.
pub(super) fn is_of(actor: &Actor, unit: UnitId, organisation: &Organisation, date: Date) -> bool {
    let elsewhere = || other_posts(actor, organisation, date).iter().any(|post| post.unit == unit);
    actor.unit == Some(unit) || elsewhere()
}

/// Of a hidden danger the regulator is the law's verifier: another inspector of the lead looks, and its
/// head closes. Persons stay apart all the same; where none of them is left, it goes up as elsewhere.
fn by_regulator(act: ActName, role: Option<Role>, playbook: &Playbook) -> bool {
    playbook.regulator
        && matches!(act, ActName::Verify | ActName::SignOff)
        && matches!(role, Some(Role::Inspector | Role::UnitHead))
}

/// The part of the rule that hangs on the unit: `chain` are the units of the round.
fn unit_separated(
    matter: &Matter,
    act: ActName,
    (unit, role): (UnitId, Option<Role>),
    chain: &BTreeSet<UnitId>,
    playbook: &Playbook,
    organisation: &Organisation,
    date: Date,
) -> Option<Why> {
    let within = |unit, above| organisation.is_within(unit, above, date);
    if matter.against.is_some_and(|against| within(unit, against)) {
        Some(Why::Complained)
    } else if by_regulator(act, role, playbook) {
        let leads = matter.lead().is_some_and(|s| s.unit == unit);
        (!leads).then_some(Why::OnlyLead)
    } else if chain.iter().any(|handling| within(unit, *handling)) {
        Some(Why::OwnUnit)
    } else if act == ActName::Verify
        && (matter.reporter.is_some() || playbook.supervised)
        && chain.iter().any(|handling| within(*handling, unit))
    {
        Some(Why::UnitAbove)
    } else {
        None
    }
}

/// Whether posts outside the chain stand for every separated act if `unit` too gets a share. Who holds
/// them is another question: a vacancy can be filled.
pub(super) fn leaves_somebody(
    matter: &Matter,
    unit: UnitId,
    playbook: &Playbook,
    organisation: &Organisation,
    date: Date,
) -> bool {
    let chain: BTreeSet<UnitId> = matter.round_shares().map(|s| s.unit).chain([unit]).collect();
    let some = |act: ActName, roles: &[Role]| {
        let mut level = roles.to_vec();
        while !level.is_empty() {
            let posts = level.iter().flat_map(|role| organisation.posts_with_role(*role, date));
            let free =
                posts.filter(|post| of_place(matter, post, organisation, date)).any(|post| {
                    let of = (post.unit, Some(post.role));
                    unit_separated(matter, act, of, &chain, playbook, organisation, date).is_none()
                });
            if free {
                return true;
            }
            level = level.iter().filter_map(|role| judges_after(*role)).collect();
        }
        false
    };
    some(ActName::Verify, &playbook.verification.roles)
        && playbook.ask.as_ref().is_none_or(|ask| some(ActName::CallBack, &ask.roles))
        && some(ActName::SignOff, &playbook.sign_off)
}

/// The role one level up, where nobody of a role is left outside the chain; at last the county's.
pub(super) const fn one_up(role: Role) -> Option<Role> {
    match role {
        Role::GridMember | Role::GridPartTime | Role::GridChief | Role::GridInstructor => {
            Some(Role::VillageCommittee)
        }
        Role::VillageCommittee => Some(Role::TownshipHall),
        Role::Inspector => Some(Role::UnitHead),
        Role::JusticeOffice | Role::GovernanceCentre => Some(Role::GovernanceHead),
        Role::EnterpriseOffice
        | Role::ServiceOfficer
        | Role::GovernanceHead
        | Role::EmergencyDesk
        | Role::TownshipHall
        | Role::TownshipDeputy
        | Role::UnitStaff
        | Role::UnitHead
        | Role::VerificationDesk
        | Role::CallBackDesk
        | Role::ClosingDesk => Some(Role::CommandCentre),
        Role::SupervisionClerk | Role::SupervisionDeputy | Role::SupervisionOfficer => {
            Some(Role::SupervisionHead)
        }
        Role::SupervisionHead | Role::CommandCentre => Some(Role::CountyLeader),
        Role::CountyLeader | Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor => None,
    }
}

/// Who judges where nobody of a role is left outside the chain. Of what the command centre itself is hindered
/// in, as in a complaint of it, that is the supervision office, which handles nothing.
const fn judges_after(role: Role) -> Option<Role> {
    match role {
        Role::CommandCentre => Some(Role::SupervisionHead),
        role => one_up(role),
    }
}

/// The posts that may do a separated act: those of the playbook's roles which somebody holds and
/// nothing hinders, else those one level up, until somebody is left. `fit`: of which units.
pub(super) fn left_outside<'a>(
    matter: &Matter,
    act: ActName,
    roles: &[Role],
    playbook: &Playbook,
    organisation: &'a Organisation,
    date: Date,
    fit: impl Fn(UnitId) -> bool,
) -> Vec<&'a Post> {
    let mut level: Vec<Role> = roles.to_vec();
    while !level.is_empty() {
        let free: Vec<&Post> = level
            .iter()
            .flat_map(|role| organisation.posts_with_role(*role, date))
            .filter(|post| fit(post.unit) && of_place(matter, post, organisation, date))
            .filter(|post| {
                let holder = organisation.acting(post.id, date);
                holder.is_some_and(|a| {
                    let actor = Actor {
                        person: Person::User(a.user),
                        post: Some(post.id),
                        unit: Some(post.unit),
                        role: Some(post.role),
                        grids: Vec::new(),
                        acting_for: None,
                    };
                    separated(matter, act, &actor, playbook, organisation, date).is_none()
                })
            })
            .collect();
        if !free.is_empty() {
            return free;
        }
        level = level.iter().filter_map(|role| judges_after(*role)).collect();
        level.sort_unstable();
        level.dedup();
    }
    Vec::new()
}

/// A post of a township or village serves its own place only; the county's serve everywhere.
fn of_place(matter: &Matter, post: &Post, organisation: &Organisation, date: Date) -> bool {
    let own = match post.role {
        role if role.is_of_township() => matter.place.township.as_ref(),
        Role::VillageCommittee => Some(&matter.place.division),
        _ => return true,
    };
    own.and_then(|code| organisation.unit_of_division(code, date))
        .is_some_and(|u| u.id == post.unit)
}

//! Who may see a matter. One rule for pages, lists, counts, search and exports: each matter has an
//! audience of keys, each actor has keys, and it is visible where the two meet.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;

use super::actor::Actor;
use super::state::Matter;
use crate::ids::{GridId, PostId, UnitId};
use crate::organisation::{Organisation, Role};
use crate::playbook::Stage;

/// One term of a matter's audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The county's desks, supervision office and leaders.
    County,
    /// A township, a village or community, a department.
    Unit(UnitId),
    Grid(GridId),
    /// One post, to which a restricted matter is granted.
    Post(PostId),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::County => f.write_str("county"),
            Key::Unit(id) => id.fmt(f),
            Key::Grid(id) => id.fmt(f),
            Key::Post(id) => id.fmt(f),
        }
    }
}

/// The keys under which a matter is found: the county, the units of its place, its grid, and every
/// unit that owns it, has or had a share, or took apart the whole of which it is a part, with those above
/// them. A unit complained of, and all below it, is left out.
pub fn audience(matter: &Matter, organisation: &Organisation, date: Date) -> BTreeSet<Key> {
    if matter.restricted {
        return granted(matter, organisation, date);
    }
    let place = &matter.place;
    let kept_from = |unit: UnitId| {
        matter.against.is_some_and(|against| organisation.is_within(unit, against, date))
    };
    let of_place = place
        .township
        .iter()
        .chain([&place.division])
        .filter_map(|code| organisation.unit_of_division(code, date))
        .map(|unit| unit.id);
    let called = matter.whistles.iter().flat_map(|w| &w.calls).map(|call| call.unit);
    let passed = matter.shares.iter().flat_map(|s| &s.passes);
    let inner = passed.filter_map(|pass| organisation.posts.get(&pass.to)).map(|post| post.unit);
    let mut units: BTreeSet<UnitId> =
        of_place.chain(matter.units_involved()).chain(called).chain(inner).collect();
    units.extend(matter.owner.map(|o| o.unit));
    units.extend(matter.apart_by);
    units.insert(matter.desk.unit);
    // Who stands above a unit answers for it; above them all stands the county, which sees it anyway.
    let above: Vec<UnitId> = units
        .iter()
        .flat_map(|unit| organisation.chain_of(*unit, date))
        .filter(|unit| unit.parent.is_some())
        .map(|unit| unit.id)
        .collect();
    units.extend(above);
    let village = organisation.unit_of_division(&place.division, date).map(|u| u.id);
    let grid = place.grid.filter(|_| village.is_none_or(|v| !kept_from(v)));
    let mut keys: BTreeSet<Key> =
        units.into_iter().filter(|u| !kept_from(*u)).map(Key::Unit).collect();
    keys.extend(grid.map(Key::Grid));
    keys.insert(Key::County);
    keys
}

/// A restricted matter stands in no scope: it reaches the post that has it, the desk's post, the posts
/// that sign or handle for the units with a share, the heads of units called to it, and the desks that
/// owe something on it. Never one of the unit complained of.
fn granted(matter: &Matter, organisation: &Organisation, date: Date) -> BTreeSet<Key> {
    let kept_from = |unit: UnitId| {
        matter.against.is_some_and(|against| organisation.is_within(unit, against, date))
    };
    let heads =
        matter.units_involved().into_iter().filter_map(|unit| organisation.head_of(unit, date));
    let handling = matter.shares.iter().filter_map(|s| s.post);
    let named = [matter.owner.and_then(|o| o.post), matter.desk.post];
    let waits = matter.owner.and_then(|o| organisation.head_of(o.unit, date));
    let called = matter.whistles.iter().flat_map(|w| &w.calls).map(|call| call.unit);
    let called = called.filter_map(|unit| organisation.head_of(unit, date));
    let passed = matter.shares.iter().flat_map(|s| &s.passes).map(|pass| pass.to);
    let owed = matter.deadlines.iter().filter(|d| d.is_open());
    let desks = owed.flat_map(|d| {
        organisation.posts_in(d.whose, date).filter(move |post| match d.stage {
            Stage::CallBack => post.role == Role::CallBackDesk,
            Stage::Adjudicate | Stage::Decide => matches!(
                post.role,
                Role::CommandCentre | Role::CountyLeader | Role::SupervisionHead
            ),
            _ => false,
        })
    });
    let posts = named.into_iter().flatten().chain(handling).chain(passed);
    let posts = posts.filter_map(|id| organisation.posts.get(&id)).chain(heads).chain(waits);
    let posts = posts.chain(called).chain(desks);
    posts.filter(|post| !kept_from(post.unit)).map(|post| Key::Post(post.id)).collect()
}

/// Whether posts of the role see every matter of the county that is not restricted.
pub(super) const fn sees_the_county(role: Role) -> bool {
    matches!(
        role,
        Role::CommandCentre
            | Role::ClosingDesk
            | Role::VerificationDesk
            | Role::CallBackDesk
            | Role::SupervisionClerk
            | Role::SupervisionDeputy
            | Role::SupervisionOfficer
            | Role::SupervisionHead
            | Role::CountyLeader
    )
}

/// The keys of somebody in a post. Administrators and auditors have none: they read no matters.
pub fn keys_of(actor: &Actor) -> Vec<Key> {
    let Some(role) = actor.role else { return Vec::new() };
    if matches!(role, Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor) {
        return Vec::new();
    }
    let scope: Vec<Key> = if sees_the_county(role) {
        vec![Key::County]
    } else if role.is_of_grid() {
        actor.grids.iter().copied().map(Key::Grid).collect()
    } else {
        actor.unit.map(Key::Unit).into_iter().collect()
    };
    scope.into_iter().chain(actor.post.map(Key::Post)).collect()
}

/// Whether the actor may see the matter.
pub fn may_see(actor: &Actor, matter: &Matter, organisation: &Organisation, date: Date) -> bool {
    let keys = keys_of(actor);
    if keys.is_empty() {
        return false;
    }
    let audience = audience(matter, organisation, date);
    keys.iter().any(|key| audience.contains(key))
}

//! Who acts: a person for each post, with an account each.

use std::collections::BTreeMap;

use jiff::civil::Date;
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, PostId, UnitId, UserId};
use zongheng_core::matter::{Actor, can_be_given};
use zongheng_core::organisation::{Level, Role};
use zongheng_core::powers::Lead;
use zongheng_core::time::At;
use zongheng_store::NewAccount;

use super::parameters::Places;
use crate::county::{CountyFiles, SHOWN};
use crate::submit::Mint;

/// A person in a post.
pub(crate) struct Holder {
    pub(crate) post: PostId,
    pub(crate) user: UserId,
    pub(crate) login: String,
}

/// One holder for each post of the files. Part-time members and instructors stay vacant but for those
/// who are shown: nothing of what is simulated is theirs.
pub(crate) fn holders(files: &CountyFiles, at: At, mint: &mut Mint) -> Vec<Holder> {
    let organisation = files.organisation();
    let named: BTreeMap<&str, &str> = SHOWN.iter().map(|(login, key)| (*key, *login)).collect();
    let vacant = |post: PostId| {
        let role = organisation.posts.get(&post).map(|p| p.role);
        matches!(role, None | Some(Role::GridPartTime | Role::GridInstructor))
    };
    let filled = |key: &str, post| named.contains_key(key) || !vacant(post);
    let posts = files.keys.posts.iter().filter(|(key, post)| filled(key, **post));
    posts
        .map(|(key, post)| {
            let login =
                named.get(key.as_str()).map_or_else(|| key.replace('/', "."), |l| (*l).to_owned());
            Holder { post: *post, user: UserId(mint.id(at)), login }
        })
        .collect()
}

/// The accounts of the holders. Nobody can sign in where `password` says nothing.
pub(crate) fn accounts(
    holders: &[Holder],
    password: impl Fn(&str) -> Option<String>,
) -> Vec<NewAccount> {
    let account = |holder: &Holder| NewAccount {
        id: holder.user,
        login: holder.login.clone(),
        password: password(&holder.login).unwrap_or_default(),
        must_change: false,
    };
    holders.iter().map(account).collect()
}

/// The actors by what the simulation asks for.
pub(super) struct Cast {
    actors: BTreeMap<PostId, Actor>,
    by_role: BTreeMap<Role, Vec<PostId>>,
    /// The posts that do a unit's work, its head last.
    of_unit: BTreeMap<UnitId, Vec<PostId>>,
    /// Each with its weight.
    pub(super) villages: Vec<(u32, DivisionCode)>,
    pub(super) townships: Vec<DivisionCode>,
    /// County units that a misled dispatch or a task may name.
    pub(super) bureaus: Vec<UnitId>,
    halls: Vec<UnitId>,
}

impl Cast {
    pub(super) fn new(county: &County, places: &Places, holders: &[Holder], at: At) -> Self {
        let day = at.date();
        let found =
            holders.iter().filter_map(|h| Some((h.post, county.actor(h.user, h.post, at)?)));
        let actors: BTreeMap<PostId, Actor> = found.collect();
        let mut by_role: BTreeMap<Role, Vec<PostId>> = BTreeMap::new();
        let mut of_unit: BTreeMap<UnitId, Vec<PostId>> = BTreeMap::new();
        for (post, actor) in &actors {
            let Some(role) = actor.role else { continue };
            by_role.entry(role).or_default().push(*post);
            if let Some(unit) = actor.unit.filter(|_| works(role)) {
                of_unit.entry(unit).or_default().push(*post);
            }
        }
        for posts in of_unit.values_mut() {
            let role = |post: &PostId| actors.get(post).and_then(|a| a.role);
            posts.sort_by_key(|post| (role(post) == Some(Role::UnitHead), role(post), *post));
        }
        let divisions = county.organisation.divisions.values();
        let townships = divisions.filter(|d| d.level == Level::Township);
        let townships: Vec<DivisionCode> = townships.map(|d| d.code.clone()).collect();
        let halls =
            townships.iter().filter_map(|code| county.organisation.unit_of_division(code, day));
        let halls = halls.map(|unit| unit.id).collect();
        let bureaus = by_role
            .get(&Role::UnitHead)
            .into_iter()
            .flatten()
            .filter_map(|post| actors.get(post)?.unit)
            .filter(|unit| leads(county, *unit, day))
            .collect();
        Self {
            actors,
            by_role,
            of_unit,
            villages: villages(county, places),
            townships,
            bureaus,
            halls,
        }
    }

    pub(super) fn actor(&self, post: PostId) -> Option<&Actor> {
        self.actors.get(&post)
    }

    pub(super) fn with_role(&self, role: Role) -> &[PostId] {
        self.by_role.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The units that lead most of what comes in: bureaus and townships.
    pub(super) fn leads(&self) -> Vec<UnitId> {
        self.bureaus.iter().chain(&self.halls).copied().collect()
    }

    /// Whether one can draft for the unit and another sign.
    pub(super) fn drafts(&self, unit: UnitId) -> bool {
        self.of_unit(unit).len() > 1
    }

    pub(super) fn of_unit(&self, unit: UnitId) -> &[PostId] {
        self.of_unit.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The person is one of the grid post's grids' members.
    pub(super) fn at_grids(&self) -> Vec<(PostId, &Actor)> {
        let posts = self.with_role(Role::GridMember).iter().chain(self.with_role(Role::GridChief));
        posts.filter_map(|post| Some((*post, self.actor(*post)?))).collect()
    }
}

/// The villages, each weighed by the sort of its township.
fn villages(county: &County, places: &Places) -> Vec<(u32, DivisionCode)> {
    let organisation = &county.organisation;
    let villages = organisation.divisions.values().filter(|d| d.level == Level::Village);
    let weighed = villages.map(|village| {
        let township = organisation.township_of(&village.code).map_or("", |t| t.name.as_str());
        let weight = match township.chars().last() {
            Some('道') => places.street,
            Some('镇') => places.town,
            _ => places.township,
        };
        (weight, village.code.clone())
    });
    weighed.collect()
}

const fn works(role: Role) -> bool {
    matches!(
        role,
        Role::UnitHead
            | Role::UnitStaff
            | Role::TownshipHall
            | Role::TownshipDeputy
            | Role::VillageCommittee
            | Role::CommandCentre
    )
}

/// A unit that the list of powers names and that the county can order.
fn leads(county: &County, unit: UnitId, day: Date) -> bool {
    let named = county.powers.rows.values().any(|row| row.lead == Lead::Unit(unit));
    named && can_be_given(&county.organisation, unit, day)
}

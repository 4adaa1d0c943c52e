//! Where to look: what every decision asks of the organisation is found without walking through it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Appointment, Division, Level, Post, Role, Unit};
use crate::ids::{DivisionCode, PostId, UnitId, UserId};

/// Names by what is asked for, whatever the date; who asks looks at the dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Index {
    county: Option<DivisionCode>,
    units: BTreeMap<DivisionCode, BTreeSet<UnitId>>,
    by_role: BTreeMap<Role, BTreeSet<PostId>>,
    by_unit: BTreeMap<UnitId, BTreeSet<PostId>>,
    /// Places in the list of appointments, which only grows.
    by_post: BTreeMap<PostId, Vec<usize>>,
    by_user: BTreeMap<UserId, Vec<usize>>,
}

impl Index {
    pub(super) fn of_units(&self) -> Self {
        Self {
            county: self.county.clone(),
            units: self.units.clone(),
            by_role: self.by_role.clone(),
            by_unit: self.by_unit.clone(),
            ..Self::default()
        }
    }

    pub(super) fn divided(&mut self, division: &Division) {
        // The first by code, as a walk through the divisions would find it.
        if division.level == Level::County
            && self.county.as_ref().is_none_or(|county| division.code < *county)
        {
            self.county = Some(division.code.clone());
        }
    }

    pub(super) fn founded(&mut self, old: Option<&Unit>, unit: &Unit) {
        if let Some(units) =
            old.and_then(|old| old.code.as_ref()).and_then(|code| self.units.get_mut(code))
        {
            units.remove(&unit.id);
        }
        if let Some(code) = &unit.code {
            self.units.entry(code.clone()).or_default().insert(unit.id);
        }
    }

    pub(super) fn created(&mut self, old: Option<&Post>, post: &Post) {
        if let Some(old) = old {
            self.by_role.entry(old.role).or_default().remove(&post.id);
            self.by_unit.entry(old.unit).or_default().remove(&post.id);
        }
        self.by_role.entry(post.role).or_default().insert(post.id);
        self.by_unit.entry(post.unit).or_default().insert(post.id);
    }

    /// The post goes on in another unit; questions about earlier days still find it in the old one.
    pub(super) fn moved(&mut self, post: PostId, to: UnitId) {
        self.by_unit.entry(to).or_default().insert(post);
    }

    pub(super) fn appointed(&mut self, n: usize, appointment: &Appointment) {
        self.by_post.entry(appointment.post).or_default().push(n);
        self.by_user.entry(appointment.user).or_default().push(n);
    }

    pub(super) fn county(&self) -> Option<&DivisionCode> {
        self.county.as_ref()
    }

    pub(super) fn units_of(&self, code: &DivisionCode) -> impl Iterator<Item = UnitId> {
        self.units.get(code).into_iter().flatten().copied()
    }

    pub(super) fn posts_with(&self, role: Role) -> impl Iterator<Item = PostId> {
        self.by_role.get(&role).into_iter().flatten().copied()
    }

    pub(super) fn posts_of(&self, unit: UnitId) -> impl Iterator<Item = PostId> {
        self.by_unit.get(&unit).into_iter().flatten().copied()
    }

    pub(super) fn appointed_to(&self, post: PostId) -> impl Iterator<Item = usize> {
        self.by_post.get(&post).into_iter().flatten().copied()
    }

    pub(super) fn appointments_of(&self, user: UserId) -> impl Iterator<Item = usize> {
        self.by_user.get(&user).into_iter().flatten().copied()
    }
}

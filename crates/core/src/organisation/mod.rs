//! Who: units on four lines, grids, posts and the people who hold them. Every question takes a date.

mod grid;
mod model;

pub use grid::Grid;
pub use model::{Appointment, Division, Holding, Level, Line, Post, Relation, Role, Unit};

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::ids::{DivisionCode, GridId, PostId, UnitId, UserId};

/// The county's organisation as its `org` stream has made it, with everything that ever stood in it.
#[derive(Debug, Clone, Default)]
pub struct Organisation {
    pub divisions: BTreeMap<DivisionCode, Division>,
    pub units: BTreeMap<UnitId, Unit>,
    pub posts: BTreeMap<PostId, Post>,
    pub appointments: Vec<Appointment>,
    pub grids: BTreeMap<GridId, Grid>,
}

impl Organisation {
    /// The unit, if it stands on `date`.
    pub fn unit(&self, id: UnitId, date: Date) -> Option<&Unit> {
        self.units.get(&id).filter(|u| stands(u.from, u.to, date))
    }

    /// The division's own unit (a township government, a village committee) on `date`.
    pub fn unit_of_division(&self, code: &DivisionCode, date: Date) -> Option<&Unit> {
        self.units.values().find(|u| u.code.as_ref() == Some(code) && stands(u.from, u.to, date))
    }

    /// Whether `unit` is `above` or stands below it in the tree on `date`.
    pub fn is_within(&self, unit: UnitId, above: UnitId, date: Date) -> bool {
        let mut at = Some(unit);
        for _ in 0..=self.units.len() {
            match at {
                Some(id) if id == above => return true,
                Some(id) => at = self.unit(id, date).and_then(|u| u.parent),
                None => return false,
            }
        }
        false
    }

    /// The post, if it stands on `date`.
    pub fn post(&self, id: PostId, date: Date) -> Option<&Post> {
        self.posts.get(&id).filter(|p| stands(p.from, p.to, date))
    }

    pub fn posts_with_role(&self, role: Role, date: Date) -> impl Iterator<Item = &Post> {
        self.posts.values().filter(move |p| p.role == role && stands(p.from, p.to, date))
    }

    /// Who acts for a post on `date`: its holder, else a dated deputy (授权代理), else the second post (B岗).
    pub fn acting(&self, post: PostId, date: Date) -> Option<&Appointment> {
        let mut standing: Vec<&Appointment> = self.appointments.iter().filter(|a| a.post == post && stands(a.from, a.to, date)).collect();
        standing.sort_by_key(|a| a.holding);
        standing.first().copied()
    }

    /// The posts in which `user` may act on `date`.
    pub fn posts_of(&self, user: UserId, date: Date) -> Vec<(&Post, Holding)> {
        self.appointments.iter().filter(|a| a.user == user && stands(a.from, a.to, date)).filter_map(|a| Some((self.post(a.post, date)?, a.holding))).collect()
    }

    /// The township that `place` is or lies in.
    pub fn township_of(&self, place: &DivisionCode) -> Option<&Division> {
        let division = self.divisions.get(place)?;
        match division.level {
            Level::Township => Some(division),
            Level::Village => self.divisions.get(division.parent.as_ref()?),
            _ => None,
        }
    }
}

/// Whether something valid `from` a day until before the day `to` stands on `date`.
pub(crate) fn stands(from: Date, to: Option<Date>, date: Date) -> bool {
    from <= date && to.is_none_or(|to| date < to)
}

//! Who: units on four lines, grids, posts and the people who hold them. Every question takes a date.

pub mod check;
pub mod chunk;
mod datum;
pub mod files;
mod geometry;
mod grid;
mod index;
mod model;
mod organised;
pub mod place;

pub use check::{Checked, Entry, Fault, Origin, Proposed, check};
pub use datum::Datum;
pub use grid::{Grid, GridTree};
pub(crate) use index::Index;
pub use model::{Appointment, Division, Holding, Level, Line, Post, Relation, Role, Shape, Unit};
pub use organised::Organised;

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
    /// The county's boundary and what is known of the townships' outlines.
    pub shapes: BTreeMap<DivisionCode, Shape>,
    /// Which grid a point is in; kept by [`Organisation::apply`].
    pub(crate) tree: GridTree,
    /// By what decisions ask for; kept by [`Organisation::apply`].
    pub(crate) index: Index,
}

impl Organisation {
    /// The unit, if it stands on `date`.
    pub fn unit(&self, id: UnitId, date: Date) -> Option<&Unit> {
        self.units.get(&id).filter(|u| stands(u.from, u.to, date))
    }

    /// The division's own unit (a township government, a village committee) on `date`.
    pub fn unit_of_division(&self, code: &DivisionCode, date: Date) -> Option<&Unit> {
        self.index.units_of(code).find_map(|id| self.unit(id, date))
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

    /// The county's own unit, above all others, on `date`.
    pub fn county_unit(&self, date: Date) -> Option<&Unit> {
        self.unit_of_division(self.index.county()?, date)
    }

    /// Units that stand on `date` and have `part` somewhere in their Chinese or English name (without
    /// regard to case), in order of their codes and names; all of them where `part` is empty.
    pub fn units_named(&self, part: &str, date: Date) -> Vec<&Unit> {
        let part = part.trim().to_lowercase();
        let named = |u: &&Unit| {
            stands(u.from, u.to, date)
                && (u.name.to_lowercase().contains(&part)
                    || u.name_en.to_lowercase().contains(&part))
        };
        let mut units: Vec<&Unit> = self.units.values().filter(named).collect();
        units.sort_by(|a, b| (&a.code, &a.name, a.id).cmp(&(&b.code, &b.name, b.id)));
        units
    }

    /// The units directly below `unit` on `date`.
    pub fn units_below(&self, unit: UnitId, date: Date) -> impl Iterator<Item = &Unit> {
        self.units.values().filter(move |u| u.parent == Some(unit) && stands(u.from, u.to, date))
    }

    /// `unit` and those above it on `date`, nearest first; empty where it does not stand.
    pub fn chain_of(&self, unit: UnitId, date: Date) -> Vec<&Unit> {
        let mut chain: Vec<&Unit> = Vec::new();
        let mut at = self.unit(unit, date);
        while let Some(unit) = at.filter(|_| chain.len() <= self.units.len()) {
            chain.push(unit);
            at = unit.parent.and_then(|above| self.unit(above, date));
        }
        chain
    }

    /// The post, if it stands on `date`.
    pub fn post(&self, id: PostId, date: Date) -> Option<&Post> {
        self.posts.get(&id).filter(|p| stands(p.from, p.to, date))
    }

    pub fn posts_with_role(&self, role: Role, date: Date) -> impl Iterator<Item = &Post> {
        self.index.posts_with(role).filter_map(move |id| self.post(id, date))
    }

    /// Who acts for a post on `date`: its holder, else a dated deputy (授权代理), else the second post (B岗).
    pub fn acting(&self, post: PostId, date: Date) -> Option<&Appointment> {
        let appointed = self.index.appointed_to(post).filter_map(|n| self.appointments.get(n));
        appointed.filter(|a| stands(a.from, a.to, date)).min_by_key(|a| a.holding)
    }

    /// The posts in which `user` may act on `date`.
    pub fn posts_of(&self, user: UserId, date: Date) -> Vec<(&Post, Holding)> {
        self.index
            .appointments_of(user)
            .filter_map(|n| self.appointments.get(n))
            .filter(|a| stands(a.from, a.to, date))
            .filter_map(|a| Some((self.post(a.post, date)?, a.holding)))
            .collect()
    }

    /// The posts of a unit that stand on `date`.
    pub fn posts_in(&self, unit: UnitId, date: Date) -> impl Iterator<Item = &Post> {
        self.index.posts_of(unit).filter_map(move |id| self.post(id, date))
    }

    /// The post that answers for the unit on `date`: its head's, a township's hall, a village's
    /// committee.
    pub fn head_of(&self, unit: UnitId, date: Date) -> Option<&Post> {
        let rank = |role| match role {
            Role::UnitHead | Role::SupervisionHead | Role::CountyLeader => Some(0),
            Role::CommandCentre | Role::TownshipHall | Role::VillageCommittee => Some(1),
            _ => None,
        };
        self.posts_in(unit, date)
            .filter_map(|post| Some((rank(post.role)?, post)))
            .min_by_key(|(rank, post)| (*rank, post.id))
            .map(|(_, post)| post)
    }

    /// `place` and the divisions around it, smallest first; empty where it is not known.
    pub fn ancestors(&self, place: &DivisionCode) -> Vec<&Division> {
        let mut around: Vec<&Division> = Vec::new();
        let mut at = self.divisions.get(place);
        while let Some(division) = at.filter(|_| around.len() <= self.divisions.len()) {
            around.push(division);
            at = division.parent.as_ref().and_then(|above| self.divisions.get(above));
        }
        around
    }

    /// The grid, if it stands on `date`.
    pub fn grid(&self, id: GridId, date: Date) -> Option<&Grid> {
        self.grids.get(&id).filter(|g| stands(g.from, g.to, date))
    }

    /// The grids that stand on `date` in a village, or in all villages of a larger division, in
    /// order of their codes.
    pub fn grids_of(&self, division: &DivisionCode, date: Date) -> Vec<&Grid> {
        let within = |g: &Grid| self.ancestors(&g.division).iter().any(|d| d.code == *division);
        let mut grids: Vec<&Grid> =
            self.grids.values().filter(|g| stands(g.from, g.to, date) && within(g)).collect();
        grids.sort_by(|a, b| a.code.cmp(&b.code));
        grids
    }

    /// The grid in which a point (WGS84, 10⁻⁷ degrees) lies on `date`. A point on the border of
    /// several belongs to the one with the lowest id. Grids without a polygon are never found.
    pub fn grid_at(&self, lon: i64, lat: i64, date: Date) -> Option<&Grid> {
        self.tree
            .around(lon, lat)
            .filter_map(|id| self.grid(id, date))
            .filter(|g| g.holds(lon, lat))
            .min_by_key(|g| g.id)
    }

    /// The division in which a point (WGS84, 10⁻⁷ degrees) lies on `date`: the village of its grid,
    /// else the township or county by its outline, which may be an approximate one.
    pub fn division_at(&self, lon: i64, lat: i64, date: Date) -> Option<&Division> {
        if let Some(grid) = self.grid_at(lon, lat, date) {
            return self.divisions.get(&grid.division);
        }
        self.shapes
            .values()
            .filter(|shape| geometry::within(&shape.polygons, [lon, lat]))
            .filter_map(|shape| self.divisions.get(&shape.division))
            .max_by(|a, b| a.level.cmp(&b.level).then(b.code.cmp(&a.code)))
    }

    /// The posts that answer for a grid on `date`, chief first.
    pub fn roster(&self, grid: GridId, date: Date) -> Vec<&Post> {
        let mut posts: Vec<&Post> = self
            .posts
            .values()
            .filter(|p| p.grids.contains(&grid) && stands(p.from, p.to, date))
            .collect();
        posts.sort_by_key(|p| (p.role, p.id));
        posts
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

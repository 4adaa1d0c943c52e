//! Grids and points on a day: which grid it is, whose, and which grid took its ground.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Division, Grid, Organisation, Post, Role, geometry, stands};
use crate::ids::{DivisionCode, GridId};

/// A grid for which no chief answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chiefless {
    pub grid: GridId,
    pub why: NoChief,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoChief {
    /// No post of a chief covers it.
    NoPost,
    /// The post stands and nobody acts in it.
    Nobody,
}

impl Organisation {
    /// The grid, if it stands on `date`.
    pub fn grid(&self, id: GridId, date: Date) -> Option<&Grid> {
        self.grids.get(&id).filter(|g| stands(g.from, g.to, date))
    }

    /// The grids that stand on `date` in a village, or in all villages of a larger division, in
    /// order of their codes.
    pub fn grids_of(&self, division: &DivisionCode, date: Date) -> Vec<&Grid> {
        let within = |g: &Grid| self.ancestors(&g.division).iter().any(|d| d.code == *division);
        let standing = self.grids.values().filter(|g| stands(g.from, g.to, date));
        let mut grids: Vec<&Grid> = standing.filter(|g| within(g)).collect();
        grids.sort_by(|a, b| a.code.cmp(&b.code));
        grids
    }

    /// The grid that on `date` answers for what happened in `grid`: itself while it stands, else the
    /// one in which the point (WGS84, 10⁻⁷ degrees) lies now, else the first of its successors,
    /// through as many changes as there were. A matter keeps the grid of its day for statistics.
    pub fn grid_today(&self, grid: GridId, point: Option<[i64; 2]>, date: Date) -> Option<GridId> {
        let mut at = grid;
        for _ in 0..=self.grids.len() {
            if self.grid(at, date).is_some() {
                return Some(at);
            }
            let closed = self.grids.get(&at).filter(|g| g.to.is_some_and(|to| to <= date))?;
            if let Some(now) = point.and_then(|[lon, lat]| self.grid_at(lon, lat, date)) {
                return Some(now.id);
            }
            at = *closed.successors.first()?;
        }
        None
    }

    /// The grids that stand on `date` and for which no chief answers, in order of their codes.
    pub fn grids_without_chief(&self, date: Date) -> Vec<Chiefless> {
        let mut standing: Vec<&Grid> =
            self.grids.keys().filter_map(|id| self.grid(*id, date)).collect();
        standing.sort_by(|a, b| (&a.code, a.id).cmp(&(&b.code, b.id)));
        let mut chiefs = BTreeMap::new();
        for post in self.posts_with_role(Role::GridChief, date) {
            for grid in &post.grids {
                chiefs.insert(*grid, post.id);
            }
        }
        let without = |grid: &Grid| match chiefs.get(&grid.id) {
            None => Some(NoChief::NoPost),
            Some(post) if self.acting(*post, date).is_none() => Some(NoChief::Nobody),
            Some(_) => None,
        };
        let listed = standing.into_iter();
        listed.filter_map(|grid| Some(Chiefless { grid: grid.id, why: without(grid)? })).collect()
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
        let standing = self.posts.keys().filter_map(|id| self.post(*id, date));
        let mut posts: Vec<&Post> = standing.filter(|p| p.grids.contains(&grid)).collect();
        posts.sort_by_key(|p| (p.role, p.id));
        posts
    }
}

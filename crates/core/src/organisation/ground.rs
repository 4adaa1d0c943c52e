//! Grids and points on a day: which grid it is, whose, and which grid took its ground.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Grid, Organisation, Role, stands};
use crate::ids::GridId;

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
    /// The grid, if it stands on `date`, with its border of that day.
    pub fn grid(&self, id: GridId, date: Date) -> Option<&Grid> {
        let grid = self.past.grid(id, date).or_else(|| self.grids.get(&id));
        grid.filter(|g| stands(g.from, g.to, date))
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
}

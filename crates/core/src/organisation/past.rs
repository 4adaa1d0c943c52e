//! Units, posts and grids as they were before a decision changed them, so that a question about an
//! earlier day has the answer it had then.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Grid, Post, Unit};
use crate::ids::{GridId, PostId, UnitId};

/// Earlier records, each with the day from which it no longer holds, in order of these days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Past {
    units: BTreeMap<UnitId, Vec<(Date, Unit)>>,
    posts: BTreeMap<PostId, Vec<(Date, Post)>>,
    grids: BTreeMap<GridId, Vec<(Date, Grid)>>,
}

impl Past {
    pub(super) fn of_units(&self) -> Self {
        Self { units: self.units.clone(), posts: self.posts.clone(), grids: BTreeMap::new() }
    }

    pub(super) fn unit(&self, id: UnitId, date: Date) -> Option<&Unit> {
        on(self.units.get(&id)?, date)
    }

    pub(super) fn post(&self, id: PostId, date: Date) -> Option<&Post> {
        on(self.posts.get(&id)?, date)
    }

    pub(super) fn grid(&self, id: GridId, date: Date) -> Option<&Grid> {
        on(self.grids.get(&id)?, date)
    }

    /// Every grid with an earlier border, ending on the day from which it has another.
    pub(super) fn grids(&self) -> impl Iterator<Item = Grid> {
        let kept = self.grids.values().flatten();
        kept.map(|(until, grid)| Grid { to: Some(*until), ..grid.clone() })
    }

    pub(super) fn keep_unit(&mut self, until: Date, unit: Unit) {
        keep(self.units.entry(unit.id).or_default(), until, unit);
    }

    pub(super) fn keep_post(&mut self, until: Date, post: Post) {
        keep(self.posts.entry(post.id).or_default(), until, post);
    }

    pub(super) fn keep_grid(&mut self, until: Date, grid: Grid) {
        keep(self.grids.entry(grid.id).or_default(), until, grid);
    }
}

fn on<T>(earlier: &[(Date, T)], date: Date) -> Option<&T> {
    earlier.iter().find(|(until, _)| date < *until).map(|(_, record)| record)
}

/// A second change on the same day leaves what was before the first.
fn keep<T>(earlier: &mut Vec<(Date, T)>, until: Date, record: T) {
    if earlier.last().is_none_or(|(last, _)| *last < until) {
        earlier.push((until, record));
    }
}

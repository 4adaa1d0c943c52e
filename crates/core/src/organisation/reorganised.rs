//! One dated decision that changes the structure: body version 1 of `reorganised`. What was is kept:
//! old acts stay with the unit of their day, and a question about an earlier day is answered as then.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Grid, Organisation, Post, Unit};
use crate::ids::{GridId, PostId, UnitId};

/// The body of `reorganised`: everything that one decision changes, from one day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reorganised {
    /// The number of the paper.
    pub paper: String,
    /// The body that decided.
    pub decided_by: String,
    /// The first day of the new order.
    pub on: Date,
    /// SHA-256 of the normal form of the list of powers after it, in hex; none where no row moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub powers: Option<String>,
    /// Units that no longer stand, with those that go on with their work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<Closed>,
    /// New units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub founded: Vec<Unit>,
    /// Units that stand below others than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regrouped: Vec<Regrouped>,
    /// Posts that go on in another unit or with other grids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<PostMoved>,
    /// Posts that end, and the appointments to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<PostId>,
    /// New posts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub created: Vec<Post>,
    /// Rows of the list of powers that go to other units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowMoved>,
    /// New grids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drawn: Vec<Grid>,
    /// Grids that are split or merged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redrawn: Vec<GridClosed>,
}

/// A unit that no longer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    pub unit: UnitId,
    /// Who goes on with its work; the first takes what is open.
    pub successors: Vec<UnitId>,
}

/// A unit that stands below others than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regrouped {
    pub unit: UnitId,
    pub parent: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commanded_by: Option<UnitId>,
}

/// A post as it goes on; its holders go with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostMoved {
    pub post: PostId,
    pub unit: UnitId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grids: Vec<GridId>,
}

/// A row of the list of powers that goes on under another name with other units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowMoved {
    pub row: String,
    /// The name of the row that takes its place.
    pub renamed: String,
    pub units: Vec<Replaced>,
}

/// One unit in place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    pub from: UnitId,
    pub to: UnitId,
}

/// A grid whose ground others take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridClosed {
    pub grid: GridId,
    /// The first stands in where a matter has no point.
    pub successors: Vec<GridId>,
}

impl Organisation {
    /// Takes in one act.
    pub fn reorganise(&mut self, decision: &Reorganised) {
        let on = decision.on;
        for unit in &decision.founded {
            let old = self.units.insert(unit.id, unit.clone());
            self.index.founded(old.as_ref(), unit);
        }
        for change in &decision.regrouped {
            if let Some(unit) = self.units.get_mut(&change.unit) {
                self.past.keep_unit(on, unit.clone());
                (unit.parent, unit.commanded_by) = (change.parent, change.commanded_by);
            }
        }
        for closed in &decision.closed {
            if let Some(unit) = self.units.get_mut(&closed.unit) {
                unit.to = Some(on);
                unit.successors.clone_from(&closed.successors);
            }
        }
        for grid in &decision.drawn {
            if let Some(old) = self.grids.insert(grid.id, grid.clone()) {
                self.tree.take_out(&old);
            }
            self.tree.put_in(grid);
        }
        for closed in &decision.redrawn {
            if let Some(grid) = self.grids.get_mut(&closed.grid) {
                grid.to = Some(on);
                grid.successors.clone_from(&closed.successors);
            }
        }
        self.reorganise_posts(decision);
        self.decisions.push(decision.clone());
    }

    fn reorganise_posts(&mut self, decision: &Reorganised) {
        let on = decision.on;
        for post in &decision.created {
            let old = self.posts.insert(post.id, post.clone());
            self.index.created(old.as_ref(), post);
        }
        for change in &decision.moved {
            if let Some(post) = self.posts.get_mut(&change.post) {
                self.past.keep_post(on, post.clone());
                post.unit = change.unit;
                post.grids.clone_from(&change.grids);
                self.index.moved(change.post, change.unit);
            }
        }
        for id in &decision.ended {
            if let Some(post) = self.posts.get_mut(id) {
                post.to = Some(on);
            }
            for n in self.index.appointed_to(*id) {
                if let Some(held) = self.appointments.get_mut(n) {
                    held.to = Some(held.to.map_or(on, |to| to.min(on)));
                }
            }
        }
    }
}

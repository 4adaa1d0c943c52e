//! The records as the decision would leave them, for the rules that any organisation must satisfy.

use super::check::Checker;
use crate::organisation::{Entry, Organisation, Post, Proposed, Reorganised, Unit};

impl Checker<'_> {
    /// What stands, with the ends that the decision sets. What ends is not judged again: a unit that an
    /// earlier decision put below a younger one did not stand as long as itself.
    pub(super) fn ending(&self) -> Organisation {
        let mut standing = self.before.organisation.clone();
        standing.reorganise(&Reorganised {
            founded: Vec::new(),
            regrouped: Vec::new(),
            moved: Vec::new(),
            created: Vec::new(),
            rows: Vec::new(),
            drawn: Vec::new(),
            ..self.decision.clone()
        });
        standing
    }

    /// The records that go on as they would stand, each beginning with the decision: what was before it
    /// is not judged again.
    pub(super) fn proposed(&self) -> Proposed {
        let (on, organisation) = (self.plan.on, self.before.organisation);
        let mut proposed = Proposed {
            units: self.plan.founded.clone(),
            posts: self.plan.created.clone(),
            grids: self.plan.drawn.clone(),
            ..Proposed::default()
        };
        for change in &self.decision.regrouped {
            let Some(unit) = organisation.unit(change.unit, on) else { continue };
            let (parent, commanded_by) = (change.parent, change.commanded_by);
            let value = Unit { from: on, parent, commanded_by, ..unit.clone() };
            let named = self.plan.regrouped.iter().find(|entry| entry.value.unit == change.unit);
            let origin = named.map(|entry| &entry.origin).or_else(|| self.added.get(&change.unit));
            let origin = origin.unwrap_or(&self.plan.origin).clone();
            proposed.units.push(Entry { origin, value });
        }
        for change in &self.decision.moved {
            let Some(post) = organisation.post(change.post, on) else { continue };
            let (unit, grids) = (change.unit, change.grids.clone());
            let value = Post { from: on, unit, grids, ..post.clone() };
            let named = self.plan.moved.iter().find(|entry| entry.value.post == change.post);
            let origin = named.map_or(&self.plan.origin, |entry| &entry.origin).clone();
            proposed.posts.push(Entry { origin, value });
        }
        proposed
    }
}

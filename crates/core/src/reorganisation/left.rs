//! What must not be left behind: posts without a unit, rows of the list of powers that name a closed
//! one, grids whose ground nobody takes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::check::Checker;
use crate::ids::{GridId, PostId};
use crate::organisation::check::asked;
use crate::organisation::{Entry, GridClosed, Organisation, PostMoved, Replaced, RowMoved};

impl Checker<'_> {
    /// No post is left in a unit that is closed.
    pub(super) fn posts(&mut self) {
        let on = self.plan.on;
        let organisation = self.before.organisation;
        let named = self.plan.moved.iter().map(|entry| (&entry.origin, entry.value.post));
        let ended = self.plan.ended.iter().map(|entry| (&entry.origin, entry.value));
        let mut seen: BTreeSet<PostId> = BTreeSet::new();
        for (origin, post) in named.chain(ended) {
            let name = organisation.posts.get(&post).map_or("", |post| &post.name);
            if !seen.insert(post) {
                let what = format!("post {name} is named twice");
                self.fault(origin, "post", what, "move it or end it");
            }
            if organisation.post(post, on).is_none() {
                let what = format!("post {name} does not stand on {on}");
                self.fault(origin, "post", what, "leave it out");
            }
        }
        for Entry { origin, value } in &self.plan.moved {
            if !self.stays(value.unit) {
                let what = format!("{} does not stand after it", self.name(value.unit));
                self.fault(origin, "to", what, "name a unit that stands from that day on");
            }
        }
        for (closing, entry) in self.closing.clone() {
            for post in organisation.posts_in(closing, on).filter(|post| !seen.contains(&post.id)) {
                let what =
                    format!("post {} of {} is left without a unit", post.name, self.name(closing));
                self.fault(&entry.origin, "unit", what, "move or end it in [[move]] or [[end]]");
            }
        }
    }

    /// No unit that the county cannot order loses the post through which it is asked.
    pub(super) fn asked(&mut self, ending: &Organisation) {
        for Entry { origin, value: post } in &self.plan.ended {
            for unit in ending.units.values() {
                let through = unit.liaison.as_ref().is_some_and(|liaison| liaison.post == *post);
                let stays = through && self.stays(unit.id);
                if let Some((what, mend)) = asked::fault(unit, ending).filter(|_| stays) {
                    self.fault(origin, "post", what, mend);
                }
            }
        }
    }

    /// Rows of the list of powers that name a closed unit, and those that the plan names.
    pub(super) fn rows(&mut self) {
        let mut changes: BTreeMap<&str, Vec<Replaced>> = BTreeMap::new();
        for Entry { origin, value: (row, replaced) } in &self.plan.rows {
            let open = |to: Option<Date>| to.is_none_or(|to| self.plan.on < to);
            let known = self.before.powers.rows.get(row).filter(|row| open(row.to));
            let what = match known {
                None => format!("row {row} is not in the list on {}", self.plan.on),
                Some(known) if known.units().all(|unit| unit != replaced.from) => {
                    format!("row {row} does not name {}", self.name(replaced.from))
                }
                Some(_) if !self.stays(replaced.to) => {
                    format!("{} does not stand after it", self.name(replaced.to))
                }
                Some(_) => {
                    changes.entry(row).or_default().push(replaced.clone());
                    continue;
                }
            };
            self.fault(origin, "row", what, "look at the list of powers of that day");
        }
        let on = self.plan.on;
        for (name, row) in &self.before.powers.rows {
            if row.to.is_some_and(|to| to <= on) {
                continue;
            }
            for unit in row.units() {
                let Some(entry) = self.closing.get(&unit).copied() else { continue };
                let done = changes.get(name.as_str());
                if done.is_some_and(|done| done.iter().any(|r| r.from == unit)) {
                    continue;
                }
                if let Some(to) = self.heir(unit) {
                    changes.entry(name).or_default().push(Replaced { from: unit, to });
                } else if !entry.value.successors.is_empty() {
                    let what = format!("row {name} names {}", self.name(unit));
                    self.fault(&entry.origin, "unit", what, "say in [[row]] whose it is then");
                }
            }
        }
        self.decision.rows = changes
            .into_iter()
            .map(|(row, units)| RowMoved {
                row: row.to_owned(),
                renamed: format!("{row}/{on}"),
                units,
            })
            .collect();
    }

    /// Grids that are split or merged have successors, and the posts that cover them cover those.
    pub(super) fn grids(&mut self) {
        let (on, organisation) = (self.plan.on, self.before.organisation);
        let closing: BTreeMap<GridId, &GridClosed> =
            self.plan.redrawn.iter().map(|entry| (entry.value.grid, &entry.value)).collect();
        let drawn: BTreeSet<GridId> = self.plan.drawn.iter().map(|entry| entry.value.id).collect();
        for Entry { origin, value } in &self.plan.redrawn {
            let code = |id: &GridId| organisation.grids.get(id).map_or("", |g| &g.code);
            if organisation.grid(value.grid, on).is_none() {
                let what = format!("grid {} does not stand on {on}", code(&value.grid));
                self.fault(origin, "grid", what, "leave it out");
            }
            if value.successors.is_empty() {
                let what = format!("no grid takes the ground of {}", code(&value.grid));
                self.fault(origin, "successors", what, "name the grids that do");
            }
            let stays = |heir: &&GridId| {
                drawn.contains(heir)
                    || (organisation.grid(**heir, on).is_some() && !closing.contains_key(heir))
            };
            for heir in value.successors.iter().filter(|heir| !stays(heir)) {
                let what = format!("grid {} does not stand after it", code(heir));
                self.fault(origin, "successors", what, "name grids that stand from that day on");
            }
        }
        let named: BTreeSet<PostId> = self
            .plan
            .moved
            .iter()
            .map(|entry| entry.value.post)
            .chain(self.plan.ended.iter().map(|entry| entry.value))
            .collect();
        let covering = organisation.posts.keys().filter_map(|id| organisation.post(*id, on));
        for post in covering.filter(|post| !named.contains(&post.id)) {
            if post.grids.iter().any(|grid| closing.contains_key(grid)) {
                let mut grids: Vec<GridId> = Vec::new();
                for grid in &post.grids {
                    let heirs = closing.get(grid).map(|closed| closed.successors.as_slice());
                    for grid in heirs.unwrap_or(std::slice::from_ref(grid)) {
                        if !grids.contains(grid) {
                            grids.push(*grid);
                        }
                    }
                }
                self.decision.moved.push(PostMoved { post: post.id, unit: post.unit, grids });
            }
        }
    }
}

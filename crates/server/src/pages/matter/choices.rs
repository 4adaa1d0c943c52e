//! What the forms inside units and beyond them offer for choice: posts, units, nodes, places.

use zongheng_core::ids::UnitId;
use zongheng_core::matter::{Part, RequestKind};
use zongheng_core::organisation::{Level, Post, Relation};

use super::super::view::{Choice, Group, Options};
use super::show::Page;

impl Page<'_> {
    /// The unit whose share this reader works on: the own, or one that was passed on to the own post.
    pub(super) fn share_unit(&self) -> Option<UnitId> {
        self.matter.share_with(self.r.actor.unit, self.r.actor.post).map(|share| share.unit)
    }

    pub(super) fn options_of_new_acts(&self, o: &mut Options, open: &dyn Fn(&str) -> bool) {
        let (r, m) = (self.r, &self.matter);
        let rules = r.county.rules_of(m).map(|(playbook, _)| playbook);
        if open("settle_on_spot") {
            let known = rules.and_then(|p| p.on_spot.as_ref()).map(|spot| &spot.categories);
            o.on_spot = known
                .into_iter()
                .flatten()
                .map(|id| {
                    let on = m.category.as_ref() == Some(id);
                    Choice::new(id.as_str(), r.category(Some(id))).on(on)
                })
                .collect();
        }
        if open("pass_on") {
            o.tree = self.posts_of_tree();
        }
        if open("whistle") {
            o.callable = self.others_to_give();
        }
        if open("refer_up") {
            let today = r.now.date();
            let all = r.county.organisation.units_named("", today);
            let above = all.into_iter().filter(|u| u.relation == Relation::Superior);
            o.superiors = above.map(|u| Choice::new(u.id.to_string(), r.unit(u.id))).collect();
        }
        if open("plan") {
            let shares = m.round_shares().filter(|s| s.stands());
            o.sharing = shares
                .map(|s| {
                    let lead = s.part == Part::Lead;
                    Choice::new(s.unit.to_string(), r.unit(s.unit)).on(lead)
                })
                .collect();
            o.next_node = m.plan.iter().map(|node| node.no).max().unwrap_or(0) + 1;
            o.replaces = rules.is_some_and(|p| p.plan.is_some());
        }
        if open("node_done") {
            let unit = self.share_unit();
            let done = |no: &u16| m.plan.iter().all(|n| n.no != *no || n.done.is_some());
            let turn = m.plan.iter().filter(|node| {
                Some(node.unit) == unit && node.done.is_none() && node.after.iter().all(done)
            });
            o.nodes = turn
                .map(|node| Choice::new(node.no.to_string(), self.node_name(node.no)))
                .collect();
        }
        if open("decompose") {
            o.part_places = self.part_places();
        }
        o.objection = m.objection(r.acting_at).is_some();
        o.meeting = self.decidable().any(|q| {
            q.kind == RequestKind::Shelve
                || q.kind == RequestKind::Object && q.part == Some(Part::Lead)
        });
        o.outside = m.outside.is_some();
    }

    /// The units that a matter of this place can be given to, without the reader's own.
    pub(super) fn others_to_give(&self) -> Vec<Group> {
        let own = self.r.actor.unit.map(|unit| unit.to_string());
        let mut groups = self.r.givable(self.matter.place.township.as_ref());
        for group in &mut groups {
            group.choices.retain(|choice| Some(&choice.value) != own.as_ref());
        }
        groups
    }

    /// The posts of a unit today, some of them chosen already.
    pub(super) fn posts_of(&self, unit: UnitId, on: impl Fn(&Post) -> bool) -> Vec<Choice> {
        let r = self.r;
        let posts = r.county.organisation.posts_in(unit, r.now.date());
        posts.map(|p| Choice::new(p.id.to_string(), r.post_name(p)).on(on(p))).collect()
    }

    /// The posts of the unit and those below it, without the one that has the share now.
    fn posts_of_tree(&self) -> Vec<Group> {
        let (r, today) = (self.r, self.r.now.date());
        let Some(share) = self.matter.share_with(r.actor.unit, r.actor.post) else {
            return Vec::new();
        };
        let organisation = &r.county.organisation;
        let has = share.post.map(|post| post.to_string());
        let own = organisation.unit(share.unit, today).into_iter();
        own.chain(organisation.units_below(share.unit, today))
            .filter_map(|unit| {
                let mut choices = self.posts_of(unit.id, |_| false);
                choices.retain(|post| Some(&post.value) != has.as_ref());
                (!choices.is_empty()).then(|| Group::new(r.unit(unit.id), choices))
            })
            .collect()
    }

    /// A county's task is taken apart by townships, a township's by its villages.
    fn part_places(&self) -> Vec<Choice> {
        let r = self.r;
        let divisions = r.county.organisation.divisions.values();
        let township = self.matter.place.township.as_ref();
        let fits = |level: Level, parent| match township {
            Some(_) => level == Level::Village && parent == township,
            None => level == Level::Township,
        };
        divisions
            .filter(|d| fits(d.level, d.parent.as_ref()))
            .map(|d| Choice::new(d.code.as_str(), r.division(&d.code)))
            .collect()
    }
}

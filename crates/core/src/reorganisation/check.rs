//! The whole plan against what stands: nothing may be left without an owner, a unit or a name.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use crate::ids::{GridId, UnitId};
use crate::organisation::{
    self, Closed, Entry, Fault, Organisation, Origin, Regrouped, Reorganised, chunk,
};
use crate::powers::Powers;
use crate::rules::Strength;
use jiff::civil::Date;

/// What stands before the decision.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    pub organisation: &'a Organisation,
    pub powers: &'a Powers,
    /// How many open matters each unit owns or leads.
    pub open: &'a BTreeMap<UnitId, u64>,
    /// The day of the last act of the ledger.
    pub recorded: Date,
}

/// A decision without faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub decision: Reorganised,
    /// What is not right but hinders nothing: a grid without a chief.
    pub warnings: Vec<Fault>,
}

/// Checks a plan. What follows from it without a choice is added: units below a closed one, rows of
/// the list of powers and posts of grids go to its only successor.
///
/// # Errors
/// All faults, in order of their lines: a paper, body or day that is missing; a day that is past; a
/// closed unit without successor, or with open matters and nobody to own them; units, posts and rows
/// that would be left behind; and whatever no organisation may have.
pub fn check(plan: &Plan, before: &Before<'_>) -> Result<Planned, Vec<Fault>> {
    let mut checker = Checker::new(plan, before);
    checker.day();
    checker.closed();
    checker.below();
    checker.posts();
    checker.rows();
    checker.grids();
    checker.finish()
}

pub(super) struct Checker<'a> {
    pub(super) plan: &'a Plan,
    pub(super) before: &'a Before<'a>,
    /// The closed units with the line and those that go on with their work.
    pub(super) closing: BTreeMap<UnitId, &'a Entry<Closed>>,
    pub(super) decision: Reorganised,
    /// Where what was added by itself comes from.
    pub(super) added: BTreeMap<UnitId, Origin>,
    faults: Vec<Fault>,
}

fn values<T: Clone>(entries: &[Entry<T>]) -> Vec<T> {
    entries.iter().map(|entry| entry.value.clone()).collect()
}

impl<'a> Checker<'a> {
    fn new(plan: &'a Plan, before: &'a Before<'a>) -> Self {
        let decision = Reorganised {
            paper: plan.paper.clone(),
            decided_by: plan.decided_by.clone(),
            on: plan.on,
            powers: None,
            closed: values(&plan.closed),
            founded: values(&plan.founded),
            regrouped: values(&plan.regrouped),
            moved: values(&plan.moved),
            ended: values(&plan.ended),
            created: values(&plan.created),
            rows: Vec::new(),
            drawn: values(&plan.drawn),
            redrawn: values(&plan.redrawn),
        };
        let closing = plan.closed.iter().map(|entry| (entry.value.unit, entry)).collect();
        let (added, faults) = (BTreeMap::new(), Vec::new());
        Self { plan, before, closing, decision, added, faults }
    }

    pub(super) fn fault(&mut self, at: &Origin, field: &str, what: impl Into<String>, mend: &str) {
        self.faults.push(Fault::new(at, field, what, mend));
    }

    pub(super) fn name(&self, unit: UnitId) -> String {
        let founded = self.plan.founded.iter().map(|entry| &entry.value);
        let known = self.before.organisation.units.get(&unit);
        let found = known.or_else(|| founded.into_iter().find(|u| u.id == unit));
        found.map_or_else(|| unit.to_string(), |unit| unit.name.clone())
    }

    /// Whether the unit stands from the day of the decision on.
    pub(super) fn stays(&self, unit: UnitId) -> bool {
        let founded = self.plan.founded.iter().any(|entry| entry.value.id == unit);
        let stands = self.before.organisation.unit(unit, self.plan.on).is_some();
        !self.closing.contains_key(&unit) && (founded || stands)
    }

    fn day(&mut self) {
        let (on, recorded) = (self.plan.on, self.before.recorded);
        if on <= recorded {
            let what = format!("{on} is past: acts are recorded up to {recorded}");
            self.fault(&self.plan.origin, "on", what, "choose a day after it");
        }
        let last = self.before.organisation.decisions.last();
        if let Some(last) = last.filter(|last| on < last.on) {
            let what = format!("{} already decides from {} on", last.paper, last.on);
            self.fault(&self.plan.origin, "on", what, "choose this day or a later one");
        }
    }

    fn closed(&mut self) {
        let mut seen = BTreeSet::new();
        for Entry { origin, value } in &self.plan.closed {
            let name = self.name(value.unit);
            if !seen.insert(value.unit) {
                self.fault(origin, "unit", format!("{name} is closed twice"), "keep one of them");
            }
            if self.before.organisation.unit(value.unit, self.plan.on).is_none() {
                let what = format!("{name} does not stand on {}", self.plan.on);
                self.fault(origin, "unit", what, "leave it out");
            }
            let open = self.before.open.get(&value.unit).copied().unwrap_or(0);
            if value.successors.is_empty() && open > 0 {
                let what = format!("{name} would leave {open} open matters without an owner");
                self.fault(origin, "successors", what, "name first the unit that takes them");
            } else if value.successors.is_empty() {
                let what = format!("{name} is closed and nobody goes on with its work");
                self.fault(origin, "successors", what, "name a unit that stands from that day on");
            }
            for heir in &value.successors {
                if !self.stays(*heir) {
                    let what = format!("{} does not stand after it", self.name(*heir));
                    let mend = "name a unit that stands from that day on";
                    self.fault(origin, "successors", what, mend);
                }
            }
        }
    }

    /// The only one that goes on with a closed unit's work; the unit itself where it stays.
    pub(super) fn heir(&self, unit: UnitId) -> Option<UnitId> {
        match self.closing.get(&unit).map(|entry| entry.value.successors.as_slice()) {
            None => Some(unit),
            Some([only]) => Some(*only),
            Some(_) => None,
        }
    }

    /// Units that stand below a closed one.
    fn below(&mut self) {
        let named: BTreeSet<UnitId> =
            self.plan.regrouped.iter().map(|entry| entry.value.unit).collect();
        for Entry { origin, value } in &self.plan.regrouped {
            if !self.stays(value.unit) {
                let what = format!("{} does not stand after it", self.name(value.unit));
                self.fault(origin, "unit", what, "leave it out");
            }
        }
        for (closing, entry) in self.closing.clone() {
            let organisation = self.before.organisation;
            for unit in organisation.units_below(closing, self.plan.on) {
                if named.contains(&unit.id) || !self.stays(unit.id) {
                    continue;
                }
                let heir = |above: Option<UnitId>| above.map(|above| self.heir(above));
                let (parent, commanded_by) = (heir(unit.parent), heir(unit.commanded_by));
                if parent == Some(None) || commanded_by == Some(None) {
                    let what = format!("{} stands below {}", unit.name, self.name(closing));
                    self.fault(&entry.origin, "unit", what, "say in [[regroup]] where it goes");
                } else if self.added.insert(unit.id, entry.origin.clone()).is_none() {
                    let (parent, commanded_by) = (parent.flatten(), commanded_by.flatten());
                    self.decision.regrouped.push(Regrouped { unit: unit.id, parent, commanded_by });
                }
            }
        }
    }

    /// What any change of the organisation must satisfy, then what holds once it is applied.
    fn finish(mut self) -> Result<Planned, Vec<Fault>> {
        let mut warnings = Vec::new();
        let ending = self.ending();
        self.asked(&ending);
        match organisation::check(&ending, &self.proposed()) {
            Ok(checked) => warnings = checked.warnings,
            Err(faults) => self.faults.extend(faults),
        }
        if self.faults.is_empty() {
            let mut powers = self.before.powers.clone();
            powers.reorganise(&self.decision);
            let config = powers.whole().config;
            self.decision.powers = (!self.decision.rows.is_empty()).then_some(config);
            let mut after = self.before.organisation.clone();
            after.reorganise(&self.decision);
            self.answered(&after);
            warnings.extend(self.chiefless(&after));
            warnings.extend(self.last_of_its_kind(&after));
            self.fits();
        }
        if self.faults.is_empty() {
            warnings.sort();
            return Ok(Planned { decision: self.decision, warnings });
        }
        self.faults.sort();
        self.faults.dedup();
        Err(self.faults)
    }

    /// Who takes over open work has a head who answers for it.
    fn answered(&mut self, after: &Organisation) {
        for Entry { origin, value } in &self.plan.closed {
            let Some(heir) = value.successors.first() else { continue };
            if after.head_of(*heir, self.plan.on).is_none() {
                let what = format!("{} has no post that answers for it", self.name(*heir));
                self.fault(origin, "successors", what, "move or create the post of its head");
            }
        }
    }

    /// A post that ends and leaves none of its kind: what only such posts do goes one level up.
    fn last_of_its_kind(&self, after: &Organisation) -> Vec<Fault> {
        let on = self.plan.on;
        let last = self.plan.ended.iter().filter_map(|Entry { origin, value }| {
            let post = self.before.organisation.post(*value, on)?;
            let left = after.posts_with_role(post.role, on).next().is_some();
            let what = format!("no post like {} is left in the county", post.name);
            let mend = "create one, or what only it does goes one level up";
            (!left).then(|| Fault::new(origin, "post", what, mend).of_strength(Strength::Warn))
        });
        last.collect()
    }

    fn chiefless(&self, after: &Organisation) -> Vec<Fault> {
        let of = self.plan.redrawn.iter().flat_map(|entry| &entry.value.successors);
        let new: BTreeSet<&GridId> =
            of.chain(self.plan.drawn.iter().map(|entry| &entry.value.id)).collect();
        let without = after.grids_without_chief(self.plan.on).into_iter();
        let told = without.filter(|chiefless| new.contains(&chiefless.grid)).map(|chiefless| {
            let code = after.grids.get(&chiefless.grid).map_or("", |grid| &grid.code);
            let what = format!("no chief answers for grid {code} on {}", self.plan.on);
            Fault::new(&self.plan.origin, "", what, "appoint one").of_strength(Strength::Warn)
        });
        told.collect()
    }

    fn fits(&mut self) {
        let bytes = serde_json::to_vec(&self.decision).map_or(0, |text| text.len());
        if bytes > chunk::BODY {
            let what = format!("the decision has {bytes} bytes, an act at most {}", chunk::BODY);
            self.fault(&self.plan.origin, "", what, "divide it into two of the same day");
        }
    }
}

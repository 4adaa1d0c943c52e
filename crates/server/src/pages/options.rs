//! What the fields of forms offer for choice: places, units, categories.

use std::collections::BTreeMap;

use zongheng_core::ids::{CategoryId, DivisionCode, UnitId};
use zongheng_core::matter::can_be_given;
use zongheng_core::organisation::{Level, Line, Unit};
use zongheng_core::playbook::Playbook;

use super::reader::Reader;
use super::view::{Choice, Group, Kinds, Link};

/// The kind of matter that is offered first: most of what comes in is one.
const USUAL: &str = "resident_report";

impl Reader {
    /// The kinds of matter that pass, the usual one first.
    pub(super) fn playbooks(&self, pass: impl Fn(&Playbook) -> bool) -> Vec<&Playbook> {
        let all = self.county.catalogue.playbooks.values().map(|(playbook, _)| playbook);
        let mut found: Vec<&Playbook> = all.filter(|p| pass(p)).collect();
        found.sort_by_key(|p| p.id.as_str() != USUAL);
        found
    }

    /// What the form of one kind of matter offers, and the addresses of the others.
    pub(super) fn kinds(&self, chosen: &Playbook, all: &[&Playbook], path: &str) -> Kinds {
        let name = |p: &Playbook| if self.w.zh() { p.name.clone() } else { p.name_en.clone() };
        let link = |p: &&Playbook| {
            let here = Link::new(format!("{path}?kind={}", p.id.as_str()), name(p));
            (here, p.id == chosen.id)
        };
        // A clerk writes down what others say: 群众 is what reporters choose themselves.
        let said = |s: &&String| *s != "resident" && *s != "web";
        let sources = chosen.sources.iter().filter(said);
        Kinds {
            id: chosen.id.to_string(),
            all: if all.len() > 1 { all.iter().map(link).collect() } else { Vec::new() },
            sources: sources.map(|s| Choice::new(s, self.w.source(s))).collect(),
            categories: chosen.category.is_none().then(|| self.categories_of(&[chosen])),
            ordered: chosen.outside.is_some(),
        }
    }

    /// The categories of the list of powers, as a choice.
    pub(super) fn categories(&self) -> Vec<Choice> {
        let categories = &self.county.powers.categories;
        categories.keys().map(|id| Choice::new(id.as_str(), self.category(Some(id)))).collect()
    }

    /// Those that matters of one of these kinds may be of.
    pub(super) fn categories_of(&self, kinds: &[&Playbook]) -> Vec<Choice> {
        let fits = |id: &CategoryId| {
            kinds.iter().any(|kind| match &kind.category {
                Some(only) => only == id,
                None => self.county.catalogue.may_have(kind, id),
            })
        };
        let categories = self.county.powers.categories.keys().filter(|id| fits(id));
        categories.map(|id| Choice::new(id.as_str(), self.category(Some(id)))).collect()
    }

    /// Villages under their townships, each township itself first.
    pub(super) fn places(&self) -> Vec<Group> {
        let divisions = &self.county.organisation.divisions;
        let mut groups: BTreeMap<&DivisionCode, Vec<Choice>> = BTreeMap::new();
        for division in divisions.values() {
            match (division.level, &division.parent) {
                (Level::Township, _) => {
                    let whole = Choice::new(division.code.as_str(), self.division(&division.code));
                    groups.entry(&division.code).or_default().insert(0, whole);
                }
                (Level::Village, Some(township)) => {
                    let choice = Choice::new(division.code.as_str(), self.division(&division.code));
                    groups.entry(township).or_default().push(choice);
                }
                _ => {}
            }
        }
        groups
            .into_iter()
            .map(|(township, choices)| Group::new(self.division(township), choices))
            .collect()
    }

    /// The townships, as a filter takes them.
    pub(super) fn townships(&self) -> Vec<Choice> {
        let divisions = self.county.organisation.divisions.values();
        divisions
            .filter(|d| d.level == Level::Township)
            .map(|d| Choice::new(d.code.as_str(), self.division(&d.code)))
            .collect()
    }

    /// The units that pass, by the line on which they stand: departments, then townships, then the
    /// villages of one township.
    pub(super) fn units(
        &self,
        township: Option<&DivisionCode>,
        pass: impl Fn(&Unit) -> bool,
    ) -> Vec<Group> {
        let organisation = &self.county.organisation;
        let today = self.now.date();
        let of_township = |unit: &Unit| {
            let code = unit.code.as_ref().and_then(|code| organisation.divisions.get(code));
            code.is_some_and(|d| d.parent.as_ref() == township && township.is_some())
        };
        let (mut county, mut townships, mut villages) = (Vec::new(), Vec::new(), Vec::new());
        for unit in organisation.units_named("", today) {
            if !pass(unit) {
                continue;
            }
            let choice = Choice::new(unit.id.to_string(), self.unit(unit.id));
            match unit.line {
                Line::Top | Line::Vertical => county.push(choice),
                Line::Middle => townships.push(choice),
                Line::Bottom if of_township(unit) => villages.push(choice),
                Line::Bottom => {}
            }
        }
        let group = |key: &str, choices: Vec<Choice>| {
            (!choices.is_empty()).then(|| Group::new(self.w.name("units", key), choices))
        };
        let groups =
            [group("county", county), group("townships", townships), group("villages", villages)];
        groups.into_iter().flatten().collect()
    }

    /// Units that a matter of this township may be given to.
    pub(super) fn givable(&self, township: Option<&DivisionCode>) -> Vec<Group> {
        let (organisation, today) = (&self.county.organisation, self.now.date());
        let top = organisation.county_unit(today).map(|u| u.id);
        self.units(township, |u| Some(u.id) != top && can_be_given(organisation, u.id, today))
    }
}

/// Moves the proposed units out of their groups to a first one of their own.
pub(super) fn proposed_first(
    groups: Vec<Group>,
    proposed: &[UnitId],
    label: impl Into<String>,
) -> Vec<Group> {
    let ids: Vec<String> = proposed.iter().map(ToString::to_string).collect();
    let mut first = Vec::new();
    let mut rest = Vec::new();
    for Group { label, choices } in groups {
        let (named, others): (Vec<_>, Vec<_>) =
            choices.into_iter().partition(|choice| ids.contains(&choice.value));
        first.extend(named);
        if !others.is_empty() {
            rest.push(Group::new(label, others));
        }
    }
    first.sort_by_key(|choice| ids.iter().position(|id| *id == choice.value));
    if first.is_empty() {
        return rest;
    }
    std::iter::once(Group::new(label, first)).chain(rest).collect()
}

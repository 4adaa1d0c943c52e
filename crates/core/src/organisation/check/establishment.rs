//! Establishment (编制数): a unit has no more holders than places, unless a decision allows it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Entry, Fault, Origin, Proposed};
use crate::ids::UnitId;
use crate::organisation::{Appointment, Holding, Organisation, stands};
use crate::rules::{Rule, Strength};

pub(super) fn check(proposed: &Proposed, merged: &Organisation, faults: &mut Vec<Fault>) {
    let mut touched: BTreeMap<UnitId, &Origin> = BTreeMap::new();
    for Entry { origin, value } in &proposed.appointments {
        if let Some(post) = merged.posts.get(&value.post) {
            touched.entry(post.unit).or_insert(origin);
        }
    }
    for Entry { origin, value } in &proposed.posts {
        touched.entry(value.unit).or_insert(origin);
    }
    for Entry { origin, value } in &proposed.units {
        touched.insert(value.id, origin);
    }
    for (id, origin) in touched {
        let Some(unit) = merged.units.get(&id) else { continue };
        let Some(establishment) = &unit.establishment else { continue };
        let allowed = |day: Date| establishment.allowed().saturating_add(beyond(id, day, merged));
        let too_many = most(id, merged, &allowed).filter(|(day, holders)| *holders > allowed(*day));
        if let Some((day, holders)) = too_many {
            let places = allowed(day);
            let what = format!("{} has {holders} holders on {day} and {places} places", unit.name);
            let mend = "end an appointment, or let the county's leader allow more by a paper (rule \
                        establishment); of a new unit: beyond = { more, paper, post, reason }";
            let fault = Fault::new(origin, "establishment", what, mend);
            faults.push(fault.of_strength(Strength::Decision));
        }
        let Some(beyond) = &establishment.beyond else { continue };
        if beyond.paper.trim().is_empty() {
            let what = format!("what allows {} more holders has no paper number", unit.name);
            faults.push(Fault::new(origin, "establishment", what, "give the paper's number"));
        }
        if !merged.posts.contains_key(&beyond.post) {
            let what = format!("the post that allows {} more holders is not known", unit.name);
            let mend = "name the post that decided, its unit's key / its own key";
            faults.push(Fault::new(origin, "establishment", what, mend));
        }
    }
}

/// How many more than places decisions allow on a day.
fn beyond(unit: UnitId, day: Date, merged: &Organisation) -> u32 {
    let allowed = merged.allowed.iter();
    let holds = allowed.filter(|a| a.speaks(Rule::Establishment, unit, None, day));
    holds.filter_map(|a| a.more).fold(0, u32::saturating_add)
}

/// The day on which the persons who hold posts of the unit are most beyond what is allowed that day,
/// and how many they are. A number only grows on a day on which somebody begins or a post comes from
/// another unit: that day the decision has to hold. A post that went to another unit is counted there.
fn most(unit: UnitId, merged: &Organisation, allowed: &dyn Fn(Date) -> u32) -> Option<(Date, u32)> {
    let posts: BTreeSet<_> = merged.index.posts_of(unit).collect();
    let holders: Vec<&Appointment> = posts
        .iter()
        .flat_map(|post| merged.appointed(*post))
        .filter(|a| a.holding == Holding::Holder)
        .collect();
    let moved = merged.decisions.iter().map(|decision| decision.on);
    let begun = posts.iter().filter_map(|post| merged.posts.get(post)).map(|post| post.from);
    let days: BTreeSet<Date> = holders.iter().map(|a| a.from).chain(begun).chain(moved).collect();
    let on = |day: Date| {
        let there = holders.iter().filter(|a| {
            let of = merged.post(a.post, day).map(|post| post.unit);
            stands(a.from, a.to, day) && of == Some(unit)
        });
        let persons: BTreeSet<_> = there.map(|a| a.user).collect();
        (day, u32::try_from(persons.len()).unwrap_or(u32::MAX))
    };
    let over = |day: Date, many: u32| i64::from(many) - i64::from(allowed(day));
    days.into_iter().map(on).max_by_key(|(day, many)| (over(*day, *many), std::cmp::Reverse(*day)))
}

//! Establishment (编制数): a unit has no more holders than places, unless a decision allows it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Entry, Fault, Origin, Proposed};
use crate::ids::UnitId;
use crate::organisation::{Appointment, Holding, Organisation, stands};
use crate::rules::Strength;

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
        let allowed = establishment.allowed();
        if let Some((day, holders)) = most(id, merged).filter(|(_, most)| *most > allowed) {
            let what = format!("{} has {holders} holders on {day} and {allowed} places", unit.name);
            let mend = "end an appointment, or name the decision that allows more: beyond = { more, \
                        paper, post, reason }";
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

/// The most persons who hold posts of the unit on one day, and the first such day. A number only
/// grows on a day on which somebody begins or a post comes from another unit; one that went to another
/// unit is counted there.
fn most(unit: UnitId, merged: &Organisation) -> Option<(Date, u32)> {
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
    days.into_iter().map(on).min_by_key(|(day, many)| (std::cmp::Reverse(*many), *day))
}

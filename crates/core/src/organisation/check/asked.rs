//! Units that the county cannot order: each is asked through a post of the county, within a limit that
//! it has agreed to.

use std::collections::BTreeSet;

use super::{Entry, Fault, Proposed};
use crate::ids::UnitId;
use crate::organisation::{Organisation, Unit};

pub(super) fn check(proposed: &Proposed, merged: &Organisation, faults: &mut Vec<Fault>) {
    for Entry { origin, value } in &proposed.units {
        if let Some((what, mend)) = fault(value, merged) {
            faults.push(Fault::new(origin, "liaison", what, mend));
        }
    }
    let known: BTreeSet<UnitId> = proposed.units.iter().map(|entry| entry.value.id).collect();
    for Entry { origin, value: post } in &proposed.posts {
        for unit in merged.units.values().filter(|unit| !known.contains(&unit.id)) {
            let liaison = unit.liaison.as_ref().is_some_and(|liaison| liaison.post == post.id);
            if let Some((what, mend)) = fault(unit, merged).filter(|_| liaison) {
                faults.push(Fault::new(origin, "liaison", what, mend));
            }
        }
    }
}

/// What is wrong with the way in which a unit is asked.
pub(crate) fn fault(unit: &Unit, merged: &Organisation) -> Option<(String, &'static str)> {
    let Some(liaison) = &unit.liaison else {
        let missing = !unit.relation.can_be_ordered();
        let what = format!("the county cannot order {} and nobody carries requests", unit.name);
        return missing.then_some((what, "name the county's post and the limit agreed with it"));
    };
    if unit.relation.can_be_ordered() {
        let what = format!("{} can be ordered and needs no liaison", unit.name);
        return Some((what, "leave it out"));
    }
    let Some(post) = merged.posts.get(&liaison.post) else {
        let what = format!("the liaison of {} is not known", unit.name);
        return Some((what, "name a post of the county, its unit's key / its own key"));
    };
    if post.to.is_some_and(|end| unit.to.is_none_or(|to| end < to)) {
        let what = format!("{} is asked through {}, which ends before it", unit.name, post.name);
        return Some((what, "name another liaison first, or let the post go on in another unit"));
    }
    let own = merged.units.get(&post.unit);
    let county = own.is_some_and(|own| own.relation.can_be_ordered());
    let what = format!("the liaison of {}, {}, is no post of the county", unit.name, post.name);
    (!county).then_some((what, "name a post in a unit that the county can order"))
}

//! Divisions and units: two trees that must hold together.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Fault, Proposed, outlasts, overlap, start_before_end};
use crate::ids::UnitId;
use crate::organisation::{Division, Level, Organisation, Unit};

pub(super) fn divisions(proposed: &Proposed, merged: &Organisation, faults: &mut Vec<Fault>) {
    let mut seen = BTreeMap::new();
    for Entry { origin, value } in &proposed.divisions {
        let code = value.code.as_str();
        if code.len() != 12 || !code.bytes().all(|b| b.is_ascii_digit()) {
            let what = format!("\"{code}\" is no division code");
            faults.push(Fault::new(origin, "code", what, "give its twelve digits"));
        }
        if let Some(first) = seen.insert(&value.code, origin.row) {
            let what = format!("division {code} stands twice, first at {first}");
            faults.push(Fault::new(origin, "code", what, "keep one of them"));
        }
        let Err(what) = below_its_parent(value, merged) else { continue };
        faults.push(Fault::new(origin, "parent", what, "name the division around it"));
    }
    let mut shaped = BTreeSet::new();
    for Entry { origin, value } in &proposed.shapes {
        if !merged.divisions.contains_key(&value.division) {
            let what = format!("division {} is not known", value.division);
            faults.push(Fault::new(origin, "code", what, "name a division of divisions.csv"));
        }
        if !shaped.insert(&value.division) {
            let what = format!("division {} has two outlines", value.division);
            faults.push(Fault::new(origin, "code", what, "keep one of them"));
        }
    }
}

fn below_its_parent(division: &Division, merged: &Organisation) -> Result<(), String> {
    let Some(parent) = &division.parent else {
        return match division.level {
            Level::Province => Ok(()),
            _ => Err(format!("{} has no division above it", division.name)),
        };
    };
    let Some(above) = merged.divisions.get(parent) else {
        return Err(format!("division {parent} is not known"));
    };
    let fits = matches!(
        (above.level, division.level),
        (Level::Province, Level::City)
            | (Level::City, Level::County)
            | (Level::County, Level::Township)
            | (Level::Township, Level::Village)
    );
    if fits { Ok(()) } else { Err(format!("{} cannot lie in {}", division.name, above.name)) }
}

pub(super) fn units(proposed: &Proposed, merged: &Organisation, faults: &mut Vec<Fault>) {
    let mut seen = BTreeMap::new();
    for Entry { origin, value } in &proposed.units {
        if let Some(first) = seen.insert(value.id, origin.row) {
            let what = format!("{} stands twice, first at {first}", value.name);
            faults.push(Fault::new(origin, "key", what, "keep one of them"));
        }
        start_before_end((value.from, value.to), origin, faults);
        if let Some(code) = &value.code
            && !merged.divisions.contains_key(code)
        {
            let what = format!("division {code} is not known");
            faults.push(Fault::new(origin, "code", what, "name a division of divisions.csv"));
        }
        if let Some(other) = same_division(value, merged) {
            let what =
                format!("{} and {} are both the division's own unit", value.name, other.name);
            faults.push(Fault::new(origin, "code", what, "end one before the other begins"));
        }
        let Some(parent) = value.parent else { continue };
        match merged.units.get(&parent) {
            None => {
                let what = format!("the unit above {} is not known", value.name);
                faults.push(Fault::new(origin, "parent", what, "name a unit of the register"));
            }
            Some(above) if outlasts((value.from, value.to), (above.from, above.to)) => {
                let what = format!("{} does not stand as long as {}", above.name, value.name);
                faults.push(Fault::new(origin, "parent", what, "name one that does, or end both"));
            }
            Some(_) => {}
        }
    }
    cycles(proposed, merged, faults);
}

fn same_division<'a>(unit: &Unit, merged: &'a Organisation) -> Option<&'a Unit> {
    unit.code.as_ref()?;
    merged.units.values().find(|other| {
        other.id != unit.id
            && other.code == unit.code
            && overlap((unit.from, unit.to), (other.from, other.to))
    })
}

/// Each circle of units once, told at the first of its members that was proposed.
fn cycles(proposed: &Proposed, merged: &Organisation, faults: &mut Vec<Fault>) {
    let mut told: BTreeSet<UnitId> = BTreeSet::new();
    for Entry { origin, value } in &proposed.units {
        let mut chain = vec![value.id];
        let mut at = value.parent;
        while let Some(id) = at.filter(|id| !chain.contains(id)) {
            chain.push(id);
            at = merged.units.get(&id).and_then(|unit| unit.parent);
        }
        if at != Some(value.id) || told.contains(&value.id) {
            continue;
        }
        let names: Vec<&str> =
            chain.iter().filter_map(|id| merged.units.get(id)).map(|u| u.name.as_str()).collect();
        let what = format!("units stand above each other in a circle: {}", names.join(" < "));
        faults.push(Fault::new(origin, "parent", what, "give one of them another unit above"));
        told.extend(chain);
    }
}

//! Divisions and units: two trees that must hold together.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Fault, Origin, Proposed, outlasts, overlap, start_before_end};
use crate::ids::UnitId;
use crate::organisation::{Division, Level, Organisation, Sort, Unit};

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
        above(value, value.parent, (origin, "parent"), merged, faults);
        above(value, value.commanded_by, (origin, "commanded_by"), merged, faults);
        sort(value, origin, merged, faults);
        successors(value, origin, merged, faults);
    }
    cycles(proposed, merged, faults);
}

fn above(
    unit: &Unit,
    named: Option<UnitId>,
    (origin, field): (&Origin, &str),
    merged: &Organisation,
    faults: &mut Vec<Fault>,
) {
    let Some(named) = named else { return };
    match merged.units.get(&named) {
        None => {
            let what = format!("the unit above {} is not known", unit.name);
            faults.push(Fault::new(origin, field, what, "name a unit of the register"));
        }
        Some(above) if outlasts((unit.from, unit.to), (above.from, above.to)) => {
            let what = format!("{} does not stand as long as {}", above.name, unit.name);
            faults.push(Fault::new(origin, field, what, "name one that does, or end both"));
        }
        Some(_) => {}
    }
}

/// A station has its township, a module its township or village, any other neither.
fn sort(unit: &Unit, origin: &Origin, merged: &Organisation, faults: &mut Vec<Fault>) {
    let level = |id: Option<UnitId>| {
        let code = merged.units.get(&id?)?.code.as_ref()?;
        Some(merged.divisions.get(code)?.level)
    };
    let commanded = level(unit.commanded_by) == Some(Level::Township);
    let fault = match unit.sort {
        Sort::Station if !commanded => Some((
            "commanded_by",
            format!("no township commands the station {}", unit.name),
            "name the township's own unit",
        )),
        Sort::Module if !matches!(level(unit.parent), Some(Level::Township | Level::Village)) => {
            Some((
                "parent",
                format!("the module {} stands in no township or village", unit.name),
                "name the own unit of one above it",
            ))
        }
        Sort::Ordinary | Sort::Module if unit.commanded_by.is_some() => Some((
            "commanded_by",
            format!("{} is no station and has two units above it", unit.name),
            "write sort = \"station\", or leave one of them out",
        )),
        _ => None,
    };
    if let Some((field, what, mend)) = fault {
        faults.push(Fault::new(origin, field, what, mend));
    }
}

/// Each successor stands when the unit ends, so none of them comes back to it.
fn successors(unit: &Unit, origin: &Origin, merged: &Organisation, faults: &mut Vec<Fault>) {
    if unit.to.is_none() && !unit.successors.is_empty() {
        let what = format!("{} has successors and no end", unit.name);
        faults.push(Fault::new(origin, "successors", what, "give the day from which it is closed"));
    }
    for heir in &unit.successors {
        let Some(to) = unit.to.filter(|to| merged.unit(*heir, *to).is_none()) else { continue };
        let name = merged.units.get(heir).map_or("a unit not known", |u| &u.name);
        let what = format!("{name} does not stand on {to} and cannot go on with {}", unit.name);
        faults.push(Fault::new(origin, "successors", what, "name a unit that stands then"));
    }
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
        let mut chain = Vec::new();
        let circle = circle(value.id, value.id, merged, &mut chain, &mut BTreeSet::new());
        if !circle || chain.iter().any(|id| told.contains(id)) {
            continue;
        }
        let names: Vec<&str> =
            chain.iter().filter_map(|id| merged.units.get(id)).map(|u| u.name.as_str()).collect();
        let what = format!("units stand above each other in a circle: {}", names.join(" < "));
        faults.push(Fault::new(origin, "parent", what, "give one of them another unit above"));
        told.extend(chain);
    }
}

/// Whether climbing from `at` comes back to `start`; then `chain` is the way.
fn circle(
    start: UnitId,
    at: UnitId,
    merged: &Organisation,
    chain: &mut Vec<UnitId>,
    seen: &mut BTreeSet<UnitId>,
) -> bool {
    chain.push(at);
    for above in merged.units.get(&at).into_iter().flat_map(Unit::superiors) {
        let back = above == start;
        if back || (seen.insert(above) && circle(start, above, merged, chain, seen)) {
            return true;
        }
    }
    chain.pop();
    false
}

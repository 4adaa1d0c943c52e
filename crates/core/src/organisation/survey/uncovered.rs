//! Ground that no grid covers.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Flaw, Sort, townships};
use crate::organisation::check::area::{Drawn, SLIVER};
use crate::organisation::check::grids::CORNERS;
use crate::organisation::check::{Fault, Origin, Proposed};
use crate::organisation::geometry::{bounds, in_china, self_crossing};
use crate::organisation::place::shown;
use crate::organisation::{Division, Grid, Level, Organisation};
use crate::rules::Strength;

const MEND: &str = "draw the border of the neighbour up to it, or a grid of its own";

pub(super) fn of(
    standing: &Organisation,
    merged: &Organisation,
    proposed: &Proposed,
    on: Date,
) -> Vec<Flaw> {
    let Some(first) = proposed.grids.first().map(|entry| &entry.origin) else { return Vec::new() };
    let whole = Origin { file: first.file.clone(), row: 0 };
    let mut flaws = Vec::new();
    let after = covered(merged, on);
    let before = covered(standing, on);
    let mut told = lost(standing, &after, proposed, on);
    // A hole that was one before is not this file's.
    told = Drawn::of_all(&[told, after.holes().without(&before.holes())]);
    for part in told.parts().filter(|part| part.square_metres() > SLIVER) {
        let origin = nearest((standing, proposed), &part).unwrap_or(&whole);
        flaws.push(gap(&part, "between the grids", origin, Strength::Stop));
    }
    for code in townships(merged, proposed) {
        let Some(township) = merged.divisions.get(&code) else { continue };
        flaws.extend(villages_without(merged, township, &whole, on));
        let Some(shape) = merged.shapes.get(&code) else { continue };
        let open = Drawn::of_shape(&shape.polygons).without(&after).without(&told);
        let strength = if shape.approximate { Strength::Warn } else { Strength::Stop };
        let place = format!("within {} outline of {}", article(shape.approximate), township.name);
        for part in open.parts().filter(|part| part.square_metres() > SLIVER) {
            let origin = nearest((standing, proposed), &part).unwrap_or(&whole);
            flaws.push(gap(&part, &place, origin, strength));
        }
    }
    flaws
}

const fn article(approximate: bool) -> &'static str {
    if approximate { "the approximate" } else { "the" }
}

/// All ground that grids cover on the day.
fn covered(organisation: &Organisation, on: Date) -> Drawn {
    let grids = organisation.grids.keys().filter_map(|id| organisation.grid(*id, on));
    let drawn: Vec<Drawn> = grids.filter_map(drawn).collect();
    Drawn::of_all(&drawn)
}

fn drawn(grid: &Grid) -> Option<Drawn> {
    let simple = || self_crossing(&grid.ring).is_none();
    ((3..=CORNERS).contains(&grid.ring.len()) && in_china(&grid.ring)).then(|| {
        // What a crossing border leaves open is told as a crossing, not as a gap besides.
        if simple() { Drawn::of_ring(&grid.ring) } else { Drawn::around_ring(&grid.ring) }
    })
}

/// Ground that the grids which the set changes had, and that nobody has afterwards.
fn lost(standing: &Organisation, after: &Drawn, proposed: &Proposed, on: Date) -> Drawn {
    let changed: BTreeSet<_> = proposed.grids.iter().map(|entry| entry.value.id).collect();
    let had = changed.iter().filter_map(|id| standing.grid(*id, on));
    let had: Vec<Drawn> = had.filter_map(drawn).collect();
    Drawn::of_all(&had).without(after)
}

fn gap(part: &Drawn, place: &str, origin: &Origin, strength: Strength) -> Flaw {
    let metres = part.square_metres();
    let at = part.point().unwrap_or_default();
    let (lon, lat) = (shown(at[0]), shown(at[1]));
    let what = format!("{metres:.0} square metres {place} near {lon}, {lat} belong to no grid");
    let fault = Fault::new(origin, "geometry", what, MEND).of_strength(strength);
    Flaw::over(fault, Sort::Gap, part)
}

/// The grid of the set to which the gap is told: the first whose box meets the gap's, as it is drawn or as it was.
fn nearest<'a>(
    (standing, proposed): (&Organisation, &'a Proposed),
    part: &Drawn,
) -> Option<&'a Origin> {
    let rings = part.rings();
    let (low, high) = bounds(rings.first()?.first()?)?;
    let meets = |ring: &[[i64; 2]]| {
        bounds(ring).is_some_and(|(west_south, east_north)| {
            (0..2).all(|i| west_south[i] <= high[i] && low[i] <= east_north[i])
        })
    };
    let was = |grid: &Grid| standing.grids.get(&grid.id).is_some_and(|was| meets(&was.ring));
    let drawn = proposed.grids.iter().find(|entry| meets(&entry.value.ring));
    let drawn = drawn.or_else(|| proposed.grids.iter().find(|entry| was(&entry.value)));
    drawn.map(|entry| &entry.origin)
}

/// Villages and communities of the township in which no grid stands.
fn villages_without(
    merged: &Organisation,
    township: &Division,
    whole: &Origin,
    on: Date,
) -> Vec<Flaw> {
    let grids = merged.grids.keys().filter_map(|id| merged.grid(*id, on));
    let with: BTreeSet<_> = grids.map(|grid| &grid.division).collect();
    let of = |d: &&Division| d.level == Level::Village && d.parent.as_ref() == Some(&township.code);
    let without = merged.divisions.values().filter(of).filter(|d| !with.contains(&d.code));
    let flaw = |village: &Division| {
        let what = format!("{} of {} has no grid", village.name, township.name);
        let fault = Fault::new(whole, "division", what, "draw one");
        Flaw { sort: Sort::Gap, ..Flaw::nowhere(fault.of_strength(Strength::Warn)) }
    };
    without.map(flaw).collect()
}

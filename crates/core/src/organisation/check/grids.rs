//! Grids: in their village's township, in the county, apart from each other.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::area::{Drawn, SLIVER};
use super::{Entry, Fault, Origin, Proposed, overlap, start_before_end};
use crate::ids::{DivisionCode, GridId};
use crate::organisation::geometry::{bounds, coarse, deep_within, in_china, self_crossing, within};
use crate::organisation::place::{county_shape, shown};
use crate::organisation::survey::{Flaw, Sort};
use crate::organisation::{Datum, Grid, Level, Organisation, Shape};

/// What may stick out of an outline: of a legal one nearly nothing, of an approximate one half.
const BEYOND_LEGAL: f64 = 0.01;
const BEYOND_APPROXIMATE: f64 = 0.5;

/// A ring of more corners than this would not fit into one act.
pub(in crate::organisation) const CORNERS: usize = 1500;

pub(super) fn check(proposed: &Proposed, merged: &Organisation, faults: &mut Vec<Fault>) {
    faults.extend(flaws(proposed, merged).into_iter().map(|flaw| flaw.fault));
}

/// Everything that is wrong with the grids, with the place on the ground where there is one.
pub(in crate::organisation) fn flaws(proposed: &Proposed, merged: &Organisation) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let county = county_shape(merged);
    let drawn_county = county.map(|shape| Drawn::of_shape(&shape.polygons));
    let outlines: BTreeMap<_, _> = merged
        .shapes
        .iter()
        .map(|(code, shape)| (code, (shape, Drawn::of_shape(&shape.polygons))))
        .collect();
    let mut seen = BTreeMap::new();
    let mut codes: BTreeMap<&str, Vec<&Grid>> = BTreeMap::new();
    for grid in merged.grids.values() {
        codes.entry(&grid.code).or_default().push(grid);
    }
    let mut sound = Vec::new();
    for Entry { origin, value } in &proposed.grids {
        let mut faults = Vec::new();
        if let Some(first) = seen.insert(value.id, origin.row) {
            let what = format!("grid {} stands twice, first at {first}", value.code);
            faults.push(Fault::new(origin, "code", what, "keep one of them"));
        } else if codes.get(value.code.as_str()).is_some_and(|known| two_at_once(value, known)) {
            let what = format!("two grids have the code {}", value.code);
            faults.push(Fault::new(origin, "code", what, "give each grid its own code"));
        }
        start_before_end((value.from, value.to), origin, &mut faults);
        in_a_village(value, merged, origin, &mut faults);
        flaws.extend(faults.into_iter().map(Flaw::nowhere));
        if value.ring.is_empty() {
            continue;
        }
        if let Some(flaw) = no_polygon(value, origin) {
            flaws.push(flaw);
            continue;
        }
        let drawn = Drawn::of_ring(&value.ring);
        if let (Some(shape), Some(whole)) = (county, &drawn_county)
            && !deep_within(&shape.polygons, &value.ring)
            && drawn.outside(whole) > BEYOND_LEGAL
        {
            flaws.push(outside_county(value, &drawn, (shape, whole), origin));
            continue;
        }
        let around = outline_around(&value.division, merged);
        if let Some((shape, outline)) = around.and_then(|shape| outlines.get(&shape.division)) {
            flaws.extend(outside_outline(value, &drawn, (shape, outline), merged, origin));
        }
        sound.push((origin, value, drawn));
    }
    flaws.extend(overlaps(&sound, merged));
    flaws
}

/// The outline that a village's grids have to keep to: its own where it is known, else its township's.
pub(in crate::organisation) fn outline_around<'a>(
    village: &DivisionCode,
    organisation: &'a Organisation,
) -> Option<&'a Shape> {
    let township = || organisation.shapes.get(&organisation.township_of(village)?.code);
    organisation.shapes.get(village).or_else(township)
}

fn two_at_once(grid: &Grid, known: &[&Grid]) -> bool {
    known
        .iter()
        .any(|other| other.id != grid.id && overlap((other.from, other.to), (grid.from, grid.to)))
}

fn in_a_village(grid: &Grid, merged: &Organisation, origin: &Origin, faults: &mut Vec<Fault>) {
    let what = match merged.divisions.get(&grid.division) {
        None => format!("division {} is not known", grid.division),
        Some(division) if division.level != Level::Village => {
            format!("{} is no village or community", division.name)
        }
        Some(_) => return,
    };
    faults.push(Fault::new(origin, "division", what, "name the village or community it lies in"));
}

/// Why the ring is no simple one with an area.
fn no_polygon(grid: &Grid, origin: &Origin) -> Option<Flaw> {
    let mut corners = grid.ring.clone();
    corners.sort_unstable();
    corners.dedup();
    let fault = |what, mend| Fault::new(origin, "geometry", what, mend);
    if corners.len() < 3 {
        let what = format!("the polygon of {} has no area", grid.code);
        return Some(Flaw::nowhere(fault(what, "give at least three corners")));
    }
    if grid.ring.len() > CORNERS {
        let what = format!("the polygon of {} has {} corners", grid.code, grid.ring.len());
        return Some(Flaw::nowhere(fault(what, "simplify it to at most 1,500")));
    }
    if !in_china(&grid.ring) {
        let turned: Vec<[i64; 2]> = grid.ring.iter().map(|[lon, lat]| [*lat, *lon]).collect();
        let mend = if in_china(&turned) {
            "longitude and latitude look swapped: write [longitude, latitude]"
        } else {
            "check the coordinates and their datum"
        };
        let what = format!("the polygon of {} lies outside the country", grid.code);
        return Some(Flaw::nowhere(fault(what, mend)));
    }
    let at = self_crossing(&grid.ring)?;
    let (lon, lat) = (shown(at[0]), shown(at[1]));
    let what = format!("the polygon of {} crosses itself near {lon}, {lat}", grid.code);
    let fault = fault(what, "draw it as one simple ring");
    // The ring as it is drawn, and the corner where it meets itself.
    Some(Flaw { fault, sort: Sort::Crossing, ground: vec![vec![grid.ring.clone()]], at: Some(at) })
}

fn outside_county(
    grid: &Grid,
    drawn: &Drawn,
    (county, whole): (&Shape, &Drawn),
    origin: &Origin,
) -> Flaw {
    let all = |point: &dyn Fn([i64; 2]) -> [i64; 2]| {
        grid.ring.iter().all(|corner| within(&county.polygons, point(*corner)))
    };
    let datum = [Datum::Gcj02, Datum::Bd09].into_iter().find(|d| all(&|p| d.to_wgs84(p)));
    let mend = match datum {
        Some(datum) => {
            format!("the coordinates look like {datum}: give the feature \"datum\": \"{datum}\"")
        }
        None => "check the coordinates and their datum".to_owned(),
    };
    let what = format!("the polygon of {} lies outside the county", grid.code);
    let fault = Fault::new(origin, "geometry", what, mend);
    Flaw::over(fault, Sort::Outside, &drawn.without(whole))
}

fn outside_outline(
    grid: &Grid,
    drawn: &Drawn,
    (shape, outline): (&Shape, &Drawn),
    merged: &Organisation,
    origin: &Origin,
) -> Option<Flaw> {
    let (allowed, kind) =
        if shape.approximate { (BEYOND_APPROXIMATE, "approximate ") } else { (BEYOND_LEGAL, "") };
    if deep_within(&shape.polygons, &grid.ring) || drawn.outside(outline) <= allowed {
        return None;
    }
    let around = merged.divisions.get(&shape.division).map_or("its township", |d| &d.name);
    let what = format!("grid {} lies outside the {kind}outline of {around}", grid.code);
    let mend = "redraw it, or name the division it lies in";
    let fault = Fault::new(origin, "geometry", what, mend);
    Some(Flaw::over(fault, Sort::Outside, &drawn.without(outline)))
}

/// Each pair once, told at the later one. A grid whose border changes from a day on is met with both.
fn overlaps(sound: &[(&Origin, &Grid, Drawn)], merged: &Organisation) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let new: BTreeMap<GridId, usize> =
        sound.iter().enumerate().map(|(i, (_, grid, _))| (grid.id, i)).collect();
    let earlier = merged.past.grids().map(Cow::Owned);
    let all = merged.grids.values().map(Cow::Borrowed).chain(earlier);
    let boxes = all.filter_map(|grid| {
        let (low, high) = bounds(&grid.ring)?;
        Some(GeomWithData::new(Rectangle::from_corners(coarse(low), coarse(high)), grid))
    });
    let tree = RTree::bulk_load(boxes.collect());
    for (i, (origin, grid, drawn)) in sound.iter().enumerate() {
        let Some((low, high)) = bounds(&grid.ring) else { continue };
        for other in
            tree.locate_in_envelope_intersecting(AABB::from_corners(coarse(low), coarse(high)))
        {
            let other = &*other.data;
            let earlier = new.get(&other.id).is_none_or(|j| *j < i);
            let both = overlap((grid.from, grid.to), (other.from, other.to));
            let sound = || other.ring.len() <= CORNERS && self_crossing(&other.ring).is_none();
            if other.id == grid.id || !earlier || !both || !sound() {
                continue;
            }
            let in_both = drawn.in_both(&Drawn::of_ring(&other.ring));
            let shared = in_both.square_metres();
            if shared > SLIVER {
                let what = format!(
                    "grids {} and {} overlap by {shared:.0} square metres",
                    grid.code, other.code
                );
                let fault = Fault::new(origin, "geometry", what, "draw one border for both");
                flaws.push(Flaw::over(fault, Sort::Overlap, &in_both));
            }
        }
    }
    flaws
}

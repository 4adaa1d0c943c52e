//! Grids: in their village's township, in the county, apart from each other.

use std::collections::BTreeMap;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::area::{Drawn, SLIVER};
use super::{Entry, Fault, Origin, Proposed, overlap, start_before_end};
use crate::ids::GridId;
use crate::organisation::geometry::{bounds, deep_within, self_crossing, within};
use crate::organisation::place::{county_shape, shown};
use crate::organisation::{Datum, Grid, Level, Organisation, Shape};

/// What may stick out of an outline: of a legal one nearly nothing, of an approximate one half.
const BEYOND_LEGAL: f64 = 0.01;
const BEYOND_APPROXIMATE: f64 = 0.5;

/// A ring of more corners than this would not fit into one act.
const CORNERS: usize = 1500;

pub(super) fn check(proposed: &Proposed, merged: &Organisation, faults: &mut Vec<Fault>) {
    let county = county_shape(merged);
    let drawn_county = county.map(|shape| Drawn::of_shape(&shape.polygons));
    let townships: BTreeMap<_, _> = merged
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
        if let Some(first) = seen.insert(value.id, origin.row) {
            let what = format!("grid {} stands twice, first at {first}", value.code);
            faults.push(Fault::new(origin, "code", what, "keep one of them"));
        } else if codes.get(value.code.as_str()).is_some_and(|known| two_at_once(value, known)) {
            let what = format!("two grids have the code {}", value.code);
            faults.push(Fault::new(origin, "code", what, "give each grid its own code"));
        }
        start_before_end((value.from, value.to), origin, faults);
        in_a_village(value, merged, origin, faults);
        if value.ring.is_empty() || !is_polygon(value, origin, faults) {
            continue;
        }
        let drawn = Drawn::of_ring(&value.ring);
        if let (Some(shape), Some(whole)) = (county, &drawn_county)
            && !deep_within(&shape.polygons, &value.ring)
            && drawn.outside(whole) > BEYOND_LEGAL
        {
            faults.push(outside_county(value, shape, origin));
            continue;
        }
        let township = merged.township_of(&value.division);
        if let Some((shape, outline)) = township.and_then(|t| townships.get(&t.code)) {
            outside_township(value, &drawn, shape, outline, merged, origin, faults);
        }
        sound.push((origin, value, drawn));
    }
    overlaps(&sound, merged, faults);
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

fn is_polygon(grid: &Grid, origin: &Origin, faults: &mut Vec<Fault>) -> bool {
    let mut corners = grid.ring.clone();
    corners.sort_unstable();
    corners.dedup();
    let fault = if corners.len() < 3 {
        Some((format!("the polygon of {} has no area", grid.code), "give at least three corners"))
    } else if corners.len() > CORNERS {
        let what = format!("the polygon of {} has {} corners", grid.code, corners.len());
        Some((what, "simplify it to at most 1,500"))
    } else {
        self_crossing(&grid.ring).map(|[lon, lat]| {
            let (lon, lat) = (shown(lon), shown(lat));
            let what = format!("the polygon of {} crosses itself near {lon}, {lat}", grid.code);
            (what, "draw it as one simple ring")
        })
    };
    let Some((what, mend)) = fault else { return true };
    faults.push(Fault::new(origin, "geometry", what, mend));
    false
}

fn outside_county(grid: &Grid, county: &Shape, origin: &Origin) -> Fault {
    let all = |point: &dyn Fn([i64; 2]) -> [i64; 2]| {
        grid.ring.iter().all(|corner| within(&county.polygons, point(*corner)))
    };
    let datum = [Datum::Gcj02, Datum::Bd09].into_iter().find(|d| all(&|p| d.to_wgs84(p)));
    let mend = match datum {
        Some(datum) => {
            format!("the coordinates look like {datum}: give the feature \"datum\": \"{datum}\"")
        }
        None if all(&|[lon, lat]| [lat, lon]) => {
            "longitude and latitude look swapped: write [longitude, latitude]".to_owned()
        }
        None => "check the coordinates and their datum".to_owned(),
    };
    let what = format!("the polygon of {} lies outside the county", grid.code);
    Fault::new(origin, "geometry", what, mend)
}

fn outside_township(
    grid: &Grid,
    drawn: &Drawn,
    shape: &Shape,
    outline: &Drawn,
    merged: &Organisation,
    origin: &Origin,
    faults: &mut Vec<Fault>,
) {
    let (allowed, kind) =
        if shape.approximate { (BEYOND_APPROXIMATE, "approximate ") } else { (BEYOND_LEGAL, "") };
    if deep_within(&shape.polygons, &grid.ring) || drawn.outside(outline) <= allowed {
        return;
    }
    let township = merged.divisions.get(&shape.division).map_or("its township", |d| &d.name);
    let what = format!("grid {} lies outside the {kind}outline of {township}", grid.code);
    faults.push(Fault::new(origin, "geometry", what, "redraw it, or name the division it lies in"));
}

/// Each pair once, told at the later one.
fn overlaps(sound: &[(&Origin, &Grid, Drawn)], merged: &Organisation, faults: &mut Vec<Fault>) {
    let new: BTreeMap<GridId, usize> =
        sound.iter().enumerate().map(|(i, (_, grid, _))| (grid.id, i)).collect();
    let boxes = merged.grids.values().filter_map(|grid| {
        let (low, high) = bounds(&grid.ring)?;
        Some(GeomWithData::new(Rectangle::from_corners(low, high), grid))
    });
    let tree = RTree::bulk_load(boxes.collect());
    for (i, (origin, grid, drawn)) in sound.iter().enumerate() {
        let Some((low, high)) = bounds(&grid.ring) else { continue };
        for other in tree.locate_in_envelope_intersecting(AABB::from_corners(low, high)) {
            let other = other.data;
            let earlier = new.get(&other.id).is_none_or(|j| *j < i);
            let both = overlap((grid.from, grid.to), (other.from, other.to));
            if other.id == grid.id || !earlier || !both || self_crossing(&other.ring).is_some() {
                continue;
            }
            let shared = drawn.shared(&Drawn::of_ring(&other.ring));
            if shared > SLIVER {
                let what = format!(
                    "grids {} and {} overlap by {shared:.0} square metres",
                    grid.code, other.code
                );
                faults.push(Fault::new(origin, "geometry", what, "draw one border for both"));
            }
        }
    }
}

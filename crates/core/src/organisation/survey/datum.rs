//! Whether a file of grids is in another datum than it is read in. Here GCJ-02 lies some 520 m off: a single grid
//! hardly shows it, all of them together do.

use std::fmt;

use crate::ids::DivisionCode;
use crate::organisation::check::area::Drawn;
use crate::organisation::check::grids::outline_around;
use crate::organisation::geometry::{Ring, self_crossing};
use crate::organisation::place::county_shape;
use crate::organisation::{Datum, Organisation};

/// The grids fit their ground far better in another datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misread {
    pub meant: Datum,
    /// How much of their ground lies outside their villages as the file is read, in hundredths.
    pub outside: u32,
    /// The same once it is turned from the other datum.
    pub turned: u32,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { meant, outside, turned } = self;
        write!(
            f,
            "{outside}% of the ground lies outside its villages as it is read, {turned}% once it is turned \
             from {meant}"
        )
    }
}

/// What may lie outside by redrawing alone, and how much less it has to be in the other datum.
const MUCH: f64 = 0.05;
const FEWER: f64 = 4.0;

/// No more grids are needed to tell.
const ENOUGH: usize = 400;

/// Another datum in which the rings, each of a village, would lie in their villages: by the village's outline, else
/// by the ground of its grids of today, else by the township's outline; and never beyond the county. None where they
/// lie well as they are, or no other datum does better.
pub fn likely_datum<'a>(
    standing: &Organisation,
    rings: impl IntoIterator<Item = (&'a DivisionCode, &'a Ring)>,
) -> Option<Misread> {
    let county = county_shape(standing).map(|shape| Drawn::of_shape(&shape.polygons));
    let simple =
        rings.into_iter().filter(|(_, ring)| ring.len() > 2 && self_crossing(ring).is_none());
    let known = simple.filter_map(|(village, ring)| {
        let ground = ground(standing, village)?;
        let ground =
            county.as_ref().map_or_else(|| ground.clone(), |county| ground.in_both(county));
        Some((ring, ground))
    });
    let known: Vec<(&Ring, Drawn)> = known.take(ENOUGH).collect();
    let outside = |datum: Datum| {
        let (mut all, mut out) = (0.0, 0.0);
        for (ring, ground) in &known {
            let turned: Vec<[i64; 2]> = ring.iter().map(|corner| datum.to_wgs84(*corner)).collect();
            let drawn = Drawn::of_ring(&turned);
            all += drawn.square_metres();
            out += drawn.without(ground).square_metres();
        }
        if all > 0.0 { out / all } else { 0.0 }
    };
    let given = outside(Datum::Wgs84);
    if given < MUCH {
        return None;
    }
    let others = [Datum::Gcj02, Datum::Bd09].map(|datum| (datum, outside(datum)));
    let best = others.into_iter().min_by(|(_, a), (_, b)| a.total_cmp(b));
    let (meant, turned) = best.filter(|(_, turned)| turned * FEWER < given)?;
    Some(Misread { meant, outside: hundredths(given), turned: hundredths(turned) })
}

/// The ground of a village as far as it is known.
fn ground(standing: &Organisation, village: &DivisionCode) -> Option<Drawn> {
    if let Some(own) = standing.shapes.get(village) {
        return Some(Drawn::of_shape(&own.polygons));
    }
    let grids = standing.grids.values().filter(|grid| grid.division == *village);
    let grids = grids.filter(|grid| grid.to.is_none() && grid.ring.len() > 2);
    let drawn: Vec<Drawn> = grids.map(|grid| Drawn::of_ring(&grid.ring)).collect();
    if drawn.is_empty() {
        return outline_around(village, standing).map(|shape| Drawn::of_shape(&shape.polygons));
    }
    Some(Drawn::of_all(&drawn))
}

fn hundredths(share: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1")]
    let hundredths = (share * 100.0).round() as u32;
    hundredths
}

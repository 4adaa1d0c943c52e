//! Whether a file of grids is in another datum than it is read in. Here GCJ-02 lies some 520 m off: a single grid
//! hardly shows it, all of them together do.

use std::fmt;

use crate::ids::DivisionCode;
use crate::organisation::check::area::Drawn;
use crate::organisation::check::grids::{CORNERS, outline_around};
use crate::organisation::geometry::{Ring, in_china, self_crossing};
use crate::organisation::place::county_shape;
use crate::organisation::{Datum, Organisation};

/// The grids fit their ground far better in another datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misread {
    pub meant: Datum,
    pub of: Around,
    /// How much of their ground lies outside it as the file is read, in thousandths.
    pub outside: u32,
    /// The same once it is turned from the other datum.
    pub turned: u32,
}

/// What the grids should lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    Villages,
    County,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { meant, of, outside, turned } = self;
        let of = match of {
            Around::Villages => "its villages",
            Around::County => "the county",
        };
        let share = |n: &u32| format!("{}.{}%", n / 10, n % 10);
        let (outside, turned) = (share(outside), share(turned));
        write!(
            f,
            "{outside} of the ground lies outside {of} as it is read, {turned} once it is turned from {meant}"
        )
    }
}

/// What may lie outside by redrawing alone, of villages whose grids change and of the county, whose border does not;
/// and how much less it has to be in the other datum.
const MUCH: [(Around, f64); 2] = [(Around::Villages, 0.05), (Around::County, 0.01)];
const FEWER: f64 = 4.0;

/// No more grids are needed to tell.
const ENOUGH: usize = 1_000;

/// Another datum in which the rings, each of a village, would lie in their villages (by the village's outline, else
/// by the ground of its grids of today, else by the township's outline) or at least in the county. None where they
/// lie well as they are, or no other datum does better.
pub fn likely_datum<'a>(
    standing: &Organisation,
    rings: impl IntoIterator<Item = (&'a DivisionCode, &'a Ring)>,
) -> Option<Misread> {
    let county = county_shape(standing).map(|shape| Drawn::of_shape(&shape.polygons));
    let simple = |(_, ring): &(&DivisionCode, &Ring)| {
        (3..=CORNERS).contains(&ring.len()) && in_china(ring) && self_crossing(ring).is_none()
    };
    let rings: Vec<(&DivisionCode, &Ring)> =
        rings.into_iter().filter(simple).take(ENOUGH).collect();
    MUCH.into_iter().find_map(|(of, much)| {
        let ground = |village: &DivisionCode| match of {
            Around::Villages => ground(standing, village),
            Around::County => county.clone(),
        };
        let known = rings.iter().filter_map(|(village, ring)| Some((*ring, ground(village)?)));
        let known: Vec<(&Ring, Drawn)> = known.collect();
        let outside = |datum: Datum| outside(&known, datum);
        let given = outside(Datum::Wgs84);
        if given < much {
            return None;
        }
        let others = [Datum::Gcj02, Datum::Bd09].map(|datum| (datum, outside(datum)));
        let best = others.into_iter().min_by(|(_, a), (_, b)| a.total_cmp(b));
        let (meant, turned) = best.filter(|(_, turned)| turned * FEWER < given)?;
        Some(Misread { meant, of, outside: thousandths(given), turned: thousandths(turned) })
    })
}

/// How much of the rings, read in a datum, lies outside their ground, from 0 to 1.
fn outside(known: &[(&Ring, Drawn)], datum: Datum) -> f64 {
    let (mut all, mut out) = (0.0, 0.0);
    for (ring, ground) in known {
        let turned: Vec<[i64; 2]> = ring.iter().map(|corner| datum.to_wgs84(*corner)).collect();
        let drawn = Drawn::of_ring(&turned);
        all += drawn.square_metres();
        out += drawn.without(ground).square_metres();
    }
    if all > 0.0 { out / all } else { 0.0 }
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

fn thousandths(share: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1")]
    let thousandths = (share * 1000.0).round() as u32;
    thousandths
}

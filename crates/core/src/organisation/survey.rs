//! Grids on the ground (网格勘界): what a file of them leaves open, covers twice or crosses, each place with its
//! outline, so that it can be shown on a picture.

mod datum;
mod uncovered;

pub use datum::{Around, Misread, likely_datum};

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::check::area::Drawn;
use super::check::{Fault, Proposed, grids};
use super::{Grid, Organisation, Shape};
use crate::ids::{DivisionCode, GridId};

/// What is wrong on the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// 自相交: a border that crosses itself.
    Crossing,
    /// 重叠: ground of two grids.
    Overlap,
    /// 空白: ground that no grid covers.
    Gap,
    /// 越界: ground beyond the village, the township or the county.
    Outside,
    /// Not on the ground: a code, a day, a village that is not known.
    Elsewhere,
}

/// Polygons of rings, the first ring of each the outer one, in 10⁻⁷ degrees (WGS84).
pub type Ground = Vec<Vec<Vec<[i64; 2]>>>;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    pub fault: Fault,
    pub sort: Sort,
    /// The faulty ground; empty where there is none.
    pub ground: Ground,
    /// A point of it, for the mark.
    pub at: Option<[i64; 2]>,
}

impl Flaw {
    pub(super) const fn nowhere(fault: Fault) -> Self {
        Self { fault, sort: Sort::Elsewhere, ground: Vec::new(), at: None }
    }

    pub(super) fn over(fault: Fault, sort: Sort, drawn: &Drawn) -> Self {
        let at = drawn.point();
        Self { fault, sort, ground: drawn.rings(), at }
    }
}

/// A set of grids held against the ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// What refuses the set, in order of its rows.
    pub flaws: Vec<Flaw>,
    /// What is told and hinders nothing.
    pub notes: Vec<Flaw>,
}

/// Holds the grids that are proposed against the ground on the day `on`: everything that [`super::check()`] says of
/// grids, and besides that no ground is left without a grid. Of a legal outline all has to be covered; of an
/// approximate one only what grids enclose or had before, and the rest is told.
pub fn survey(standing: &Organisation, proposed: &Proposed, on: Date) -> Survey {
    let mut merged = standing.clone();
    merged.apply(&proposed.organised());
    let mut flaws = grids::flaws(proposed, &merged);
    let mut notes = Vec::new();
    for flaw in uncovered::of(standing, &merged, proposed, on) {
        let list = match flaw.fault.strength {
            crate::rules::Strength::Warn => &mut notes,
            _ => &mut flaws,
        };
        list.push(flaw);
    }
    flaws.sort_by(|a, b| (&a.fault, a.at).cmp(&(&b.fault, b.at)));
    Survey { flaws, notes }
}

/// The townships in which grids of a set lie, and what stands in them: what a picture of the set shows.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    /// The outlines of the townships, and of the villages where they are known.
    pub outlines: Vec<&'a Shape>,
    /// The grids of these townships on the day, with whether the set draws them.
    pub grids: Vec<(&'a Grid, bool)>,
}

/// What a picture of the set shows of the organisation as it would stand.
pub fn sheet<'a>(merged: &'a Organisation, proposed: &Proposed, on: Date) -> Sheet<'a> {
    let touched = townships(merged, proposed);
    let of =
        |code: &DivisionCode| merged.township_of(code).is_some_and(|t| touched.contains(&t.code));
    let outlines = merged.shapes.values().filter(|shape| of(&shape.division)).collect();
    let drawn: BTreeSet<GridId> = proposed.grids.iter().map(|entry| entry.value.id).collect();
    let grids = merged.grids.keys().filter_map(|id| merged.grid(*id, on));
    let grids = grids.filter(|grid| drawn.contains(&grid.id) || of(&grid.division));
    let grids = grids.map(|grid| (grid, drawn.contains(&grid.id))).collect();
    Sheet { outlines, grids }
}

/// The townships in which the set draws.
fn townships(merged: &Organisation, proposed: &Proposed) -> BTreeSet<DivisionCode> {
    let divisions = proposed.grids.iter().map(|entry| &entry.value.division);
    divisions.filter_map(|code| Some(merged.township_of(code)?.code.clone())).collect()
}

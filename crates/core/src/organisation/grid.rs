//! Grids (网格): the smallest place that somebody answers for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use super::geometry::{Where, bounds, coarse, locate};
use crate::ids::{DivisionCode, GridId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    pub id: GridId,
    pub code: String,
    pub name: String,
    /// The village or community it lies in.
    pub division: DivisionCode,
    /// The outer ring, [longitude, latitude] in 10⁻⁷ degrees (WGS84), closed or not.
    pub ring: Vec<[i64; 2]>,
    /// Drawn for the demonstration; shown as 示意.
    #[serde(default)]
    pub demo: bool,
    pub from: Date,
    pub to: Option<Date>,
    /// The grids that took its ground, once it is split or merged; the first stands in where a
    /// matter has no point.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<GridId>,
}

impl Grid {
    /// Whether a point (WGS84, 10⁻⁷ degrees) lies in the grid or on its border.
    pub fn holds(&self, lon: i64, lat: i64) -> bool {
        self.ring.len() > 2 && locate(&self.ring, [lon, lat]) != Where::Outside
    }

    fn boxed(&self) -> Option<Boxed> {
        let (low, high) = bounds(&self.ring)?;
        Some(GeomWithData::new(Rectangle::from_corners(coarse(low), coarse(high)), self.id))
    }
}

type Boxed = GeomWithData<Rectangle<[i64; 2]>, GridId>;

/// The boxes around all grids with a polygon, those of other days included.
#[derive(Debug, Clone, Default)]
pub struct GridTree(RTree<Boxed>);

impl GridTree {
    pub(crate) fn put_in(&mut self, grid: &Grid) {
        if let Some(boxed) = grid.boxed() {
            self.0.insert(boxed);
        }
    }

    pub(crate) fn take_out(&mut self, grid: &Grid) {
        if let Some(boxed) = grid.boxed() {
            self.0.remove(&boxed);
        }
    }

    /// The grids in whose box the point lies.
    pub(crate) fn around(&self, lon: i64, lat: i64) -> impl Iterator<Item = GridId> {
        self.0.locate_all_at_point(coarse([lon, lat])).map(|boxed| boxed.data)
    }
}

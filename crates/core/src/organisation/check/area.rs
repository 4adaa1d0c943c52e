//! Areas of polygons and of what two have in common. These decide what a drawing may be refused for,
//! never who answers for a point.

use geo::orient::{Direction, Orient};
use geo::{
    Area, BooleanOps, ConvexHull, Coord, InteriorPoint, LineString, MultiPolygon, Polygon,
    unary_union,
};

/// Edges of neighbours may lie over each other by this much: a strip of some centimetres along a
/// kilometre, which is what rounding to 10⁻⁷ degrees leaves.
pub(in crate::organisation) const SLIVER: f64 = 100.0;

/// Metres in 10⁻⁷ degrees of latitude.
const METRE: f64 = 0.011_132;

/// A polygon and the square metres in one square of its units.
#[derive(Debug, Clone)]
pub(in crate::organisation) struct Drawn {
    polygons: MultiPolygon<f64>,
    unit: f64,
}

impl Drawn {
    pub(in crate::organisation) fn of_ring(ring: &[[i64; 2]]) -> Self {
        Self::of(vec![Polygon::new(line(ring), Vec::new())])
    }

    /// The ground around which a ring runs, as a band laid around it would hold it; of one that crosses itself,
    /// where nobody knows what was meant.
    pub(in crate::organisation) fn around_ring(ring: &[[i64; 2]]) -> Self {
        Self::of(vec![line(ring).convex_hull()])
    }

    pub(in crate::organisation) fn of_shape(polygons: &[Vec<Vec<[i64; 2]>>]) -> Self {
        let polygon = |rings: &Vec<Vec<[i64; 2]>>| {
            let (outer, holes) = rings.split_first()?;
            Some(Polygon::new(line(outer), holes.iter().map(|hole| line(hole)).collect()))
        };
        Self::of(polygons.iter().filter_map(polygon).collect())
    }

    fn of(polygons: Vec<Polygon<f64>>) -> Self {
        let first = polygons.first().and_then(|p| p.exterior().0.first());
        let latitude = first.map_or(0.0, |c| c.y / 1e7);
        let unit = METRE * METRE * latitude.to_radians().cos().abs();
        Self { polygons: MultiPolygon(polygons), unit }
    }

    /// Several as one: what lies in any of them. None of them may cross itself.
    pub(in crate::organisation) fn of_all<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut unit = 0.0;
        // The union takes a ring that runs the other way for a hole.
        let turned = |one: &Self| {
            unit = f64::max(unit, one.unit);
            one.polygons.orient(Direction::Default)
        };
        let turned: Vec<MultiPolygon<f64>> = all.into_iter().map(turned).collect();
        Self { polygons: unary_union(&turned), unit }
    }

    /// What lies in both.
    pub(in crate::organisation) fn in_both(&self, other: &Self) -> Self {
        Self { polygons: self.polygons.intersection(&other.polygons), unit: self.unit }
    }

    /// What lies in this and not in the other.
    pub(in crate::organisation) fn without(&self, other: &Self) -> Self {
        Self { polygons: self.polygons.difference(&other.polygons), unit: self.unit }
    }

    /// What it encloses without holding it.
    pub(in crate::organisation) fn holes(&self) -> Self {
        let rings = self.polygons.iter().flat_map(Polygon::interiors);
        let polygons = rings.map(|ring| Polygon::new(ring.clone(), Vec::new())).collect();
        Self { polygons: MultiPolygon(polygons), unit: self.unit }
    }

    /// Its parts, each for itself.
    pub(in crate::organisation) fn parts(&self) -> impl Iterator<Item = Self> {
        let part = |polygon: &Polygon<f64>| Self {
            polygons: MultiPolygon(vec![polygon.clone()]),
            unit: self.unit,
        };
        self.polygons.iter().map(part)
    }

    pub(in crate::organisation) fn square_metres(&self) -> f64 {
        self.polygons.unsigned_area() * self.unit
    }

    /// Its polygons as rings in whole 10⁻⁷ degrees.
    pub(in crate::organisation) fn rings(&self) -> Vec<Vec<Vec<[i64; 2]>>> {
        let ring = |line: &LineString<f64>| line.0.iter().map(whole).collect();
        let polygon = |polygon: &Polygon<f64>| {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            rings.map(ring).collect()
        };
        self.polygons.iter().map(polygon).collect()
    }

    /// A point in it, for a mark.
    pub(in crate::organisation) fn point(&self) -> Option<[i64; 2]> {
        self.polygons.interior_point().map(|point| whole(&point.0))
    }

    /// How much of this lies outside the other, from 0 to 1.
    pub(in crate::organisation) fn outside(&self, other: &Self) -> f64 {
        let whole = self.polygons.unsigned_area();
        let inside = self.polygons.intersection(&other.polygons).unsigned_area();
        if whole > 0.0 { ((whole - inside) / whole).clamp(0.0, 1.0) } else { 1.0 }
    }
}

fn whole(corner: &Coord<f64>) -> [i64; 2] {
    #[expect(clippy::cast_possible_truncation, reason = "angles in 1e-7 degrees; `as` saturates")]
    [corner.x.round() as i64, corner.y.round() as i64]
}

fn line(ring: &[[i64; 2]]) -> LineString<f64> {
    #[expect(clippy::cast_precision_loss, reason = "1e-7 degrees are far below 2^53")]
    ring.iter().map(|[lon, lat]| Coord { x: *lon as f64, y: *lat as f64 }).collect()
}

//! Areas of polygons and of what two have in common. These decide what a drawing may be refused for,
//! never who answers for a point.

use geo::{Area, BooleanOps, Coord, LineString, MultiPolygon, Polygon};

/// Edges of neighbours may lie over each other by this much: a strip of some centimetres along a
/// kilometre, which is what rounding to 10⁻⁷ degrees leaves.
pub(super) const SLIVER: f64 = 100.0;

/// Metres in 10⁻⁷ degrees of latitude.
const METRE: f64 = 0.011_132;

/// A polygon and the square metres in one square of its units.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    polygons: MultiPolygon<f64>,
    unit: f64,
}

impl Drawn {
    pub(super) fn of_ring(ring: &[[i64; 2]]) -> Self {
        Self::of(vec![Polygon::new(line(ring), Vec::new())])
    }

    pub(super) fn of_shape(polygons: &[Vec<Vec<[i64; 2]>>]) -> Self {
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

    /// Square metres that lie in both.
    pub(super) fn shared(&self, other: &Self) -> f64 {
        self.polygons.intersection(&other.polygons).unsigned_area() * self.unit
    }

    /// How much of this lies outside the other, from 0 to 1.
    pub(super) fn outside(&self, other: &Self) -> f64 {
        let whole = self.polygons.unsigned_area();
        let inside = self.polygons.intersection(&other.polygons).unsigned_area();
        if whole > 0.0 { ((whole - inside) / whole).clamp(0.0, 1.0) } else { 1.0 }
    }
}

fn line(ring: &[[i64; 2]]) -> LineString<f64> {
    #[expect(clippy::cast_precision_loss, reason = "1e-7 degrees are far below 2^53")]
    ring.iter().map(|[lon, lat]| Coord { x: *lon as f64, y: *lat as f64 }).collect()
}

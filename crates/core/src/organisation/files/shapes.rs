//! `GeoJSON`: outlines of divisions, and grids.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{County, Files, Source};
use crate::ids::{DivisionCode, GridId};
use crate::organisation::check::{Entry, Fault, Origin};
use crate::organisation::{Datum, Grid, Shape, place};

#[derive(Deserialize)]
struct Collection {
    features: Vec<Value>,
}

#[derive(Deserialize)]
struct Feature<P> {
    properties: P,
    geometry: Option<Geometry>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<Vec<f64>>>),
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
}

#[derive(Deserialize)]
struct Outline {
    code: String,
    #[serde(default)]
    approx: bool,
}

/// What the programs that draw grids add besides is passed over.
#[derive(Deserialize)]
struct Cell {
    code: String,
    name: String,
    division: DivisionCode,
    #[serde(default)]
    demo: bool,
    #[serde(default)]
    datum: Datum,
    from: Option<Date>,
    to: Option<Date>,
}

/// The county's boundary and the outlines of townships.
pub(super) fn outlines(files: &Files<'_>, county: &mut County, faults: &mut Vec<Fault>) {
    for source in [files.boundary, files.townships] {
        for Entry { origin, value } in features::<Outline>(source, faults) {
            let Some(geometry) = value.geometry else {
                faults.push(Fault::new(&origin, "geometry", "there is no outline", "draw one"));
                continue;
            };
            let Some(polygons) = whole(geometry.polygons(), Datum::Wgs84) else {
                faults.push(no_coordinates(&origin));
                continue;
            };
            let division = DivisionCode(format!("{:0<12}", value.properties.code));
            let value = Shape { division, approximate: value.properties.approx, polygons };
            county.proposed.shapes.push(Entry { origin, value });
        }
    }
}

/// Grids; one without a geometry is a grid whose border is not drawn yet.
pub(super) fn grids(source: Source<'_>, county: &mut County, faults: &mut Vec<Fault>) {
    for Entry { origin, value } in features::<Cell>(source, faults) {
        let Feature { properties: cell, geometry } = value;
        let ring = match geometry {
            None => Ok(Vec::new()),
            Some(geometry) => drawn_ring(geometry, &cell, &origin),
        };
        let ring = match ring {
            Ok(ring) => ring,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let id = GridId(county.id("grid", &cell.code));
        county.keys.grids.insert(cell.code.clone(), id);
        let value = Grid {
            id,
            code: cell.code,
            name: cell.name,
            division: cell.division,
            ring,
            demo: cell.demo,
            from: cell.from.unwrap_or(county.from),
            to: cell.to,
            successors: Vec::new(),
        };
        county.proposed.grids.push(Entry { origin, value });
    }
}

impl Geometry {
    fn polygons(self) -> Vec<Vec<Vec<Vec<f64>>>> {
        match self {
            Self::Polygon(polygon) => vec![polygon],
            Self::MultiPolygon(polygons) => polygons,
        }
    }
}

type Rings = Vec<Vec<[i64; 2]>>;

/// Polygons in whole 10⁻⁷ degrees of WGS84, each ring without the corner that closes it.
fn whole(polygons: Vec<Vec<Vec<Vec<f64>>>>, datum: Datum) -> Option<Vec<Rings>> {
    let corner = |corner: Vec<f64>| match corner.as_slice() {
        [lon, lat, ..] => Some(datum.to_wgs84([place::e7(*lon)?, place::e7(*lat)?])),
        _ => None,
    };
    let ring = |ring: Vec<Vec<f64>>| {
        let mut ring: Vec<[i64; 2]> = ring.into_iter().map(corner).collect::<Option<_>>()?;
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        Some(ring)
    };
    polygons.into_iter().map(|rings| rings.into_iter().map(ring).collect()).collect()
}

fn drawn_ring(geometry: Geometry, cell: &Cell, at: &Origin) -> Result<Vec<[i64; 2]>, Fault> {
    let polygons = whole(geometry.polygons(), cell.datum).ok_or_else(|| no_coordinates(at))?;
    let only = <[Rings; 1]>::try_from(polygons).ok();
    let ring = only.and_then(|[rings]| <[_; 1]>::try_from(rings).ok());
    ring.map(|[ring]| ring).ok_or_else(|| {
        let what = format!("grid {} has several parts or a hole", cell.code);
        Fault::new(at, "geometry", what, "make each part a grid of its own")
    })
}

fn no_coordinates(origin: &Origin) -> Fault {
    let what = "a corner is no pair of coordinates";
    Fault::new(origin, "geometry", what, "write [longitude, latitude] in degrees")
}

fn features<P: DeserializeOwned>(
    source: Source<'_>,
    faults: &mut Vec<Fault>,
) -> Vec<Entry<Feature<P>>> {
    let collection: Collection = match serde_json::from_str(source.text) {
        Ok(collection) => collection,
        Err(error) => {
            let mend = "give a GeoJSON FeatureCollection";
            faults.push(Fault::new(&source.at(0), "", error.to_string(), mend));
            return Vec::new();
        }
    };
    let mut read = Vec::new();
    for (feature, row) in collection.features.into_iter().zip(1..) {
        let origin = source.at(row);
        match serde_json::from_value(feature) {
            Ok(value) => read.push(Entry { origin, value }),
            Err(error) => {
                faults.push(Fault::new(&origin, "", error.to_string(), "mend this feature"));
            }
        }
    }
    read
}

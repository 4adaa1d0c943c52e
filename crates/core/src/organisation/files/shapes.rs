//! `GeoJSON`: outlines of divisions, and grids.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{County, Files, Source};
use crate::ids::{DivisionCode, GridId};
use crate::organisation::check::{Entry, Fault, Origin};
use crate::organisation::datum::NotADatum;
use crate::organisation::{Datum, Grid, Shape, place};

/// A `GeoJSON` of grids, as it was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// The datum of which the file as a whole says that it is in it.
    pub datum: Option<Datum>,
    pub features: Vec<Entry<DrawnGrid>>,
    /// Features that are no single polygon.
    pub faults: Vec<Fault>,
}

/// One feature of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnGrid {
    /// What is written beside the polygon.
    pub said: Map<String, Value>,
    /// The one ring in 10⁻⁷ degrees, in whatever datum the file is, without the corner that closes it; empty
    /// where no polygon is drawn.
    pub ring: Vec<[i64; 2]>,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Value>,
    #[serde(default)]
    datum: Value,
    #[serde(default)]
    crs: Value,
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

/// Reads a file of grids of which nothing is known yet but that each is one polygon, or not drawn.
///
/// # Errors
/// The file is no `GeoJSON`, or its coordinates are metres of a projection.
pub fn drawing(source: Source<'_>) -> Result<Drawing, Fault> {
    let mut faults = Vec::new();
    let collection = collection(source)?;
    let datum = said_datum(&collection)
        .map_err(|(what, mend)| Fault::new(&source.at(0), "crs", what, mend))?;
    let mut features = Vec::new();
    for Entry { origin, value } in read::<Map<String, Value>>(source, collection, &mut faults) {
        let ring = value.geometry.map_or(Ok(Vec::new()), |geometry| {
            only_ring(geometry, Datum::Wgs84, "the grid", &origin)
        });
        match ring {
            Ok(ring) => {
                features.push(Entry { origin, value: DrawnGrid { said: value.properties, ring } });
            }
            Err(fault) => faults.push(fault),
        }
    }
    Ok(Drawing { datum, features, faults })
}

/// What the file says of its coordinates: nothing, degrees of WGS84 or of CGCS2000 (EPSG:4490), or one of the
/// bent ones. Metres of a projection are none of a grid here.
fn said_datum(collection: &Collection) -> Result<Option<Datum>, (String, &'static str)> {
    if let Value::String(name) = &collection.datum {
        let mend = "write wgs84, gcj02 or bd09";
        return name.parse().map(Some).map_err(|no: NotADatum| (no.to_string(), mend));
    }
    let Some(name) = collection.crs.pointer("/properties/name").and_then(Value::as_str) else {
        return Ok(None);
    };
    let bare: String =
        name.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let degrees = ["4490", "4326", "4979", "crs84"];
    if bare.contains("gcj02") {
        Ok(Some(Datum::Gcj02))
    } else if bare.contains("bd09") {
        Ok(Some(Datum::Bd09))
    } else if degrees.iter().any(|known| bare.ends_with(known)) {
        Ok(Some(Datum::Wgs84))
    } else {
        let what = format!("the file says that its coordinates are \"{name}\"");
        Err((what, "save it in degrees, as EPSG:4490 or EPSG:4326"))
    }
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
            Some(geometry) => {
                only_ring(geometry, cell.datum, &format!("grid {}", cell.code), &origin)
            }
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

fn only_ring(
    geometry: Geometry,
    datum: Datum,
    whose: &str,
    at: &Origin,
) -> Result<Vec<[i64; 2]>, Fault> {
    let polygons = whole(geometry.polygons(), datum).ok_or_else(|| no_coordinates(at))?;
    let only = <[Rings; 1]>::try_from(polygons).ok();
    let ring = only.and_then(|[rings]| <[_; 1]>::try_from(rings).ok());
    ring.map(|[ring]| ring).ok_or_else(|| {
        let what = format!("{whose} has several parts or a hole");
        Fault::new(at, "geometry", what, "make each part a grid of its own")
    })
}

fn no_coordinates(origin: &Origin) -> Fault {
    let what = "a corner is no pair of coordinates";
    Fault::new(origin, "geometry", what, "write [longitude, latitude] in degrees")
}

fn collection(source: Source<'_>) -> Result<Collection, Fault> {
    serde_json::from_str(source.text).map_err(|error| {
        Fault::new(&source.at(0), "", error.to_string(), "give a GeoJSON FeatureCollection")
    })
}

fn features<P: DeserializeOwned>(
    source: Source<'_>,
    faults: &mut Vec<Fault>,
) -> Vec<Entry<Feature<P>>> {
    match collection(source) {
        Ok(collection) => read(source, collection, faults),
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    }
}

fn read<P: DeserializeOwned>(
    source: Source<'_>,
    collection: Collection,
    faults: &mut Vec<Fault>,
) -> Vec<Entry<Feature<P>>> {
    let mut read = Vec::new();
    for (feature, row) in collection.features.into_iter().zip(1..) {
        let origin = source.at(row);
        // What is drawn is no polygon: said before a parser lists what it would have taken.
        if let Some(kind) = feature.pointer("/geometry/type").and_then(Value::as_str)
            && !matches!(kind, "Polygon" | "MultiPolygon")
        {
            let what = format!("{kind:?} is drawn, not a polygon");
            faults.push(Fault::new(&origin, "geometry", what, "draw the ground as one polygon"));
            continue;
        }
        match serde_json::from_value(feature) {
            Ok(value) => read.push(Entry { origin, value }),
            Err(error) => {
                faults.push(Fault::new(&origin, "", error.to_string(), "mend this feature"));
            }
        }
    }
    read
}

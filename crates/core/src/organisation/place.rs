//! Points at the door: is it in the county, and if not, what was probably meant?

use std::fmt;

use serde::{Deserialize, Serialize};

use super::geometry::within;
use super::{Datum, Organisation, Shape};

pub use super::datum::e7;

/// A point as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Longitude in 10⁻⁷ degrees.
    pub lon: i64,
    /// Latitude in 10⁻⁷ degrees.
    pub lat: i64,
    #[serde(default)]
    pub datum: Datum,
}

impl Point {
    /// The point as [longitude, latitude] in WGS84, 10⁻⁷ degrees.
    pub fn wgs84(self) -> [i64; 2] {
        self.datum.to_wgs84([self.lon, self.lat])
    }
}

/// The point is not in the county. `meant` is the reading under which it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    pub given: Point,
    pub meant: Option<Meant>,
}

/// Another reading of the same two numbers, never taken without being asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    Datum(Datum),
    /// Latitude was given as longitude and the other way round, in this datum.
    Swapped(Datum),
}

/// Gives the point in WGS84, 10⁻⁷ degrees, if it lies in or on the county's boundary. Where the
/// county has no boundary yet, any point passes.
pub fn check(organisation: &Organisation, given: Point) -> Result<[i64; 2], Outside> {
    let Some(county) = county_shape(organisation) else { return Ok(given.wgs84()) };
    read(&county.polygons, given)
}

/// The county's own boundary.
pub(crate) fn county_shape(organisation: &Organisation) -> Option<&Shape> {
    organisation.shapes.get(organisation.index.county()?)
}

pub(super) fn read(county: &[Vec<Vec<[i64; 2]>>], given: Point) -> Result<[i64; 2], Outside> {
    let point = given.wgs84();
    if within(county, point) {
        return Ok(point);
    }
    let inside = |lon, lat, datum| within(county, Point { lon, lat, datum }.wgs84());
    let other = || Datum::ALL.into_iter().filter(|d| *d != given.datum);
    let swapped = || [given.datum].into_iter().chain(other());
    let meant = other()
        .find(|d| inside(given.lon, given.lat, *d))
        .map(Meant::Datum)
        .or_else(|| swapped().find(|d| inside(given.lat, given.lon, *d)).map(Meant::Swapped));
    Err(Outside { given, meant })
}

impl Outside {
    /// The refusal in Chinese, with the other reading offered where there is one.
    pub fn zh(self) -> String {
        let Point { lon, lat, datum } = self.given;
        let head = format!("坐标 {}，{}（{datum}）不在本县范围内", shown(lon), shown(lat));
        match self.meant {
            Some(Meant::Datum(other)) => {
                format!("{head}；看起来是 {other} 坐标，请以 datum={other} 重新提交")
            }
            Some(Meant::Swapped(other)) if other == datum => {
                format!("{head}；看起来经纬度写反了，请对调 lon 与 lat 后重新提交")
            }
            Some(Meant::Swapped(other)) => format!(
                "{head}；看起来经纬度写反了，且为 {other} 坐标，请对调 lon 与 lat 并以 datum={other} 重新提交"
            ),
            None => format!("{head}，请核对后重新提交，或只选所在村（社区）"),
        }
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Point { lon, lat, datum } = self.given;
        write!(f, "the point {}, {} ({datum}) is outside the county", shown(lon), shown(lat))?;
        match self.meant {
            Some(Meant::Datum(other)) => write!(f, "; it looks like {other}: send datum={other}"),
            Some(Meant::Swapped(other)) if other == datum => {
                write!(
                    f,
                    "; longitude and latitude look swapped: send lon and lat the other way round"
                )
            }
            Some(Meant::Swapped(other)) => write!(
                f,
                "; longitude and latitude look swapped, in {other}: send them the other way round \
                 with datum={other}"
            ),
            None => write!(f, "; check it, or name the village instead"),
        }
    }
}

impl std::error::Error for Outside {}

/// Degrees with as many digits as were kept.
pub(super) fn shown(e7: i64) -> String {
    let sign = if e7 < 0 { "-" } else { "" };
    let (whole, part) = (e7.unsigned_abs() / 10_000_000, e7.unsigned_abs() % 10_000_000);
    let digits = format!("{part:07}");
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{digits}") }
}

//! The three datums in which Chinese maps give a point, and the way between them.
//!
//! GCJ-02 is WGS84 bent by a published-in-practice polynomial of sines over the Krasovsky ellipsoid;
//! phones' map kits and most web maps give it. BD-09 bends GCJ-02 once more. Here GCJ-02 is about
//! 520 m off. A point is stored in the datum that was given and converted once, at the door.

use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The datum of a pair of coordinates.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// What satellites give; EPSG:4490 (CGCS2000) equals it to a decimetre.
    #[default]
    Wgs84,
    Gcj02,
    Bd09,
}

/// A datum that is not one of the three.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no datum known here: wgs84, gcj02 or bd09")]
pub struct NotADatum(pub String);

impl Datum {
    pub const ALL: [Self; 3] = [Self::Wgs84, Self::Gcj02, Self::Bd09];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// A point of this datum in WGS84, both as [longitude, latitude] in 10⁻⁷ degrees. Right to some
    /// centimetres.
    pub fn to_wgs84(self, point: [i64; 2]) -> [i64; 2] {
        let given = degrees(point);
        match self {
            Self::Wgs84 => point,
            Self::Gcj02 => rounded(unbend(given)),
            Self::Bd09 => rounded(unbend(bd09_to_gcj02(given))),
        }
    }

    /// A WGS84 point in this datum, both as [longitude, latitude] in 10⁻⁷ degrees.
    pub fn from_wgs84(self, point: [i64; 2]) -> [i64; 2] {
        let given = degrees(point);
        match self {
            Self::Wgs84 => point,
            Self::Gcj02 => rounded(bend(given)),
            Self::Bd09 => rounded(gcj02_to_bd09(bend(given))),
        }
    }
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Datum {
    type Err = NotADatum;

    fn from_str(text: &str) -> Result<Self, NotADatum> {
        Self::ALL.into_iter().find(|d| d.as_str() == text).ok_or_else(|| NotADatum(text.to_owned()))
    }
}

/// Degrees as they come in JSON, in whole 10⁻⁷ degrees; `None` for what is no angle on a globe.
pub fn e7(degrees: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "at most 3.6e9, and finite")]
    (degrees.is_finite() && degrees.abs() <= 360.0).then(|| (degrees * 1e7).round() as i64)
}

#[expect(clippy::cast_precision_loss, reason = "an angle in 1e-7 degrees is far below 2^53")]
fn degrees([lon, lat]: [i64; 2]) -> (f64, f64) {
    (lon as f64 / 1e7, lat as f64 / 1e7)
}

fn rounded((lon, lat): (f64, f64)) -> [i64; 2] {
    #[expect(clippy::cast_possible_truncation, reason = "at most 3.7e9; `as` saturates")]
    [(lon * 1e7).round() as i64, (lat * 1e7).round() as i64]
}

/// Semi-major axis of the Krasovsky ellipsoid in metres, and its first eccentricity squared.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;

/// WGS84 to GCJ-02.
fn bend((lon, lat): (f64, f64)) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let short = 20.0 * ((6.0 * x * PI).sin() + (2.0 * x * PI).sin()) * 2.0 / 3.0;
    let root = x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + short
        + 20.0 * ((y * PI).sin() + 2.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
        + 160.0 * ((y / 12.0 * PI).sin() + 2.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + short
        + 20.0 * ((x * PI).sin() + 2.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
        + 150.0 * ((x / 12.0 * PI).sin() + 2.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let phi = lat.to_radians();
    let flat = 1.0 - ECCENTRICITY * phi.sin().powi(2);
    let d_lat = north.to_degrees() / (AXIS * (1.0 - ECCENTRICITY) / (flat * flat.sqrt()));
    let d_lon = east.to_degrees() / (AXIS / flat.sqrt() * phi.cos());
    (lon + d_lon, lat + d_lat)
}

/// GCJ-02 to WGS84, by going back the distance that the guess is off until nothing is left.
fn unbend(given: (f64, f64)) -> (f64, f64) {
    let mut guess = given;
    for _ in 0..8 {
        let there = bend(guess);
        guess = (guess.0 + given.0 - there.0, guess.1 + given.1 - there.1);
    }
    guess
}

const BAIDU: f64 = PI * 3000.0 / 180.0;

fn gcj02_to_bd09((x, y): (f64, f64)) -> (f64, f64) {
    let length = x.hypot(y) + 0.000_02 * (y * BAIDU).sin();
    let angle = y.atan2(x) + 0.000_003 * (x * BAIDU).cos();
    (length * angle.cos() + 0.0065, length * angle.sin() + 0.006)
}

fn bd09_to_gcj02(given: (f64, f64)) -> (f64, f64) {
    let mut guess = (given.0 - 0.0065, given.1 - 0.006);
    for _ in 0..8 {
        let there = gcj02_to_bd09(guess);
        guess = (guess.0 + given.0 - there.0, guess.1 + given.1 - there.1);
    }
    guess
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Metres between two points in 10⁻⁷ degrees, good enough within a county.
    fn metres(a: [i64; 2], b: [i64; 2]) -> f64 {
        let ((ax, ay), (bx, by)) = (degrees(a), degrees(b));
        ((ax - bx) * ay.to_radians().cos()).hypot(ay - by) * 111_320.0
    }

    #[test]
    fn here_gcj02_is_some_five_hundred_metres_off_and_bd09_more_than_a_kilometre() {
        let centre = [1_154_000_000, 318_000_000];
        let gcj02 = metres(centre, Datum::Gcj02.from_wgs84(centre));
        let bd09 = metres(centre, Datum::Bd09.from_wgs84(centre));
        assert!((450.0..650.0).contains(&gcj02), "{gcj02} m");
        assert!((900.0..1600.0).contains(&bd09), "{bd09} m");
    }

    /// The results that the public implementations give for these points.
    #[test]
    fn known_points_come_out_as_others_compute_them() {
        let close = |(ax, ay): (f64, f64), (bx, by): (f64, f64)| {
            assert!((ax - bx).abs() < 1e-7 && (ay - by).abs() < 1e-7, "{ax} {ay} is not {bx} {by}");
        };
        close(bend((116.404, 39.915)), (116.410_244_499_169_38, 39.916_404_281_501_64));
        close(bend((121.527_210_6, 31.177_427_6)), (121.531_541_859_215, 31.175_303_983_645_97));
        close(bend((113.912_316, 22.543_847)), (113.917_176_480_836_3, 22.540_796_131_694_766));
        let beijing = (116.404, 39.915);
        close(gcj02_to_bd09(beijing), (116.410_369_493_710_29, 39.921_336_993_510_22));
    }

    #[test]
    fn what_is_no_angle_has_no_number() {
        for bad in [f64::NAN, f64::INFINITY, -1e300, 360.1] {
            assert_eq!(e7(bad), None);
        }
        assert_eq!(e7(115.4), Some(1_154_000_000));
    }

    proptest! {
        #[test]
        fn there_and_back_is_less_than_a_metre(
            lon in 1_150_900_000_i64..1_156_400_000, lat in 313_600_000_i64..321_100_000,
        ) {
            for datum in Datum::ALL {
                let back = datum.to_wgs84(datum.from_wgs84([lon, lat]));
                prop_assert!(metres(back, [lon, lat]) < 1.0, "{datum}: {back:?}");
            }
        }
    }
}

//! Where and when a picture says that it was taken.

use exif::{Exif, In, Reader, Tag, Value};
use jiff::civil::DateTime;

/// What a picture says of itself. It is told to whoever sent it and kept nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// [longitude, latitude] in WGS84, 10⁻⁷ degrees.
    pub point: Option<[i64; 2]>,
    /// Seconds since 1970.
    pub at: Option<i64>,
}

/// A time without an offset is of the county's own zone.
const BEIJING: i64 = 8 * 3_600;

/// What the notes say; what cannot be read says nothing.
pub(crate) fn read(notes: Vec<u8>) -> Taken {
    // Some begin with the word by which a JPEG tells them from others.
    let notes = match notes.strip_prefix(b"Exif\0\0") {
        Some(rest) => rest.to_vec(),
        None => notes,
    };
    // Many a phone ends a list otherwise than the standard says; what can be read of it is.
    let read = Reader::new().continue_on_error(true).read_raw(notes);
    let read = read.or_else(|error| error.distill_partial_result(|_| ()));
    let Ok(exif) = read else { return Taken::default() };
    Taken { point: point(&exif), at: moment(&exif) }
}

fn point(exif: &Exif) -> Option<[i64; 2]> {
    let lon = angle(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, "W")?;
    let lat = angle(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, "S")?;
    // A phone that does not know where it is writes nothing, or zeros.
    let real = (lon, lat) != (0, 0) && lon.abs() <= 1_800_000_000 && lat.abs() <= 900_000_000;
    real.then_some([lon, lat])
}

/// Degrees, minutes and seconds in 10⁻⁷ degrees.
fn angle(exif: &Exif, tag: Tag, side: Tag, negative: &str) -> Option<i64> {
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let [degrees, minutes, seconds] = parts.get(..3)? else { return None };
    if [degrees, minutes, seconds].iter().any(|part| part.denom == 0) {
        return None;
    }
    let angle = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3_600.0;
    #[expect(clippy::cast_possible_truncation, reason = "at most 3.6e9")]
    let angle = (angle.abs() <= 360.0).then(|| (angle * 1e7).round() as i64)?;
    let side = word(exif, side)?;
    Some(if side.eq_ignore_ascii_case(negative) { -angle } else { angle })
}

fn moment(exif: &Exif) -> Option<i64> {
    let said = word(exif, Tag::DateTimeOriginal)?;
    let civil = DateTime::strptime("%Y:%m:%d %H:%M:%S", said.trim()).ok()?;
    let zone = word(exif, Tag::OffsetTimeOriginal).and_then(|zone| offset(zone.trim()));
    let utc = jiff::tz::Offset::UTC.to_timestamp(civil).ok()?.as_second();
    Some(utc - zone.unwrap_or(BEIJING))
}

/// `+08:00` in seconds.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn word(exif: &Exif, tag: Tag) -> Option<String> {
    let Value::Ascii(lines) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    lines.first().and_then(|line| String::from_utf8(line.clone()).ok())
}

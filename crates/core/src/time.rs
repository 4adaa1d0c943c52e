//! One instant of the county's time: whole seconds at +08:00.
//!
//! China has kept one zone without summer time since 1991, so the offset is a constant and no zone
//! table is read here.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const OFFSET: i64 = 8 * 3600;

/// An instant, as whole seconds since 1970-01-01T00:00:00Z, written as `2022-04-14T08:40:00+08:00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(i64);

/// A time that cannot be read: not RFC 3339 with an offset, or outside the years 1 to 9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a time with an offset, such as 2022-04-14T08:40:00+08:00")]
pub struct NotATime(pub String);

impl At {
    /// Seconds since the epoch in UTC, as stored in index columns.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The instant at which a clock on the wall in the county shows `civil`; parts of a second are dropped.
    pub fn from_civil(civil: DateTime) -> Self {
        let days = civil.date().duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
        let time = civil.time();
        let of_day = i64::from(time.hour()) * 3600
            + i64::from(time.minute()) * 60
            + i64::from(time.second());
        Self(days * 86_400 + of_day - OFFSET)
    }

    /// The same as [`At::from_civil`] for a day and a time of it.
    pub fn on(date: Date, time: Time) -> Self {
        Self::from_civil(date.to_datetime(time))
    }

    /// What a clock on the wall in the county shows.
    pub fn civil(self) -> DateTime {
        let local = self.0 + OFFSET;
        let (days, of_day) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let date = Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(days));
        let clock = |n: i64| i8::try_from(n).unwrap_or(0);
        date.at(clock(of_day / 3600), clock(of_day / 60 % 60), clock(of_day % 60), 0)
    }

    pub fn date(self) -> Date {
        self.civil().date()
    }

    pub fn time(self) -> Time {
        self.civil().time()
    }

    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }

    /// Seconds from `earlier` to here; negative where `earlier` is later.
    pub const fn seconds_since(self, earlier: At) -> i64 {
        self.0 - earlier.0
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.civil();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+08:00",
            c.year(),
            c.month(),
            c.day(),
            c.hour(),
            c.minute(),
            c.second()
        )
    }
}

impl fmt::Debug for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for At {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let bad = || NotATime(text.to_owned());
        let instant: jiff::Timestamp = text.parse().map_err(|_| bad())?;
        let at = Self(instant.as_second());
        // ISO 8601 has years before the first in six digits; they would not read back as they are written here.
        if at.civil().year() < 1 { Err(bad()) } else { Ok(at) }
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_seconds_agree_and_other_offsets_are_turned() {
        for (text, seconds) in [
            ("1970-01-01T08:00:00+08:00", 0),
            ("2022-04-14T08:40:00+08:00", 1_649_896_800),
            ("1969-12-31T23:59:59+08:00", -28_801),
        ] {
            let at: At = text.parse().unwrap();
            assert_eq!((at.seconds(), at.to_string()), (seconds, text.to_owned()));
            assert_eq!(At::from_civil(at.civil()), at);
        }
        assert_eq!(
            "2022-04-14T00:40:00Z".parse::<At>().unwrap().to_string(),
            "2022-04-14T08:40:00+08:00"
        );
        assert!(
            "2022-04-14T08:40:00".parse::<At>().is_err(),
            "a time without an offset is no instant"
        );
        for far in ["-002022-04-29T18:00:01+08:00", "0000-12-31T23:59:59+08:00"] {
            assert!(far.parse::<At>().is_err(), "{far}");
        }
        let first = "0001-01-01T00:00:00+08:00";
        assert_eq!(first.parse::<At>().unwrap().to_string(), first);
    }
}

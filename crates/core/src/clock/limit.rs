//! How long: `7wd`, `3d`, `1m`, `24h`, `2wh`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A limit. The five units differ in what they skip and in how a pause lengthens them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Limit {
    /// Natural days: `3d`.
    Days(u32),
    /// Working days: `7wd`.
    WorkingDays(u32),
    /// Months: `1m`.
    Months(u32),
    /// Hours by the clock: `24h`.
    Hours(u32),
    /// Hours of the office: `2wh`.
    WorkingHours(u32),
}

/// A text that is no limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no limit: write a number and d, wd, m, h or wh, such as 7wd")]
pub struct NotALimit(pub String);

/// More than any promise is long; keeps every date within the calendar's range.
const MOST: u32 = 100_000;

impl FromStr for Limit {
    type Err = NotALimit;

    fn from_str(text: &str) -> Result<Self, NotALimit> {
        let bad = || NotALimit(text.to_owned());
        let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
        let n: u32 = text[..split].parse().map_err(|_| bad())?;
        let limit = match &text[split..] {
            "d" => Limit::Days(n),
            "wd" => Limit::WorkingDays(n),
            "m" => Limit::Months(n),
            "h" if n > 0 => Limit::Hours(n),
            "wh" if n > 0 => Limit::WorkingHours(n),
            _ => return Err(bad()),
        };
        if n > MOST || limit == Limit::Months(0) { Err(bad()) } else { Ok(limit) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Days(n) => write!(f, "{n}d"),
            Limit::WorkingDays(n) => write!(f, "{n}wd"),
            Limit::Months(n) => write!(f, "{n}m"),
            Limit::Hours(n) => write!(f, "{n}h"),
            Limit::WorkingHours(n) => write!(f, "{n}wh"),
        }
    }
}

impl TryFrom<String> for Limit {
    type Error = NotALimit;
    fn try_from(text: String) -> Result<Self, NotALimit> {
        text.parse()
    }
}

impl From<Limit> for String {
    fn from(limit: Limit) -> String {
        limit.to_string()
    }
}

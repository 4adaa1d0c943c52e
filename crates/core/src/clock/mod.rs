//! By when a promise is to be kept: the arithmetic of limits on the working calendar.
//!
//! [`due()`] works out start, due and warning from when something was accepted, and says why; [`moved`]
//! moves a due that was given as a date. Both only read their arguments.
//!
//! # Where a count starts
//!
//! By [`Start::Working`], the default, what comes on a working day up to closing counts from that day.
//! Anything later, or on a day of rest, counts from the next working day's opening. The cutoff of a
//! clock closes the day earlier for what comes in, never for what goes out.
//!
//! ```
//! # use zongheng_core::{calendar::Calendar, clock::{self, Asked}};
//! # let calendar = Calendar::from_csv(include_str!("../../../../programmes/calendar/days.csv")).unwrap();
//! // One second after closing on the Friday before Labour Day 2022.
//! let asked = Asked::new("2022-04-29T18:00:01+08:00".parse()?, "0wd".parse()?);
//! let due = clock::due(&calendar, &asked)?;
//! assert_eq!(due.start.to_string(), "2022-05-05T08:30:00+08:00");
//! assert_eq!(due.due.to_string(), "2022-05-05T18:00:00+08:00");
//!
//! // 13710 takes nothing after 17:00, yet what it took is due at closing.
//! let asked = Asked::new("2022-04-28T17:00:00+08:00".parse()?, "0d".parse()?)
//!     .with_cutoff(jiff::civil::time(17, 0, 0, 0));
//! let due = clock::due(&calendar, &asked)?;
//! assert_eq!(due.due.to_string(), "2022-04-28T18:00:00+08:00");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Which day is the last
//!
//! The start day is not counted (Civil Code art. 201), a month ends on the day of the same number or on
//! its last day (art. 202), and a last day of rest moves to the next working day (art. 203) unless
//! [`Roll::None`] keeps it.
//!
//! ```
//! # use zongheng_core::{calendar::Calendar, clock::{self, Asked, Roll, Start}};
//! # let calendar = Calendar::from_csv(include_str!("../../../../programmes/calendar/days.csv")).unwrap();
//! # let due = |accepted: &str, limit: &str, roll, start| {
//! #     let asked = Asked::new(accepted.parse().unwrap(), limit.parse().unwrap());
//! #     clock::due(&calendar, &asked.with_roll(roll).with_start(start)).unwrap().due.to_string()
//! # };
//! let at = "2022-04-27T09:00:00+08:00";
//! // Wednesday 4 May is the last day of the Labour Day holiday.
//! assert_eq!(due(at, "7d", Roll::Next, Start::Working), "2022-05-05T18:00:00+08:00");
//! assert_eq!(due(at, "7d", Roll::None, Start::Working), "2022-05-04T18:00:00+08:00");
//! // 31 January has no 31 February, and the next month is counted from the 31st again.
//! let at = "2022-01-31T10:00:00+08:00";
//! assert_eq!(due(at, "1m", Roll::None, Start::AtOnce), "2022-02-28T18:00:00+08:00");
//! assert_eq!(due(at, "2m", Roll::None, Start::AtOnce), "2022-03-31T18:00:00+08:00");
//! // Office hours end with the day and go on with the next; a due at closing stays at closing.
//! let at = "2022-04-28T16:00:00+08:00";
//! assert_eq!(due(at, "2wh", Roll::Next, Start::Working), "2022-04-28T18:00:00+08:00");
//! assert_eq!(due(at, "3wh", Roll::Next, Start::Working), "2022-04-29T09:30:00+08:00");
//! ```
//!
//! # Pauses
//!
//! ```
//! # use zongheng_core::{calendar::Calendar, clock::{self, Asked, ClockError, Pause}};
//! # let calendar = Calendar::from_csv(include_str!("../../../../programmes/calendar/days.csv")).unwrap();
//! let asked = Asked::new("2022-04-14T08:40:00+08:00".parse()?, "3wd".parse()?);
//! let due = |pauses: &[Pause]| clock::due(&calendar, &asked.with_pauses(pauses));
//! // Due on Tuesday 19 April. A pause over the weekend holds no working day but its Monday.
//! let pause: Pause = "2022-04-15T17:00:00+08:00/2022-04-18T09:00:00+08:00".parse()?;
//! assert_eq!(due(&[pause])?.due.to_string(), "2022-04-20T18:00:00+08:00");
//! // One that begins when all is due changes nothing, and two at once are bad input.
//! let late: Pause = "2022-04-20T18:00:00+08:00/2022-05-18T09:00:00+08:00".parse()?;
//! assert_eq!(due(&[pause, late])?.due.to_string(), "2022-04-20T18:00:00+08:00");
//! assert!(matches!(due(&[pause, pause]), Err(ClockError::PausesOverlap(..))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Years without a notice
//!
//! ```
//! # use zongheng_core::{calendar::Calendar, clock::{self, Asked, Roll, Start}};
//! # let calendar = Calendar::from_csv(include_str!("../../../../programmes/calendar/days.csv")).unwrap();
//! let asked = Asked::new("2026-12-31T09:00:00+08:00".parse()?, "1wd".parse()?);
//! // Friday 1 January 2027 will hardly be worked, but no notice says so yet.
//! let due = clock::due(&calendar, &asked)?;
//! assert_eq!(due.due.to_string(), "2027-01-01T18:00:00+08:00");
//! assert!(due.provisional);
//! // Days that are only added ask no calendar.
//! let asked = Asked::new(asked.accepted, "30d".parse()?).with_roll(Roll::None);
//! assert!(!clock::due(&calendar, &asked)?.provisional);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod due;
mod limit;
mod pause;
mod reason;
pub mod words;

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

pub use self::due::{due, moved};
pub use self::limit::{Limit, NotALimit};
pub use self::pause::{NotAPause, Pause};
pub use self::reason::{By, Counted, Idle, Reason};
use crate::time::At;

/// From when a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// On a working day up to closing from that day, else from the next working day's opening.
    #[default]
    Working,
    /// From the instant itself, on any day.
    AtOnce,
}

/// What happens to a last day that is not worked, where natural days or months are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// It moves to the next working day.
    #[default]
    Next,
    /// It stays.
    None,
}

/// What is asked of the clock.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub accepted: At,
    pub limit: Limit,
    pub start: Start,
    pub roll: Roll,
    /// What comes later than this counts as after closing, with [`Start::Working`].
    pub cutoff: Option<Time>,
    /// In any order.
    pub pauses: &'a [Pause],
}

/// The answer. `start` ≤ `warn` ≤ `due`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub start: At,
    pub due: At,
    /// When two thirds of the natural time from start to due are gone, to the minute: the yellow lamp.
    pub warn: At,
    /// Whether a day of a year that is not published had to be asked.
    pub provisional: bool,
    pub because: Vec<Reason>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    #[error("{0} is the start day itself and needs a working start, not at-once")]
    NothingAtOnce(Limit),
    #[error("the pause {0} ends before it begins")]
    PauseBackwards(Pause),
    #[error("the pauses {0} and {1} overlap")]
    PausesOverlap(Pause, Pause),
    #[error("{0} lies outside the years 1900 to 2999")]
    OutOfRange(At),
    #[error("{0} with {1} leads beyond the year 2999")]
    TooFar(At, Limit),
}

impl Asked<'static> {
    /// With a working start, a roll to the next working day, no cutoff and no pauses.
    pub const fn new(accepted: At, limit: Limit) -> Self {
        Self { accepted, limit, start: Start::Working, roll: Roll::Next, cutoff: None, pauses: &[] }
    }
}

impl Asked<'_> {
    #[must_use]
    pub const fn with_start(self, start: Start) -> Self {
        Self { start, ..self }
    }

    #[must_use]
    pub const fn with_roll(self, roll: Roll) -> Self {
        Self { roll, ..self }
    }

    #[must_use]
    pub const fn with_cutoff(self, cutoff: Time) -> Self {
        Self { cutoff: Some(cutoff), ..self }
    }

    #[must_use]
    pub const fn with_pauses(self, pauses: &[Pause]) -> Asked<'_> {
        let Self { accepted, limit, start, roll, cutoff, .. } = self;
        Asked { accepted, limit, start, roll, cutoff, pauses }
    }
}

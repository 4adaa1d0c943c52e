//! By when: the arithmetic of limits on the working calendar (the project's clock contract; for days,
//! months and the roll of a last day on a holiday it follows Civil Code articles 200 to 204).

mod limit;
mod pause;
mod reason;
pub mod words;

pub use limit::Limit;
pub use pause::{Pause, moved};
pub use reason::{Counted, Reason};

use jiff::ToSpan;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::time::At;

/// From when a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// From the moment itself in office hours; what comes after closing or on a rest day counts from
    /// the next working day's opening.
    #[default]
    Working,
    /// From the instant, on any day.
    AtOnce,
}

/// What becomes of a last day that is a rest day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// The next working day is the last (Civil Code article 203).
    #[default]
    Next,
    None,
}

/// A question to the clock.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub accepted: At,
    pub limit: Limit,
    pub start: Start,
    pub roll: Roll,
    /// After this time of day a working day counts as closed (13710: 17:00).
    pub cutoff: Option<Time>,
    /// In any order; they may not overlap.
    pub pauses: &'a [Pause],
}

/// The answer, with its reasons in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    pub start: At,
    pub due: At,
    /// Yellow from here: two thirds of the time from start to due have gone.
    pub warn: At,
    /// A day of a year without published calendar had to be asked.
    pub provisional: bool,
    pub because: Vec<Reason>,
}

/// A question that has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    #[error("a limit of nothing needs a working day to fall on: start at-once has none")]
    NothingAtOnce,
    #[error("a pause ends before it begins: {0}")]
    PauseBackwards(At),
    #[error("two pauses overlap at {0}")]
    PausesOverlap(At),
    #[error("the date lies beyond the year 9999")]
    TooFar,
}

/// Works a due out.
///
/// The day of the start is not counted; what is due on a day is due at its closing.
///
/// # Example
/// Accepted on Thursday 14 April 2022, seven working days: Sunday 24 April is a make-up day.
/// ```
/// use zongheng_core::calendar::{Calendar, Row};
/// use zongheng_core::clock::{Asked, Roll, Start, due};
/// use jiff::civil::{date, Weekday};
/// let rows = date(2022, 1, 1).series(jiff::Span::new().days(1)).take(365).map(|date| Row {
///     date,
///     working: !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) || date.day() == 24 && date.month() == 4,
///     name: String::new(),
/// });
/// let calendar = Calendar::from_rows(rows).unwrap();
/// let asked = Asked {
///     accepted: "2022-04-14T10:00:00+08:00".parse().unwrap(),
///     limit: "7wd".parse().unwrap(),
///     start: Start::Working, roll: Roll::Next, cutoff: None, pauses: &[],
/// };
/// assert_eq!(due(&calendar, &asked).unwrap().due.to_string(), "2022-04-24T18:00:00+08:00");
/// ```
pub fn due(calendar: &Calendar, asked: &Asked<'_>) -> Result<Due, ClockError> {
    if asked.start == Start::AtOnce && matches!(asked.limit, Limit::Days(0) | Limit::WorkingDays(0))
    {
        return Err(ClockError::NothingAtOnce);
    }
    let mut known = true;
    let mut because = Vec::new();
    let (start, counted) = start_of(calendar, asked, &mut known);
    because.push(Reason::CountedFrom { at: asked.accepted, start, why: counted });
    let pauses = pause::in_order(asked.pauses, start)?;
    let due = match asked.limit {
        Limit::Days(n) => {
            let last =
                start.date().checked_add(i64::from(n).days()).map_err(|_| ClockError::TooFar)?;
            by_days(calendar, asked, last, &pauses, &mut known, &mut because)?
        }
        Limit::Months(n) => {
            let same =
                start.date().checked_add(i64::from(n).months()).map_err(|_| ClockError::TooFar)?;
            if same.day() != start.date().day() {
                because.push(Reason::MonthEnd { day: start.date().day(), last: same });
            }
            by_days(calendar, asked, same, &pauses, &mut known, &mut because)?
        }
        Limit::WorkingDays(n) => {
            by_working_days(calendar, start, n, &pauses, &mut known, &mut because)
        }
        Limit::Hours(n) => {
            let mut at = start.plus_seconds(i64::from(n) * 3600);
            because.push(Reason::Limit { limit: asked.limit, last: at });
            for pause in &pauses {
                if pause.from < at {
                    at = at.plus_seconds(pause.length());
                    because.push(Reason::paused(*pause));
                }
            }
            at
        }
        Limit::WorkingHours(n) => {
            by_working_hours(calendar, start, n, &pauses, &mut known, &mut because)
        }
    };
    let span = due.seconds_since(start).max(0) * 2 / 3;
    let warn = start.plus_seconds(span);
    let warn = warn.plus_seconds(-warn.seconds().rem_euclid(60));
    if !known {
        let year = calendar.last_year().map_or(due.date().year(), |y| y + 1);
        because.push(Reason::Provisional { year });
    }
    Ok(Due { start, due, warn, provisional: !known, because })
}

fn start_of(calendar: &Calendar, asked: &Asked<'_>, known: &mut bool) -> (At, Counted) {
    if asked.start == Start::AtOnce {
        return (asked.accepted, Counted::AtOnce);
    }
    let at = asked.accepted;
    let day = calendar.day(at.date());
    *known &= day.known;
    if day.working {
        let open = calendar.opening(at.date());
        let closing = calendar.closing(at.date());
        let cutoff = asked.cutoff.map(|t| At::on(at.date(), t)).filter(|c| *c < closing);
        if at < open {
            return (open, Counted::BeforeOpening);
        }
        if at <= cutoff.unwrap_or(closing) {
            return (at, Counted::InHours);
        }
        let why = if cutoff.is_some() && at <= closing {
            Counted::AfterCutoff
        } else {
            Counted::AfterClosing
        };
        return (next_opening(calendar, at.date(), known), why);
    }
    let name = day.name.to_owned();
    (next_opening(calendar, at.date(), known), Counted::RestDay { name })
}

fn next_opening(calendar: &Calendar, date: Date, known: &mut bool) -> At {
    let (next, all_known) = calendar.working_day_after(date, 1);
    *known &= all_known;
    calendar.opening(next)
}

/// The last day moves by the calendar days of the pauses, then rolls once.
fn by_days(
    calendar: &Calendar,
    asked: &Asked<'_>,
    last: Date,
    pauses: &[Pause],
    known: &mut bool,
    because: &mut Vec<Reason>,
) -> Result<At, ClockError> {
    because.push(Reason::Limit { limit: asked.limit, last: calendar.closing(last) });
    let mut day = last;
    for pause in pauses {
        let due = calendar.closing(rolled(calendar, day, asked.roll, known).0);
        if pause.from < due {
            day = day.checked_add(pause.days().days()).map_err(|_| ClockError::TooFar)?;
            because.push(Reason::paused(*pause));
        }
    }
    let (end, name) = rolled(calendar, day, asked.roll, known);
    if end != day {
        because.push(Reason::Rolled { from: day, to: end, name });
    } else if asked.roll == Roll::None && !calendar.day(end).working {
        because.push(Reason::NotRolled { on: end, name: calendar.day(end).name.to_owned() });
    }
    Ok(calendar.closing(end))
}

fn rolled(calendar: &Calendar, day: Date, roll: Roll, known: &mut bool) -> (Date, String) {
    if roll == Roll::None {
        return (day, String::new());
    }
    let asked = calendar.day(day);
    *known &= asked.known;
    if asked.working {
        return (day, String::new());
    }
    let (next, all_known) = calendar.working_day_after(day, 1);
    *known &= all_known;
    (next, asked.name.to_owned())
}

fn by_working_days(
    calendar: &Calendar,
    start: At,
    n: u32,
    pauses: &[Pause],
    known: &mut bool,
    because: &mut Vec<Reason>,
) -> At {
    let mut days = n;
    let mut last = after(calendar, start.date(), days, known);
    because.push(Reason::Limit { limit: Limit::WorkingDays(n), last: calendar.closing(last) });
    for pause in pauses {
        if pause.from < calendar.closing(last) {
            let (more, all_known) =
                calendar.working_days_between(pause.from.date(), pause.to.date());
            *known &= all_known;
            days += more;
            last = after(calendar, start.date(), days, known);
            because.push(Reason::paused(*pause));
        }
    }
    let rest =
        start.date().until(last).map_or(0, |s| s.get_days()) - i32::try_from(days).unwrap_or(0);
    if rest > 0 {
        because.push(Reason::RestDays {
            days: rest.unsigned_abs(),
            names: holidays(calendar, start.date(), last),
        });
    }
    calendar.closing(last)
}

fn after(calendar: &Calendar, date: Date, n: u32, known: &mut bool) -> Date {
    let (last, all_known) = calendar.working_day_after(date, n);
    *known &= all_known;
    last
}

/// The names of the holidays from `from` to `to`, each once.
fn holidays(calendar: &Calendar, from: Date, to: Date) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for date in from.series(1.day()).take_while(|d| *d <= to) {
        let day = calendar.day(date);
        if !day.working && !day.name.is_empty() && !names.iter().any(|n| n == day.name) {
            names.push(day.name.to_owned());
        }
    }
    names
}

fn by_working_hours(
    calendar: &Calendar,
    start: At,
    n: u32,
    pauses: &[Pause],
    known: &mut bool,
    because: &mut Vec<Reason>,
) -> At {
    let mut seconds = i64::from(n) * 3600;
    let (mut at, all_known) = calendar.after_office_seconds(start, seconds);
    *known &= all_known;
    because.push(Reason::Limit { limit: Limit::WorkingHours(n), last: at });
    for pause in pauses {
        if pause.from < at {
            let (more, asked) = calendar.office_seconds(pause.from, pause.to);
            seconds += more;
            let (later, all_known) = calendar.after_office_seconds(start, seconds);
            *known &= asked && all_known;
            at = later;
            because.push(Reason::paused(*pause));
        }
    }
    at
}

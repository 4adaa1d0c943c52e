//! Pauses: stretches that a limit does not count.

use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use super::{ClockError, Limit};
use crate::calendar::Calendar;
use crate::time::At;

/// From when until when nothing counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    pub from: At,
    pub to: At,
}

impl Pause {
    /// In seconds.
    pub fn length(self) -> i64 {
        self.to.seconds_since(self.from)
    }

    /// The calendar days between its two dates.
    pub fn days(self) -> i64 {
        self.to.date().duration_since(self.from.date()).as_hours() / 24
    }
}

/// The pauses in order of time as far as they lie after the start.
pub(super) fn in_order(pauses: &[Pause], start: At) -> Result<Vec<Pause>, ClockError> {
    let mut sorted = pauses.to_vec();
    sorted.sort_by_key(|p| (p.from, p.to));
    for pause in &sorted {
        if pause.to < pause.from {
            return Err(ClockError::PauseBackwards(pause.from));
        }
    }
    for pair in sorted.windows(2) {
        if pair[1].from < pair[0].to {
            return Err(ClockError::PausesOverlap(pair[1].from));
        }
    }
    let clipped = sorted.into_iter().map(|p| Pause { from: p.from.max(start), to: p.to });
    Ok(clipped.filter(|p| p.to > p.from).collect())
}

/// A due set by a person, moved by a later pause: by the measure of its limit, never rolled, the time
/// of day kept where it moves by days.
///
/// Returns the moved due and whether an unpublished year had to be asked.
pub fn moved(calendar: &Calendar, due: At, limit: &Limit, pause: Pause) -> (At, bool) {
    if pause.from >= due || pause.to <= pause.from {
        return (due, false);
    }
    let by_days = |days: i64| {
        let date = due.date().checked_add(days.days()).unwrap_or(jiff::civil::Date::MAX);
        At::on(date, due.time())
    };
    match limit {
        Limit::Days(_) | Limit::Months(_) => (by_days(pause.days()), false),
        Limit::WorkingDays(_) => {
            let (n, known) = calendar.working_days_between(pause.from.date(), pause.to.date());
            let (date, all_known) = calendar.working_day_after(due.date(), n);
            (At::on(date, due.time()), !(known && all_known))
        }
        Limit::Hours(_) => (due.plus_seconds(pause.length()), false),
        Limit::WorkingHours(_) => {
            let (seconds, known) = calendar.office_seconds(pause.from, pause.to);
            let (at, all_known) = calendar.after_office_seconds(due, seconds);
            (if seconds == 0 { due } else { at }, !(known && all_known))
        }
    }
}

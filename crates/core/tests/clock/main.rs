//! The clock and its calendar against vectors from outside and against rules that hold for any
//! question.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod calendar;
mod laws;
mod provisional;
mod reasons;
mod vectors;

use std::sync::LazyLock;

use zongheng_core::calendar::Calendar;
use zongheng_core::clock::{self, Asked, ClockError, Due, Pause};
use zongheng_core::time::At;

/// The official calendar with the usual hours.
fn official() -> &'static Calendar {
    static OFFICIAL: LazyLock<Calendar> = LazyLock::new(|| {
        Calendar::from_csv(include_str!("../../../../programmes/calendar/days.csv")).unwrap()
    });
    &OFFICIAL
}

/// An instant, written without its offset.
fn at(text: &str) -> At {
    format!("{text}+08:00").parse().unwrap()
}

fn pause(from: &str, to: &str) -> Pause {
    Pause { from: at(from), to: at(to) }
}

/// Accepted at a time for a limit, the rest as usual.
fn asked(accepted: &str, limit: &str) -> Asked<'static> {
    Asked::new(at(accepted), limit.parse().unwrap())
}

fn due(asked: &Asked<'_>) -> Result<Due, ClockError> {
    clock::due(official(), asked)
}

/// Start and due without their offsets.
fn start_and_due(asked: &Asked<'_>) -> (String, String) {
    let due = due(asked).unwrap();
    let text = |at: At| at.to_string().trim_end_matches("+08:00").to_owned();
    (text(due.start), text(due.due))
}

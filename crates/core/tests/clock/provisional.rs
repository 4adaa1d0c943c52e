//! An answer is provisional when, and only when, a day of a year without a notice had to be asked.

use zongheng_core::calendar::Calendar;
use zongheng_core::clock::{self, Asked, Roll, Start};

use crate::{asked, due, pause};

fn provisional(asked: Asked<'_>) -> bool {
    due(&asked).unwrap().provisional
}

#[test]
fn each_thing_that_asks_a_day_makes_it_so() {
    let ask = |accepted: &str, limit: &str| provisional(asked(accepted, limit));
    // Thursday 31 December 2026 is the last day that is known.
    let last = "2026-12-31T17:00:00";
    for (what, wanted, got) in [
        ("the start day is known", false, ask(last, "0wd")),
        ("after closing the next working day starts", true, ask("2026-12-31T18:00:01", "1h")),
        ("a start in the new year", true, ask("2027-01-04T09:00:00", "1h")),
        ("a start before the first notice", true, ask("2019-12-31T09:00:00", "1h")),
        ("a count over the new year", true, ask(last, "1wd")),
        ("a count up to the new year", false, ask("2026-12-30T09:00:00", "1wd")),
        ("a last day in the new year", true, ask(last, "1d")),
        ("a last day in the new year, months", true, ask(last, "1m")),
        ("office hours up to closing", false, ask(last, "1wh")),
        ("office hours beyond it", true, ask(last, "2wh")),
        ("hours into the new year", false, ask(last, "72h")),
    ] {
        assert_eq!(got, wanted, "{what}");
    }
}

#[test]
fn what_asks_no_day_does_not() {
    let new_year = "2027-01-02T09:00:00";
    for (limit, roll, wanted) in [
        ("3d", Roll::None, false),
        ("3d", Roll::Next, true),
        ("1m", Roll::None, false),
        ("1m", Roll::Next, true),
        ("24h", Roll::Next, false),
        ("1wd", Roll::None, true),
        ("1wh", Roll::None, true),
    ] {
        let asked = asked(new_year, limit).with_start(Start::AtOnce).with_roll(roll);
        assert_eq!(provisional(asked), wanted, "{limit} {roll:?}");
    }
    // At once, the start day itself is not looked up.
    let back = asked("2019-12-31T09:00:00", "1wd").with_start(Start::AtOnce);
    assert!(!provisional(back));
}

#[test]
fn a_pause_asks_where_its_days_are_counted() {
    let over = [pause("2026-12-29T09:00:00", "2027-01-01T08:30:00")];
    for (limit, roll, wanted) in [
        ("3d", Roll::None, false),
        ("3wd", Roll::Next, true),
        ("7h", Roll::Next, false),
        // It ends as the first day of the new year opens, of which so nothing is asked for the pause;
        // the hours that are left fall into the new year.
        ("7wh", Roll::Next, true),
    ] {
        let asked = asked("2026-12-28T16:00:00", limit).with_roll(roll).with_pauses(&over);
        assert_eq!(provisional(asked), wanted, "{limit}");
    }
    let idle = [pause("2026-12-31T18:00:00", "2027-03-01T09:00:00")];
    assert!(!provisional(asked("2026-12-30T09:00:00", "1wd").with_pauses(&idle)), "of no effect");
}

#[test]
fn a_last_day_that_a_pause_takes_into_a_known_year_is_not_asked_before() {
    // Of the years 2024 and 2026, without 2025.
    let known = Calendar::from_rows(
        crate::official().rows().filter(|row| matches!(row.date.year(), 2024 | 2026)),
    )
    .unwrap();
    let long = [pause("2024-12-31T10:00:00", "2026-01-05T10:00:00")];
    let asked = asked("2024-12-31T09:00:00", "3d").with_pauses(&long);
    let due = clock::due(&known, &asked).unwrap();
    assert_eq!(due.due.to_string(), "2026-01-08T18:00:00+08:00");
    assert!(!due.provisional, "3 January 2025 did not have to be looked up");
    let between = crate::asked("2024-12-31T09:00:00", "1wd");
    assert!(clock::due(&known, &between).unwrap().provisional);
    let years: Vec<_> = known.years().collect();
    assert_eq!(years, [2024, 2026]);
}

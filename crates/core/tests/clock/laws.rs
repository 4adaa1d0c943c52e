//! Rules that hold for any question.

use proptest::prelude::*;
use proptest::sample::select;
use zongheng_core::calendar::Calendar;
use zongheng_core::clock::{self, Asked, Due, Limit, Pause, Roll, Start};
use zongheng_core::time::At;

use crate::official;

/// From 1 November 2019 to 31 March 2027, so that both edges of what is published are crossed.
const FROM: i64 = 1_572_537_600;
const TO: i64 = 1_806_422_400;

fn instant() -> impl Strategy<Value = At> {
    // Whole hours and half hours besides any second: openings and closings are hit often.
    prop_oneof![
        (FROM..TO).prop_map(At::from_seconds),
        (FROM / 1800..TO / 1800).prop_map(|half| At::from_seconds(half * 1800)),
    ]
}

fn limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        (0u32..40).prop_map(Limit::Days),
        (0u32..40).prop_map(Limit::WorkingDays),
        (1u32..15).prop_map(Limit::Months),
        (1u32..200).prop_map(Limit::Hours),
        (1u32..80).prop_map(Limit::WorkingHours),
    ]
}

/// A question without pauses.
fn question() -> impl Strategy<Value = Asked<'static>> {
    let (starts, rolls) =
        (select(&[Start::Working, Start::AtOnce]), select(&[Roll::Next, Roll::None]));
    (instant(), limit(), starts, rolls, proptest::option::of(9i8..20)).prop_map(
        |(accepted, limit, start, roll, cutoff)| {
            let nothing = matches!(limit, Limit::Days(0) | Limit::WorkingDays(0));
            let start = if nothing { Start::Working } else { start };
            let asked = Asked::new(accepted, limit).with_start(start).with_roll(roll);
            cutoff.map_or(asked, |hour| asked.with_cutoff(jiff::civil::time(hour, 0, 0, 0)))
        },
    )
}

/// Pauses in order, from shortly before an instant on, as gaps and lengths in minutes.
fn pauses() -> impl Strategy<Value = Vec<(i64, i64)>> {
    proptest::collection::vec((0i64..20_000, 0i64..20_000), 0..4)
}

fn laid(accepted: At, gaps: &[(i64, i64)]) -> Vec<Pause> {
    let mut from = accepted.plus_seconds(-5_000 * 60);
    let lay = |(gap, length): &(i64, i64)| {
        let begin = from.plus_seconds(gap * 60);
        from = begin.plus_seconds(length * 60);
        Pause { from: begin, to: from }
    };
    gaps.iter().map(lay).collect()
}

fn due(calendar: &Calendar, asked: &Asked<'_>) -> Due {
    clock::due(calendar, asked).unwrap()
}

/// With one more of the same unit.
fn longer(limit: Limit) -> Limit {
    match limit {
        Limit::Days(n) => Limit::Days(n + 1),
        Limit::WorkingDays(n) => Limit::WorkingDays(n + 1),
        Limit::Months(n) => Limit::Months(n + 1),
        Limit::Hours(n) => Limit::Hours(n + 1),
        Limit::WorkingHours(n) => Limit::WorkingHours(n + 1),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_warning_lies_between_start_and_due(asked in question(), gaps in pauses()) {
        let pauses = laid(asked.accepted, &gaps);
        let due = due(official(), &asked.with_pauses(&pauses));
        prop_assert!(asked.accepted <= due.start);
        prop_assert!(due.start <= due.warn && due.warn <= due.due, "{due:?}");
    }

    #[test]
    fn a_pause_never_brings_a_due_forward(asked in question(), gaps in pauses()) {
        let calendar = official();
        let pauses = laid(asked.accepted, &gaps);
        let mut before = due(calendar, &asked);
        for n in 1..=pauses.len() {
            let with = due(calendar, &asked.with_pauses(&pauses[..n]));
            prop_assert_eq!(with.start, before.start);
            prop_assert!(with.due >= before.due, "{:?} {:?}", before, with);
            before = with;
        }
    }

    #[test]
    fn the_order_in_which_pauses_are_given_does_not_matter(asked in question(), gaps in pauses()) {
        let calendar = official();
        let mut pauses = laid(asked.accepted, &gaps);
        let forward = due(calendar, &asked.with_pauses(&pauses));
        pauses.reverse();
        prop_assert_eq!(forward, due(calendar, &asked.with_pauses(&pauses)));
    }

    #[test]
    fn a_longer_limit_is_never_due_earlier(asked in question(), gaps in pauses()) {
        let calendar = official();
        let pauses = laid(asked.accepted, &gaps);
        let asked = asked.with_pauses(&pauses);
        let more = Asked { limit: longer(asked.limit), ..asked };
        prop_assert!(due(calendar, &asked).due <= due(calendar, &more).due);
    }

    #[test]
    fn what_is_accepted_later_is_never_due_earlier(asked in question(), later in 0i64..500_000) {
        let calendar = official();
        let then = Asked { accepted: asked.accepted.plus_seconds(later), ..asked };
        prop_assert!(due(calendar, &asked).due <= due(calendar, &then).due);
    }

    #[test]
    fn a_working_start_is_in_the_hours_of_a_working_day(asked in question()) {
        let calendar = official();
        let start = due(calendar, &asked.with_start(Start::Working)).start;
        prop_assert!(calendar.day(start.date()).working);
        prop_assert!(calendar.opening(start.date()) <= start);
        prop_assert!(start <= calendar.closing(start.date()));
    }

    #[test]
    fn days_end_at_closing_and_where_they_roll_or_are_worked_on_a_working_day(
        asked in question(),
        gaps in pauses(),
    ) {
        let calendar = official();
        let pauses = laid(asked.accepted, &gaps);
        let due = due(calendar, &asked.with_pauses(&pauses)).due;
        let working = calendar.day(due.date()).working;
        match asked.limit {
            Limit::WorkingDays(_) => {
                prop_assert!(working);
                prop_assert_eq!(due, calendar.closing(due.date()));
            }
            Limit::Days(_) | Limit::Months(_) => {
                prop_assert!(working || asked.roll == Roll::None);
                prop_assert_eq!(due, calendar.closing(due.date()));
            }
            Limit::WorkingHours(_) => {
                prop_assert!(working);
                let second = At::from_seconds(due.seconds() - 1);
                prop_assert_eq!(calendar.office_seconds(second, due).0, 1, "within a spell");
            }
            Limit::Hours(_) => {}
        }
    }

    #[test]
    fn counts_hold_as_many_as_they_promise(asked in question()) {
        let calendar = official();
        let Due { start, due, .. } = due(calendar, &asked);
        let (first, last) = (start.date(), due.date());
        match asked.limit {
            Limit::WorkingDays(n) => {
                prop_assert_eq!(calendar.working_days_between(first, last).0, n);
            }
            Limit::Hours(n) => prop_assert_eq!(due.seconds_since(start), i64::from(n) * 3600),
            Limit::WorkingHours(n) => {
                prop_assert_eq!(calendar.office_seconds(start, due).0, i64::from(n) * 3600);
            }
            Limit::Days(n) if asked.roll == Roll::None => {
                prop_assert_eq!(last.duration_since(first).as_hours() / 24, i64::from(n));
            }
            Limit::Days(_) | Limit::Months(_) => {}
        }
    }

    #[test]
    fn an_answer_that_is_not_provisional_does_not_change_with_new_years(
        asked in question(),
        gaps in pauses(),
        working in any::<[bool; 7]>(),
    ) {
        let pauses = laid(asked.accepted, &gaps);
        let asked = asked.with_pauses(&pauses);
        let known = official();
        // Notices for the years around, of which any week has any days of rest but one.
        let worked = |date: jiff::civil::Date| {
            let day = usize::try_from(date.day_of_year()).unwrap() % 7;
            day == 3 || working[day]
        };
        let around = [2018, 2019, 2027, 2028, 2029, 2030].into_iter().flat_map(|year| {
            let first = jiff::civil::date(year, 1, 1);
            first.series(jiff::Span::new().days(1)).take_while(move |day| day.year() == year)
        });
        let named = around.map(|date| zongheng_core::calendar::Row {
            date,
            working: worked(date),
            name: String::new(),
        });
        let more = Calendar::from_rows(known.rows().chain(named)).unwrap();
        let before = due(known, &asked);
        prop_assert!(!due(&more, &asked).provisional);
        if !before.provisional {
            let after = due(&more, &asked);
            prop_assert_eq!((before.start, before.due, before.warn), (after.start, after.due, after.warn));
        }
    }

    #[test]
    fn a_moved_date_is_never_earlier_and_keeps_its_time_of_day(
        given in instant(),
        limit in limit(),
        from in -500_000i64..500_000,
        length in -10_000i64..2_000_000,
    ) {
        let calendar = official();
        let from = given.plus_seconds(from);
        let pause = Pause { from, to: from.plus_seconds(length) };
        let (moved, _) = clock::moved(calendar, given, &limit, pause);
        prop_assert!(moved >= given);
        if !matches!(limit, Limit::Hours(_) | Limit::WorkingHours(_)) {
            prop_assert_eq!(moved.time(), given.time());
        }
        if pause.from >= given {
            prop_assert_eq!(moved, given);
        }
    }
}

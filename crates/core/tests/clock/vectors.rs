//! Answers worked out elsewhere.

use zongheng_core::clock::{self, Asked, ClockError, Pause, Roll, Start, moved};

use crate::{asked, at, due, official, pause, start_and_due};

#[test]
fn the_four_hundred_cases_have_their_known_answers() {
    let calendar = official();
    let mut cases = csv::Reader::from_reader(&include_bytes!("cases.csv")[..]);
    let (mut n, mut wrong) = (0, vec![]);
    for case in cases.records() {
        let case = case.unwrap();
        let [id, accepted, limit, start, roll, pauses, due, warn] =
            case.iter().collect::<Vec<_>>()[..]
        else {
            panic!("eight columns: {case:?}")
        };
        let pauses: Vec<Pause> =
            pauses.split_terminator(';').map(|pause| pause.parse().unwrap()).collect();
        let asked = Asked::new(accepted.parse().unwrap(), limit.parse().unwrap())
            .with_start(if start == "at-once" { Start::AtOnce } else { Start::Working })
            .with_roll(if roll == "none" { Roll::None } else { Roll::Next })
            .with_pauses(&pauses);
        let got = clock::due(calendar, &asked).unwrap();
        n += 1;
        if (got.due.to_string(), got.warn.to_string()) != (due.to_owned(), warn.to_owned()) {
            wrong.push(format!("{id}: {got:?}, wanted {due} {warn}"));
        }
    }
    assert_eq!((n, wrong), (400, Vec::<String>::new()));
}

/// Worked out on the State Council's notices for 2022 and 2026.
#[test]
fn days_and_months_over_the_holidays_of_two_years() {
    let mut rows = csv::Reader::from_reader(&include_bytes!("domain.csv")[..]);
    let columns = [
        ("1d", Roll::None),
        ("3d", Roll::None),
        ("7d", Roll::None),
        ("1m", Roll::None),
        ("1m", Roll::Next),
        ("1wd", Roll::Next),
        ("3wd", Roll::Next),
        ("5wd", Roll::Next),
        ("7wd", Roll::Next),
    ];
    let mut n = 0;
    for row in rows.records() {
        let row = row.unwrap();
        let accepted = format!("{}T10:00:00", &row[0]);
        for ((limit, roll), wanted) in columns.iter().zip(row.iter().skip(1)) {
            let asked = asked(&accepted, limit).with_roll(*roll).with_start(Start::AtOnce);
            let got = due(&asked).unwrap().due;
            assert_eq!(got, at(&format!("{wanted}T18:00:00")), "{accepted} {limit} {roll:?}");
            n += 1;
        }
    }
    assert_eq!(n, 81);
}

/// Civil Code art. 201 to 203, the third from a published answer on a notice of 20 September 2024.
#[test]
fn periods_of_the_civil_code_end_after_the_holiday() {
    for (accepted, limit, wanted) in [
        ("2022-04-14", "15d", "2022-04-29"),
        ("2022-04-14", "60d", "2022-06-13"),
        ("2024-09-20", "15d", "2024-10-08"),
        ("2022-08-08", "60d", "2022-10-08"),
    ] {
        let asked = asked(&format!("{accepted}T20:00:00"), limit).with_start(Start::AtOnce);
        assert_eq!(
            due(&asked).unwrap().due,
            at(&format!("{wanted}T18:00:00")),
            "{accepted} {limit}"
        );
    }
}

#[test]
fn the_start_goes_by_opening_closing_and_days_of_rest() {
    for (what, accepted, start) in [
        ("before opening", "2022-04-28T06:00:00", "2022-04-28T08:30:00"),
        ("in the morning", "2022-04-28T09:10:11", "2022-04-28T09:10:11"),
        ("in the lunch break", "2022-04-28T13:15:00", "2022-04-28T13:15:00"),
        ("at closing", "2022-04-28T18:00:00", "2022-04-28T18:00:00"),
        ("after closing", "2022-04-28T18:00:01", "2022-04-29T08:30:00"),
        ("after closing before a holiday", "2022-04-29T18:40:00", "2022-05-05T08:30:00"),
        ("on a holiday before opening", "2022-05-04T06:00:00", "2022-05-05T08:30:00"),
        ("on a Sunday that is worked", "2022-04-24T10:00:00", "2022-04-24T10:00:00"),
    ] {
        let working = asked(accepted, "1h");
        assert_eq!(start_and_due(&working).0, start, "{what}");
        let at_once = working.with_start(Start::AtOnce);
        assert_eq!(start_and_due(&at_once).0, accepted, "{what}, at once");
    }
}

#[test]
fn a_cutoff_closes_the_day_for_what_comes_in_only() {
    let cutoff = jiff::civil::time(17, 0, 0, 0);
    for (accepted, start, wanted) in [
        ("2022-04-28T17:00:00", "2022-04-28T17:00:00", "2022-04-28T18:00:00"),
        ("2022-04-28T17:00:01", "2022-04-29T08:30:00", "2022-04-29T18:00:00"),
        ("2022-04-29T17:30:00", "2022-05-05T08:30:00", "2022-05-05T18:00:00"),
    ] {
        let asked = asked(accepted, "0d").with_cutoff(cutoff);
        assert_eq!(start_and_due(&asked), (start.to_owned(), wanted.to_owned()));
    }
    let at_once = asked("2022-04-28T17:30:00", "1h").with_cutoff(cutoff).with_start(Start::AtOnce);
    assert_eq!(start_and_due(&at_once).0, "2022-04-28T17:30:00", "at once has no cutoff");
    let late = asked("2022-04-28T18:00:00", "0d").with_cutoff(jiff::civil::time(20, 0, 0, 0));
    assert_eq!(start_and_due(&late).1, "2022-04-28T18:00:00", "a cutoff never opens the office");
    let late = asked("2022-04-28T18:30:00", "0d").with_cutoff(jiff::civil::time(20, 0, 0, 0));
    assert_eq!(start_and_due(&late).1, "2022-04-29T18:00:00");
}

#[test]
fn months_end_on_their_last_day_and_the_anchor_does_not_drift() {
    for (accepted, wanted) in [
        ("2022-01-31", ["2022-02-28", "2022-03-31", "2022-04-30", "2022-05-31"]),
        ("2024-01-30", ["2024-02-29", "2024-03-30", "2024-04-30", "2024-05-30"]),
        ("2021-11-30", ["2021-12-30", "2022-01-30", "2022-02-28", "2022-03-30"]),
    ] {
        for (months, wanted) in (1..).zip(wanted) {
            let asked = asked(&format!("{accepted}T10:00:00"), &format!("{months}m"))
                .with_start(Start::AtOnce)
                .with_roll(Roll::None);
            assert_eq!(due(&asked).unwrap().due.date().to_string(), wanted);
        }
    }
}

#[test]
fn office_hours_skip_the_break_the_night_and_the_holiday() {
    for (accepted, limit, wanted) in [
        ("2022-04-28T11:00:00", "1wh", "2022-04-28T12:00:00"),
        ("2022-04-28T11:00:00", "2wh", "2022-04-28T15:30:00"),
        ("2022-04-28T13:00:00", "1wh", "2022-04-28T15:30:00"),
        ("2022-04-28T16:00:00", "2wh", "2022-04-28T18:00:00"),
        ("2022-04-28T18:00:00", "1wh", "2022-04-29T09:30:00"),
        ("2022-04-29T17:00:00", "2wh", "2022-05-05T09:30:00"),
        ("2022-04-28T08:30:00", "14wh", "2022-04-29T18:00:00"),
    ] {
        assert_eq!(start_and_due(&asked(accepted, limit)).1, wanted, "{accepted} {limit}");
    }
}

#[test]
fn pauses_move_by_what_the_limit_counts() {
    // Over the weekend before Labour Day: Friday 10:00 to Thursday 10:00.
    let over = pause("2022-04-29T10:00:00", "2022-05-05T10:00:00");
    for (limit, roll, without, with) in [
        ("3d", Roll::None, "2022-05-01T18:00:00", "2022-05-07T18:00:00"),
        ("3d", Roll::Next, "2022-05-05T18:00:00", "2022-05-07T18:00:00"),
        ("2wd", Roll::Next, "2022-05-05T18:00:00", "2022-05-06T18:00:00"),
        ("48h", Roll::Next, "2022-04-30T09:00:00", "2022-05-06T09:00:00"),
        ("14wh", Roll::Next, "2022-04-29T18:00:00", "2022-05-05T18:00:00"),
        ("1m", Roll::None, "2022-05-28T18:00:00", "2022-06-03T18:00:00"),
        ("1m", Roll::Next, "2022-05-30T18:00:00", "2022-06-06T18:00:00"),
    ] {
        let start = if limit == "14wh" { "2022-04-28T08:30:00" } else { "2022-04-28T09:00:00" };
        let asked = asked(start, limit).with_roll(roll);
        assert_eq!(start_and_due(&asked).1, without, "{limit} {roll:?}");
        assert_eq!(start_and_due(&asked.with_pauses(&[over])).1, with, "{limit} {roll:?}, paused");
    }
}

#[test]
fn a_pause_counts_from_the_start_and_up_to_the_due_of_the_moment() {
    let asked = asked("2022-04-14T09:00:00", "3d").with_roll(Roll::None);
    for (what, pauses, wanted) in [
        (
            "before the start",
            vec![pause("2022-04-10T09:00:00", "2022-04-13T09:00:00")],
            "2022-04-17",
        ),
        (
            "up to the start",
            vec![pause("2022-04-10T09:00:00", "2022-04-14T09:00:00")],
            "2022-04-17",
        ),
        ("over the start", vec![pause("2022-04-10T09:00:00", "2022-04-15T09:00:00")], "2022-04-18"),
        ("of no length", vec![pause("2022-04-15T09:00:00", "2022-04-15T09:00:00")], "2022-04-17"),
        ("within a day", vec![pause("2022-04-15T00:00:00", "2022-04-15T23:59:59")], "2022-04-17"),
        ("at the due", vec![pause("2022-04-17T18:00:00", "2022-04-20T18:00:00")], "2022-04-17"),
        ("before the due", vec![pause("2022-04-17T17:59:59", "2022-04-20T18:00:00")], "2022-04-20"),
        (
            "open only by the one before",
            vec![
                pause("2022-04-15T09:00:00", "2022-04-16T09:00:00"),
                pause("2022-04-18T09:00:00", "2022-04-20T09:00:00"),
            ],
            "2022-04-20",
        ),
        (
            "in any order, one on the heels of the other",
            vec![
                pause("2022-04-16T09:00:00", "2022-04-17T09:00:00"),
                pause("2022-04-15T09:00:00", "2022-04-16T09:00:00"),
            ],
            "2022-04-19",
        ),
    ] {
        let got = due(&asked.with_pauses(&pauses)).unwrap().due;
        assert_eq!(got.date().to_string(), wanted, "{what}");
    }
    // A last day that rolls is open for pauses until it has rolled.
    let rolling = crate::asked("2022-04-27T09:00:00", "3d");
    let late = [pause("2022-05-03T09:00:00", "2022-05-04T09:00:00")];
    assert_eq!(start_and_due(&rolling).1, "2022-05-05T18:00:00");
    assert_eq!(
        start_and_due(&rolling.with_pauses(&late)).1,
        "2022-05-05T18:00:00",
        "30 April, then 1 May"
    );
}

#[test]
fn what_has_no_answer_says_why() {
    let backwards = pause("2022-04-15T10:00:00", "2022-04-15T09:00:00");
    let (one, two) = (
        pause("2022-04-15T09:00:00", "2022-04-18T09:00:00"),
        pause("2022-04-16T09:00:00", "2022-04-17T09:00:00"),
    );
    let three = asked("2022-04-14T09:00:00", "3d");
    assert_eq!(due(&three.with_pauses(&[backwards])), Err(ClockError::PauseBackwards(backwards)));
    assert_eq!(due(&three.with_pauses(&[two, one])), Err(ClockError::PausesOverlap(one, two)));
    // Bad input is bad even where it would have no effect.
    let early = pause("2022-04-01T10:00:00", "2022-04-01T09:00:00");
    assert_eq!(due(&three.with_pauses(&[early])), Err(ClockError::PauseBackwards(early)));
    for limit in ["0d", "0wd"] {
        let nothing = asked("2022-04-14T09:00:00", limit);
        let limit = nothing.limit;
        assert!(due(&nothing).is_ok());
        assert_eq!(due(&nothing.with_start(Start::AtOnce)), Err(ClockError::NothingAtOnce(limit)));
    }
    let far = asked("2022-04-14T09:00:00", "99999m");
    assert_eq!(due(&far), Err(ClockError::TooFar(far.accepted, far.limit)));
    for accepted in ["0001-01-01T00:00:00", "1899-12-31T23:59:59", "3000-01-01T00:00:00"] {
        assert_eq!(due(&asked(accepted, "3wd")), Err(ClockError::OutOfRange(at(accepted))));
    }
    for accepted in ["1900-01-01T00:00:00", "2999-12-20T00:00:00"] {
        assert!(due(&asked(accepted, "3wd")).is_ok());
    }
}

#[test]
fn the_warning_is_at_two_thirds_to_the_minute_and_never_before_the_start() {
    for (accepted, limit, warn) in [
        ("2026-07-25T17:59:00", "1m", "2026-08-15T09:59:00"),
        ("2021-01-29T18:00:00", "0wd", "2021-01-29T18:00:00"),
        ("2021-01-29T17:59:30", "0wd", "2021-01-29T17:59:30"),
    ] {
        let start = if limit == "1m" { Start::AtOnce } else { Start::Working };
        assert_eq!(due(&asked(accepted, limit).with_start(start)).unwrap().warn, at(warn));
    }
}

#[test]
fn a_given_date_is_moved_and_never_rolled() {
    let calendar = official();
    let given = at("2022-04-29T12:00:00");
    let over = pause("2022-04-27T09:00:00", "2022-04-28T10:00:00");
    for (limit, wanted) in [
        ("3d", "2022-04-30T12:00:00"),
        ("1m", "2022-04-30T12:00:00"),
        ("3wd", "2022-05-05T12:00:00"),
        ("24h", "2022-04-30T13:00:00"),
        ("8wh", "2022-05-05T15:30:00"),
    ] {
        let limit = limit.parse().unwrap();
        assert_eq!(moved(calendar, given, &limit, over), (at(wanted), false), "{limit}");
        for idle in [
            pause("2022-04-29T12:00:00", "2022-05-29T12:00:00"),
            pause("2022-04-28T12:00:00", "2022-04-28T12:00:00"),
            pause("2022-04-28T12:00:00", "2022-04-27T12:00:00"),
        ] {
            assert_eq!(moved(calendar, given, &limit, idle), (given, false), "{limit} {idle}");
        }
    }
    let new_year = pause("2026-12-31T09:00:00", "2027-01-04T09:00:00");
    let moved =
        |limit: &str| moved(calendar, at("2026-12-31T18:00:00"), &limit.parse().unwrap(), new_year);
    assert_eq!(moved("3d"), (at("2027-01-04T18:00:00"), false));
    assert_eq!(moved("3wd"), (at("2027-01-04T18:00:00"), true));
    assert!(moved("8wh").1);
    assert!(!moved("24h").1);
}

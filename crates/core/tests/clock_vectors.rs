//! The clock against four hundred answers worked out elsewhere, and against the notices of several years.

use zongheng_core::calendar::{Calendar, Row};
use zongheng_core::clock::{Asked, Pause, Roll, Start, due};
use zongheng_core::time::At;

fn calendar() -> Calendar {
    let text = include_str!("../../../programmes/calendar/days.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|record| {
        let record = record.unwrap();
        Row {
            date: record[0].parse().unwrap(),
            working: &record[1] == "1",
            name: record[2].to_owned(),
        }
    });
    Calendar::from_rows(rows).unwrap()
}

fn pauses(text: &str) -> Vec<Pause> {
    let at = |t: &str| t.parse::<At>().unwrap();
    let pair = |p: &str| {
        let (from, to) = p.split_once('/').unwrap();
        Pause { from: at(from), to: at(to) }
    };
    text.split(';').filter(|p| !p.is_empty()).map(pair).collect()
}

#[test]
fn all_cases_have_their_known_answer() {
    let calendar = calendar();
    let mut reader = csv::Reader::from_reader(include_str!("data/clock_cases.csv").as_bytes());
    let mut wrong = Vec::new();
    let mut n = 0;
    for record in reader.records() {
        let record = record.unwrap();
        n += 1;
        let pauses = pauses(&record[5]);
        let asked = Asked {
            accepted: record[1].parse().unwrap(),
            limit: record[2].parse().unwrap(),
            start: if &record[3] == "at-once" { Start::AtOnce } else { Start::Working },
            roll: if &record[4] == "none" { Roll::None } else { Roll::Next },
            cutoff: None,
            pauses: &pauses,
        };
        let got = due(&calendar, &asked).unwrap();
        if (got.due.to_string().as_str(), got.warn.to_string().as_str()) != (&record[6], &record[7])
        {
            wrong.push(format!(
                "{}: {} {} wanted {} {}",
                &record[0], got.due, got.warn, &record[6], &record[7]
            ));
        }
    }
    assert_eq!(n, 400);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Accepted, then: +7 natural days unrolled, one month unrolled, one month rolled, 7 working days.
/// Worked out by hand on the State Council's notices for 2022 and 2026.
#[test]
fn days_and_months_over_the_holidays_of_two_years() {
    let calendar = calendar();
    for (accepted, natural, month, rolled, working) in [
        ("2022-04-14", "2022-04-21", "2022-05-14", "2022-05-16", "2022-04-24"),
        ("2022-04-29", "2022-05-06", "2022-05-29", "2022-05-30", "2022-05-12"),
        ("2022-01-31", "2022-02-07", "2022-02-28", "2022-02-28", "2022-02-15"),
        ("2022-09-30", "2022-10-07", "2022-10-30", "2022-10-31", "2022-10-14"),
        ("2026-02-13", "2026-02-20", "2026-03-13", "2026-03-13", "2026-03-02"),
        ("2026-09-18", "2026-09-25", "2026-10-18", "2026-10-19", "2026-09-29"),
        ("2022-08-31", "2022-09-07", "2022-09-30", "2022-09-30", "2022-09-09"),
    ] {
        let accepted: At = format!("{accepted}T10:00:00+08:00").parse().unwrap();
        let ask = |limit: &str, start, roll| {
            let limit = limit.parse().unwrap();
            let asked = Asked { accepted, limit, start, roll, cutoff: None, pauses: &[] };
            due(&calendar, &asked).unwrap().due.date().to_string()
        };
        assert_eq!(ask("7d", Start::AtOnce, Roll::None), natural, "{accepted} 7d");
        assert_eq!(ask("1m", Start::AtOnce, Roll::None), month, "{accepted} 1m");
        assert_eq!(ask("1m", Start::AtOnce, Roll::Next), rolled, "{accepted} 1m rolled");
        assert_eq!(ask("7wd", Start::AtOnce, Roll::Next), working, "{accepted} 7wd");
    }
}

#[test]
fn a_year_without_a_notice_is_provisional_only_where_its_days_are_asked() {
    let calendar = calendar();
    let ask = |limit: &str, roll| {
        let asked = Asked {
            accepted: "2026-12-30T10:00:00+08:00".parse().unwrap(),
            limit: limit.parse().unwrap(),
            start: Start::Working,
            roll,
            cutoff: None,
            pauses: &[],
        };
        due(&calendar, &asked).unwrap().provisional
    };
    assert!(ask("3wd", Roll::Next), "counts working days of 2027");
    assert!(ask("7d", Roll::Next), "asks whether the last day is a working day");
    assert!(!ask("7d", Roll::None), "pure calendar arithmetic asks no day");
    assert!(!ask("72h", Roll::Next), "pure hours ask no day");
    assert!(!ask("1wd", Roll::Next), "31 December 2026 is published");
}

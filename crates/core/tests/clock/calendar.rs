//! The calendar: what it knows, counts and refuses.

use jiff::ToSpan;
use jiff::civil::{Date, date, time};
use zongheng_core::calendar::{Calendar, CalendarFault, Row, Season};

use crate::{at, official};

fn year(year: i16) -> Vec<Row> {
    let first = date(year, 1, 1);
    let days = first.series(1.day()).take_while(|day| *day <= first.last_of_year());
    days.map(|date| Row {
        date,
        working: date.weekday().to_monday_zero_offset() < 5,
        name: String::new(),
    })
    .collect()
}

#[test]
fn the_official_calendar_is_whole() {
    let calendar = official();
    let years: Vec<_> = calendar.years().collect();
    assert_eq!(years, [2020, 2021, 2022, 2023, 2024, 2025, 2026]);
    assert_eq!(calendar.last_year(), Some(2026));
    assert_eq!(calendar.rows().count(), 2557);
    assert_eq!(Calendar::from_rows(calendar.rows()).as_ref(), Ok(calendar));
}

/// The notice for 2026 as published on 4 November 2025, and the days of 2022 by theirs.
#[test]
fn days_off_and_worked_weekends_are_those_of_the_notices() {
    let calendar = official();
    let day = |text: &str| calendar.day(text.parse().unwrap());
    let off = [
        ("2022-01-31", "2022-02-06"),
        ("2022-04-03", "2022-04-05"),
        ("2022-04-30", "2022-05-04"),
        ("2022-10-01", "2022-10-07"),
        ("2026-01-01", "2026-01-03"),
        ("2026-02-15", "2026-02-23"),
        ("2026-04-04", "2026-04-06"),
        ("2026-05-01", "2026-05-05"),
        ("2026-06-19", "2026-06-21"),
        ("2026-09-25", "2026-09-27"),
        ("2026-10-01", "2026-10-07"),
    ];
    for (from, to) in off {
        let (from, to): (Date, Date) = (from.parse().unwrap(), to.parse().unwrap());
        for date in from.series(1.day()).take_while(|day| *day <= to) {
            assert!(!calendar.day(date).working && !calendar.day(date).name.is_empty(), "{date}");
        }
    }
    for worked in [
        "2022-01-29",
        "2022-01-30",
        "2022-04-02",
        "2022-04-24",
        "2022-05-07",
        "2022-10-08",
        "2022-10-09",
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ] {
        assert!(day(worked).working && day(worked).known, "{worked}");
    }
    assert!(!day("2026-04-26").working, "a plain Sunday");
    let new_year = day("2027-01-01");
    assert!(new_year.working && !new_year.known && new_year.name.is_empty());
    assert!(!day("2027-01-02").working && !day("2019-12-29").working);
}

/// Over eleven years, the first and the last two without notices, against going day by day.
#[test]
fn counting_by_ranks_agrees_with_going_day_by_day() {
    for calendar in [official(), &Calendar::unpublished()] {
        let mut count = 0;
        let from = date(2018, 1, 1);
        let days: Vec<Date> = from.series(1.day()).take(11 * 365).collect();
        let far = |n: usize| worked_after(calendar, &days, n);
        for n in [1, 2, 7, 300, 1000] {
            for (day, wanted) in far(n) {
                assert_eq!(calendar.working_day_after(day, u32::try_from(n).unwrap()).0, wanted);
            }
        }
        for day in &days {
            count += u32::from(calendar.day(*day).working);
            let before_all = from.yesterday().unwrap();
            assert_eq!(calendar.working_days_between(before_all, *day).0, count, "{day}");
            assert_eq!(calendar.working_day_after(*day, 0).0, *day);
        }
    }
}

/// Each day with the `n`-th working day after it, as far as the days go.
fn worked_after(calendar: &Calendar, days: &[Date], n: usize) -> Vec<(Date, Date)> {
    let worked: Vec<Date> = days.iter().copied().filter(|day| calendar.day(*day).working).collect();
    let nth = |day: Date| {
        let upto = worked.partition_point(|other| *other <= day);
        worked.get(upto + n - 1).map(|wanted| (day, *wanted))
    };
    days.iter().filter_map(|day| nth(*day)).collect()
}

#[test]
fn answers_say_whether_their_days_are_published() {
    let calendar = official();
    let eve = date(2026, 12, 31);
    assert_eq!(calendar.working_day_after(eve, 1), (date(2027, 1, 1), false));
    assert_eq!(calendar.working_day_after(eve, 0), (eve, true));
    assert_eq!(calendar.working_day_after(date(2019, 12, 31), 1), (date(2020, 1, 2), true));
    assert_eq!(calendar.working_days_between(date(2019, 12, 30), eve), (1745, false));
    assert_eq!(calendar.working_days_between(eve, date(2026, 12, 1)), (0, true));
    let (opening, closing) = (at("2027-01-01T08:30:00"), at("2026-12-31T18:00:00"));
    assert_eq!(calendar.office_seconds(closing, opening), (0, true), "no office hour is touched");
    assert_eq!(calendar.office_seconds(closing, opening.plus_seconds(1)), (1, false));
    assert_eq!(calendar.after_office_seconds(closing, 0), (closing, true));
    assert_eq!(calendar.after_office_seconds(closing, 60), (opening.plus_seconds(60), false));
}

#[test]
fn an_instant_counts_for_the_working_day_that_is_open_or_opens_next() {
    let calendar = official();
    for (instant, wanted) in [
        ("2022-04-28T00:00:00", date(2022, 4, 28)),
        ("2022-04-28T18:00:00", date(2022, 4, 28)),
        ("2022-04-28T18:00:01", date(2022, 4, 29)),
        ("2022-04-29T23:00:00", date(2022, 5, 5)),
        ("2022-05-02T10:00:00", date(2022, 5, 5)),
        ("2022-04-24T10:00:00", date(2022, 4, 24)),
    ] {
        assert_eq!(calendar.working_day_of(at(instant)), wanted, "{instant}");
    }
    let same = |a, b| calendar.same_working_day(at(a), at(b));
    assert!(same("2022-04-29T20:00:00", "2022-05-05T17:00:00"));
    assert!(!same("2022-04-29T17:00:00", "2022-04-29T20:00:00"));
    assert_eq!(calendar.closing_before(at("2022-05-05T10:00:00")), at("2022-04-29T18:00:00"));
    assert_eq!(calendar.closing_before(at("2022-05-02T10:00:00")), at("2022-04-29T18:00:00"));
    assert_eq!(calendar.closing_before(at("2022-04-25T20:00:00")), at("2022-04-24T18:00:00"));
}

#[test]
fn seasons_change_the_hours_and_the_last_one_reaches_into_the_next_year() {
    let season = |month, afternoon: (i8, i8)| Season {
        from: (month, 1),
        spells: vec![
            (time(8, 30, 0, 0), time(12, 0, 0, 0)),
            (time(afternoon.0, 0, 0, 0), time(afternoon.1, 30, 0, 0)),
        ],
    };
    let seasons = vec![season(10, (14, 17)), season(5, (15, 18))];
    let calendar = Calendar::with_hours(official().rows(), seasons).unwrap();
    for (day, closes) in [
        ("2022-01-04", "17:30:00"),
        ("2022-04-29", "17:30:00"),
        ("2022-05-05", "18:30:00"),
        ("2022-09-30", "18:30:00"),
        ("2022-10-08", "17:30:00"),
    ] {
        assert_eq!(calendar.closing(day.parse().unwrap()), at(&format!("{day}T{closes}")));
        assert_eq!(calendar.opening(day.parse().unwrap()), at(&format!("{day}T08:30:00")));
    }
    assert_eq!(calendar.spells(date(2022, 5, 5))[1].0, time(15, 0, 0, 0));
    // From 30 September into October, with the holiday between: 3.5 hours, then 3.5 and 1.5.
    let (from, to) = (at("2022-09-30T15:00:00"), at("2022-10-08T15:30:00"));
    assert_eq!(calendar.office_seconds(from, to), (17 * 1800, true));
    assert_eq!(calendar.after_office_seconds(from, 17 * 1800).0, to);
}

#[test]
fn all_that_is_wrong_is_named_with_its_row() {
    let mut rows = year(2022);
    rows.remove(10);
    rows.remove(10);
    rows.push(rows[0].clone());
    rows.push(Row { date: date(2023, 6, 1), working: true, name: String::new() });
    let faults = Calendar::from_rows(rows).unwrap_err();
    let missing = |row, from, to| CalendarFault::Missing { row, from, to };
    let wanted = [
        missing(10, date(2022, 1, 11), date(2022, 1, 12)),
        CalendarFault::Twice { row: 364, date: date(2022, 1, 1), first: 1 },
        missing(364, date(2023, 1, 1), date(2023, 5, 31)),
        missing(365, date(2023, 6, 2), date(2023, 12, 31)),
    ];
    assert_eq!(faults, wanted);
}

#[test]
fn a_file_is_read_in_either_form_and_its_faults_have_rows_and_columns() {
    let rows = year(2022);
    let line = |row: &Row| format!("{},{},{}", row.date, u8::from(row.working), row.name);
    let body: Vec<String> = rows.iter().map(line).collect();
    let short = format!("\u{feff}date,is_workday,name\r\n{}\r\n", body.join("\r\n"));
    let long = format!("date,is_workday,name,kind\n{},\n", body.join(",\n"));
    assert_eq!(Calendar::from_csv(&short), Calendar::from_rows(rows));
    assert_eq!(Calendar::from_csv(&long), Calendar::from_csv(&short));
    let spoilt =
        short.replace("2022-01-03,1,", "2022-1-3,1,").replace("2022-01-05,1,", "2022-01-05,yes,");
    let spoilt = spoilt.replace("2022-01-07,1,", "2022-01-07,1");
    let faults: Vec<_> =
        Calendar::from_csv(&spoilt).unwrap_err().iter().map(ToString::to_string).collect();
    for (fault, wanted) in faults.iter().zip([
        "after row 3, column date: 2022-01-03 to 2022-01-03 missing",
        "row 4, column date: \"2022-1-3\" is not a date",
        "after row 5, column date: 2022-01-05 to 2022-01-05 missing",
        "row 6, column is_workday: \"yes\" is not 1 for a working day",
        "after row 7, column date: 2022-01-07 to 2022-01-07 missing",
        "row 8: 2 columns where date,is_workday,name[,kind] are wanted",
    ]) {
        assert!(fault.starts_with(wanted), "{fault}");
    }
    assert_eq!(faults.len(), 6);
    let heading = Calendar::from_csv("2022-01-01,0,元旦\n").unwrap_err();
    assert_eq!(heading, [CalendarFault::Heading("2022-01-01,0,元旦".to_owned())]);
}

#[test]
fn hours_that_cannot_be_are_refused() {
    let (eight, noon) = (time(8, 0, 0, 0), time(12, 0, 0, 0));
    let season = |from, spells: &[_]| Season { from, spells: spells.to_vec() };
    let good = season((1, 1), &[(eight, noon)]);
    for (seasons, wanted) in [
        (vec![], CalendarFault::NoSeason),
        (vec![season((1, 1), &[])], CalendarFault::Hours { month: 1, day: 1 }),
        (vec![season((1, 1), &[(noon, eight)])], CalendarFault::Hours { month: 1, day: 1 }),
        (
            vec![season((1, 1), &[(eight, noon), (eight, noon)])],
            CalendarFault::Hours { month: 1, day: 1 },
        ),
        (vec![season((2, 30), &[(eight, noon)])], CalendarFault::NoSuchDay { month: 2, day: 30 }),
        (vec![good.clone(), good], CalendarFault::SeasonTwice { month: 1, day: 1 }),
    ] {
        assert_eq!(Calendar::with_hours(vec![], seasons).unwrap_err(), [wanted]);
    }
}

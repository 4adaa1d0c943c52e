//! A year's notice taken up: a file of whole years against what the county counts by already.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Calendar, CalendarFault, Row};
use crate::county::CalendarAdopted;
use crate::organisation::files::Source;
use crate::organisation::{Fault, Origin};

/// What a file brings: the years that are new or other than they stand, each whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub years: Vec<CalendarAdopted>,
    /// Days of a year published before that are worked from now on, or no longer.
    pub changed: Vec<Row>,
}

impl Calendar {
    /// Reads a file of days against this calendar. A day of a published year that has begun stays what it was:
    /// offices have opened by it, and deadlines have passed. A year that was not published is taken as its notice
    /// has it, however late it comes: its days were guessed until now.
    ///
    /// # Errors
    /// Everything that is wrong at once, by its row: a day that is missing or stands twice, a cell that cannot
    /// be read, a published day up to `today` that would be another one.
    pub fn publish(&self, source: Source<'_>, today: Date) -> Result<Published, Vec<Fault>> {
        let of_file = |faults: Vec<CalendarFault>| all(source.name, &faults);
        let given = Self::from_csv(source.text).map_err(of_file)?;
        let (mut years, mut changed, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        let line_of = |date: Date| {
            let date = date.to_string();
            source.text.lines().position(|line| line.starts_with(&date)).map_or(0, |n| n + 1)
        };
        for year in given.years() {
            let rows: Vec<Row> = given.rows().filter(|row| row.date.year() == year).collect();
            let standing = |row: &Row| {
                let day = self.day(row.date);
                (day.known, day.working == row.working, day.name == row.name)
            };
            if rows.iter().all(|row| standing(row) == (true, true, true)) {
                continue;
            }
            for row in &rows {
                let (known, same, _) = standing(row);
                if same || !known {
                    continue;
                }
                if row.date <= today {
                    let origin = Origin { file: source.name.to_owned(), row: line_of(row.date) };
                    let what = format!("{} has begun: it stays what it was", row.date);
                    let mend = "change days from tomorrow on";
                    faults.push(Fault::new(&origin, "is_workday", what, mend));
                } else {
                    changed.push(row.clone());
                }
            }
            years.push(CalendarAdopted { year, rows });
        }
        if faults.is_empty() { Ok(Published { years, changed }) } else { Err(faults) }
    }
}

/// So many days of a year stand twice where the whole year does.
const WHOLE: usize = 100;

/// The faults of the calendar as those of the file; a year that stands twice is one.
fn all(file: &str, faults: &[CalendarFault]) -> Vec<Fault> {
    let mut twice: BTreeMap<i16, Vec<&CalendarFault>> = BTreeMap::new();
    for fault in faults {
        if let CalendarFault::Twice { date, .. } = fault {
            twice.entry(date.year()).or_default().push(fault);
        }
    }
    twice.retain(|_, days| days.len() > WHOLE);
    let of_a_year = |fault: &&CalendarFault| match fault {
        CalendarFault::Twice { date, .. } => twice.contains_key(&date.year()),
        _ => false,
    };
    let years = twice.iter().map(|(year, days)| {
        let row = days.first().and_then(|fault| fault.row()).unwrap_or(0);
        let what = format!("{year} stands twice, {} of its days", days.len());
        let origin = Origin { file: file.to_owned(), row };
        Fault::new(&origin, "date", what, "leave one of the two years out")
    });
    let single = faults.iter().filter(|fault| !of_a_year(fault)).map(|fault| told(file, fault));
    let mut all: Vec<Fault> = years.chain(single).collect();
    all.sort_by_key(|fault| fault.row);
    all
}

/// A fault of the calendar as one of the file.
fn told(file: &str, fault: &CalendarFault) -> Fault {
    let (field, what, mend) = match fault {
        CalendarFault::Heading(found) => (
            "date",
            format!("\"{found}\" is not the heading"),
            "the first line is: date,is_workday,name",
        ),
        CalendarFault::Columns { found, .. } => {
            ("", format!("{found} columns"), "a row has: date, is_workday, name")
        }
        CalendarFault::Cell { column, value, wanted, .. } => {
            (*column, format!("\"{value}\" is not {wanted}"), "write the cell again")
        }
        CalendarFault::Twice { date, first, .. } => {
            ("date", format!("{date} stands in row {first} too"), "leave one of the rows out")
        }
        CalendarFault::Missing { from, to, .. } => (
            "date",
            format!("after this row {from} to {to} are missing"),
            "a year is given whole, a row each day",
        ),
        hours => ("", hours.to_string(), "the file holds days alone"),
    };
    let origin = Origin { file: file.to_owned(), row: fault.row().unwrap_or(0) };
    Fault::new(&origin, field, what, mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: &str = include_str!("../../../../programmes/calendar/days.csv");

    fn standing() -> Calendar {
        Calendar::from_csv(DAYS).unwrap()
    }

    fn year(year: i16, rest: &[&str]) -> String {
        let first = jiff::civil::date(year, 1, 1);
        let days = (0..i64::from(first.days_in_year()))
            .map(|n| first.checked_add(jiff::Span::new().days(n)).unwrap());
        let row = |date: Date| {
            let free = rest.contains(&date.to_string().as_str());
            let works = !free && date.weekday().to_monday_zero_offset() < 5;
            format!("{date},{},{}\n", u8::from(works), if free { "元旦" } else { "" })
        };
        format!("date,is_workday,name\n{}", days.map(row).collect::<String>())
    }

    fn published(text: &str, today: &str) -> Result<Published, Vec<String>> {
        let source = Source { name: "days.csv", text };
        let read = standing().publish(source, today.parse().unwrap());
        read.map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_year_that_stands_twice_is_one_fault() {
        let once = year(2027, &["2027-01-01"]);
        let twice = format!("{once}{}", once.split_once('\n').unwrap().1);
        let told = published(&twice, "2026-11-28").unwrap_err();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("2027 stands twice, 365 of its days"), "{told:?}");
    }

    #[test]
    fn a_new_year_is_taken_up_whole_and_the_known_ones_change_nothing() {
        assert_eq!(published(DAYS, "2026-11-26").unwrap().years, []);
        let read = published(&year(2027, &["2027-01-01"]), "2026-11-26").unwrap();
        assert_eq!((read.years.len(), read.changed.len()), (1, 0));
        assert_eq!((read.years[0].year, read.years[0].rows.len()), (2027, 365));
    }

    #[test]
    fn a_notice_that_comes_late_is_taken_as_it_is() {
        let read = published(&year(2027, &["2027-01-01"]), "2027-01-05").unwrap();
        assert_eq!((read.years.len(), read.changed.len()), (1, 0));
    }

    #[test]
    fn a_notice_that_is_changed_names_the_days_and_today_is_too_late() {
        let other = DAYS.replace("2026-12-30,1,", "2026-12-30,0,");
        let read = published(&other, "2026-11-26").unwrap();
        assert_eq!(read.changed.len(), 1);
        assert_eq!((read.years.len(), read.years[0].year), (1, 2026));
        let told = published(&other, "2026-12-30").unwrap_err();
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("2026-12-30 has begun"), "{told:?}");
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let spoilt =
            year(2027, &[]).replace("2027-03-01,1,\n", "").replace("2027-04-01,1", "2027-04-01,x");
        let told = published(&format!("{spoilt}2027-05-01,0,\n"), "2026-11-26").unwrap_err();
        assert!(
            told.iter().any(|t| t.contains("2027-03-01 to 2027-03-01 are missing")),
            "{told:?}"
        );
        assert!(told.iter().any(|t| t.contains("\"x\" is not")), "{told:?}");
        assert!(told.iter().any(|t| t.contains("2027-05-01 stands in row")), "{told:?}");
    }
}

//! A calendar from data, checked whole: whatever is wrong is listed at once, with its rows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::office::Seasons;
use super::{Calendar, Days, Entry, Row, Season, days};

/// One thing that is wrong in the data of a calendar. Rows count from 1; in a file the heading is row
/// 1, so that the first day stands in row 2.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum CalendarFault {
    #[error("row 1: \"{0}\" where the heading date,is_workday,name[,kind] is wanted")]
    Heading(String),
    #[error("row {row}: {found} columns where date,is_workday,name[,kind] are wanted")]
    Columns { row: usize, found: usize },
    #[error("row {row}, column {column}: \"{value}\" is not {wanted}")]
    Cell { row: usize, column: &'static str, value: String, wanted: &'static str },
    #[error("row {row}, column date: {date} stands already in row {first}")]
    Twice { row: usize, date: Date, first: usize },
    #[error("after row {row}, column date: {from} to {to} missing; a published year has every day")]
    Missing { row: usize, from: Date, to: Date },
    #[error("there are no office hours")]
    NoSeason,
    #[error("office hours from month {month}, day {day}: there is no such day")]
    NoSuchDay { month: i8, day: i8 },
    #[error("office hours from month {month}, day {day}: a season begins there already")]
    SeasonTwice { month: i8, day: i8 },
    #[error("office hours from month {month}, day {day}: none, or they overlap or run backwards")]
    Hours { month: i8, day: i8 },
}

/// Rows of which each names one day.
type Named = BTreeMap<Date, (usize, bool, String)>;

impl Calendar {
    /// The calendar of the rows with the usual hours, 08:30–12:00 and 14:30–18:00. A year is given
    /// whole or not at all, in any order.
    ///
    /// # Errors
    ///
    /// Every day that stands twice or is missing from a published year; rows count from 1 as they come.
    pub fn from_rows(rows: impl IntoIterator<Item = Row>) -> Result<Self, Vec<CalendarFault>> {
        let rows = rows.into_iter().enumerate().map(|(n, row)| (n + 1, row));
        Self::checked(rows, vec![], Ok(Seasons::default()))
    }

    /// The same with office hours by season.
    ///
    /// # Errors
    ///
    /// Besides, hours that are none, overlap or run backwards, and seasons that begin on one day.
    pub fn with_hours(
        rows: impl IntoIterator<Item = Row>,
        seasons: Vec<Season>,
    ) -> Result<Self, Vec<CalendarFault>> {
        let rows = rows.into_iter().enumerate().map(|(n, row)| (n + 1, row));
        Self::checked(rows, vec![], Seasons::new(seasons))
    }

    /// The calendar of a file with the columns `date,is_workday,name` and, not read, `kind`: a row a
    /// day, such as `2022-05-04,0,劳动节`. The usual hours.
    ///
    /// # Errors
    ///
    /// Every cell that cannot be read, every day that stands twice or is missing, with their rows.
    ///
    /// ```
    /// use zongheng_core::calendar::Calendar;
    ///
    /// let spoilt = "date,is_workday,name\n2022-01-01,0,元旦\n2022-01-01,1,\n2022-02-30,1,";
    /// let faults: Vec<_> = Calendar::from_csv(spoilt).unwrap_err().iter().map(ToString::to_string).collect();
    /// assert_eq!(faults, [
    ///     "after row 2, column date: 2022-01-02 to 2022-12-31 missing; a published year has every day",
    ///     "row 3, column date: 2022-01-01 stands already in row 2",
    ///     "row 4, column date: \"2022-02-30\" is not a date such as 2022-05-04",
    /// ]);
    /// ```
    pub fn from_csv(text: &str) -> Result<Self, Vec<CalendarFault>> {
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let heading = lines.next().unwrap_or_default();
        if heading.strip_suffix(",kind").unwrap_or(heading) != "date,is_workday,name" {
            return Err(vec![CalendarFault::Heading(heading.to_owned())]);
        }
        let mut faults = vec![];
        let mut rows = vec![];
        for (n, line) in (2..).zip(lines) {
            match read_row(n, line) {
                Ok(row) => rows.push((n, row)),
                Err(fault) => faults.push(fault),
            }
        }
        Self::checked(rows, faults, Ok(Seasons::default()))
    }

    /// A calendar of which no year is published: Monday to Friday, the usual hours, all provisional.
    pub fn unpublished() -> Self {
        Self::build(Named::new(), Seasons::default())
    }

    /// Days in order, those in a row with one name together.
    pub(crate) fn runs(&self, all: impl Iterator<Item = i64>) -> Vec<Days> {
        let mut runs: Vec<Days> = vec![];
        let mut before = i64::MIN;
        for day in all {
            let (date, name) = (days::date(day), self.name(day));
            match runs.last_mut() {
                Some(run) if before + 1 == day && run.name == name => run.to = date,
                _ => runs.push(Days { from: date, to: date, name: name.to_owned() }),
            }
            before = day;
        }
        runs
    }

    fn checked(
        rows: impl IntoIterator<Item = (usize, Row)>,
        mut faults: Vec<CalendarFault>,
        seasons: Result<Seasons, Vec<CalendarFault>>,
    ) -> Result<Self, Vec<CalendarFault>> {
        let mut named = Named::new();
        for (row, Row { date, working, name }) in rows {
            if let Some((first, ..)) = named.get(&date) {
                faults.push(CalendarFault::Twice { row, date, first: *first });
            } else {
                named.insert(date, (row, working, name));
            }
        }
        missing(&named, &mut faults);
        faults.sort_by_key(CalendarFault::row);
        match seasons {
            Ok(seasons) if faults.is_empty() => Ok(Self::build(named, seasons)),
            Ok(_) => Err(faults),
            Err(hours) => Err(faults.into_iter().chain(hours).collect()),
        }
    }

    fn build(rows: Named, seasons: Seasons) -> Self {
        let years: BTreeSet<i16> = rows.keys().map(|date| date.year()).collect();
        let (first, end) = match (years.first(), years.last()) {
            (Some(first), Some(last)) => (ends(*first).0, ends(*last).1 + 1),
            _ => (0, 0),
        };
        let mut table = vec![];
        let mut working_days = vec![];
        let mut names = vec![String::new()];
        let mut given = rows.into_iter().peekable();
        for day in first..end {
            let of_day = given.next_if(|(date, _)| days::number(*date) == day);
            let (working, name) = of_day
                .map_or((days::since_monday(day) < 5, String::new()), |(_, (_, w, name))| {
                    (w, name)
                });
            if working {
                working_days.push(day);
            }
            let place = names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            // A calendar has a few names and a few thousand days.
            let name = u16::try_from(place).unwrap_or(0);
            let up_to = u32::try_from(working_days.len()).unwrap_or(u32::MAX);
            table.push(Entry { working, name, up_to });
        }
        let span = years.first().zip(years.last()).map_or(0, |(first, last)| last - first + 1);
        let gaps = usize::try_from(span) != Ok(years.len());
        Self { seasons, years, first, table, working: working_days, names, gaps }
    }
}

impl CalendarFault {
    /// The row it is in; none for the office hours.
    pub const fn row(&self) -> Option<usize> {
        match self {
            Self::Heading(_) => Some(1),
            Self::Columns { row, .. }
            | Self::Cell { row, .. }
            | Self::Twice { row, .. }
            | Self::Missing { row, .. } => Some(*row),
            _ => None,
        }
    }
}

fn read_row(row: usize, line: &str) -> Result<Row, CalendarFault> {
    let cells: Vec<_> = line.split(',').collect();
    let ([date, working, name] | [date, working, name, _]) = cells[..] else {
        return Err(CalendarFault::Columns { row, found: cells.len() });
    };
    let cell = |column, value: &str, wanted| {
        Err(CalendarFault::Cell { row, column, value: value.to_owned(), wanted })
    };
    let Some(day) = date.parse::<Date>().ok().filter(|day| day.to_string() == date) else {
        return cell("date", date, "a date such as 2022-05-04");
    };
    match working {
        "0" => Ok(Row { date: day, working: false, name: name.to_owned() }),
        "1" => Ok(Row { date: day, working: true, name: name.to_owned() }),
        other => cell("is_workday", other, "1 for a working day or 0 for a day of rest"),
    }
}

/// The first and the last day of a year.
fn ends(year: i16) -> (i64, i64) {
    // The years of a date are those that have a first and a last day.
    let first = Date::new(year, 1, 1).unwrap_or(Date::MIN);
    (days::number(first), days::number(first.last_of_year()))
}

/// Adds what is missing from the years that are begun.
fn missing(named: &Named, faults: &mut Vec<CalendarFault>) {
    let years: BTreeSet<i16> = named.keys().map(|date| date.year()).collect();
    for year in years {
        let (first, last) = ends(year);
        let of_year = named.range(days::date(first)..=days::date(last));
        let before = of_year.clone().map(|(_, (row, ..))| row - 1).min();
        let (mut wanted, mut row) = (first, before.unwrap_or(0));
        let given = of_year.map(|(date, (row, ..))| (days::number(*date), *row));
        for (day, at_row) in given.chain([(last + 1, 0)]) {
            if day > wanted {
                let (from, to) = (days::date(wanted), days::date(day - 1));
                faults.push(CalendarFault::Missing { row, from, to });
            }
            (wanted, row) = (day + 1, at_row);
        }
    }
}

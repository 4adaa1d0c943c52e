//! The programmes' files, carried in the binary: the calendar of working days, clocks and playbooks.

use jiff::civil::Date;
use zongheng_core::calendar::{Calendar, DayKind, Row};
use zongheng_core::county::CalendarAdopted;
use zongheng_core::playbook::{self, File, Ground, Loaded};
use zongheng_core::powers::Powers;

const DAYS: &str = include_str!("../../../programmes/calendar/days.csv");

macro_rules! programme {
    ($name:literal) => {
        File {
            name: concat!("programmes/", $name),
            bytes: include_bytes!(concat!("../../../programmes/", $name)),
        }
    };
}

const CLOCKS: [File<'_>; 3] = [
    programme!("clocks/13710.toml"),
    programme!("clocks/category.toml"),
    programme!("clocks/statutory.toml"),
];
const PLAYBOOKS: [File<'_>; 2] =
    [programme!("county_task/playbook.toml"), programme!("resident_report/playbook.toml")];

/// The published years, in order.
///
/// # Errors
/// Every row that is no day, each with file, row and column.
pub fn years() -> Result<Vec<CalendarAdopted>, Vec<String>> {
    let mut faults = Vec::new();
    let mut years: Vec<CalendarAdopted> = Vec::new();
    for (line, text) in (2..).zip(DAYS.lines().skip(1)) {
        let mut cells = text.split(',');
        let date = cells.next().unwrap_or_default().parse::<Date>().ok();
        let working = match cells.next() {
            Some("1") => Some(true),
            Some("0") => Some(false),
            _ => None,
        };
        let fault = |column, what| {
            format!("programmes/calendar/days.csv, row {line}, column {column}: {what}")
        };
        let (Some(date), Some(working)) = (date, working) else {
            if date.is_none() {
                faults.push(fault("date", "a date such as 2026-05-01 is wanted"));
            }
            if working.is_none() {
                faults.push(fault("is_workday", "0 or 1 is wanted"));
            }
            continue;
        };
        let name = cells.next().unwrap_or_default().to_owned();
        let row = Row { date, working, name };
        match years.iter_mut().find(|y| y.year == date.year()) {
            Some(year) => year.rows.push(row),
            None => years.push(CalendarAdopted { year: date.year(), rows: vec![row] }),
        }
    }
    if faults.is_empty() { Ok(years) } else { Err(faults) }
}

/// The calendar of all published years with the usual office hours.
///
/// # Errors
/// As [`years`], and each day that stands twice or is missing.
pub fn calendar() -> Result<Calendar, Vec<String>> {
    let rows = years()?.into_iter().flat_map(|year| year.rows);
    Calendar::from_rows(rows).map_err(|faults| {
        faults.iter().map(|f| format!("programmes/calendar/days.csv: {f}")).collect()
    })
}

/// Playbooks and clocks, with 13710 in the days that the county has chosen.
///
/// # Errors
/// Everything that is wrong in the files, with file and line.
pub fn playbooks(
    days: DayKind,
    powers: &Powers,
    calendar: &Calendar,
) -> Result<Loaded, Vec<String>> {
    let ground = Ground { days, categories: &powers.categories, calendar };
    playbook::load(&CLOCKS, &PLAYBOOKS, &ground)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_has_the_published_years_and_its_days() {
        let years = years().unwrap();
        assert_eq!((years[0].year, years.last().map(|y| y.year)), (2020, Some(2026)));
        let calendar = calendar().unwrap();
        let day = |text: &str| calendar.day(text.parse().unwrap());
        assert!(!day("2025-10-01").working, "the National Day");
        assert!(day("2025-09-28").working, "a make-up Sunday");
        assert!(!day("2027-01-04").known);
    }

    #[test]
    fn the_playbooks_load_for_the_county_in_either_kind_of_days() {
        let county = crate::county::shangcheng().unwrap();
        let (powers, calendar) = (county.powers(), calendar().unwrap());
        for days in [DayKind::Natural, DayKind::Working] {
            let loaded = playbooks(days, &powers, &calendar).unwrap();
            assert_eq!(loaded.playbooks.len(), 2);
        }
    }
}

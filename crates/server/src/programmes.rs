//! The programmes' files, carried in the binary: the calendar of working days, clocks and playbooks.

use zongheng_core::calendar::{Calendar, DayKind};
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

const CLOCKS: [File<'_>; 6] = [
    programme!("clocks/13710.toml"),
    programme!("clocks/category.toml"),
    programme!("clocks/enterprise.toml"),
    programme!("clocks/mediation.toml"),
    programme!("clocks/statutory.toml"),
    programme!("clocks/whistle.toml"),
];
const PLAYBOOKS: [File<'_>; 8] = [
    programme!("county_task/playbook.toml"),
    programme!("dispute/playbook.toml"),
    programme!("enterprise_need/playbook.toml"),
    programme!("grid_finding/playbook.toml"),
    programme!("hidden_danger/playbook.toml"),
    programme!("hotline_order/playbook.toml"),
    programme!("resident_report/playbook.toml"),
    programme!("whistle/playbook.toml"),
];

/// The calendar of all published years with the usual office hours.
///
/// # Errors
/// Everything that is wrong in the file, with row and column.
pub fn calendar() -> Result<Calendar, Vec<String>> {
    Calendar::from_csv(DAYS).map_err(|faults| {
        faults.iter().map(|f| format!("programmes/calendar/days.csv, {f}")).collect()
    })
}

/// The published years, in order, each ready to be adopted.
pub fn years(calendar: &Calendar) -> Vec<CalendarAdopted> {
    let mut years: Vec<CalendarAdopted> = Vec::new();
    for row in calendar.rows() {
        match years.last_mut() {
            Some(last) if last.year == row.date.year() => last.rows.push(row),
            _ => years.push(CalendarAdopted { year: row.date.year(), rows: vec![row] }),
        }
    }
    years
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
        let calendar = calendar().unwrap();
        let years = years(&calendar);
        assert_eq!((years[0].year, years.last().map(|y| y.year)), (2020, Some(2026)));
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
            assert_eq!(loaded.playbooks.len(), 8);
        }
    }
}

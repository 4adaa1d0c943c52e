//! The programmes' files, carried in the binary: the calendar of working days, clocks and playbooks.

use std::collections::BTreeMap;

use zongheng_core::calendar::{Calendar, DayKind};
use zongheng_core::clock::Limit;
use zongheng_core::county::{CalendarAdopted, County};
use zongheng_core::playbook::{self, Clock, ClockLimit, File, Ground, Loaded, StageClock};
use zongheng_core::powers::Powers;

const DAYS: &str = include_str!("../../../programmes/calendar/days.csv");

// CLOCKS and PLAYBOOKS, as they stand in the folder; build.rs lists them.
include!(concat!(env!("OUT_DIR"), "/programmes.rs"));

/// Files of playbooks and clocks.
#[derive(Debug, Clone, Copy)]
pub struct Shipped<'a> {
    pub clocks: &'a [File<'a>],
    pub playbooks: &'a [File<'a>],
}

/// Those of this program.
pub const SHIPPED: Shipped<'static> = Shipped { clocks: CLOCKS, playbooks: PLAYBOOKS };

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
    SHIPPED.load(days, powers, calendar)
}

impl Shipped<'_> {
    fn load(
        &self,
        days: DayKind,
        powers: &Powers,
        calendar: &Calendar,
    ) -> Result<Loaded, Vec<String>> {
        let ground = Ground { days, categories: &powers.categories, calendar };
        playbook::load(self.clocks, self.playbooks, &ground).map_err(|faults| in_words(&faults))
    }

    /// The same in the days by which this county runs: those that it chose when it was made, as its
    /// adopted clocks tell them.
    ///
    /// # Errors
    /// As [`playbooks`].
    pub fn for_county(&self, county: &County) -> Result<Loaded, Vec<String>> {
        let load = |days| self.load(days, &county.powers, &county.calendar);
        let (natural, working) = (load(DayKind::Natural)?, load(DayKind::Working)?);
        let same = |clocks: &BTreeMap<String, Clock>, id: &String, row: &StageClock| {
            clocks.get(id).and_then(|clock| clock.stage(row.stage, row.grade)).cloned()
        };
        let rows =
            working.clocks.iter().flat_map(|(id, clock)| clock.stages.iter().map(move |r| (id, r)));
        let runs_by_working_days = rows
            .filter(|(id, row)| {
                same(&natural.clocks, id, row).is_some_and(|n| n.limit != row.limit)
            })
            .any(|(id, row)| {
                let adopted = same(&county.catalogue.clocks, id, row);
                adopted.is_some_and(|adopted| in_working_days(&adopted.limit))
            });
        Ok(if runs_by_working_days { working } else { natural })
    }
}

const fn in_working_days(limit: &ClockLimit) -> bool {
    matches!(limit, ClockLimit::Own(Limit::WorkingDays(_) | Limit::WorkingHours(_)))
}

/// Faults as lines, each with its file and line.
pub fn in_words(faults: &[playbook::Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
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
            assert_eq!(loaded.playbooks.len(), PLAYBOOKS.len());
        }
    }

    #[test]
    fn a_county_goes_on_in_the_days_that_it_chose() {
        let files = crate::county::shangcheng().unwrap();
        let (powers, calendar) = (files.powers(), calendar().unwrap());
        for days in [DayKind::Natural, DayKind::Working] {
            let loaded = playbooks(days, &powers, &calendar).unwrap();
            let mut county = County::empty(files.code.clone());
            (county.powers, county.calendar) = (powers.clone(), calendar.clone());
            for adopted in county.catalogue.adopt(&loaded).unwrap() {
                county.catalogue.apply(&adopted);
            }
            let again = SHIPPED.for_county(&county).unwrap();
            assert_eq!(again.clocks, loaded.clocks, "{days:?}");
            assert_eq!(county.catalogue.adopt(&again).unwrap(), [], "nothing to adopt");
        }
    }
}

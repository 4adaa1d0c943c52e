//! When offices are open: one or more spells a day, which may differ by season.

use jiff::civil::{Date, Time, time};
use serde::{Deserialize, Serialize};

use super::{CalendarFault, days};

/// The office hours from one day of the year on; before the first season of a year those of the last
/// one still hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Month and day from which these hours hold, until the next season.
    pub from: (i8, i8),
    /// Spells of work in order, such as 08:30–12:00 and 14:30–18:00.
    pub spells: Vec<(Time, Time)>,
}

/// The seasons of a year, and their hours in seconds since midnight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seasons {
    seasons: Vec<Season>,
    hours: Vec<Hours>,
}

/// The hours of one season in seconds since midnight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hours {
    pub(crate) spells: Vec<(i64, i64)>,
    pub(crate) opens: i64,
    pub(crate) closes: i64,
}

impl Seasons {
    pub(super) fn new(mut seasons: Vec<Season>) -> Result<Self, Vec<CalendarFault>> {
        seasons.sort_by_key(|season| season.from);
        let mut faults = vec![];
        if seasons.is_empty() {
            faults.push(CalendarFault::NoSeason);
        }
        for Season { from: (month, day), spells } in &seasons {
            let (month, day) = (*month, *day);
            // 2024 is a leap year, so that 29 February is a day.
            if Date::new(2024, month, day).is_err() {
                faults.push(CalendarFault::NoSuchDay { month, day });
            }
            let times: Vec<Time> = spells.iter().flat_map(|(a, b)| [*a, *b]).collect();
            if times.is_empty() || times.windows(2).any(|pair| pair[0] >= pair[1]) {
                faults.push(CalendarFault::Hours { month, day });
            }
        }
        for pair in seasons.windows(2).filter(|pair| pair[0].from == pair[1].from) {
            let (month, day) = pair[0].from;
            faults.push(CalendarFault::SeasonTwice { month, day });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let hours = seasons.iter().map(|season| Hours::of(&season.spells)).collect();
        Ok(Self { seasons, hours })
    }

    pub(super) fn spells(&self, date: Date) -> &[(Time, Time)] {
        &self.seasons[self.season(date)].spells
    }

    pub(super) fn of(&self, day: i64) -> &Hours {
        match &*self.hours {
            [all_year] => all_year,
            hours => &hours[self.season(days::date(day))],
        }
    }

    fn season(&self, date: Date) -> usize {
        let today = (date.month(), date.day());
        let begun = self.seasons.partition_point(|season| season.from <= today);
        begun.checked_sub(1).unwrap_or(self.seasons.len() - 1)
    }
}

impl Hours {
    fn of(spells: &[(Time, Time)]) -> Self {
        let spells: Vec<_> =
            spells.iter().map(|(a, b)| (days::seconds(*a), days::seconds(*b))).collect();
        let opens = spells.first().map_or(0, |spell| spell.0);
        let closes = spells.last().map_or(0, |spell| spell.1);
        Self { spells, opens, closes }
    }

    /// Office seconds of a working day from one second of it to another.
    pub(crate) fn between(&self, from: i64, to: i64) -> i64 {
        let within = |(opens, closes): &(i64, i64)| (to.min(*closes) - from.max(*opens)).max(0);
        self.spells.iter().map(within).sum()
    }
}

/// 08:30–12:00 and 14:30–18:00 all the year.
impl Default for Seasons {
    fn default() -> Self {
        let spells =
            vec![(time(8, 30, 0, 0), time(12, 0, 0, 0)), (time(14, 30, 0, 0), time(18, 0, 0, 0))];
        let hours = vec![Hours::of(&spells)];
        Self { seasons: vec![Season { from: (1, 1), spells }], hours }
    }
}

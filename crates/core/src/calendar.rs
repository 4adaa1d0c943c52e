//! The working calendar: which days are working days, and the hours of the office.
//!
//! The days are those of the State Council's yearly notices, make-up days included; weekday
//! arithmetic alone is wrong on 46 days of the years 2020 to 2026. A year without its notice is
//! taken as Monday to Friday, and whoever asks is told that the answer is provisional.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday, time};
use serde::{Deserialize, Serialize};

use crate::time::At;

/// By which days a county counts its 13710 (it chooses once, at `init`, and sees both).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    #[default]
    Natural,
    Working,
}

/// What the calendar says of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day<'a> {
    pub working: bool,
    /// The year's notice is published; otherwise Monday to Friday were taken.
    pub known: bool,
    /// The holiday's name (劳动节), or that of a make-up day; empty on ordinary days.
    pub name: &'a str,
}

/// The office hours from one day of the year on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Month and day from which these hours hold, until the next season.
    pub from: (i8, i8),
    /// Spells of work in order, such as 08:30–12:00 and 14:30–18:00.
    pub spells: Vec<(Time, Time)>,
}

/// A row of the official calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub date: Date,
    pub working: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// What is wrong with a calendar's rows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFault {
    #[error("{0} stands twice")]
    Twice(Date),
    #[error("{0} is missing: a published year has every day")]
    Missing(Date),
    #[error("the office hours are empty, overlap or run backwards")]
    Hours,
}

/// Working days and office hours.
#[derive(Debug, Clone)]
pub struct Calendar {
    days: BTreeMap<Date, (bool, String)>,
    first: Date,
    /// How many working days lie from `first` up to and with each known day.
    counted: Vec<u32>,
    working: Vec<Date>,
    seasons: Vec<Season>,
}

fn usual_hours() -> Season {
    let spells =
        vec![(time(8, 30, 0, 0), time(12, 0, 0, 0)), (time(14, 30, 0, 0), time(18, 0, 0, 0))];
    Season { from: (1, 1), spells }
}

impl Calendar {
    /// The calendar of the rows with the usual hours, 08:30–12:00 and 14:30–18:00.
    ///
    /// # Errors
    /// Every day that stands twice or is missing from a published year.
    pub fn from_rows(rows: impl IntoIterator<Item = Row>) -> Result<Self, Vec<CalendarFault>> {
        let usual =
            vec![(time(8, 30, 0, 0), time(12, 0, 0, 0)), (time(14, 30, 0, 0), time(18, 0, 0, 0))];
        Self::with_hours(rows, vec![Season { from: (1, 1), spells: usual }])
    }

    /// The same with office hours by season.
    pub fn with_hours(
        rows: impl IntoIterator<Item = Row>,
        mut seasons: Vec<Season>,
    ) -> Result<Self, Vec<CalendarFault>> {
        let mut faults = Vec::new();
        let mut days = BTreeMap::new();
        for row in rows {
            if days.insert(row.date, (row.working, row.name)).is_some() {
                faults.push(CalendarFault::Twice(row.date));
            }
        }
        let forward = |spells: &[(Time, Time)]| {
            let times: Vec<Time> = spells.iter().flat_map(|(a, b)| [*a, *b]).collect();
            !times.is_empty() && times.windows(2).all(|w| w[0] < w[1])
        };
        if seasons.is_empty() || !seasons.iter().all(|s| forward(&s.spells)) {
            faults.push(CalendarFault::Hours);
        }
        seasons.sort_by_key(|s| s.from);
        let first = days.keys().next().map_or(Date::constant(1970, 1, 1), |d| d.first_of_year());
        let last = days.keys().next_back().map(|d| d.last_of_year());
        let (mut counted, mut working, mut n) = (Vec::new(), Vec::new(), 0);
        if let Some(last) = last {
            for date in first.series(1.day()).take_while(|d| *d <= last) {
                match days.get(&date) {
                    Some((true, _)) => {
                        n += 1;
                        working.push(date);
                    }
                    Some(_) => {}
                    None => faults.push(CalendarFault::Missing(date)),
                }
                counted.push(n);
            }
        }
        if faults.is_empty() {
            Ok(Self { days, first, counted, working, seasons })
        } else {
            Err(faults)
        }
    }

    /// A calendar of which no year is published: Monday to Friday, the usual hours, all provisional.
    pub fn unpublished() -> Self {
        Self {
            days: BTreeMap::new(),
            first: Date::constant(1970, 1, 1),
            counted: Vec::new(),
            working: Vec::new(),
            seasons: vec![usual_hours()],
        }
    }

    /// The rows as loaded, in order of date.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        let row = |(date, (working, name)): (&Date, &(bool, String))| Row {
            date: *date,
            working: *working,
            name: name.clone(),
        };
        self.days.iter().map(row)
    }

    /// The last year whose notice is published.
    pub fn last_year(&self) -> Option<i16> {
        self.days.keys().next_back().map(|d| d.year())
    }

    pub fn day(&self, date: Date) -> Day<'_> {
        match self.days.get(&date) {
            Some((working, name)) => Day { working: *working, known: true, name },
            None => {
                let rest = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
                Day { working: !rest, known: false, name: "" }
            }
        }
    }

    /// The spells of work of a day by its season, whether it is a working day or not.
    pub fn spells(&self, date: Date) -> &[(Time, Time)] {
        let key = (date.month(), date.day());
        let season = self.seasons.iter().rev().find(|s| s.from <= key);
        // Before the first season of the year the last one of the year before still holds.
        season.or(self.seasons.last()).map_or(&[], |s| &s.spells)
    }

    pub fn opening(&self, date: Date) -> At {
        let spells = self.spells(date);
        At::on(date, spells.first().map_or(Time::midnight(), |s| s.0))
    }

    pub fn closing(&self, date: Date) -> At {
        let spells = self.spells(date);
        At::on(date, spells.last().map_or(Time::MAX, |s| s.1))
    }

    /// The `n`-th working day after `date`, and whether every day asked is published.
    pub fn working_day_after(&self, date: Date, n: u32) -> (Date, bool) {
        if n == 0 {
            return (date, true);
        }
        if let Some(so_far) = self.counted_to(date) {
            let index = (so_far + n - 1) as usize;
            if let Some(day) = self.working.get(index) {
                return (*day, true);
            }
        }
        let (mut at, mut left, mut known) = (date, n, true);
        while left > 0 {
            at = at.tomorrow().unwrap_or(Date::MAX);
            let day = self.day(at);
            known &= day.known;
            left -= u32::from(day.working);
        }
        (at, known)
    }

    /// How many working days lie after `from` up to and with `to`, and whether all are published.
    pub fn working_days_between(&self, from: Date, to: Date) -> (u32, bool) {
        if to <= from {
            return (0, true);
        }
        if let (Some(a), Some(b)) = (self.counted_to(from), self.counted_to(to)) {
            return (b - a, true);
        }
        let (mut at, mut n, mut known) = (from, 0, true);
        while at < to {
            at = at.tomorrow().unwrap_or(Date::MAX);
            let day = self.day(at);
            known &= day.known;
            n += u32::from(day.working);
        }
        (n, known)
    }

    /// The seconds of office time from `from` to `to`, and whether all days are published.
    pub fn office_seconds(&self, from: At, to: At) -> (i64, bool) {
        let (mut sum, mut known, mut date) = (0, true, from.date());
        while date <= to.date() {
            let day = self.day(date);
            known &= day.known;
            if day.working {
                for (open, close) in self.spells(date) {
                    let (open, close) = (At::on(date, *open), At::on(date, *close));
                    sum += close.min(to).seconds_since(open.max(from)).max(0);
                }
            }
            date = date.tomorrow().unwrap_or(Date::MAX);
        }
        (sum, known)
    }

    /// The moment `seconds` of office time after `from`; one that falls on the end of a spell stays there.
    pub fn after_office_seconds(&self, from: At, seconds: i64) -> (At, bool) {
        let (mut left, mut known, mut date, mut at) = (seconds, true, from.date(), from);
        loop {
            let day = self.day(date);
            known &= day.known;
            if day.working {
                for (open, close) in self.spells(date) {
                    let (open, close) = (At::on(date, *open), At::on(date, *close));
                    let begin = open.max(at);
                    let length = close.seconds_since(begin);
                    if length <= 0 {
                        continue;
                    }
                    if left <= length {
                        return (begin.plus_seconds(left), known);
                    }
                    left -= length;
                }
            }
            date = date.tomorrow().unwrap_or(Date::MAX);
            at = At::on(date, Time::midnight());
        }
    }

    /// The working day that an instant counts for: its own up to closing, else the next one.
    pub fn working_day_of(&self, at: At) -> Date {
        if self.day(at.date()).working && at <= self.closing(at.date()) {
            at.date()
        } else {
            self.working_day_after(at.date(), 1).0
        }
    }

    /// The closing of the last working day before the day of `at`.
    pub fn closing_before(&self, at: At) -> At {
        let mut date = at.date();
        loop {
            date = date.yesterday().unwrap_or(Date::MIN);
            if self.day(date).working {
                return self.closing(date);
            }
        }
    }

    fn counted_to(&self, date: Date) -> Option<u32> {
        let offset = date.duration_since(self.first).as_hours() / 24;
        self.counted.get(usize::try_from(offset).ok()?).copied()
    }
}

//! The working calendar: which days are worked, as the State Council's notice of each year says.
//!
//! Every date of a published year is known, weekends that are worked and weekdays that are not
//! included. For any other year Monday to Friday are taken, and [`Day::known`] is false.
//!
//! ```
//! use jiff::civil::date;
//! use zongheng_core::calendar::Calendar;
//!
//! # let text = include_str!("../../../../programmes/calendar/days.csv");
//! let calendar = Calendar::from_csv(text)?;
//! // A Sunday that is worked, in exchange for the bridge before Labour Day.
//! let made_up = calendar.day(date(2022, 4, 24));
//! assert!(made_up.working && made_up.known);
//! assert_eq!(made_up.name, "劳动节");
//! // A Friday in a year without a notice: taken as worked, and said to be not known.
//! let new_year = calendar.day(date(2027, 1, 1));
//! assert!(new_year.working && !new_year.known);
//! # Ok::<(), Vec<zongheng_core::calendar::CalendarFault>>(())
//! ```

pub(crate) mod days;
mod load;
mod office;
mod publish;

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

pub use self::load::CalendarFault;
pub use self::office::Season;
use self::office::{Hours, Seasons};
pub use self::publish::Published;
use crate::time::At;

/// Days in a row with one name: a holiday, or what a weekend is worked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    pub from: Date,
    pub to: Date,
    pub name: String,
}

/// By which days a county counts its 13710: it chooses once, at `init`, and sees both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    #[default]
    Natural,
    Working,
}

/// A row of the official calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub date: Date,
    pub working: bool,
    /// The holiday that the day has to do with, if any.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// What the calendar says of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day<'a> {
    pub working: bool,
    /// Whether the year is published; otherwise Monday to Friday are taken.
    pub known: bool,
    /// The holiday, or for a worked weekend the holiday it makes up for; empty on ordinary days.
    pub name: &'a str,
}

/// Working days and office hours. Counting is a subtraction of ranks, however long the count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    seasons: Seasons,
    years: BTreeSet<i16>,
    /// The first day of the first published year.
    first: i64,
    /// From there on each day up to the end of the last published year.
    table: Vec<Entry>,
    /// The working days among them, in order.
    working: Vec<i64>,
    names: Vec<String>,
    /// Whether a year between the first and the last is not published.
    gaps: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    working: bool,
    /// Where the name stands among the names; the first is empty.
    name: u16,
    /// Working days from the first day up to and with this one.
    up_to: u32,
}

impl Calendar {
    /// The rows as loaded, in order of date.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        let row = |day: i64| {
            let date = days::date(day);
            let Day { working, known, name } = self.day(date);
            known.then(|| Row { date, working, name: name.to_owned() })
        };
        (self.first..self.end()).filter_map(row)
    }

    /// The published years.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.iter().copied()
    }

    /// The last year whose notice is published.
    pub fn last_year(&self) -> Option<i16> {
        self.years.last().copied()
    }

    pub fn day(&self, date: Date) -> Day<'_> {
        let day = days::number(date);
        Day {
            working: self.works(day),
            known: self.years.contains(&date.year()),
            name: self.name(day),
        }
    }

    /// The spells of work of a day by its season, whether it is a working day or not.
    pub fn spells(&self, date: Date) -> &[(Time, Time)] {
        self.seasons.spells(date)
    }

    /// When the offices open on a day, were it a working day.
    pub fn opening(&self, date: Date) -> At {
        let day = days::number(date);
        days::instant(day, self.hours_of(day).opens)
    }

    /// When the offices close on a day, were it a working day.
    pub fn closing(&self, date: Date) -> At {
        let day = days::number(date);
        days::instant(day, self.hours_of(day).closes)
    }

    /// The `n`-th working day after `date`, with 0 the day itself; and whether every day asked is
    /// published.
    ///
    /// ```
    /// # let text = include_str!("../../../../programmes/calendar/days.csv");
    /// # let calendar = zongheng_core::calendar::Calendar::from_csv(text).unwrap();
    /// use jiff::civil::date;
    ///
    /// // Friday 30 September 2022: a week of holidays, then a Saturday that is worked.
    /// assert_eq!(calendar.working_day_after(date(2022, 9, 30), 1), (date(2022, 10, 8), true));
    /// assert_eq!(calendar.working_day_after(date(2026, 12, 31), 1), (date(2027, 1, 1), false));
    /// ```
    pub fn working_day_after(&self, date: Date, n: u32) -> (Date, bool) {
        let day = days::number(date);
        let found = self.nth_after(day, i64::from(n));
        (days::date(found), self.all_published(day + 1, found))
    }

    /// How many working days lie after `from` up to and with `to`, and whether all are published.
    pub fn working_days_between(&self, from: Date, to: Date) -> (u32, bool) {
        let (from, to) = (days::number(from), days::number(to));
        (u32::try_from(self.count(from, to)).unwrap_or(0), self.all_published(from + 1, to))
    }

    /// The seconds of office time from `from` to `to`, and whether the days that they touch are
    /// published.
    pub fn office_seconds(&self, from: At, to: At) -> (i64, bool) {
        let (first, last) = self.touched(from, to);
        (self.office_seconds_between(from, to), self.all_published(first, last))
    }

    /// The earliest moment with `seconds` of office time since `from`, so that one on the end of a
    /// spell stays there; and whether every day asked is published.
    pub fn after_office_seconds(&self, from: At, seconds: i64) -> (At, bool) {
        let (at, first) = self.office_time_after(from, seconds);
        (at, seconds <= 0 || self.all_published(first, days::day_of(at)))
    }

    /// The working day that an instant counts for: its own up to closing, else the next one.
    ///
    /// ```
    /// # let text = include_str!("../../../../programmes/calendar/days.csv");
    /// # let calendar = zongheng_core::calendar::Calendar::from_csv(text).unwrap();
    /// use jiff::civil::date;
    ///
    /// let in_time = "2022-04-29T18:00:00+08:00".parse().unwrap();
    /// let late = "2022-04-29T18:00:01+08:00".parse().unwrap();
    /// assert_eq!(calendar.working_day_of(in_time), date(2022, 4, 29));
    /// assert_eq!(calendar.working_day_of(late), date(2022, 5, 5), "after Labour Day");
    /// ```
    pub fn working_day_of(&self, at: At) -> Date {
        days::date(self.working_day_number(at))
    }

    /// Whether two instants count for the same working day.
    pub fn same_working_day(&self, a: At, b: At) -> bool {
        self.working_day_number(a) == self.working_day_number(b)
    }

    /// Whether `at` is not later than the closing of the `n`-th working day after the one for which
    /// `from` counts.
    ///
    /// ```
    /// # let text = include_str!("../../../../programmes/calendar/days.csv");
    /// # let calendar = zongheng_core::calendar::Calendar::from_csv(text).unwrap();
    /// // Dispatched after closing on the Friday before Labour Day: a return is in time on the second
    /// // working day after it, for the dispatch counts for the first one.
    /// let dispatched = "2022-04-29T18:30:00+08:00".parse().unwrap();
    /// let in_time = "2022-05-06T18:00:00+08:00".parse().unwrap();
    /// let late = "2022-05-06T18:00:01+08:00".parse().unwrap();
    /// assert!(calendar.within_working_days(dispatched, 1, in_time));
    /// assert!(!calendar.within_working_days(dispatched, 1, late));
    /// ```
    pub fn within_working_days(&self, from: At, n: u32, at: At) -> bool {
        let last = self.nth_after(self.working_day_number(from), i64::from(n));
        at <= days::instant(last, self.hours_of(last).closes)
    }

    /// The closing of the last working day before the day of `at`.
    pub fn closing_before(&self, at: At) -> At {
        let before = self.at_rank(self.rank(days::day_of(at) - 1));
        days::instant(before, self.hours_of(before).closes)
    }

    /// The closing time of a day by the hours of its season, whether or not it is worked.
    pub fn closing_on(&self, date: Date) -> At {
        let day = days::number(date);
        days::instant(day, self.hours_of(day).closes)
    }

    fn working_day_number(&self, at: At) -> i64 {
        let day = days::day_of(at);
        let closed = days::second_of(at) > self.hours_of(day).closes;
        self.on_or_after(if closed { day + 1 } else { day })
    }

    pub(crate) fn office_seconds_between(&self, from: At, to: At) -> i64 {
        if to <= from {
            return 0;
        }
        let (first, last) = (days::day_of(from), days::day_of(to));
        let mut total = 0;
        let mut day = self.on_or_after(first);
        while day <= last {
            let begin = if day == first { days::second_of(from) } else { 0 };
            let end = if day == last { days::second_of(to) } else { i64::MAX };
            total += self.hours_of(day).between(begin, end);
            day = self.nth_after(day, 1);
        }
        total
    }

    /// The moment of [`Calendar::after_office_seconds`], and the first day that was looked up.
    pub(crate) fn office_time_after(&self, from: At, seconds: i64) -> (At, i64) {
        let first = days::day_of(from);
        let closed = days::second_of(from) >= self.hours_of(first).closes;
        let asked_from = if closed { first + 1 } else { first };
        if seconds <= 0 {
            return (from, asked_from);
        }
        let mut day = self.on_or_after(asked_from);
        let mut left = seconds;
        loop {
            let earliest = if day == first { days::second_of(from) } else { 0 };
            for (opens, closes) in &self.hours_of(day).spells {
                let begin = earliest.max(*opens);
                let length = (closes - begin).max(0);
                if left <= length {
                    return (days::instant(day, begin + left), asked_from);
                }
                left -= length;
            }
            day = self.nth_after(day, 1);
        }
    }

    /// The first and the last day of which office hours lie between two instants, were they working
    /// days; the others need not be looked up.
    pub(crate) fn touched(&self, from: At, to: At) -> (i64, i64) {
        let (first, last) = (days::day_of(from), days::day_of(to));
        let over = days::second_of(from) >= self.hours_of(first).closes;
        let ahead = days::second_of(to) <= self.hours_of(last).opens;
        (first + i64::from(over), last - i64::from(ahead))
    }

    pub(crate) fn hours_of(&self, day: i64) -> &Hours {
        self.seasons.of(day)
    }

    pub(crate) fn works(&self, day: i64) -> bool {
        self.row(day).map_or(days::since_monday(day) < 5, |row| row.working)
    }

    pub(crate) fn name(&self, day: i64) -> &str {
        self.row(day).map_or("", |row| &self.names[usize::from(row.name)])
    }

    /// The first working day that is not before a day.
    pub(crate) fn on_or_after(&self, day: i64) -> i64 {
        if self.works(day) { day } else { self.nth_after(day, 1) }
    }

    pub(crate) fn nth_after(&self, day: i64, n: i64) -> i64 {
        if n <= 0 { day } else { self.at_rank(self.rank(day) + n) }
    }

    /// Working days after a day, up to and with another.
    pub(crate) fn count(&self, after: i64, up_to: i64) -> i64 {
        (self.rank(up_to) - self.rank(after)).max(0)
    }

    fn all_published(&self, from: i64, to: i64) -> bool {
        self.years_unpublished(from, to).next().is_none()
    }

    /// The years between two days, both included, that are not published.
    pub(crate) fn years_unpublished(&self, from: i64, to: i64) -> impl Iterator<Item = i16> {
        let within = from >= self.first && to < self.end();
        let span = if (within && !self.gaps) || to < from {
            None
        } else {
            Some(days::date(from).year()..=days::date(to).year())
        };
        span.into_iter().flatten().filter(|year| !self.years.contains(year))
    }

    fn row(&self, day: i64) -> Option<&Entry> {
        usize::try_from(day - self.first).ok().and_then(|n| self.table.get(n))
    }

    /// The day after the last one of the table.
    fn end(&self) -> i64 {
        self.first + i64::try_from(self.table.len()).unwrap_or(i64::MAX)
    }

    /// Working days from the first day of the table up to and with a day; before it, less than none.
    fn rank(&self, day: i64) -> i64 {
        if let Some(row) = self.row(day) {
            return i64::from(row.up_to);
        }
        let edge = if day < self.first { self.first - 1 } else { self.end() - 1 };
        let at_edge = if day < self.first { 0 } else { self.total() };
        at_edge + days::weekdays_up_to(day) - days::weekdays_up_to(edge)
    }

    /// The working day of a rank: `rank` turned round.
    fn at_rank(&self, rank: i64) -> i64 {
        if rank <= 0 {
            return days::nth_weekday(rank + days::weekdays_up_to(self.first - 1));
        }
        usize::try_from(rank - 1).ok().and_then(|n| self.working.get(n)).copied().unwrap_or_else(
            || days::nth_weekday(rank - self.total() + days::weekdays_up_to(self.end() - 1)),
        )
    }

    fn total(&self) -> i64 {
        i64::try_from(self.working.len()).unwrap_or(i64::MAX)
    }
}

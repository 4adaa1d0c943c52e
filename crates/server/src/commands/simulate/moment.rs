//! What a life looks at when it is asked what comes next, and when that is.

use zongheng_core::calendar::Calendar;
use zongheng_core::time::At;

use super::cast::Cast;
use super::chance::Chance;
use super::step::Step;

/// What everybody leaves to others at least; the simulation records in batches of this length.
pub(super) const LEAST: i64 = 20 * 60;

/// What comes next in a life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Go {
    Do(At, Step),
    /// Nothing by itself; it is looked at again then.
    Wait(At),
    /// Nothing any more.
    Rest,
}

/// Now, by the clock of an office or by any clock.
#[derive(Clone, Copy)]
pub(super) struct Moment<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) cast: &'a Cast,
    pub(super) now: At,
    /// The matter that works for this one too is still worked on.
    pub(super) main_works: bool,
    pub(super) parts_open: bool,
}

impl Moment<'_> {
    /// Between so and so many minutes of office time from `from`.
    pub(super) fn office(&self, chance: &mut Chance, from: At, (least, most): (i64, i64)) -> At {
        let seconds = chance.between(least * 60, most * 60).max(LEAST);
        self.calendar.after_office_seconds(from.max(self.now), seconds).0
    }

    pub(super) fn soon(&self, chance: &mut Chance, minutes: (i64, i64)) -> At {
        self.office(chance, self.now, minutes)
    }

    /// So many minutes from now, whatever hour it is.
    pub(super) fn at_once(&self, chance: &mut Chance, (least, most): (i64, i64)) -> At {
        self.now.plus_seconds(chance.between(least * 60, most * 60).max(LEAST))
    }

    /// Some moment of office time before `until` with a part of the time left, and soon if it is past.
    pub(super) fn before(&self, chance: &mut Chance, until: At) -> At {
        let left = self.calendar.office_seconds(self.now, until).0 / 60;
        self.soon(chance, (30.min(left), (left * 7 / 10).max(30)))
    }

    /// A moment of the working day `days` working days after the day of `from`.
    pub(super) fn days_after(&self, chance: &mut Chance, from: At, days: u32) -> At {
        let day = self.calendar.working_day_after(from.date(), days).0;
        let opening = self.calendar.opening(day).plus_seconds(-60);
        self.office(chance, opening.max(self.now), (20, 360))
    }

    /// Some days from now.
    pub(super) fn in_days(&self, chance: &mut Chance, (least, most): (i64, i64)) -> At {
        let days = u32::try_from(chance.between(least, most)).unwrap_or(1);
        self.days_after(chance, self.now, days)
    }

    /// The next day on which somebody looks at what waits for others.
    pub(super) fn tomorrow(&self) -> At {
        self.calendar.opening(self.calendar.working_day_after(self.now.date(), 1).0)
    }
}

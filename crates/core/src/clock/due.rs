//! The arithmetic.

use std::collections::BTreeSet;

use jiff::Span;

use super::pause::in_order;
use super::{Asked, By, ClockError, Counted, Due, Idle, Limit, Pause, Reason, Roll, Start};
use crate::calendar::days::{date, day_of, instant, number, second_of, seconds, since_monday};
use crate::calendar::{Calendar, Days};
use crate::time::At;

/// Start, due and warning of a limit, with the reasons.
///
/// # Errors
///
/// A limit of no days that starts at once; pauses that overlap or end before they begin; times outside
/// the years 1900 to 2999.
pub fn due(calendar: &Calendar, asked: &Asked<'_>) -> Result<Due, ClockError> {
    let limit = asked.limit;
    let nothing = matches!(limit, Limit::Days(0) | Limit::WorkingDays(0) | Limit::Months(0));
    if nothing && asked.start == Start::AtOnce {
        return Err(ClockError::NothingAtOnce(limit));
    }
    let given = asked.pauses.iter().flat_map(|pause| [pause.from, pause.to]);
    if let Some(far) = given.chain([asked.accepted]).find(|at| !in_range(*at)) {
        return Err(ClockError::OutOfRange(far));
    }
    let pauses = in_order(asked.pauses)?;
    let mut count = Count::new(calendar);
    let start = count.start(asked);
    let due = match limit {
        Limit::Days(n) => {
            let last = day_of(start) + i64::from(n);
            count.by_days(start, last, asked, &pauses)
        }
        Limit::Months(n) => {
            let last = months_after(start, n).ok_or(ClockError::TooFar(asked.accepted, limit))?;
            count.by_days(start, last, asked, &pauses)
        }
        Limit::WorkingDays(n) => count.by_working_days(start, n.into(), limit, &pauses),
        Limit::Hours(n) => count.by_hours(start, n.into(), limit, &pauses),
        Limit::WorkingHours(n) => count.by_working_hours(start, n.into(), limit, &pauses),
    };
    if !in_range(due) {
        return Err(ClockError::TooFar(asked.accepted, limit));
    }
    let (provisional, because) = count.finish();
    Ok(Due { start, due, warn: warning(start, due), provisional, because })
}

/// A due that was given as a date, moved by a pause that was granted later: by the calendar days
/// between the pause's two dates (`d`, `m`), by the working days after the first up to the second
/// (`wd`), by its length (`h`), or by its office hours (`wh`). It keeps its time of day, but for hours,
/// and is never rolled. Also says whether a year that is not published had to be asked.
///
/// A pause that begins when all is due, or has no length, changes nothing.
///
/// ```
/// # use zongheng_core::{calendar::Calendar, clock};
/// # let calendar = Calendar::from_csv(include_str!("../../../../programmes/calendar/days.csv")).unwrap();
/// // An extension to noon of Saturday 30 April 2022: given as such, kept as such.
/// let due = "2022-04-30T12:00:00+08:00".parse()?;
/// let pause = "2022-04-27T09:00:00+08:00/2022-04-28T09:00:00+08:00".parse()?;
/// let (natural, _) = clock::moved(&calendar, due, &"7d".parse()?, pause);
/// assert_eq!(natural.to_string(), "2022-05-01T12:00:00+08:00", "a holiday");
/// let (working, _) = clock::moved(&calendar, due, &"7wd".parse()?, pause);
/// assert_eq!(working.to_string(), "2022-05-05T12:00:00+08:00", "the next working day");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn moved(calendar: &Calendar, due: At, limit: &Limit, pause: Pause) -> (At, bool) {
    if pause.from >= due || pause.to <= pause.from {
        return (due, false);
    }
    let mut count = Count::new(calendar);
    let by = count.held(*limit, pause);
    let moved = match by {
        By::Days(n) => instant(day_of(due) + n, second_of(due)),
        By::WorkingDays(n) => instant(count.nth_after(day_of(due), n), second_of(due)),
        By::Seconds(n) => due.plus_seconds(n),
        By::OfficeSeconds(n) => count.office_time_after(due, n),
    };
    (moved, count.finish().0)
}

/// The day of the same number so many months on, or that month's last day.
fn months_after(start: At, months: u32) -> Option<i64> {
    let span = Span::new().try_months(months).ok()?;
    date(day_of(start)).checked_add(span).ok().map(number)
}

/// Two thirds of the natural time, seconds dropped.
fn warning(start: At, due: At) -> At {
    let at = start.seconds() + due.seconds_since(start) * 2 / 3;
    At::from_seconds(at - at.rem_euclid(60)).max(start)
}

/// The years in which days are reckoned: enough for any promise, and no count runs away.
fn in_range(at: At) -> bool {
    /// 1900-01-01 and 3000-01-01 at +08:00.
    const YEARS: std::ops::Range<i64> = -2_209_017_600..32_503_651_200;
    YEARS.contains(&at.seconds())
}

/// A count under way: what it asked of years that are not published, and its reasons.
struct Count<'a> {
    calendar: &'a Calendar,
    unpublished: BTreeSet<i16>,
    because: Vec<Reason>,
}

impl<'a> Count<'a> {
    fn new(calendar: &'a Calendar) -> Self {
        Self { calendar, unpublished: BTreeSet::new(), because: Vec::with_capacity(4) }
    }

    fn finish(mut self) -> (bool, Vec<Reason>) {
        let provisional = !self.unpublished.is_empty();
        let years = self.unpublished.into_iter();
        self.because.extend(years.map(|year| Reason::Provisional { year }));
        (provisional, self.because)
    }

    /// Notes that the days between these two, both included, were looked up.
    fn ask(&mut self, from: i64, to: i64) {
        self.unpublished.extend(self.calendar.years_unpublished(from, to));
    }

    fn on_or_after(&mut self, day: i64) -> i64 {
        let found = self.calendar.on_or_after(day);
        self.ask(day, found);
        found
    }

    fn nth_after(&mut self, day: i64, n: i64) -> i64 {
        let found = self.calendar.nth_after(day, n);
        self.ask(day + 1, found);
        found
    }

    fn closing(&self, day: i64) -> At {
        instant(day, self.calendar.hours_of(day).closes)
    }

    fn start(&mut self, asked: &Asked<'_>) -> At {
        let at = asked.accepted;
        let (start, why) = match asked.start {
            Start::AtOnce => (at, Counted::AtOnce),
            Start::Working => self.working_start(asked),
        };
        self.because.push(Reason::CountedFrom { at, start, why });
        start
    }

    fn working_start(&mut self, asked: &Asked<'_>) -> (At, Counted) {
        let (day, second) = (day_of(asked.accepted), second_of(asked.accepted));
        let hours = self.calendar.hours_of(day);
        let cutoff = asked.cutoff.map_or(hours.closes, seconds).min(hours.closes);
        self.ask(day, day);
        let why = if !self.calendar.works(day) {
            Counted::RestDay { name: self.calendar.name(day).to_owned() }
        } else if second > hours.closes {
            Counted::AfterClosing
        } else if second > cutoff {
            Counted::AfterCutoff
        } else if second < hours.opens {
            return (instant(day, hours.opens), Counted::BeforeOpening);
        } else {
            return (asked.accepted, Counted::InHours);
        };
        let next = self.nth_after(day, 1);
        (instant(next, self.calendar.hours_of(next).opens), why)
    }

    fn by_days(&mut self, start: At, last: i64, asked: &Asked<'_>, pauses: &[Pause]) -> At {
        let Asked { limit, roll, .. } = *asked;
        let by_limit = self.because.len();
        self.because.push(Reason::Limit { limit, last: self.closing(last), rest: None });
        let (wanted, got) = (date(day_of(start)).day(), date(last).day());
        if matches!(limit, Limit::Months(_)) && wanted != got {
            self.because.push(Reason::MonthEnd { day: wanted, last: date(last) });
        }
        let mut moved = last;
        for pause in pauses {
            // Whether the last day rolls is asked only where it matters.
            let open = pause.from < self.closing(moved)
                || (roll == Roll::Next && {
                    let rolled = self.on_or_after(moved);
                    pause.from < self.closing(rolled)
                });
            if let Some(pause) = self.effective(start, open, *pause)
                && let By::Days(n) = self.apply(limit, pause)
            {
                moved += n;
            }
        }
        if moved != last {
            self.because.push(Reason::AfterPauses { last: self.closing(moved), rest: None });
        }
        let place = if moved == last { by_limit } else { self.because.len() - 1 };
        let due = self.roll(moved, roll, place);
        self.closing(due)
    }

    /// Rolls the last day, or says that it stays; `place` is the reason that names the day.
    fn roll(&mut self, last: i64, roll: Roll, place: usize) -> i64 {
        let calendar = self.calendar;
        let to = match roll {
            Roll::Next => self.on_or_after(last),
            Roll::None => last,
        };
        // Where it stays it need not be looked up, and what is not known is not said.
        let known = roll == Roll::Next || calendar.years_unpublished(last, last).next().is_none();
        if calendar.works(last) || !known {
            return to;
        }
        let name = calendar.name(last).to_owned();
        if let Some(Reason::Limit { rest, .. } | Reason::AfterPauses { rest, .. }) =
            self.because.get_mut(place)
        {
            *rest = Some(name.clone());
        }
        let from = date(last);
        self.because.push(match roll {
            Roll::Next => Reason::Rolled { from, to: date(to), name },
            Roll::None => Reason::NotRolled { on: from, name },
        });
        to
    }

    fn by_working_days(&mut self, start: At, n: i64, limit: Limit, pauses: &[Pause]) -> At {
        let first = day_of(start);
        let mut n = n;
        let by_limit = self.nth_after(first, n);
        let mut last = by_limit;
        let place = self.because.len();
        for pause in pauses {
            let open = pause.from < self.closing(last);
            if let Some(pause) = self.effective(start, open, *pause)
                && let By::WorkingDays(more) = self.apply(limit, pause)
            {
                n += more;
                last = self.nth_after(first, n);
            }
        }
        let told = self.because.split_off(place);
        self.between(first, last);
        self.because.push(Reason::Limit { limit, last: self.closing(by_limit), rest: None });
        self.because.extend(told);
        if last != by_limit {
            self.because.push(Reason::AfterPauses { last: self.closing(last), rest: None });
        }
        self.closing(last)
    }

    /// Says which days after the first up to the last were not counted, and which weekends were.
    fn between(&mut self, first: i64, last: i64) {
        let calendar = self.calendar;
        let resting = last - first - calendar.count(first, last);
        let holiday = |day: &i64| !calendar.works(*day) && !calendar.name(*day).is_empty();
        let made_up = |day: &i64| since_monday(*day) >= 5 && calendar.works(*day);
        if resting > 0 {
            let holidays = calendar.runs((first + 1..=last).filter(holiday));
            let off = |run: &Days| number(run.to) - number(run.from) + 1;
            let weekend_days = resting - holidays.iter().map(off).sum::<i64>();
            self.because.push(Reason::NotCounted { holidays, weekend_days });
        }
        let days = calendar.runs((first + 1..=last).filter(made_up));
        if !days.is_empty() {
            self.because.push(Reason::MadeUp { days });
        }
    }

    fn by_hours(&mut self, start: At, hours: i64, limit: Limit, pauses: &[Pause]) -> At {
        let by_limit = start.plus_seconds(hours * 3600);
        self.because.push(Reason::Limit { limit, last: by_limit, rest: None });
        let mut due = by_limit;
        for pause in pauses {
            if let Some(pause) = self.effective(start, pause.from < due, *pause)
                && let By::Seconds(more) = self.apply(limit, pause)
            {
                due = due.plus_seconds(more);
            }
        }
        self.after_pauses(by_limit, due)
    }

    fn by_working_hours(&mut self, start: At, hours: i64, limit: Limit, pauses: &[Pause]) -> At {
        let mut total = hours * 3600;
        let by_limit = self.office_time_after(start, total);
        self.because.push(Reason::Limit { limit, last: by_limit, rest: None });
        let mut due = by_limit;
        for pause in pauses {
            if let Some(pause) = self.effective(start, pause.from < due, *pause)
                && let By::OfficeSeconds(more) = self.apply(limit, pause)
            {
                total += more;
                due = self.office_time_after(start, total);
            }
        }
        self.after_pauses(by_limit, due)
    }

    fn after_pauses(&mut self, by_limit: At, due: At) -> At {
        if due != by_limit {
            self.because.push(Reason::AfterPauses { last: due, rest: None });
        }
        due
    }

    fn office_time_after(&mut self, start: At, seconds: i64) -> At {
        let (at, first) = self.calendar.office_time_after(start, seconds);
        if seconds > 0 {
            self.ask(first, day_of(at));
        }
        at
    }

    /// The part of a pause that counts, if the due of the moment is still open when it begins.
    fn effective(&mut self, start: At, open: bool, pause: Pause) -> Option<Pause> {
        let cut = Pause { from: pause.from.max(start), ..pause };
        let why = if !open {
            Idle::AfterDue
        } else if pause.to == pause.from {
            Idle::Empty
        } else if cut.to <= cut.from {
            Idle::BeforeStart
        } else {
            return Some(cut);
        };
        self.because.push(Reason::PauseIdle { from: pause.from, to: pause.to, why });
        None
    }

    /// By how much a pause moves a due, noted as a reason.
    fn apply(&mut self, limit: Limit, pause: Pause) -> By {
        let by = self.held(limit, pause);
        let Pause { from, to } = pause;
        self.because.push(match by {
            By::Days(0) | By::WorkingDays(0) | By::OfficeSeconds(0) => {
                Reason::PauseIdle { from, to, why: Idle::Empty }
            }
            by => Reason::Paused { from, to, by: Some(by) },
        });
        by
    }

    /// What a pause holds of what the limit counts.
    fn held(&mut self, limit: Limit, pause: Pause) -> By {
        let calendar = self.calendar;
        let Pause { from, to } = pause;
        let (first, last) = (day_of(from), day_of(to));
        match limit {
            Limit::Days(_) | Limit::Months(_) => By::Days(last - first),
            Limit::WorkingDays(_) => {
                self.ask(first + 1, last);
                By::WorkingDays(calendar.count(first, last))
            }
            Limit::Hours(_) => By::Seconds(pause.length()),
            Limit::WorkingHours(_) => {
                let (first, last) = calendar.touched(from, to);
                self.ask(first, last);
                By::OfficeSeconds(calendar.office_seconds_between(from, to))
            }
        }
    }
}

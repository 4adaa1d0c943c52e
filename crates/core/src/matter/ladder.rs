//! 提醒, 催办, 建议督办: how far each open deadline has come, and when that is told.
//!
//! Machines go no further than urging. What is proposed to the supervision office is a list that its people
//! read; they decide, sign and issue. Of the lead: a reminder when the lamp turns yellow, an urge once it is
//! overdue, a proposal after three working days or where it is late for the second time. An assisting unit is
//! one rung lower: told again once it is overdue, urged after three working days, never proposed.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use super::deadline::{Deadline, is_owners};
use super::state::{Matter, Owner, Request, State};
use crate::calendar::Calendar;
use crate::ids::{PostId, UnitId};
use crate::organisation::Organisation;
use crate::playbook::Stage;
use crate::time::At;

/// When what a day brings is told, in one message, on working days.
pub const MORNING: Time = Time::constant(9, 0, 0, 0);

/// After how many working days the next rung is reached.
const DAYS: u32 = 3;

/// How far the county goes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// 提醒.
    Remind,
    /// 催办.
    Urge,
}

impl Rung {
    pub const ALL: [Self; 2] = [Self::Remind, Self::Urge];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Urge => "urge",
        }
    }
}

/// A deadline that has come to a rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The deadline's number in the matter.
    pub n: u32,
    pub rung: Rung,
    pub at: At,
}

/// What calls for an order: people decide whether one is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProposedOrder {
    /// From when on it is proposed.
    pub at: At,
    /// The number of the deadline that is overdue.
    pub n: u32,
    /// Because the same unit is late for the second time; else because of the time gone.
    pub second: bool,
}

impl Matter {
    /// The rungs to which deadlines came after `after` and up to `now`: of each the highest, so that what was
    /// missed meanwhile is told once.
    pub fn reached(&self, after: At, now: At, calendar: &Calendar) -> Vec<Reached> {
        let mut reached = Vec::new();
        for deadline in self.deadlines.iter().filter(|d| self.asks(d)) {
            let moments = rungs(deadline, calendar).into_iter().flatten();
            let within = moments.filter(|(at, _)| *at > after && *at <= now);
            let running = within.filter(|(at, _)| !self.is_paused(deadline, *at));
            if let Some((at, rung)) = running.max_by_key(|(at, rung)| (*rung, *at)) {
                reached.push(Reached { n: deadline.n, rung, at });
            }
        }
        reached
    }

    /// The next moment after `now` at which the lamp changes or a deadline comes to a rung.
    pub fn next_look(&self, now: At, calendar: &Calendar) -> Option<At> {
        let asked = self.deadlines.iter().filter(|d| self.asks(d));
        let moments = asked.flat_map(|d| rungs(d, calendar)).flatten().map(|(at, _)| at);
        moments.filter(|at| *at > now).chain(self.next_change(now)).min()
    }

    /// The open deadlines that nobody has urged since they came to that rung, with when the system does: at
    /// once where the matter is urgent, else in the morning of a working day.
    pub(super) fn to_urge(
        &self,
        now: At,
        calendar: &Calendar,
    ) -> impl Iterator<Item = (At, &Deadline)> {
        let asked = self.deadlines.iter().filter(|d| self.asks(d));
        asked.filter_map(move |deadline| {
            let moments = rungs(deadline, calendar).into_iter().flatten();
            let (at, _) = moments.filter(|(_, rung)| *rung == Rung::Urge).min()?;
            let day = calendar.working_day_of(at);
            let done = |(unit, stage, on): &(UnitId, Stage, jiff::civil::Date)| {
                *unit == deadline.whose && *stage == deadline.stage && *on >= day
            };
            let stopped = self.is_paused(deadline, at.max(now));
            let open = !stopped && !self.urged.iter().any(done);
            open.then(|| (told_at(at, now, self.urgent, calendar), deadline))
        })
    }

    /// Why an order is proposed to the supervision office, and from when on; none where nothing is overdue, where
    /// one was issued since, and for units that the county does not command.
    pub fn proposed(
        &self,
        calendar: &Calendar,
        organisation: &Organisation,
    ) -> Option<ProposedOrder> {
        let day = self.updated.date();
        let commands =
            |unit| organisation.unit(unit, day).is_some_and(|unit| unit.relation.can_be_ordered());
        let own = self.deadlines.iter().filter(|d| d.share.is_none() && self.asks(d));
        let own = own.filter(|d| is_owners(d.stage, self.state) && commands(d.whose));
        let issued = |deadline: &Deadline| {
            self.issued.iter().any(|paper| {
                paper.at > deadline.due && paper.unit.is_none_or(|unit| unit == deadline.whose)
            })
        };
        let late = own.filter(|d| !self.is_paused(d, d.due.plus_seconds(1)) && !issued(d));
        let proposed = late.map(|deadline| {
            let second = self.deadlines.iter().any(|before| was_late_before(before, deadline));
            let due = if second { deadline.due } else { days_after(deadline.due, calendar) };
            ProposedOrder { at: due.plus_seconds(1), n: deadline.n, second }
        });
        proposed.min_by_key(|proposed| (proposed.at, proposed.n))
    }

    /// Whom a deadline is told to: the unit that owes it, and its post where one is named.
    pub fn told_to(&self, deadline: &Deadline) -> Owner {
        let unit = deadline.whose;
        let owners = self.owner.filter(|owner| owner.unit == unit).and_then(|owner| owner.post);
        let shares = || self.share_of(unit).and_then(|share| share.passed_to().or(share.post));
        let post: Option<PostId> = if deadline.share.is_some() { shares() } else { owners };
        Owner { unit, post }
    }

    /// The deadline of a number, while it is open and asks for something now.
    pub fn asked(&self, n: u32, now: At) -> Option<&Deadline> {
        let open = self.deadlines.iter().find(|d| d.n == n && self.asks(d));
        open.filter(|d| !self.is_paused(d, now))
    }

    /// The highest rung at which a deadline stands; none where its date was moved and is not near any more.
    pub fn rung(&self, n: u32, now: At, calendar: &Calendar) -> Option<Rung> {
        let moments = rungs(self.asked(n, now)?, calendar).into_iter().flatten();
        moments.filter(|(at, _)| *at <= now).map(|(_, rung)| rung).max()
    }

    /// Whether somebody has to do something for it as the matter stands.
    fn asks(&self, deadline: &Deadline) -> bool {
        let beside = matches!(deadline.stage, Stage::Arrive | Stage::Decide);
        let owners = is_owners(deadline.stage, self.state) && deadline.stage != Stage::Resume;
        let shares = deadline.share.is_some() && !beside && self.state.is_open();
        deadline.is_open() && (beside || owners || shares)
    }

    /// What is shelved or lies outside is looked at again on its day, and whoever does that is told before.
    fn is_paused(&self, deadline: &Deadline, at: At) -> bool {
        deadline.stage != Stage::Review && self.stops(deadline, at)
    }

    /// When something comes about next by time alone: silence refuses a request, a pause ends, the system
    /// urges. None where nothing waits for a moment.
    pub fn comes_about(&self, now: At, calendar: &Calendar) -> Option<At> {
        if !self.state.is_open() {
            return None;
        }
        let silence = self.undecided().map(Request::silent_from);
        let urges = self.to_urge(now, calendar).map(|(at, _)| at);
        silence.chain(self.pause_ends()).chain(urges).min()
    }

    pub(super) fn undecided(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|request| request.granted.is_none())
    }

    /// A pause alone ends by itself: shelving and what lies outside end by a word of somebody.
    pub(super) fn pause_ends(&self) -> Option<At> {
        let paused = self.paused.filter(|_| self.state == State::Suspended);
        paused.map(|(_, until)| until)
    }
}

/// From when on a deadline is at each of its rungs.
fn rungs(deadline: &Deadline, calendar: &Calendar) -> [Option<(At, Rung)>; 3] {
    let remind = Some((deadline.warn, Rung::Remind));
    let overdue = deadline.due.plus_seconds(1);
    if matches!(deadline.stage, Stage::Arrive | Stage::Decide) {
        return [remind, None, None];
    }
    if deadline.share.is_none() {
        return [remind, Some((overdue, Rung::Urge)), None];
    }
    let later = days_after(deadline.due, calendar).plus_seconds(1);
    [remind, Some((overdue, Rung::Remind)), Some((later, Rung::Urge))]
}

/// Whether `before` is another deadline of the same unit that was missed earlier.
fn was_late_before(before: &Deadline, deadline: &Deadline) -> bool {
    let until = before.met.or(before.ended);
    before.n != deadline.n
        && before.whose == deadline.whose
        && before.share.is_none()
        && before.due < deadline.due
        && until.is_none_or(|until| until > before.due)
}

/// The closing of the third working day after the one for which a moment counts.
fn days_after(due: At, calendar: &Calendar) -> At {
    let (day, _) = calendar.working_day_after(calendar.working_day_of(due), DAYS);
    calendar.closing(day)
}

/// When what came about at a moment is told, where it was not told before `now`: at once if it is urgent, else
/// at nine of a working day, and where that was missed in the hours of work that come next.
pub fn told_at(at: At, now: At, urgent: bool, calendar: &Calendar) -> At {
    if urgent {
        return at;
    }
    let morning = morning_after(at, calendar);
    if morning >= now {
        return morning;
    }
    let today = now.date();
    let at_work = now >= At::on(today, MORNING) && now <= calendar.closing(today);
    let works = calendar.day(today).working && at_work;
    if works { now } else { morning_after(now, calendar) }
}

/// The first nine o'clock of a working day that is not before a moment.
pub fn morning_after(at: At, calendar: &Calendar) -> At {
    let day = at.date();
    let own = calendar.day(day).working && at <= At::on(day, MORNING);
    At::on(if own { day } else { calendar.working_day_after(day, 1).0 }, MORNING)
}

//! Open promises of a matter: what is asked for, by whom, by when and why by then.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use super::decide::is_leads;
use super::refusal::Refusal;
use super::state::{Matter, State};
use crate::calendar::Calendar;
use crate::clock::{self, Asked, Limit, Pause, Reason, Roll, Start};
use crate::ids::UnitId;
use crate::playbook::Stage;
use crate::time::At;

/// The arithmetic by which a due was worked out, kept so that a pause can work it out again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// How long.
    pub limit: Limit,
    /// From when it counts: the next moment of work, or at once.
    pub start: Start,
    /// What becomes of a last day of rest.
    pub roll: Roll,
    /// The time of day after which what comes in counts from the next working day; none: closing
    /// time.
    pub cutoff: Option<Time>,
}

impl Rule {
    /// From the next moment of work, and never ending on a day of rest.
    pub(super) const fn working(limit: Limit) -> Self {
        Self { limit, start: Start::Working, roll: Roll::Next, cutoff: None }
    }

    /// From at once to the very day, whatever day it is.
    pub(super) const fn natural(limit: Limit) -> Self {
        Self { limit, start: Start::AtOnce, roll: Roll::None, cutoff: None }
    }

    /// What is asked of the clock: from when, without what stood still.
    pub(super) const fn asked<'p>(&self, accepted: At, pauses: &'p [Pause]) -> Asked<'p> {
        let Self { limit, start, roll, cutoff } = *self;
        Asked { accepted, limit, start, roll, cutoff, pauses }
    }
}

/// One deadline. A missed one stays open until what it asked for is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Counted up within the matter; acts name deadlines by it.
    pub n: u32,
    /// What is asked for.
    pub stage: Stage,
    /// The assisting unit whose share it is; none for the matter's own, which the lead answers for.
    pub share: Option<UnitId>,
    /// The unit that owes it.
    pub whose: UnitId,
    /// The round of the matter, from 1; a reopening begins the next.
    pub round: u32,
    /// What it counts from.
    pub from: At,
    /// By what its date was worked out; none for a date that a person named or that follows from
    /// another.
    pub rule: Option<Rule>,
    /// The stretches that it did not count.
    pub pauses: Vec<Pause>,
    /// Set by a person (an extension, the tasking authority): kept as given, moved only by a pause.
    pub fixed: bool,
    /// When the count began by the calendar.
    pub start: At,
    /// The last moment as it stood first.
    pub first_due: At,
    /// The last moment now.
    pub due: At,
    /// From when the lamp is yellow: two thirds of the time from its start.
    pub warn: At,
    /// A year was counted whose calendar is not published yet: the date may still change.
    pub provisional: bool,
    /// How the date came about, a step each.
    pub because: Vec<Reason>,
    /// When what it asked for was done.
    pub met: Option<At>,
    /// Since when it is no longer asked for: the share was returned or withdrawn, the round ended.
    pub ended: Option<At>,
}

impl Deadline {
    pub fn is_open(&self) -> bool {
        self.met.is_none() && self.ended.is_none()
    }

    /// The lamp of this one deadline at `now`.
    pub fn lamp(&self, now: At) -> Lamp {
        if now > self.due {
            Lamp::Red
        } else if now >= self.warn {
            Lamp::Yellow
        } else {
            Lamp::Green
        }
    }

    /// A deadline by the arithmetic of a clock.
    #[expect(clippy::too_many_arguments, reason = "each is one fact of the deadline")]
    pub(super) fn by_rule(
        calendar: &Calendar,
        n: u32,
        stage: Stage,
        share: Option<UnitId>,
        whose: UnitId,
        round: u32,
        from: At,
        rule: Rule,
    ) -> Result<Self, Refusal> {
        let due = clock::due(calendar, &rule.asked(from, &[]))
            .map_err(|e| Refusal::clock(stage.name(), &e))?;
        Ok(Self {
            n,
            stage,
            share,
            whose,
            round,
            from,
            rule: Some(rule),
            pauses: Vec::new(),
            fixed: false,
            start: due.start,
            first_due: due.due,
            due: due.due,
            warn: due.warn,
            provisional: due.provisional,
            because: due.because,
            met: None,
            ended: None,
        })
    }

    /// A deadline on a moment that a person named.
    #[expect(clippy::too_many_arguments, reason = "each is one fact of the deadline")]
    pub(super) fn on(
        n: u32,
        stage: Stage,
        share: Option<UnitId>,
        whose: UnitId,
        round: u32,
        from: At,
        due: At,
        because: Vec<Reason>,
    ) -> Self {
        Self {
            n,
            stage,
            share,
            whose,
            round,
            from,
            rule: None,
            pauses: Vec::new(),
            fixed: true,
            start: from,
            first_due: due,
            due,
            warn: two_thirds(from, due),
            provisional: false,
            because,
            met: None,
            ended: None,
        }
    }
}

/// The moment at which two thirds of the time from `start` to `due` have gone.
pub(super) fn two_thirds(start: At, due: At) -> At {
    let at = start.plus_seconds(due.seconds_since(start).max(0) * 2 / 3);
    at.plus_seconds(-(at.seconds().rem_euclid(60)))
}

/// 绿 黄 红 暂停 办结 无期限; shown with words and shape, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lamp {
    Green,
    Yellow,
    Red,
    Paused,
    Done,
    None,
}

impl Lamp {
    pub const ALL: [Lamp; 6] =
        [Lamp::Green, Lamp::Yellow, Lamp::Red, Lamp::Paused, Lamp::Done, Lamp::None];

    pub const fn name(self) -> &'static str {
        match self {
            Lamp::Green => "green",
            Lamp::Yellow => "yellow",
            Lamp::Red => "red",
            Lamp::Paused => "paused",
            Lamp::Done => "done",
            Lamp::None => "none",
        }
    }
}

/// Whether a stage's open deadline is the owner's in a state (DESIGN section 4, first table).
pub(super) const fn is_owners(asked: Stage, state: State) -> bool {
    match state {
        State::Reported => matches!(asked, Stage::File | Stage::Deploy),
        State::Filed => matches!(asked, Stage::Dispatch | Stage::Deploy),
        State::Dispatched | State::Handling => matches!(
            asked,
            Stage::SignFor
                | Stage::Deploy
                | Stage::Progress
                | Stage::Plan
                | Stage::Settle
                | Stage::Node(_)
                | Stage::Monthly(..)
        ),
        State::Returned => matches!(asked, Stage::Adjudicate),
        State::Suspended => matches!(asked, Stage::Resume),
        State::Shelved | State::Outside => matches!(asked, Stage::Review),
        State::Answered => matches!(asked, Stage::Verify),
        State::Verified => matches!(asked, Stage::CallBack | Stage::SignOff),
        State::SignedOff | State::Recorded | State::Declined | State::Merged => false,
    }
}

impl Matter {
    /// The earliest open deadline among the owner's; none once closed.
    pub fn next(&self) -> Option<&Deadline> {
        self.deadlines
            .iter()
            .filter(|d| d.is_open() && d.share.is_none() && is_owners(d.stage, self.state))
            .min_by_key(|d| (d.due, d.n))
    }

    /// The lamp of the matter at `now`.
    pub fn lamp(&self, now: At) -> Lamp {
        match (self.state, self.next()) {
            (state, _) if !state.is_open() => Lamp::Done,
            (State::Suspended | State::Shelved | State::Outside, Some(next)) if now <= next.due => {
                Lamp::Paused
            }
            (_, Some(next)) => next.lamp(now),
            (_, None) => Lamp::None,
        }
    }

    /// The lamp of one of its deadlines at `now`: paused while what asks for it is stopped.
    pub fn lamp_of(&self, deadline: &Deadline, now: At) -> Lamp {
        if !deadline.is_open() {
            Lamp::Done
        } else if self.stops(deadline, now) {
            Lamp::Paused
        } else {
            deadline.lamp(now)
        }
    }

    /// Whether a deadline does not run now. The lead's pause stops what the lead answers for, and what an
    /// assisting unit owes goes on; an assisting unit's own pause stops its share. What is shelved or lies
    /// outside stops for all of them, since nobody can answer there but the lead.
    pub(super) fn stops(&self, deadline: &Deadline, now: At) -> bool {
        match (self.state, deadline.stage) {
            (State::Suspended, Stage::Resume)
            | (State::Shelved | State::Outside, Stage::Review) => now <= deadline.due,
            _ if self.is_stopped(deadline) => true,
            (_, Stage::Settle) => {
                let share = deadline.share.and_then(|unit| self.share_of(unit));
                share.and_then(|share| share.paused_until).is_some_and(|until| now < until)
            }
            _ => false,
        }
    }

    /// Whether the state of the matter stops an open deadline, which moves by the length of the stop once
    /// it goes on.
    pub(super) fn is_stopped(&self, deadline: &Deadline) -> bool {
        let stopped = match self.state {
            State::Suspended => deadline.share.is_none(),
            State::Shelved | State::Outside => true,
            _ => false,
        };
        stopped && deadline.is_open() && is_leads(deadline.stage)
    }

    /// The next moment after `now` at which the lamp changes by itself.
    pub fn next_change(&self, now: At) -> Option<At> {
        let next = self.next()?;
        // A lamp turns red after the due moment, not at it.
        let overdue = next.due.plus_seconds(1);
        [next.warn, overdue].into_iter().filter(|at| *at > now).min()
    }

    /// By when the matter is settled, or an assisting unit's share; none where that is not open.
    pub fn settle_due(&self, share: Option<UnitId>) -> Option<At> {
        self.open_deadline(Stage::Settle, share).map(|d| d.due)
    }

    /// The matter's own open deadline of a stage, or an assisting unit's.
    pub fn open_deadline(&self, stage: Stage, share: Option<UnitId>) -> Option<&Deadline> {
        self.deadlines.iter().rev().find(|d| d.stage == stage && d.share == share && d.is_open())
    }
}

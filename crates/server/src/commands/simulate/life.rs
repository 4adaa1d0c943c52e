//! One matter on its way, and what comes next for it.

use std::collections::BTreeSet;

use zongheng_core::calendar::Calendar;
use zongheng_core::ids::{RequestId, UnitId};
use zongheng_core::matter::{ActName, Matter, RequestKind, Share, State};
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;

use super::chance::Chance;
use super::fate::{Assisting, Decision, Fate};

/// What somebody is going to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    File,
    Decline,
    Correct,
    Dispatch,
    Sign(UnitId),
    Return(UnitId),
    Adjudicate,
    Withdraw(UnitId),
    Progress(UnitId),
    Suspend,
    Extend,
    Decide(RequestId, bool),
    Resume,
    Answer(UnitId),
    Verify(bool),
    /// Whether the reporter is reached.
    CallBack(bool),
    SignOff,
    Reopen,
    Urge,
    Comment,
    Spot,
}

impl Step {
    pub(super) const fn act(self) -> ActName {
        match self {
            Self::File => ActName::File,
            Self::Decline => ActName::Decline,
            Self::Correct => ActName::Correct,
            Self::Dispatch | Self::Withdraw(_) => ActName::Dispatch,
            Self::Sign(_) => ActName::SignFor,
            Self::Return(_) => ActName::Return,
            Self::Adjudicate => ActName::Adjudicate,
            Self::Progress(_) => ActName::Progress,
            Self::Suspend => ActName::Suspend,
            Self::Extend => ActName::Extend,
            Self::Decide(..) => ActName::Decide,
            Self::Resume => ActName::Resume,
            Self::Answer(_) => ActName::Answer,
            Self::Verify(_) => ActName::Verify,
            Self::CallBack(_) => ActName::CallBack,
            Self::SignOff => ActName::SignOff,
            Self::Reopen => ActName::Reopen,
            Self::Urge => ActName::Urge,
            Self::Comment => ActName::Comment,
            Self::Spot => ActName::Spot,
        }
    }
}

/// What is done once in a life, whether it came about or was not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Once {
    Corrected,
    Returned,
    AssistReturned,
    Adjudicated,
    Withdrawn,
    Paused,
    Extended,
    Urged,
    Commented,
    Seen,
    Failed,
    Reopened,
}

/// A matter with its fate.
pub(super) struct Life {
    pub(super) matter: Matter,
    pub(super) fate: Fate,
    pub(super) by_receipt: bool,
    pub(super) once: BTreeSet<Once>,
    pub(super) failed: usize,
    pub(super) reported: usize,
}

/// When something happens, by the clock of an office or by any clock.
pub(super) struct Times<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) now: At,
}

/// What everybody leaves to others at least; the simulation records in batches of this length.
pub(super) const LEAST: i64 = 20 * 60;

impl Times<'_> {
    /// Between so and so many minutes of office time from `from`.
    fn office(&self, chance: &mut Chance, from: At, (least, most): (i64, i64)) -> At {
        let seconds = chance.between(least * 60, most * 60).max(LEAST);
        self.calendar.after_office_seconds(from.max(self.now), seconds).0
    }

    fn soon(&self, chance: &mut Chance, minutes: (i64, i64)) -> At {
        self.office(chance, self.now, minutes)
    }

    /// A moment of the working day `days` working days after the day of `from`.
    fn days_after(&self, chance: &mut Chance, from: At, days: u32) -> At {
        let day = self.calendar.working_day_after(from.date(), days).0;
        let opening = self.calendar.opening(day).plus_seconds(-60);
        self.office(chance, opening.max(self.now), (20, 360))
    }
}

impl Life {
    /// What comes next and when; nothing where the matter rests.
    pub(super) fn next(&self, times: &Times<'_>, chance: &mut Chance) -> Option<(At, Step)> {
        let (fate, matter) = (&self.fate, &self.matter);
        if fate.stays == Some(matter.state) {
            return None;
        }
        match matter.state {
            State::Reported if fate.declined && matter.round == 1 && !self.did(Once::Reopened) => {
                Some((times.soon(chance, (20, 180)), Step::Decline))
            }
            State::Reported => {
                let minutes = if fate.slow_to_file { (150, 420) } else { (20, 110) };
                Some((times.soon(chance, minutes), Step::File))
            }
            State::Filed if fate.corrected && !self.did(Once::Corrected) => {
                Some((times.soon(chance, (20, 40)), Step::Correct))
            }
            State::Filed => Some((times.soon(chance, (20, 90)), Step::Dispatch)),
            State::Dispatched => self.taken_up(times, chance),
            State::Returned => Some((times.soon(chance, (40, 300)), Step::Adjudicate)),
            State::Handling => self.handled(times, chance),
            State::Suspended => {
                let until = matter.paused.map_or(times.now, |(_, until)| until);
                Some((times.office(chance, until, (20, 120)), Step::Resume))
            }
            State::Answered => {
                let passes = self.failed >= fate.failures;
                let minutes = if chance.percent(6) { (900, 1700) } else { (60, 600) };
                Some((times.soon(chance, minutes), Step::Verify(passes)))
            }
            State::Verified => self.closed(times, chance),
            State::SignedOff => {
                let wanted = fate.reopened && !self.did(Once::Reopened);
                let days = u32::try_from(chance.between(1, 6)).unwrap_or(1);
                wanted.then(|| (times.days_after(chance, times.now, days), Step::Reopen))
            }
            State::Declined => {
                let wanted = fate.asked_again && self.by_receipt && !self.did(Once::Reopened);
                wanted.then(|| (times.days_after(chance, times.now, 1), Step::Reopen))
            }
            State::Shelved | State::Outside | State::Recorded | State::Merged => None,
        }
    }

    fn did(&self, what: Once) -> bool {
        self.once.contains(&what)
    }

    fn taken_up(&self, times: &Times<'_>, chance: &mut Chance) -> Option<(At, Step)> {
        let lead = self.matter.lead()?.unit;
        if self.fate.misled && !self.did(Once::Returned) {
            return Some((times.soon(chance, (30, 240)), Step::Return(lead)));
        }
        let minutes = if self.fate.slow_to_sign { (250, 560) } else { (20, 200) };
        Some((times.soon(chance, minutes), Step::Sign(lead)))
    }

    fn handled(&self, times: &Times<'_>, chance: &mut Chance) -> Option<(At, Step)> {
        let (fate, matter) = (&self.fate, &self.matter);
        let lead = matter.lead()?;
        if let Some(request) = matter.requests.iter().find(|r| r.waits(times.now)) {
            let fate = match request.kind {
                RequestKind::Suspend => fate.pause,
                RequestKind::Extend => fate.more_time,
                _ => None,
            };
            return Some(match fate {
                Some(Decision::Lapses) | None => {
                    (times.office(chance, request.decide_by, (20, 60)), Step::Comment)
                }
                Some(answer) => {
                    let granted = answer == Decision::Granted;
                    let most = times.calendar.office_seconds(times.now, request.decide_by).0 / 60;
                    let minutes = (20, (most - 30).clamp(20, 240));
                    (times.soon(chance, minutes), Step::Decide(request.id, granted))
                }
            });
        }
        if let Some(step) = self.assisted(times, chance) {
            return Some(step);
        }
        if fate.comment && !self.did(Once::Commented) {
            return Some((times.soon(chance, (20, 120)), Step::Comment));
        }
        if fate.pause.is_some() && !self.did(Once::Paused) {
            return Some((times.soon(chance, (60, 500)), Step::Suspend));
        }
        if fate.spot && !self.did(Once::Seen) {
            return Some((times.soon(chance, (60, 700)), Step::Spot));
        }
        if self.reported < fate.reports {
            return Some((times.soon(chance, (200, 900)), Step::Progress(lead.unit)));
        }
        if fate.more_time.is_some() && !self.did(Once::Extended) {
            return Some((times.soon(chance, (60, 400)), Step::Extend));
        }
        self.answered(lead, times, chance)
    }

    /// What assisting units still have to do; the lead's answer waits for it.
    fn assisted(&self, times: &Times<'_>, chance: &mut Chance) -> Option<(At, Step)> {
        let matter = &self.matter;
        let disputed = matter.assists().any(|s| s.returned.is_some() && !s.resolved);
        if disputed && !self.did(Once::Adjudicated) {
            return Some((times.soon(chance, (40, 300)), Step::Adjudicate));
        }
        let open = matter.assists().find(|s| s.is_open())?;
        match self.fate.assisting {
            Assisting::Returns if open.signed.is_none() && !self.did(Once::AssistReturned) => {
                Some((times.soon(chance, (30, 120)), Step::Return(open.unit)))
            }
            Assisting::Silent if !self.did(Once::Withdrawn) => {
                Some((times.soon(chance, (420, 900)), Step::Withdraw(open.unit)))
            }
            _ if open.signed.is_none() => {
                Some((times.soon(chance, (20, 240)), Step::Sign(open.unit)))
            }
            _ => Some((times.soon(chance, (60, 700)), Step::Answer(open.unit))),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "each turn of a life answers alike")]
    fn answered(&self, lead: &Share, times: &Times<'_>, chance: &mut Chance) -> Option<(At, Step)> {
        let due = self.matter.open_deadline(Stage::Settle, None).map(|d| d.due);
        let answer = Step::Answer(lead.unit);
        let Some(due) = due else { return Some((times.soon(chance, (60, 400)), answer)) };
        if times.now > due {
            if self.fate.late > 0 && !self.did(Once::Urged) {
                return Some((times.soon(chance, (60, 240)), Step::Urge));
            }
            return Some((times.soon(chance, (60, 500)), answer));
        }
        if self.fate.late > 0 {
            let at = times.days_after(chance, due, u32::from(self.fate.late));
            return Some((at, if self.did(Once::Urged) { answer } else { Step::Urge }));
        }
        // Before the due in most lives, with some of the time left.
        let left = times.calendar.office_seconds(times.now, due).0 / 60;
        Some((times.soon(chance, (30.min(left), (left * 7 / 10).max(30))), answer))
    }

    #[expect(clippy::unnecessary_wraps, reason = "each turn of a life answers alike")]
    fn closed(&self, times: &Times<'_>, chance: &mut Chance) -> Option<(At, Step)> {
        let (fate, matter) = (&self.fate, &self.matter);
        match matter.heard() {
            Some(heard)
                if heard.solved == Some(false) && !fate.despite && !self.did(Once::Failed) =>
            {
                Some((times.soon(chance, (30, 200)), Step::Verify(false)))
            }
            Some(_) => Some((times.soon(chance, (30, 300)), Step::SignOff)),
            // Where nobody reported it nobody is asked.
            None if matter.open_deadline(Stage::SignOff, None).is_some() => {
                Some((times.soon(chance, (30, 300)), Step::SignOff))
            }
            None => {
                let tries = self.tries();
                let reached =
                    fate.task || tries + 1 >= fate.reached_at.max(1) && fate.reached_at < 4;
                match tries {
                    0 => Some((times.soon(chance, (30, 500)), Step::CallBack(reached))),
                    1 | 2 => {
                        let at = times.days_after(chance, times.now, 1);
                        Some((at, Step::CallBack(reached)))
                    }
                    _ => Some((times.soon(chance, (30, 300)), Step::SignOff)),
                }
            }
        }
    }

    /// Calls about the answer that stands.
    fn tries(&self) -> usize {
        let answers = self.matter.answers.len();
        let of = self.matter.call_backs.iter().filter(|c| c.round == self.matter.round);
        of.filter(|c| usize::try_from(c.answers) == Ok(answers)).count()
    }

    /// Remembers a step as taken, or as one that was not possible at its time.
    pub(super) fn note(&mut self, step: Step, taken: bool) {
        let once = match step {
            Step::Correct => Once::Corrected,
            Step::Return(unit) if self.matter.lead().is_none_or(|l| l.unit == unit) => {
                Once::Returned
            }
            Step::Return(_) => Once::AssistReturned,
            Step::Adjudicate => Once::Adjudicated,
            Step::Withdraw(_) => Once::Withdrawn,
            Step::Suspend => Once::Paused,
            Step::Extend => Once::Extended,
            Step::Urge => Once::Urged,
            Step::Comment => Once::Commented,
            Step::Spot => Once::Seen,
            Step::Reopen => Once::Reopened,
            Step::Verify(false) => {
                self.failed += 1;
                Once::Failed
            }
            Step::Progress(_) => {
                self.reported += 1;
                return;
            }
            _ => return,
        };
        if taken || !matches!(step, Step::Adjudicate) {
            self.once.insert(once);
        }
    }
}

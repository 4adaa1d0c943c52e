//! The turns of a life: what is asked for and decided, planned, called to, passed on, besides the plain
//! course. Each goes from its first step to its last; what is not possible at its time is over.

use zongheng_core::ids::UnitId;
use zongheng_core::matter::{Request, RequestKind, State};
use zongheng_core::playbook::DraftKind;

use super::chance::Chance;
use super::fate::{After, Decision, Turn};
use super::life::{Life, Once};
use super::moment::{Go, Moment};
use super::step::Step;

/// The beat of a turn that cannot go on.
pub(super) const OVER: u8 = u8::MAX;

/// How far something that was asked for has come.
enum Asked {
    /// Somebody is to do something, or nobody does in time.
    Under(Go),
    Granted,
    /// Refused, lapsed or never asked.
    Not,
}

impl Life {
    /// What the turn that has come asks for; none once all are over.
    pub(super) fn turned(&mut self, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        while let Some(turn) = self.fate.turns.get(self.turn).copied() {
            let go = if self.beat == OVER { None } else { self.turn(turn, moment, chance) };
            if go.is_some() {
                self.in_turn = matches!(go, Some(Go::Do(..)));
                return go;
            }
            self.turn += 1;
            self.beat = 0;
        }
        None
    }

    fn turn(&self, turn: Turn, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        let lead = self.lead()?;
        let once = |chance: &mut Chance, minutes, step| {
            (self.beat == 0).then(|| Go::Do(moment.soon(chance, minutes), step))
        };
        match turn {
            Turn::Pause(decision) => self.pauses(lead, decision, moment, chance),
            Turn::PauseAnswered => self.answers_in_a_pause(lead, moment, chance),
            Turn::MoreTime(decision) => {
                let step = Step::Ask(RequestKind::Extend, lead);
                self.asks(step, RequestKind::Extend, Some(lead), decision, moment, chance).under()
            }
            Turn::AssistPauses(decision) => {
                let assist = self.matter.assists().find(|s| s.is_open() && s.signed.is_some())?;
                let (step, by) = (Step::Ask(RequestKind::Suspend, assist.unit), Some(assist.unit));
                self.asks(step, RequestKind::Suspend, by, decision, moment, chance).under()
            }
            Turn::Shelve(decision, renewal) => {
                self.shelves(lead, (decision, renewal), false, moment, chance)
            }
            Turn::ShelvedAnswered => {
                self.shelves(lead, (Decision::Granted, None), true, moment, chance)
            }
            Turn::ReferUp(decision) => {
                self.refers(lead, RequestKind::ReferUp, decision, false, moment, chance)
            }
            Turn::ReferredAnswered => {
                self.refers(lead, RequestKind::ReferUp, Decision::Granted, true, moment, chance)
            }
            Turn::ReferAcross(decision) => {
                self.refers(lead, RequestKind::ReferAcross, decision, false, moment, chance)
            }
            Turn::Plan => once(chance, (60, 400), Step::Plan(false)),
            Turn::PlanReplaces(decision) => {
                let (step, kind) = (Step::Plan(true), RequestKind::Plan);
                self.asks(step, kind, Some(lead), decision, moment, chance).under()
            }
            Turn::Apart(parts) => once(chance, (30, 200), Step::Decompose(parts)),
            Turn::Whistle => once(chance, (20, 60), Step::Whistle),
            Turn::PassOn { back } => match self.beat {
                0 => Some(Go::Do(moment.soon(chance, (20, 120)), Step::PassOn(lead))),
                1 if back => Some(Go::Do(moment.soon(chance, (200, 700)), Step::PassBack(lead))),
                _ => None,
            },
            Turn::Exclude(decision) => {
                let (step, kind) = (Step::Ask(RequestKind::Exclude, lead), RequestKind::Exclude);
                self.asks(step, kind, Some(lead), decision, moment, chance).under()
            }
            Turn::OutsideDue => once(chance, (60, 300), Step::OutsideDue),
            Turn::Comment => once(chance, (20, 120), Step::Comment),
            Turn::Spot => once(chance, (60, 700), Step::Spot),
        }
    }

    /// Asked for, then decided. `by`: the unit that asks; none: whichever desk.
    fn asks(
        &self,
        step: Step,
        kind: RequestKind,
        by: Option<UnitId>,
        decision: Decision,
        moment: &Moment<'_>,
        chance: &mut Chance,
    ) -> Asked {
        if self.beat == 0 {
            return Asked::Under(Go::Do(moment.soon(chance, (60, 400)), step));
        }
        match self.requests(kind, by).next_back() {
            Some(request) if request.waits(moment.now) => {
                Asked::Under(Self::decided(request, decision, moment, chance))
            }
            Some(request) if request.granted == Some(true) => Asked::Granted,
            _ => Asked::Not,
        }
    }

    fn requests(
        &self,
        kind: RequestKind,
        by: Option<UnitId>,
    ) -> impl DoubleEndedIterator<Item = &Request> {
        let all = self.matter.requests.iter();
        all.filter(move |r| r.kind == kind && by.is_none_or(|unit| r.by == unit))
    }

    fn pauses(
        &self,
        lead: UnitId,
        decision: Decision,
        moment: &Moment<'_>,
        chance: &mut Chance,
    ) -> Option<Go> {
        let (step, kind) = (Step::Ask(RequestKind::Suspend, lead), RequestKind::Suspend);
        match self.asks(step, kind, Some(lead), decision, moment, chance) {
            Asked::Under(go) => Some(go),
            Asked::Granted if self.matter.state == State::Suspended => {
                let until = self.matter.paused.map_or(moment.now, |(_, until)| until);
                // What was waited for comes early now and then.
                let at = if chance.percent(30) {
                    moment.before(chance, until)
                } else {
                    moment.office(chance, until, (20, 120))
                };
                Some(Go::Do(at, Step::Resume))
            }
            _ => None,
        }
    }

    fn answers_in_a_pause(
        &self,
        lead: UnitId,
        moment: &Moment<'_>,
        chance: &mut Chance,
    ) -> Option<Go> {
        let (step, kind) = (Step::Ask(RequestKind::Suspend, lead), RequestKind::Suspend);
        match self.asks(step, kind, Some(lead), Decision::Granted, moment, chance) {
            Asked::Under(go) => Some(go),
            Asked::Granted
                if self.matter.state == State::Suspended && !self.did(Once::SentBack) =>
            {
                let step = Step::Submit(DraftKind::Answer, lead);
                Some(Go::Do(moment.in_days(chance, (1, 1)), step))
            }
            _ => None,
        }
    }

    /// 挂账: decided by a meeting, renewed where it does not suffice, and taken up again.
    fn shelves(
        &self,
        lead: UnitId,
        (decision, renewal): (Decision, Option<Decision>),
        answers: bool,
        moment: &Moment<'_>,
        chance: &mut Chance,
    ) -> Option<Go> {
        let asked = self.requests(RequestKind::Shelve, Some(lead)).count();
        let ask = Step::Ask(RequestKind::Shelve, lead);
        let present = if asked > 1 { renewal.unwrap_or(decision) } else { decision };
        if let Asked::Under(go) =
            self.asks(ask, RequestKind::Shelve, Some(lead), present, moment, chance)
        {
            return Some(go);
        }
        let (_, until) = self.matter.paused.filter(|_| self.matter.state == State::Shelved)?;
        let early = until.plus_seconds(-5 * 86_400);
        Some(if asked == 1 && renewal.is_some() {
            Go::Do(moment.office(chance, early, (20, 400)), ask)
        } else if answers {
            Go::Do(moment.before(chance, until), Step::Answer(lead))
        } else {
            Go::Do(moment.office(chance, early, (20, 900)), Step::Resume)
        })
    }

    /// 报请上级, 移送: word from there, and back; or answered from there.
    fn refers(
        &self,
        lead: UnitId,
        kind: RequestKind,
        decision: Decision,
        answers: bool,
        moment: &Moment<'_>,
        chance: &mut Chance,
    ) -> Option<Go> {
        match self.asks(Step::Ask(kind, lead), kind, Some(lead), decision, moment, chance) {
            Asked::Under(go) => Some(go),
            Asked::Granted if self.matter.state == State::Outside => Some(match self.beat {
                ..=2 => Go::Do(moment.in_days(chance, (4, 12)), Step::Progress(lead)),
                _ if answers => Go::Do(moment.in_days(chance, (3, 9)), Step::Answer(lead)),
                _ => Go::Do(moment.in_days(chance, (3, 9)), Step::Resume),
            }),
            _ => None,
        }
    }

    /// What comes once it is closed.
    pub(super) fn afterwards(&mut self, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        while let Some(after) = self.fate.after.get(self.after).copied() {
            let go = if self.beat == OVER { None } else { self.comes_after(after, moment, chance) };
            if let Some(go) = go {
                self.in_turn = matches!(go, Go::Do(..));
                return go;
            }
            self.after += 1;
            self.beat = 0;
        }
        Go::Rest
    }

    fn comes_after(&self, after: After, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        let once = |at, step| (self.beat == 0).then_some(Go::Do(at, step));
        match after {
            After::Excluded(decision) => {
                let kind = RequestKind::Exclude;
                self.asks(Step::ExcludeByDesk, kind, None, decision, moment, chance).under()
            }
            After::Objected(decision) => {
                let lead = self.lead()?;
                let (step, kind) = (Step::Ask(RequestKind::Object, lead), RequestKind::Object);
                self.asks(step, kind, Some(lead), decision, moment, chance).under()
            }
            After::Noticed => once(moment.in_days(chance, (1, 4)), Step::Notice),
            After::Reopened => once(moment.in_days(chance, (1, 6)), Step::Reopen),
        }
    }
}

impl Asked {
    fn under(self) -> Option<Go> {
        match self {
            Self::Under(go) => Some(go),
            _ => None,
        }
    }
}

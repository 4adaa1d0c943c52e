//! A matter in the hands of its units: who assists, what was drafted, planned and called to, the answer.

use zongheng_core::matter::{Came, Draft, Node, Request, State, Whistle};
use zongheng_core::playbook::Stage;

use super::chance::Chance;
use super::fate::{Assisting, Decision, Of, Twin};
use super::life::{Life, Once};
use super::moment::{Go, Moment};
use super::step::Step;

impl Life {
    pub(super) fn handled(&mut self, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        let first = self
            .waiting_draft()
            .map(|draft| self.signs(draft, moment, chance))
            .or_else(|| self.assists_begin(moment, chance))
            .or_else(|| self.under_control(moment, chance))
            .or_else(|| self.arrives(moment, chance))
            .or_else(|| self.first_word(moment, chance));
        if let Some(go) = first.or_else(|| self.turned(moment, chance)) {
            return go;
        }
        let rest = self
            .planned(moment, chance)
            .or_else(|| self.assists_answer(moment, chance))
            .or_else(|| self.reports(moment, chance))
            .or_else(|| self.waits_for_others(moment, chance));
        rest.unwrap_or_else(|| self.answered(moment, chance))
    }

    /// It is paused, shelved, or lies outside.
    pub(super) fn stopped(&mut self, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        if let Some(draft) = self.waiting_draft() {
            return self.signs(draft, moment, chance);
        }
        if let Some(go) = self.turned(moment, chance) {
            return go;
        }
        let until = self.matter.paused.map_or(moment.now, |(_, until)| until);
        match self.matter.state {
            State::Suspended => Go::Do(moment.office(chance, until, (20, 120)), Step::Resume),
            _ => Go::Do(moment.in_days(chance, (2, 8)), Step::Resume),
        }
    }

    pub(super) fn waiting_draft(&self) -> Option<u32> {
        self.matter.drafts.iter().find(|d: &&Draft| d.waits()).map(|d| d.n)
    }

    /// The post that signs for the unit sends a draft back or lets it out.
    pub(super) fn signs(&self, draft: u32, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        let back = self.fate.sent_back && !self.did(Once::SentBack);
        let step = if back || self.did(Once::Unreleased) {
            Step::SendBack(draft)
        } else {
            Step::Release(draft)
        };
        Go::Do(moment.soon(chance, (30, 240)), step)
    }

    /// Whoever decides it, decides; or nobody does in time.
    pub(super) fn decided(
        request: &Request,
        decision: Decision,
        moment: &Moment<'_>,
        chance: &mut Chance,
    ) -> Go {
        let granted = decision == Decision::Granted;
        if decision == Decision::Lapses {
            return Go::Wait(moment.office(chance, request.decide_by, (20, 60)));
        }
        let most = moment.calendar.office_seconds(moment.now, request.decide_by).0 / 60;
        let minutes = (20, (most - 30).clamp(20, 240));
        Go::Do(moment.soon(chance, minutes), Step::Decide(request.id, granted))
    }

    /// What assisting units do first: they sign, say that it is not theirs, or are silent.
    fn assists_begin(&self, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        let matter = &self.matter;
        let disputed = matter.assists().any(|s| s.returned.is_some() && !s.resolved);
        if disputed {
            return Some(Go::Do(moment.soon(chance, (40, 300)), Step::Adjudicate));
        }
        let open = matter.assists().find(|s| s.is_open() && s.signed.is_none())?;
        let (minutes, step) = match self.fate.assisting {
            Assisting::Returns if !self.did(Once::AssistReturned) => {
                ((30, 120), Step::Return(open.unit))
            }
            Assisting::Silent if !self.did(Once::AssistUrged) => {
                ((300, 500), Step::UrgeAssist(open.unit))
            }
            Assisting::Silent if !self.did(Once::Withdrawn) => {
                ((120, 400), Step::Withdraw(open.unit))
            }
            _ => ((20, 50), Step::Sign(open.unit)),
        };
        Some(Go::Do(moment.soon(chance, minutes), step))
    }

    /// A danger is brought under control before all else.
    fn under_control(&self, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        let node = self.matter.plan.iter().find(|n| n.done.is_none() && n.title.is_none())?;
        let minutes = if self.fate.late > 0 { (90, 200) } else { (20, 60) };
        Some(Go::Do(moment.at_once(chance, minutes), Step::NodeDone(node.no, node.unit)))
    }

    /// Who whistled says of each unit whether it came.
    fn arrives(&self, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        let whistle = self.matter.whistles.iter().find(|w: &&Whistle| w.is_open())?;
        let call = whistle.calls.iter().find(|call| call.came.is_none())?;
        let came = chance.weighted(&[(70, Came::Came), (18, Came::Late), (12, Came::Absent)]);
        let came = came.unwrap_or(Came::Came);
        let at = match came {
            Came::Came => moment.before(chance, whistle.by),
            Came::Late | Came::Absent => moment.office(chance, whistle.by, (20, 60)),
        };
        Some(Go::Do(at, Step::Arrive(whistle.n, call.unit, came)))
    }

    /// Nodes of a plan, and reports of the months, in the order of their dates.
    fn planned(&self, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        let matter = &self.matter;
        let ready = |no: u16| {
            let node = matter.plan.iter().find(|n| n.no == no)?;
            let before = |n: &Node| node.after.contains(&n.no) && n.done.is_none();
            (node.done.is_none() && !matter.plan.iter().any(before)).then_some(node.unit)
        };
        let open = matter.deadlines.iter().filter(|d| d.is_open());
        let steps = open.filter_map(|d| match d.stage {
            Stage::Node(no) => Some((d.due, d.n, Step::NodeDone(no, ready(no)?))),
            Stage::Monthly(..) => Some((d.due, d.n, Step::Progress(d.whose))),
            _ => None,
        });
        let (due, _, step) = steps.min_by_key(|(due, n, _)| (*due, *n))?;
        let at = match step {
            // Not before its month has begun.
            Step::Progress(_) => moment.office(chance, due.plus_seconds(-3 * 86_400), (20, 400)),
            _ => moment.before(chance, due),
        };
        Some(Go::Do(at, step))
    }

    fn assists_answer(&self, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        let open = self.matter.assists().find(|s| s.is_open())?;
        Some(Go::Do(moment.soon(chance, (60, 700)), Step::Answer(open.unit)))
    }

    /// Most report by the day on which the first word is due.
    fn first_word(&self, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        let due = self.matter.open_deadline(Stage::Progress, None)?.due;
        let wanted = self.fate.reports > 0 && self.reported == 0 && self.fate.late == 0;
        let step = Step::Progress(self.lead()?);
        (wanted && moment.now < due).then(|| Go::Do(moment.before(chance, due), step))
    }

    fn reports(&self, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        let lead = self.lead()?;
        let more = self.reported < self.fate.reports;
        more.then(|| Go::Do(moment.soon(chance, (200, 900)), Step::Progress(lead)))
    }

    /// The matter that works for it, its parts, and whoever decides come first.
    fn waits_for_others(&self, moment: &Moment<'_>, chance: &mut Chance) -> Option<Go> {
        let undone = self
            .fate
            .of
            .is_some_and(|of| matches!(of, Of::Twin(Twin::Linked { undone }, _) if undone));
        if undone && self.matter.main.is_some() && !self.did(Once::Unlinked) {
            return Some(Go::Do(moment.soon(chance, (60, 300)), Step::Unlink));
        }
        if moment.main_works || moment.parts_open {
            return Some(Go::Wait(moment.tomorrow()));
        }
        let lead = self.lead()?;
        let waits = |r: &&Request| r.by == lead && r.waits(moment.now);
        let request = self.matter.requests.iter().find(waits)?;
        Some(Go::Wait(moment.office(chance, request.decide_by, (20, 60))))
    }

    fn answered(&self, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        let Some(lead) = self.lead() else { return Go::Rest };
        let due = self.matter.open_deadline(Stage::Settle, None).map(|d| d.due);
        let answer = Step::Answer(lead);
        let Some(due) = due else { return Go::Do(moment.soon(chance, (60, 400)), answer) };
        let urged = self.did(Once::Urged);
        if moment.now > due {
            if self.fate.late > 0 && !urged {
                return Go::Do(moment.soon(chance, (60, 240)), Step::Urge);
            }
            if self.fate.ordered && !self.did(Once::Ordered) {
                return Go::Do(moment.in_days(chance, (1, 2)), Step::Order);
            }
            return Go::Do(moment.soon(chance, (60, 500)), answer);
        }
        if self.fate.late > 0 {
            let at = moment.days_after(chance, due, u32::from(self.fate.late));
            return Go::Do(at, if urged { answer } else { Step::Urge });
        }
        // Before the due in most lives, with some of the time left.
        Go::Do(moment.before(chance, due), answer)
    }
}

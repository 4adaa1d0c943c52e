//! One matter on its way, and what comes next for it: here how it comes in and how it ends. What
//! happens between stands in `handled`, what happens besides in `turns`.

use std::collections::BTreeSet;

use zongheng_core::ids::UnitId;
use zongheng_core::matter::{Matter, Request, RequestKind, State};
use zongheng_core::playbook::{DraftKind, Stage};

use super::chance::Chance;
use super::fate::{Decision, Fate, Kind, Of, Twin};
use super::moment::{Go, Moment};
use super::step::Step;
use super::turns::OVER;

/// What is done once in a life, whether it came about or was not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Once {
    Apart,
    AskedAgain,
    AssistReturned,
    AssistUrged,
    Corrected,
    Failed,
    /// It was the leading unit's to play with.
    Fell,
    Forgotten,
    Linked,
    Merged,
    Objected,
    Ordered,
    PassedOn,
    Reopened,
    Returned,
    SentBack,
    SettledOnSpot,
    Unlinked,
    Unreleased,
    Urged,
    Withdrawn,
}

/// How often in a row something may be found not possible before nobody tries any more.
const PATIENCE: u8 = 6;

/// A matter with its fate.
pub(super) struct Life {
    pub(super) matter: Matter,
    pub(super) fate: Fate,
    pub(super) by_receipt: bool,
    once: BTreeSet<Once>,
    failed: usize,
    pub(super) reported: usize,
    /// Which of its turns has come, and how far it has gone.
    pub(super) turn: usize,
    pub(super) beat: u8,
    /// The same for what comes after the close.
    pub(super) after: usize,
    /// The step that is under way is one of a turn.
    pub(super) in_turn: bool,
    passed_over: u8,
    /// Whether the unit that leads may play with it, if it is one that plays.
    pub(super) plays: bool,
    /// Where its times stand among those of all.
    pub(super) nth: usize,
}

impl Life {
    pub(super) const fn new(matter: Matter, fate: Fate, by_receipt: bool) -> Self {
        Self {
            matter,
            fate,
            by_receipt,
            once: BTreeSet::new(),
            failed: 0,
            reported: 0,
            turn: 0,
            beat: 0,
            after: 0,
            in_turn: false,
            passed_over: 0,
            plays: false,
            nth: 0,
        }
    }

    /// What comes next and when.
    pub(super) fn next(&mut self, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        self.in_turn = false;
        if self.fate.stays == Some(self.matter.state) || self.passed_over >= PATIENCE {
            return Go::Rest;
        }
        if self.fate.script.is_some() {
            return self.follows_its_row(moment, chance);
        }
        let go = match self.matter.state {
            State::Reported => self.taken_in(moment, chance),
            State::Filed => self.given_out(moment, chance),
            State::Dispatched => self.taken_up(moment, chance),
            State::Returned => Go::Do(moment.soon(chance, (40, 300)), Step::Adjudicate),
            State::Handling => self.handled(moment, chance),
            State::Suspended | State::Shelved | State::Outside => self.stopped(moment, chance),
            State::Answered => {
                let passes = self.failed >= self.fate.failures;
                let minutes = if chance.percent(6) { (900, 1700) } else { (60, 600) };
                Go::Do(moment.soon(chance, minutes), Step::Verify(passes))
            }
            State::Verified => self.closed(moment, chance),
            State::SignedOff => self.afterwards(moment, chance),
            State::Declined => {
                let wanted = self.fate.asked_again && self.by_receipt && !self.did(Once::Reopened);
                if wanted { Go::Do(moment.in_days(chance, (1, 1)), Step::Reopen) } else { Go::Rest }
            }
            State::Merged => {
                let undone = self.twin() == Some(Twin::Merged { undone: true });
                if undone && !self.did(Once::Reopened) {
                    Go::Do(moment.in_days(chance, (1, 3)), Step::Reopen)
                } else {
                    Go::Rest
                }
            }
            State::Recorded => Go::Rest,
        };
        self.through_the_unit(go, moment)
    }

    /// Where one drafts and another signs, a draft comes first.
    fn through_the_unit(&self, go: Go, moment: &Moment<'_>) -> Go {
        let Go::Do(at, step) = go else { return go };
        let drafts =
            |unit| self.fate.drafted && self.lead() == Some(unit) && moment.cast.drafts(unit);
        // What lies elsewhere goes on by an answer alone, and after the close nothing is drafted.
        let here = |kind| match self.matter.state {
            State::Dispatched | State::Handling | State::Suspended => true,
            State::Shelved | State::Outside => kind == DraftKind::Answer,
            _ => false,
        };
        match step.drafted() {
            Some((kind, unit)) if drafts(unit) && here(kind) => {
                Go::Do(at, Step::Submit(kind, unit))
            }
            _ => go,
        }
    }

    pub(super) fn did(&self, what: Once) -> bool {
        self.once.contains(&what)
    }

    pub(super) fn mark(&mut self, what: Once) {
        self.once.insert(what);
    }

    pub(super) fn lead(&self) -> Option<UnitId> {
        self.matter.lead().map(|s| s.unit)
    }

    const fn twin(&self) -> Option<Twin> {
        match self.fate.of {
            Some(Of::Twin(twin, _)) => Some(twin),
            _ => None,
        }
    }

    /// What cannot wait runs by any clock until it is under control.
    pub(super) fn hurries(&self) -> bool {
        self.fate.kind == Kind::HiddenDanger
    }

    /// Studied and deployed on the day on which it was decided (13710).
    fn same_day(&self) -> bool {
        self.fate.kind == Kind::CountyTask
    }

    fn taken_in(&self, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        let fate = &self.fate;
        if let Some(Of::Twin(Twin::Merged { .. }, into)) = fate.of
            && !self.did(Once::Merged)
        {
            return Go::Do(moment.soon(chance, (20, 100)), Step::Merge(into));
        }
        if fate.on_spot && !self.did(Once::SettledOnSpot) {
            return Go::Do(moment.at_once(chance, (20, 90)), Step::SettleOnSpot);
        }
        if fate.declined && self.matter.round == 1 && !self.did(Once::Reopened) {
            return Go::Do(moment.soon(chance, (20, 180)), Step::Decline);
        }
        if self.hurries() {
            let minutes = if fate.slow_to_file { (65, 100) } else { (20, 35) };
            return Go::Do(moment.at_once(chance, minutes), Step::File);
        }
        let minutes = if fate.slow_to_file { (150, 420) } else { (20, 110) };
        Go::Do(moment.soon(chance, minutes), Step::File)
    }

    fn given_out(&self, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        let fate = &self.fate;
        if fate.corrected && !self.did(Once::Corrected) {
            return Go::Do(moment.soon(chance, (20, 40)), Step::Correct);
        }
        if let Some(Of::Twin(Twin::Linked { .. }, to)) = fate.of
            && !self.did(Once::Linked)
        {
            return Go::Do(moment.soon(chance, (20, 60)), Step::Link(to));
        }
        if fate.parts > 0 && !self.did(Once::Apart) {
            return Go::Do(moment.soon(chance, (20, 60)), Step::Decompose(fate.parts));
        }
        if self.hurries() {
            return Go::Do(moment.at_once(chance, (20, 25)), Step::Dispatch);
        }
        let minutes = if self.same_day() { (20, 40) } else { (20, 110) };
        Go::Do(moment.soon(chance, minutes), Step::Dispatch)
    }

    fn taken_up(&self, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        let Some(lead) = self.lead() else { return Go::Rest };
        if let Some(draft) = self.waiting_draft() {
            return self.signs(draft, moment, chance);
        }
        if self.fate.misled && !self.did(Once::Returned) {
            return Go::Do(moment.soon(chance, (30, 240)), Step::Return(lead));
        }
        if let Some(decision) = self.fate.objects
            && let Some(go) = self.objects(lead, decision, moment, chance)
        {
            return go;
        }
        if self.hurries() {
            return Go::Do(moment.at_once(chance, (20, 40)), Step::Sign(lead));
        }
        let usual = if self.same_day() { (20, 60) } else { (20, 160) };
        let minutes = if self.fate.slow_to_sign { (250, 560) } else { usual };
        Go::Do(moment.soon(chance, minutes), Step::Sign(lead))
    }

    /// The unit that was named says it is not the one either; a meeting names another, or does not.
    fn objects(
        &self,
        lead: UnitId,
        decision: Decision,
        moment: &Moment<'_>,
        chance: &mut Chance,
    ) -> Option<Go> {
        let named = self.matter.lead().is_some_and(|s| s.by_decision);
        if named && !self.matter.objected && !self.did(Once::Objected) {
            let step = Step::Ask(RequestKind::Object, lead);
            return Some(Go::Do(moment.soon(chance, (60, 300)), step));
        }
        let waits = |r: &&Request| r.kind == RequestKind::Object && r.waits(moment.now);
        let request = self.matter.requests.iter().find(waits)?;
        Some(match decision {
            Decision::Granted => Go::Do(moment.soon(chance, (200, 700)), Step::Adjudicate),
            _ => Self::decided(request, decision, moment, chance),
        })
    }

    fn closed(&self, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        let (fate, matter) = (&self.fate, &self.matter);
        if matter.unsolved() && !fate.despite && !self.did(Once::Failed) {
            return Go::Do(moment.soon(chance, (30, 200)), Step::Verify(false));
        }
        // Everybody is asked, or nobody is.
        if matter.open_deadline(Stage::SignOff, None).is_some() {
            return Go::Do(moment.soon(chance, (30, 300)), Step::SignOff);
        }
        self.called(moment, chance)
    }

    fn called(&self, moment: &Moment<'_>, chance: &mut Chance) -> Go {
        let (missed, at) = (self.missed(), self.fate.reached_at.max(1));
        let at = if self.fate.kind.needs_an_answer() { at.min(3) } else { at };
        let step = Step::CallBack(missed + 1 >= at && at < 4);
        match self.matter.calls().last() {
            None => Go::Do(moment.soon(chance, (30, 500)), step),
            Some(call) if call.reached => Go::Do(moment.soon(chance, (20, 60)), step),
            Some(_) => Go::Do(moment.in_days(chance, (1, 1)), step),
        }
    }

    /// Calls in vain about the answer that stands.
    fn missed(&self) -> usize {
        self.matter.calls().filter(|call| !call.reached).count()
    }

    /// Remembers a step as taken, or as one that was not possible at its time. The matter stands as it
    /// is after the step.
    pub(super) fn note(&mut self, step: Step, taken: bool) {
        if !taken {
            self.passed_over = self.passed_over.saturating_add(1);
        } else if !matches!(step, Step::Submit(..) | Step::SendBack(_)) {
            self.passed_over = 0;
        }
        if self.in_turn {
            self.beat = if taken { self.beat.saturating_add(1) } else { OVER };
        }
        let returned = self.matter.state == State::Returned;
        let once = match step {
            Step::SettleOnSpot => Once::SettledOnSpot,
            Step::Merge(_) => Once::Merged,
            Step::Link(_) => Once::Linked,
            Step::Unlink => Once::Unlinked,
            Step::Decompose(_) => Once::Apart,
            Step::Correct => Once::Corrected,
            Step::Return(unit) if self.lead().is_none_or(|lead| lead == unit) => Once::Returned,
            Step::Return(_) => Once::AssistReturned,
            Step::Release(_) if taken && returned => Once::Returned,
            Step::Release(_) if !taken => {
                // What cannot go out any more is taken back, and with it what it was for.
                self.beat = OVER;
                self.once.extend([Once::Returned, Once::Objected]);
                Once::Unreleased
            }
            Step::SendBack(_) => {
                // What was sent back to be mended is drafted again.
                if self.beat != OVER {
                    self.beat = self.beat.saturating_sub(1);
                }
                self.once.remove(&Once::Unreleased);
                Once::SentBack
            }
            Step::Submit(DraftKind::Return, _) if !taken => Once::Returned,
            Step::Submit(DraftKind::Object, _) if !taken => Once::Objected,
            Step::Ask(RequestKind::Object, _) => Once::Objected,
            Step::Withdraw(_) => Once::Withdrawn,
            Step::Urge => Once::Urged,
            Step::UrgeAssist(_) => Once::AssistUrged,
            Step::Order => Once::Ordered,
            Step::AskAgain => Once::AskedAgain,
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
        self.once.insert(once);
    }
}

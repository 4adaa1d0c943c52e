//! Folding: an act becomes state. Total, and reads the act alone.

use super::act::{Did, Given, Reported, Then, Withdrawn};
use super::actor::Person;
use super::state::{Answer, CallBack, Matter, Part, Share, State, Touch, Verdict};
use crate::clock::Limit;
use crate::ids::{MatterId, PostId, UnitId};
use crate::ledger::Source;
use crate::time::At;

/// The envelope of an act as far as folding reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope {
    pub seq: u32,
    pub at: At,
    pub happened: Option<At>,
    pub source: Source,
    pub by: Person,
    pub post: Option<PostId>,
    pub unit: Option<UnitId>,
}

impl Matter {
    /// The matter that a first act makes.
    pub fn opened(id: MatterId, envelope: &Envelope, did: &Reported, then: &Then) -> Self {
        let mut matter = Self {
            id,
            no: did.no.clone(),
            seq: 0,
            playbook: did.playbook.clone(),
            category: did.category.clone(),
            source: did.source.clone(),
            grade: crate::playbook::Grade::Ordinary,
            urgent: did.urgent,
            place: did.place.clone(),
            title: did.title,
            detail: did.detail,
            form: did.form.clone(),
            reporter: did.reporter.clone(),
            against: did.against,
            repeat_of: None,
            state: then.state,
            round: 1,
            owner: then.owner,
            desk: did.desk,
            reported: envelope.at,
            happened: envelope.happened.map(|at| (at, envelope.source)),
            filed: None,
            filer: None,
            round_start: envelope.at,
            reopened: None,
            closed: None,
            reopen_until: None,
            shares: Vec::new(),
            deadlines: Vec::new(),
            requests: Vec::new(),
            answers: Vec::new(),
            call_backs: Vec::new(),
            decided: false,
            dispatchers: Vec::new(),
            handlers: std::collections::BTreeSet::new(),
            paused: None,
            urged: Vec::new(),
            urges: 0,
            held: Vec::new(),
            updated: envelope.at,
            touches: Vec::new(),
        };
        matter.follow(envelope, then, Vec::new());
        matter
    }

    /// Folds one further act.
    #[expect(clippy::too_many_lines, reason = "one arm a kind of act, read as a table")]
    pub fn apply(&mut self, envelope: &Envelope, did: &Did, then: &Then) {
        let at = envelope.at;
        let shares = touched_shares(did);
        match did {
            Did::Filed(did) => {
                self.category = Some(did.category.clone());
                self.source.clone_from(&did.source);
                self.grade = did.grade;
                self.place = did.place.clone();
                self.repeat_of = did.repeat_of;
                self.desk = did.desk;
                self.filed = Some(at);
                self.filer = Some(envelope.by);
            }
            Did::Declined(did) => {
                self.closed = Some(at);
                self.reopen_until = Some(did.reopen_until);
            }
            Did::Corrected(did) => {
                self.category.clone_from(&did.category);
                self.source.clone_from(&did.source);
                self.grade = did.grade;
                self.place = did.place.clone();
                self.desk = did.desk;
            }
            Did::Dispatched(did) => {
                self.dispatchers.extend(envelope.post.map(|post| (self.round, post)));
                self.take_back(&did.withdrawn, at);
                if self.share_of(did.lead).is_none() {
                    self.give(did.lead, Part::Lead, did.limit, at, false);
                }
                self.give_assists(&did.assists, at, false);
            }
            Did::Adjudicated(did) => {
                self.dispatchers.extend(envelope.post.map(|post| (self.round, post)));
                self.decided = true;
                self.take_back(&did.withdrawn, at);
                let round = self.round;
                for share in self.shares.iter_mut().filter(|s| s.round == round) {
                    share.resolved |= share.returned.is_some();
                }
                if self.share_of(did.lead).is_none() {
                    self.give(did.lead, Part::Lead, did.limit, at, true);
                }
                self.give_assists(&did.assists, at, true);
            }
            Did::SignedFor(did) => {
                self.handlers.insert(envelope.by);
                self.share_mut(did.unit, |s| {
                    s.signed = Some(at);
                    s.post = did.post;
                });
            }
            Did::Returned(did) => self.share_mut(did.unit, |s| s.returned = Some(at)),
            Did::Progressed(_) => {
                self.handlers.insert(envelope.by);
            }
            Did::SuspensionAsked(did) | Did::ExtensionAsked(did) => {
                self.requests.push(did.request.clone());
            }
            Did::Decided(did) => {
                if let Some(request) = self.requests.iter_mut().find(|r| r.id == did.request) {
                    request.granted = Some(did.accept);
                }
                if let Some(until) = did.until {
                    if did.part == Part::Lead {
                        self.paused = Some((at, until));
                    } else {
                        self.share_mut(did.of, |s| s.paused_until = Some(until));
                    }
                }
            }
            Did::Resumed(_) => self.paused = None,
            Did::Answered(did) => {
                self.handlers.insert(envelope.by);
                self.share_mut(did.unit, |s| {
                    s.answered = Some(at);
                    s.paused_until = None;
                });
                if did.part == Part::Lead {
                    self.answers.push(Answer {
                        round: self.round,
                        unit: did.unit,
                        at,
                        kind: did.kind,
                        text: did.text,
                        verdict: None,
                    });
                }
            }
            Did::Verified(did) => self.checked(envelope, did),
            Did::CalledBack(did) => self.call_backs.push(CallBack {
                round: self.round,
                answers: self.answers_so_far(),
                at,
                reached: did.reached,
                solved: did.solved,
                satisfied: did.satisfied,
                by_reporter: did.by_reporter,
            }),
            Did::SignedOff(did) => {
                self.closed = Some(at);
                self.reopen_until = Some(did.reopen_until);
            }
            Did::Reopened(did) => {
                self.closed = None;
                self.reopen_until = None;
                self.reopened = Some(at);
                self.round += 1;
                self.round_start = at;
                self.decided = false;
                if let Some(lead) = did.lead {
                    self.dispatchers.extend(envelope.post.map(|post| (self.round, post)));
                    self.give(lead, Part::Lead, did.limit, at, false);
                }
            }
            Did::Urged(did) => {
                self.urged.push((did.unit, did.stage, did.day));
                self.urges += 1;
            }
            Did::Reported(_) | Did::Commented(_) | Did::SpotSeen(_) => {}
        }
        self.follow(envelope, then, shares);
    }

    fn checked(&mut self, envelope: &Envelope, did: &super::act::Verified) {
        let round = self.round;
        if let (Some(answer), Some(unit)) =
            (self.answers.iter_mut().rev().find(|a| a.round == round), envelope.unit)
        {
            answer.verdict =
                Some(Verdict { at: envelope.at, passed: did.passed, rating: did.rating, unit });
        }
        if !did.passed
            && let Some(lead) = self.lead().map(|s| s.unit)
        {
            self.share_mut(lead, |s| s.answered = None);
        }
    }

    fn give(
        &mut self,
        unit: UnitId,
        part: Part,
        limit: Option<Limit>,
        given: At,
        by_decision: bool,
    ) {
        self.shares.push(Share {
            unit,
            part,
            round: self.round,
            given,
            by_decision,
            limit,
            post: None,
            signed: None,
            answered: None,
            returned: None,
            withdrawn: None,
            resolved: false,
            paused_until: None,
        });
    }

    fn give_assists(&mut self, assists: &[Given], given: At, by_decision: bool) {
        for assist in assists {
            self.give(assist.unit, Part::Assist, assist.limit, given, by_decision);
        }
    }

    /// Shares that the desk takes back; what their units asked for falls with them.
    fn take_back(&mut self, withdrawn: &[Withdrawn], at: At) {
        for Withdrawn { unit } in withdrawn {
            self.share_mut(*unit, |s| s.withdrawn = Some(at));
            let waiting = self.requests.iter_mut().filter(|r| r.by == *unit);
            waiting.for_each(|r| r.granted = r.granted.or(Some(false)));
        }
    }

    fn share_mut(&mut self, unit: UnitId, change: impl FnOnce(&mut Share)) {
        let round = self.round;
        let found =
            self.shares.iter_mut().find(|s| s.round == round && s.unit == unit && s.stands());
        if let Some(share) = found {
            change(share);
        }
    }

    /// What every act does alike: state, owner, holder, deadlines, and whom it surprises.
    fn follow(&mut self, envelope: &Envelope, then: &Then, mut shares: Vec<UnitId>) {
        let at = envelope.at;
        let whole = then.state != self.state || then.owner != self.owner || envelope.seq == 1;
        self.deadlines.extend(then.opened.iter().cloned());
        let changed = then
            .moved
            .iter()
            .map(|m| m.n)
            .chain(then.met.iter().map(|m| m.n))
            .chain(then.unmet.iter().copied());
        for n in changed.chain(then.ended.iter().copied()) {
            shares.extend(self.deadlines.iter().find(|d| d.n == n).map(|d| d.whose));
        }
        for deadline in &mut self.deadlines {
            if let Some(met) = then.met.iter().find(|m| m.n == deadline.n) {
                deadline.met = Some(met.at);
            }
            if then.unmet.contains(&deadline.n) {
                deadline.met = None;
            }
            if let Some(handed) = then.handed.iter().find(|h| h.n == deadline.n) {
                deadline.whose = handed.whose;
            }
            if then.ended.contains(&deadline.n) {
                deadline.ended = Some(at);
            }
            if let Some(moved) = then.moved.iter().find(|m| m.n == deadline.n) {
                deadline.due = moved.due;
                deadline.warn = moved.warn;
                deadline.provisional = moved.provisional;
                deadline.fixed = moved.fixed;
                deadline.because.clone_from(&moved.because);
                deadline.pauses.extend(moved.pause);
                if let (Some(limit), Some(rule)) = (moved.limit, deadline.rule.as_mut()) {
                    rule.limit = limit;
                }
            }
        }
        if !then.state.is_open() {
            if self.held.last().is_some_and(|(_, holder)| holder.is_some()) {
                self.held.push((at, None));
            }
        } else if let Some(holder) = then.holder {
            self.held.push((at, Some(holder)));
        }
        if matches!(then.state, State::SignedOff | State::Declined) && self.closed.is_none() {
            self.closed = Some(at);
        }
        self.state = then.state;
        self.owner = then.owner;
        self.seq = envelope.seq;
        self.updated = at;
        shares.sort_unstable();
        shares.dedup();
        if whole || !shares.is_empty() {
            self.touches.push(Touch { seq: envelope.seq, whole, shares });
        }
    }
}

/// The shares that an act changes by its kind.
fn touched_shares(did: &Did) -> Vec<UnitId> {
    match did {
        Did::Dispatched(d) => {
            d.assists.iter().map(|a| a.unit).chain(d.withdrawn.iter().map(|w| w.unit)).collect()
        }
        Did::Adjudicated(d) => {
            let given = d.assists.iter().map(|a| a.unit);
            given.chain(d.withdrawn.iter().map(|w| w.unit)).chain([d.lead]).collect()
        }
        Did::SignedFor(d) => vec![d.unit],
        Did::Returned(d) => vec![d.unit],
        Did::Answered(d) => vec![d.unit],
        Did::SuspensionAsked(d) | Did::ExtensionAsked(d) => vec![d.request.by],
        Did::Decided(d) => vec![d.of],
        _ => Vec::new(),
    }
}

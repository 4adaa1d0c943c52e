//! Folding: an act becomes state. Total, and reads the act alone.

use super::act::{
    Did, Given, IssuedBy, PassedOn, Reported, Submitted, Then, UnitMoved, Whistled, Withdrawn,
};
use super::actor::Person;
use super::inner::{Draft, Pass};
use super::state::{
    Answer, CallBack, Issued, Matter, Owner, Part, Place, PlaybookRef, RequestKind, Share, State,
    Touch, Verdict,
};
use super::whistle::Whistle;
use crate::clock::Limit;
use crate::ids::{ContentId, MatterId, PostId, UnitId};
use crate::ledger::Source;
use crate::playbook::{Grade, Stage};
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

/// What every first act says of its matter.
pub(super) struct First<'a> {
    pub(super) no: &'a str,
    pub(super) playbook: &'a PlaybookRef,
    pub(super) source: &'a str,
    pub(super) place: &'a Place,
    pub(super) title: ContentId,
    pub(super) desk: Owner,
    /// When it began: with the act, or elsewhere before it.
    pub(super) began: At,
}

impl Matter {
    /// The matter that a first act makes; none where an act of this kind begins nothing.
    pub fn begun(id: MatterId, envelope: &Envelope, did: &Did, then: &Then) -> Option<Self> {
        match did {
            Did::Reported(did) => Some(Self::opened(id, envelope, did, then)),
            Did::Imported(did) => Some(Self::taken_over(id, envelope, did, then)),
            _ => None,
        }
    }

    /// The matter that was reported.
    pub(crate) fn opened(id: MatterId, envelope: &Envelope, did: &Reported, then: &Then) -> Self {
        let first = First {
            no: &did.no,
            playbook: &did.playbook,
            source: &did.source,
            place: &did.place,
            title: did.title,
            desk: did.desk,
            began: envelope.at,
        };
        let mut matter = Self {
            category: did.category.clone(),
            grade: did.grade.unwrap_or(Grade::Ordinary),
            urgent: did.urgent,
            detail: did.detail,
            form: did.form.clone(),
            reporter: did.reporter.clone(),
            against: did.against,
            // A part of another matter is filed with it.
            filed: did.parent.map(|_| envelope.at),
            filer: did.parent.map(|_| envelope.by),
            round_start: did.start.unwrap_or(envelope.at),
            parent: did.parent,
            apart_by: did.apart_by,
            follows: did.follows,
            restricted: did.restricted,
            outside: did.outside.clone(),
            ..Self::bare(id, envelope, then, &first)
        };
        matter.follow(envelope, then, Vec::new());
        matter
    }

    /// What every first act says, and nothing else.
    pub(super) fn bare(id: MatterId, envelope: &Envelope, then: &Then, first: &First<'_>) -> Self {
        Self {
            id,
            no: first.no.to_owned(),
            seq: 0,
            playbook: first.playbook.clone(),
            category: None,
            source: first.source.to_owned(),
            grade: Grade::Ordinary,
            urgent: false,
            place: first.place.clone(),
            title: first.title,
            detail: None,
            form: Vec::new(),
            reporter: None,
            against: None,
            repeat_of: None,
            state: then.state,
            round: 1,
            owner: then.owner,
            desk: first.desk,
            reported: first.began,
            happened: envelope.happened.map(|at| (at, envelope.source)),
            filed: None,
            filer: None,
            round_start: first.began,
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
            parent: None,
            apart_by: None,
            children: Vec::new(),
            main: None,
            merged_into: None,
            follows: None,
            restricted: false,
            outside: None,
            drafts: Vec::new(),
            plan: Vec::new(),
            whistles: Vec::new(),
            issued: Vec::new(),
            objected: false,
            excluded: false,
            sampled: None,
            came_over: None,
            touches: Vec::new(),
        }
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
                if let (Some(outside), Some(due)) = (&mut self.outside, did.outside_due) {
                    outside.due = due;
                }
            }
            Did::Recorded(did) => {
                self.category = Some(did.category.clone());
                self.sampled = did.sample;
                self.closed = Some(at);
            }
            Did::Linked(did) => self.main = Some(did.to),
            Did::Unlinked(_) => self.main = None,
            Did::Merged(did) => {
                self.merged_into = Some(did.into);
                self.category.clone_from(&did.category);
                self.main = None;
                self.paused = None;
                self.closed = Some(at);
            }
            Did::Dispatched(did) => {
                self.dispatchers.extend(envelope.post.map(|post| (self.round, post, envelope.by)));
                self.take_back(&did.withdrawn, at);
                if self.share_of(did.lead).is_none() {
                    self.give(did.lead, Part::Lead, did.limit, at, false);
                }
                self.give_assists(&did.assists, at, false);
            }
            Did::Adjudicated(did) => {
                // A meeting dispatches nothing: who records what it decided may still see the result.
                let by = envelope.post.filter(|_| did.objection.is_none());
                self.dispatchers.extend(by.map(|post| (self.round, post, envelope.by)));
                if let Some(id) = did.objection
                    && let Some(objection) = self.requests.iter_mut().find(|r| r.id == id)
                {
                    objection.granted = Some(did.withdrawn.iter().any(|w| w.unit == objection.by));
                }
                self.take_back(&did.withdrawn, at);
                let round = self.round;
                for share in self.shares.iter_mut().filter(|s| s.round == round) {
                    share.resolved |= share.returned.is_some();
                }
                if self.share_of(did.lead).is_none() {
                    // Who only names an assisting unit has not named the lead.
                    self.decided = true;
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
            Did::PassedOn(did) => self.pass_on(envelope, did),
            Did::PassedBack(did) => {
                let to = did.to;
                self.share_mut(did.unit, |s| {
                    if let Some(pass) = s.passes.iter_mut().rev().find(|p| p.back.is_none()) {
                        pass.back = Some(at);
                    }
                    s.post = to;
                });
            }
            Did::Submitted(did) => self.submitted(envelope, did),
            Did::SentBack(did) => self.drop_draft(did.draft, at),
            Did::Planned(did) => self.requests.extend(did.request.clone()),
            Did::NodeDone(did) => {
                self.handlers.insert(envelope.by);
                let node = self.plan.iter_mut().find(|node| node.no == did.node);
                if let Some(node) = node {
                    node.done = Some(at);
                }
            }
            Did::Decomposed(did) => self.children.extend(did.children.iter().cloned()),
            Did::Whistled(did) => self.whistled(envelope, did),
            Did::Arrived(did) => {
                let whistle = self.whistles.iter_mut().find(|w| w.n == did.whistle);
                let mut calls = whistle.into_iter().flat_map(|w| &mut w.calls);
                if let Some(call) = calls.find(|c| c.unit == did.unit && c.came.is_none()) {
                    call.came = Some(did.came);
                    call.satisfied = did.satisfied;
                }
            }
            Did::Returned(did) => {
                self.share_mut(did.unit, |s| s.returned = Some(at));
                self.drop_drafts_of(did.unit, at);
            }
            Did::Progressed(_) => {
                self.handlers.insert(envelope.by);
            }
            Did::SuspensionAsked(did)
            | Did::ExtensionAsked(did)
            | Did::ShelvingAsked(did)
            | Did::ReferralUpAsked(did)
            | Did::ReferralAcrossAsked(did)
            | Did::ExclusionAsked(did) => self.requests.push(did.request.clone()),
            Did::Objected(did) => {
                self.objected |= did.request.part == Some(Part::Lead);
                self.requests.push(did.request.clone());
            }
            Did::Decided(did) => {
                if let Some(request) = self.requests.iter_mut().find(|r| r.id == did.request) {
                    request.granted = Some(did.accept);
                    request.lapsed = did.lapsed;
                }
                self.excluded |= did.accept && did.asked == RequestKind::Exclude;
                if then.state == State::Handling && self.state == State::Shelved {
                    self.paused = None;
                }
                if let Some(until) = did.until {
                    if did.part == Some(Part::Lead) {
                        let from = self.paused.map_or(at, |(from, _)| from);
                        self.paused = Some((from, until));
                    } else {
                        self.share_mut(did.of, |s| s.paused_until = Some(until));
                    }
                }
            }
            Did::Resumed(_) => self.paused = None,
            Did::Answered(did) => {
                self.handlers.insert(envelope.by);
                if did.part == Part::Lead {
                    self.paused = None;
                }
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
                party: did.party,
            }),
            Did::SignedOff(did) => {
                self.closed = Some(at);
                self.reopen_until = Some(did.reopen_until);
            }
            Did::Reopened(_) if self.state == State::Merged => {
                // The same round goes on, from its old start; the desk gives it out anew.
                self.closed = None;
                self.merged_into = None;
                self.filed = self.filed.or(Some(at));
                self.plan.clear();
                let given = self.round_shares().filter(|s| s.stands());
                let given: Vec<_> = given.map(|s| Withdrawn { unit: s.unit }).collect();
                self.take_back(&given, at);
            }
            Did::Reopened(did) => {
                self.closed = None;
                self.reopen_until = None;
                self.reopened = Some(at);
                self.round += 1;
                self.round_start = at;
                self.decided = false;
                self.objected = false;
                self.plan.clear();
                self.drafts.iter_mut().filter(|d| d.waits()).for_each(|d| d.gone = Some(at));
                if let Some(lead) = did.lead {
                    self.dispatchers
                        .extend(envelope.post.map(|post| (self.round, post, envelope.by)));
                    self.give(lead, Part::Lead, did.limit, at, false);
                }
            }
            Did::Urged(did) => {
                self.urged.push((did.unit, did.stage, did.day));
                self.urges += 1;
            }
            Did::Recounted(did) => {
                self.desk = did.desk;
                for moved in &did.units {
                    self.go_on_with(moved, at);
                }
            }
            Did::Ordered(did) => self.issue(envelope, did, true),
            Did::Noticed(did) => self.issue(envelope, did, false),
            Did::Reported(_) | Did::Imported(_) | Did::Commented(_) | Did::SpotSeen(_) => {}
        }
        if let Some(released) = then.released {
            self.drop_draft(released.draft, at);
            if matches!(did, Did::Answered(_)) {
                self.handlers.insert(released.by);
            }
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

    fn pass_on(&mut self, envelope: &Envelope, did: &PassedOn) {
        let by = envelope.post;
        let pass = Pass { to: did.to, by, at: envelope.at, due: did.due, back: None };
        self.share_mut(did.unit, |s| {
            s.passes.push(pass);
            s.post = Some(did.to);
        });
    }

    fn submitted(&mut self, envelope: &Envelope, did: &Submitted) {
        self.drafts.push(Draft {
            n: did.draft,
            unit: did.unit,
            by: envelope.by,
            post: envelope.post,
            at: envelope.at,
            drafted: did.drafted.clone(),
            gone: None,
        });
    }

    /// What a closed unit still had here is its successor's.
    fn go_on_with(&mut self, &UnitMoved { from, to, post, spare }: &UnitMoved, at: At) {
        self.take_back(spare.map(|unit| Withdrawn { unit }).as_slice(), at);
        self.share_mut(from, |share| (share.unit, share.post) = (to, post));
        for deadline in self.deadlines.iter_mut().filter(|d| d.is_open() && d.share == Some(from)) {
            deadline.share = Some(to);
        }
        for request in self.requests.iter_mut().filter(|r| r.granted.is_none() && r.by == from) {
            request.by = to;
        }
        for draft in self.drafts.iter_mut().filter(|d| d.waits() && d.unit == from) {
            draft.unit = to;
        }
        for whistle in self.whistles.iter_mut().filter(|w| w.is_open()) {
            if whistle.caller == from {
                whistle.caller = to;
            }
            for call in whistle.calls.iter_mut().filter(|c| c.came.is_none() && c.unit == from) {
                call.unit = to;
            }
        }
    }

    fn drop_draft(&mut self, n: u32, at: At) {
        for draft in self.drafts.iter_mut().filter(|d| d.n == n) {
            draft.gone = Some(at);
        }
    }

    fn whistled(&mut self, envelope: &Envelope, did: &Whistled) {
        self.whistles.push(Whistle {
            n: did.n,
            caller: did.caller,
            post: envelope.post,
            at: envelope.at,
            by: did.by,
            spot: did.spot,
            text: did.text,
            calls: did.calls.clone(),
        });
    }

    fn issue(&mut self, envelope: &Envelope, did: &IssuedBy, order: bool) {
        let (at, number) = (envelope.at, did.number.clone());
        self.issued.push(Issued { at, number, order, unit: did.unit });
    }

    pub(super) fn give(
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
            passes: Vec::new(),
        });
    }

    fn give_assists(&mut self, assists: &[Given], given: At, by_decision: bool) {
        for assist in assists {
            self.give(assist.unit, Part::Assist, assist.limit, given, by_decision);
        }
    }

    fn drop_drafts_of(&mut self, unit: UnitId, at: At) {
        for draft in self.drafts.iter_mut().filter(|d| d.unit == unit && d.waits()) {
            draft.gone = Some(at);
        }
    }

    /// Shares that the desk takes back; what their units asked for and drafted falls with them.
    fn take_back(&mut self, withdrawn: &[Withdrawn], at: At) {
        for Withdrawn { unit } in withdrawn {
            self.drop_drafts_of(*unit, at);
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

    /// A node is the unit's that owes its deadline from now.
    fn hand_nodes(&mut self, then: &Then) {
        let opened = then.opened.iter().map(|d| (d.stage, d.whose));
        let stage_of = |n: u32| self.deadlines.iter().find(|d| d.n == n).map(|d| d.stage);
        let handed = then.handed.iter().filter_map(|h| Some((stage_of(h.n)?, h.whose)));
        for (stage, whose) in opened.chain(handed) {
            let Stage::Node(no) = stage else { continue };
            for node in self.plan.iter_mut().filter(|n| n.no == no && n.done.is_none()) {
                node.unit = whose;
            }
        }
    }

    /// What every act does alike: state, owner, holder, deadlines, and whom it surprises.
    pub(super) fn follow(&mut self, envelope: &Envelope, then: &Then, mut shares: Vec<UnitId>) {
        let at = envelope.at;
        let whole = then.state != self.state || then.owner != self.owner || envelope.seq == 1;
        self.deadlines.extend(then.opened.iter().cloned());
        self.plan.extend(then.planned.iter().cloned());
        self.hand_nodes(then);
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
                deadline.rule = moved.rule.clone().or(deadline.rule.take());
            }
        }
        if !then.state.is_open() {
            if self.held.last().is_some_and(|(_, holder)| holder.is_some()) {
                self.held.push((at, None));
            }
        } else if let Some(holder) = then.holder {
            self.held.push((at, Some(holder)));
        }
        if !then.state.is_open() && self.closed.is_none() {
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
        Did::PassedOn(d) => vec![d.unit],
        Did::PassedBack(d) => vec![d.unit],
        Did::NodeDone(d) => vec![d.unit],
        Did::Planned(d) => vec![d.unit],
        Did::Decided(d) => vec![d.of],
        _ => did.asks().map(|request| request.by).into_iter().collect(),
    }
}

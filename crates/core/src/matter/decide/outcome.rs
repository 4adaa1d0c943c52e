//! What an act will have made true, built up while it is decided.

use super::Context;
use crate::clock::{self, Limit, Pause, Reason, Roll};
use crate::ids::{CategoryId, UnitId};
use crate::ledger::ContentRef;
use crate::matter::act::{Did, Handed, Met, Moved, NewAct, Then};
use crate::matter::deadline::{Deadline, Rule, two_thirds};
use crate::matter::holder::{Holder, HolderKind};
use crate::matter::planned::Node;
use crate::matter::refusal::Refusal;
use crate::matter::state::{Matter, OutsideOrder, Owner, Place, State};
use crate::playbook::{ClockLimit, Event, Grade, Stage};
use crate::time::At;

/// Collects the consequences of one act on a matter.
pub(super) struct Outcome<'a> {
    matter: &'a Matter,
    cx: &'a Context<'a>,
    pub(super) then: Then,
}

impl<'a> Outcome<'a> {
    /// Starts from what is true now.
    pub(super) fn of(matter: &'a Matter, cx: &'a Context<'a>) -> Self {
        let then = Then::of(matter.state, matter.owner);
        Self { matter, cx, then }
    }

    pub(super) const fn matter(&self) -> &'a Matter {
        self.matter
    }

    pub(super) const fn cx(&self) -> &'a Context<'a> {
        self.cx
    }

    pub(super) const fn now(&self) -> At {
        self.cx.now
    }

    pub(super) fn state(&mut self, state: State, owner: Option<Owner>) {
        self.then.state = state;
        self.then.owner = owner;
    }

    pub(super) fn held_by(&mut self, kind: HolderKind, unit: Option<UnitId>) {
        self.then.holder = Some(Holder { kind, unit, until: None });
    }

    pub(super) fn held_by_approver(&mut self, unit: UnitId, until: At) {
        self.then.holder =
            Some(Holder { kind: HolderKind::Approver, unit: Some(unit), until: Some(until) });
    }

    /// Opens a stage where the playbook has it, counted from `from`.
    pub(super) fn open(
        &mut self,
        stage: Stage,
        share: Option<UnitId>,
        whose: UnitId,
        from: At,
    ) -> Result<(), Refusal> {
        let of = (self.matter.grade, self.matter.category.as_ref(), &self.matter.place);
        self.open_for(stage, share, whose, from, of)
    }

    /// The same with the facts that this very act settles.
    pub(super) fn open_for(
        &mut self,
        stage: Stage,
        share: Option<UnitId>,
        whose: UnitId,
        from: At,
        (grade, category, place): (Grade, Option<&CategoryId>, &Place),
    ) -> Result<(), Refusal> {
        let Some(rule) = self.rule_of(stage, (grade, category, place))? else { return Ok(()) };
        let n = self.next_n();
        let round = self.round();
        let deadline =
            Deadline::by_rule(self.cx.calendar, n, stage, share, whose, round, from, rule)?;
        self.push(deadline);
        Ok(())
    }

    /// The arithmetic of a stage for those facts; none where the kind of matter or its clock lacks it.
    pub(super) fn rule_of(
        &self,
        stage: Stage,
        (grade, category, place): (Grade, Option<&CategoryId>, &Place),
    ) -> Result<Option<Rule>, Refusal> {
        if !self.cx.playbook.stages.contains(&stage) {
            return Ok(None);
        }
        let Some(row) = self.cx.clock.stage(stage, grade) else { return Ok(None) };
        let limit = match row.limit {
            ClockLimit::Own(limit) => limit,
            ClockLimit::Category => limit_of(self.cx, category, place)?,
        };
        Ok(Some(Rule { limit, start: row.start, roll: row.roll, cutoff: row.cutoff }))
    }

    /// The nodes that every matter of this kind has, such as bringing a danger under control.
    pub(super) fn open_nodes(&mut self, lead: UnitId, from: At) -> Result<(), Refusal> {
        for rule in &self.cx.playbook.nodes {
            let (n, round, stage) = (self.next_n(), self.round(), Stage::Node(rule.no));
            let by = Rule { limit: rule.limit, start: rule.start, roll: Roll::Next, cutoff: None };
            let calendar = self.cx.calendar;
            let deadline = Deadline::by_rule(calendar, n, stage, None, lead, round, from, by)?;
            self.push(deadline);
            self.then.planned.push(Node {
                no: rule.no,
                title: None,
                unit: lead,
                after: Vec::new(),
                done: None,
            });
        }
        Ok(())
    }

    /// A deadline on a moment that somebody named or that follows from another deadline.
    pub(super) fn open_on(
        &mut self,
        stage: Stage,
        share: Option<UnitId>,
        whose: UnitId,
        due: At,
        because: Vec<Reason>,
        rule: Option<Rule>,
    ) {
        let (n, round) = (self.next_n(), self.round());
        let deadline = Deadline::on(n, stage, share, whose, round, self.cx.now, due, because);
        self.push(Deadline { rule, ..deadline });
    }

    pub(super) fn push(&mut self, deadline: Deadline) {
        self.then.opened.push(deadline);
        self.then.by_rules = Some(self.cx.versions.clone());
    }

    /// What it asked for is done.
    pub(super) fn meet(&mut self, stage: Stage, share: Option<UnitId>) {
        let at = self.cx.now;
        let open = self.matter.deadlines.iter().filter(|d| d.is_open());
        let hit = open.filter(|d| d.stage == stage && d.share == share);
        self.then.met.extend(hit.map(|d| Met { n: d.n, at }));
    }

    /// The same for one deadline by its number, done at that moment.
    pub(super) fn meet_number(&mut self, n: u32, at: At) {
        let open = self.matter.deadlines.iter().any(|d| d.n == n && d.is_open());
        self.then.met.extend(open.then_some(Met { n, at }));
    }

    pub(super) fn end_where(&mut self, ends: impl Fn(&Deadline) -> bool) {
        let met: Vec<u32> = self.then.met.iter().map(|m| m.n).collect();
        let hit = self.matter.deadlines.iter().filter(|d| d.is_open() && !met.contains(&d.n));
        self.then.ended.extend(hit.filter(|d| ends(d)).map(|d| d.n));
    }

    /// The matter's own deadlines that the lead answers for are another's from now on.
    pub(super) fn hand_to(&mut self, unit: UnitId) {
        self.hand_where(unit, is_leads);
    }

    /// Nodes of units whose shares end are the lead's, due as they were.
    pub(super) fn nodes_to(&mut self, lead: UnitId, gone: &[UnitId]) {
        let own = self.matter.deadlines.iter().filter(|d| {
            let of_gone = d.share.is_some_and(|unit| gone.contains(&unit));
            d.is_open() && of_gone && matches!(d.stage, Stage::Node(_))
        });
        for deadline in own {
            let n = self.next_n();
            self.push(Deadline { n, share: None, whose: lead, ..deadline.clone() });
        }
    }

    /// Opens a stage again as it stood when the matter was merged: from its old start, with every date
    /// that was granted since.
    pub(super) fn open_again(&mut self, stage: Stage, whose: UnitId) -> bool {
        let round = self.matter.round;
        let own = |d: &&Deadline| d.stage == stage && d.share.is_none() && d.round == round;
        let Some(old) = self.matter.deadlines.iter().rev().find(own) else { return false };
        if old.met.is_none() {
            let n = self.next_n();
            self.push(Deadline { n, whose, ended: None, ..old.clone() });
        }
        true
    }

    /// Everything that waits at the desk is another desk's from now on.
    pub(super) fn hand_to_desk(&mut self, unit: UnitId) {
        self.hand_where(unit, |_| true);
    }

    /// What a closed unit owes is its successor's from now on.
    pub(super) fn hand_from(&mut self, from: UnitId, to: UnitId) {
        let ended = &self.then.ended;
        let open = self.matter.deadlines.iter().filter(|d| d.is_open() && d.whose == from);
        let open = open.filter(|d| !ended.contains(&d.n));
        self.then.handed.extend(open.map(|d| Handed { n: d.n, whose: to }));
    }

    fn hand_where(&mut self, unit: UnitId, hands: impl Fn(Stage) -> bool) {
        let own = self.matter.deadlines.iter().filter(|d| d.is_open() && d.share.is_none());
        let done: Vec<u32> = self.then.met.iter().map(|m| m.n).collect();
        let hit = own.filter(|d| hands(d.stage) && d.whose != unit && !done.contains(&d.n));
        self.then.handed.extend(hit.map(|d| Handed { n: d.n, whose: unit }));
    }

    /// Ours before the limit of an authority outside, by the playbook's margin.
    pub(super) fn settle_before(&mut self, outside: &OutsideOrder, whose: UnitId) {
        if self.matter.open_deadline(Stage::Settle, None).is_none() {
            let (due, because) = self.earlier(outside.due);
            let rule = super::planning::by_the_day();
            self.open_on(Stage::Settle, None, whose, due, vec![because], Some(rule));
        }
    }

    /// The authority outside set another limit: a received fact, which ours follows.
    pub(super) fn follow_outside(&mut self, due: At) -> Result<(), Refusal> {
        let Some(settle) = self.matter.open_deadline(Stage::Settle, None) else {
            return Err(Refusal::field("outside_due", "it is answered already"));
        };
        let (due, because) = self.earlier(due);
        self.fix(settle, due, because);
        self.keep_assists_before(due);
        Ok(())
    }

    /// The due of an authority outside, brought forward by the playbook's margin.
    pub(super) fn earlier(&self, theirs: At) -> (At, Reason) {
        let margin = self.cx.playbook.outside.as_ref().map_or(0, |o| o.margin);
        let earlier = (0..margin).fold(theirs, |due, _| self.cx.calendar.closing_before(due));
        // A limit too near for a margin is ours too.
        if earlier > self.cx.now {
            (earlier, Reason::OutsideLimit { due: theirs, margin })
        } else {
            (theirs, Reason::OutsideLimit { due: theirs, margin: 0 })
        }
    }

    /// A person named another moment: kept as given, never rolled.
    pub(super) fn fix(&mut self, deadline: &Deadline, due: At, because: Reason) {
        let mut reasons = deadline.because.clone();
        reasons.push(because);
        reasons.extend(Reason::given_day(self.cx.calendar, due.date()));
        self.moved(Moved {
            n: deadline.n,
            due,
            warn: two_thirds(deadline.start, due),
            provisional: !self.cx.calendar.day(due.date()).known,
            fixed: true,
            pause: None,
            rule: None,
            because: reasons,
        });
    }

    /// A pause moves a deadline: by the clock's arithmetic, a date set by a person by the same days.
    ///
    /// `latest`: the due of an assisting unit, or of a part, is never moved past it.
    pub(super) fn pause(
        &mut self,
        deadline: &Deadline,
        pause: Pause,
        latest: Option<At>,
    ) -> Result<(), Refusal> {
        let calendar = self.cx.calendar;
        let Some(rule) = &deadline.rule else {
            return Ok(());
        };
        let moved = if deadline.fixed {
            let (due, provisional) = clock::moved(calendar, deadline.due, &rule.limit, pause);
            let day = Reason::given_day(calendar, due.date());
            let because = deadline.because.iter().cloned().chain([Reason::paused(pause)]);
            Moved {
                n: deadline.n,
                due,
                warn: two_thirds(deadline.start, due),
                provisional: provisional || !calendar.day(due.date()).known,
                fixed: true,
                pause: Some(pause),
                rule: None,
                because: because.chain(day).collect(),
            }
        } else {
            let pauses: Vec<Pause> = deadline.pauses.iter().copied().chain([pause]).collect();
            Moved { pause: Some(pause), ..self.recounted(deadline, rule, &pauses)? }
        };
        let Some(latest) = latest.filter(|latest| moved.due > *latest) else {
            if moved.due != deadline.due {
                self.moved(moved);
            }
            return Ok(());
        };
        if latest > deadline.due {
            let mut because = moved.because;
            because.push(match deadline.share {
                Some(_) => Reason::before_the_lead(latest),
                None => Reason::PartOf { due: latest },
            });
            let warn = two_thirds(deadline.start, latest);
            self.moved(Moved { due: latest, warn, because, ..moved });
        }
        Ok(())
    }

    /// Another limit and another way to count it, from the same moment.
    pub(super) fn count_by(&mut self, deadline: &Deadline, rule: Rule) -> Result<(), Refusal> {
        if !deadline.fixed && deadline.rule.as_ref() != Some(&rule) {
            let moved = self.recounted(deadline, &rule, &deadline.pauses)?;
            self.moved(Moved { rule: Some(rule), ..moved });
        }
        Ok(())
    }

    /// The due that a deadline will have after this act.
    pub(super) fn due_of(&self, deadline: &Deadline) -> At {
        let moved = self.then.moved.iter().rev().find(|m| m.n == deadline.n);
        moved.map_or(deadline.due, |m| m.due)
    }

    /// An assisting unit's due is never after the lead's.
    pub(super) fn keep_assists_before(&mut self, lead_due: At) {
        let ended = self.then.ended.clone();
        let assists = self.matter.deadlines.iter().filter(|d| {
            let assists = d.stage == Stage::Settle && d.share.is_some() && !ended.contains(&d.n);
            d.is_open() && assists && self.due_of(d) > lead_due
        });
        let assists: Vec<&Deadline> = assists.collect();
        for deadline in assists {
            self.fix(deadline, lead_due, Reason::before_the_lead(lead_due));
        }
    }

    fn recounted(
        &self,
        deadline: &Deadline,
        rule: &Rule,
        pauses: &[Pause],
    ) -> Result<Moved, Refusal> {
        let due = clock::due(self.cx.calendar, &rule.asked(deadline.from, pauses))
            .map_err(|e| Refusal::clock(deadline.stage.name(), &e))?;
        Ok(Moved {
            n: deadline.n,
            due: due.due,
            warn: due.warn,
            provisional: due.provisional,
            fixed: false,
            pause: None,
            rule: None,
            because: due.because,
        })
    }

    pub(super) fn moved(&mut self, moved: Moved) {
        self.then.moved.push(moved);
        self.then.by_rules = Some(self.cx.versions.clone());
    }

    /// The moment from which a stage counts in this round.
    pub(super) fn from(&self, event: Event) -> At {
        let now = self.cx.now;
        match event {
            Event::Reported => self.matter.reopened.unwrap_or(self.matter.reported),
            // This very act files it.
            Event::Filed if self.then.state == State::Filed => now,
            Event::Filed => self.matter.filed.max(self.matter.reopened).unwrap_or(now),
            _ => now,
        }
    }

    /// The close of a day, whatever day it is.
    pub(super) fn closing_on(&self, date: jiff::civil::Date) -> At {
        self.cx.calendar.closing_on(date)
    }

    pub(super) fn start_of(&self, stage: Stage, grade: Grade) -> At {
        self.cx.clock.stage(stage, grade).map_or(self.cx.now, |row| self.from(row.from))
    }

    pub(super) fn finish<'c>(
        mut self,
        did: Did,
        contents: impl IntoIterator<Item = &'c ContentRef>,
    ) -> NewAct {
        self.end_lapsed(&did);
        NewAct { did, then: self.then, contents: contents.into_iter().copied().collect() }
    }

    /// Silence has refused a request: nothing is to be decided any more, as the next act notes that is
    /// more than a word.
    fn end_lapsed(&mut self, did: &Did) {
        if matches!(did, Did::Commented(_) | Did::SpotSeen(_) | Did::Urged(_)) {
            return;
        }
        let now = self.cx.now;
        let silent = self.matter.requests.iter().filter(|r| r.granted.is_none() && !r.waits(now));
        let silent: Vec<u32> = silent.map(|r| r.deadline).collect();
        let ended = std::mem::take(&mut self.then.ended);
        self.end_where(|d| silent.contains(&d.n) || ended.contains(&d.n));
    }

    pub(super) fn next_n(&self) -> u32 {
        let n = self.matter.deadlines.len() + self.then.opened.len() + 1;
        u32::try_from(n).unwrap_or(u32::MAX)
    }

    fn round(&self) -> u32 {
        // A reopening opens its deadlines in the round it begins; what was merged goes on in its own.
        let closed = !self.matter.state.is_open() && self.matter.state != State::Merged;
        let begins = closed && self.then.state.is_open();
        self.matter.round + u32::from(begins)
    }
}

/// The stages that the lead answers for.
pub(in crate::matter) const fn is_leads(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::Deploy
            | Stage::SignFor
            | Stage::Progress
            | Stage::Plan
            | Stage::Settle
            | Stage::Node(_)
            | Stage::Monthly(..)
    )
}

/// The limit of a category at a place: that of the row of the powers list, else the category's own.
pub(super) fn limit_of(
    cx: &Context<'_>,
    category: Option<&CategoryId>,
    place: &Place,
) -> Result<Limit, Refusal> {
    let missing = || Refusal::field("category", "say what it is about: the limit hangs on it");
    let id = category.ok_or_else(missing)?;
    let proposal = cx.powers.proposal(cx.organisation, id, &place.division, cx.today());
    match proposal {
        Ok(proposal) => Ok(proposal.limit),
        Err(_) => cx.powers.categories.get(id).map(|c| c.limit).ok_or_else(missing),
    }
}

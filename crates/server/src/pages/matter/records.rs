//! The acts as records: who, when, what it says, what it moved; on three lanes.

use std::collections::BTreeMap;

use zongheng_core::ids::{MatterId, UnitId};
use zongheng_core::ledger::{Act, Hash};
use zongheng_core::matter::{
    Came, Corrected, Decided, Did, Dispatched, Drafted, Given, Imported, NewAct, Person, Planned,
    Recorded, Request, RequestKind, Satisfied, Then, Verified,
};
use zongheng_core::playbook::Stage;
use zongheng_core::rules::{Discretion, Rule};
use zongheng_core::time::At;
use zongheng_store::envelope;

use super::super::reader::Reader;
use super::super::view::{Proof, Record, RecordRound, Tag, TagKind, lane, lay_lanes};
use super::show::Page;
use crate::api::beside::{draft_text, rule_of_node};

/// Unit · post of who acted; never a name.
fn who(r: &Reader, act: &Act) -> String {
    let post = act.by.post.and_then(|id| r.county.organisation.posts.get(&id));
    match (post, act.by.unit, act.by.user.as_str()) {
        (_, _, "receipt") => r.w.t("who.receipt").to_owned(),
        (_, _, "system") => r.w.t("who.system").to_owned(),
        (Some(post), ..) => r.unit_post(post),
        (None, Some(unit), _) => r.unit(unit),
        (None, None, _) => String::new(),
    }
}

pub(super) const fn satisfied(word: Satisfied) -> &'static str {
    match word {
        Satisfied::Yes => "yes",
        Satisfied::Basically => "basically",
        Satisfied::No => "no",
    }
}

pub(super) const fn came(word: Came) -> &'static str {
    match word {
        Came::Came => "came",
        Came::Late => "late",
        Came::Absent => "absent",
    }
}

/// An act in a few words: who, when, what.
pub(super) fn in_short(r: &Reader, act: &Act) -> String {
    format!("{} {} {}", r.w.near(act.at, r.now), who(r, act), r.w.kind(&act.kind))
}

/// The other matter that an act names.
pub(super) fn names(act: &Act) -> Option<MatterId> {
    if !matches!(act.kind.as_str(), "linked" | "unlinked" | "merged") {
        return None;
    }
    let (did, _) = NewAct::parse(&act.kind, act.v, &act.body).ok()?;
    match did {
        Did::Linked(x) => Some(x.to),
        Did::Unlinked(x) => Some(x.from),
        Did::Merged(x) => Some(x.into),
        _ => None,
    }
}

impl Page<'_> {
    pub(super) fn fill_records(&mut self) {
        let (mut rounds, mut dues) = (vec![Vec::new()], BTreeMap::new());
        for act in &self.acts {
            if act.kind == "reopened" {
                rounds.push(Vec::new());
            }
            let record = self.record(act, &mut dues);
            if let Some(last) = rounds.last_mut() {
                last.push((act.at, record));
            }
        }
        let count = rounds.len();
        let folded = |(n, records): (usize, Vec<(At, Record)>)| {
            let summary = (n + 1 < count).then(|| self.summary(n + 1, &records));
            let records = records.into_iter().map(|(_, record)| record).collect();
            RecordRound { summary, records }
        };
        let mut rounds: Vec<RecordRound> = rounds.into_iter().enumerate().map(folded).collect();
        lay_lanes(&mut rounds);
        self.view.rounds = rounds;
        self.view.records = self.acts.len();
        self.view.proof = self.proof();
    }

    fn summary(&self, n: usize, records: &[(At, Record)]) -> String {
        let day = |at: &At| self.r.w.day_short(at.date(), self.r.now.date());
        let from = records.first().map(|(at, _)| day(at)).unwrap_or_default();
        let to = records.last().map(|(at, _)| day(at)).unwrap_or_default();
        let span = if from == to { from } else { format!("{from} – {to}") };
        self.r.w.fill("matter.earlier_round", &[("n", &n), ("a", &span), ("b", &records.len())])
    }

    /// Whether each act follows from the one before and is what its hash says.
    fn proof(&self) -> Proof {
        let mut before = Hash::ZERO;
        for (n, act) in self.acts.iter().enumerate() {
            let follows = act.prev == before || n == 0 && act.seq == 1 && act.prev == Hash::ZERO;
            if !follows || act.computed_hash() != act.hash {
                return Proof { holds: false, note: self.r.w.n("proof.note_broken", n + 1) };
            }
            before = act.hash;
        }
        Proof { holds: true, note: self.r.w.n("proof.note", self.acts.len()) }
    }

    fn record(&self, act: &Act, dues: &mut BTreeMap<u32, (String, At)>) -> Record {
        let (r, w) = (self.r, self.r.w);
        let read = NewAct::parse(&act.kind, act.v, &act.body);
        let (mut text, mut moved, mut tags) = (Vec::new(), Vec::new(), Vec::new());
        let mut files = Vec::new();
        if let Ok((did, then)) = &read {
            text.extend(self.told(did));
            if let Did::Planned(planned) = did {
                text.extend(self.planned(planned, then));
            }
            if let Did::Imported(came) = did {
                let answer = came.ended.as_ref().and_then(|ended| ended.answer);
                text.extend(answer.and_then(|id| self.text(id)));
            }
            text.extend(self.released(did, then));
            text.extend(self.allowed(then));
            tags.extend(self.in_time(then, dues));
            let by = envelope(act).map_or(Person::System, |envelope| envelope.by);
            let chosen = !Discretion::of(did, by).is_empty();
            tags.extend(chosen.then(|| Tag::new(w.t("tag.discretion"))));
            for change in &then.moved {
                if let Some((stage, due)) = dues.get_mut(&change.n) {
                    let old = std::mem::replace(due, change.due);
                    moved.push((stage.clone(), self.moment(old), self.moment(change.due)));
                }
            }
            for opened in &then.opened {
                dues.insert(opened.n, (self.stage(opened.stage), opened.due));
            }
        }
        // The report's own words stand at the head of the page, a node's title beside its day.
        let own = act.kind != "planned" && !Did::FIRST.contains(&act.kind.as_str());
        if own {
            let contents = act.content_refs();
            let shown =
                |id| self.texts.get(&id).is_some_and(|content| content.attached().is_some());
            let words = contents.iter().filter(|content| !shown(content.id));
            text.extend(words.filter_map(|content| self.text(content.id)));
            files = self.files(act);
        }
        let unit = act.by.unit.and_then(|id| r.county.organisation.units.get(&id));
        let lane = match (unit, act.by.user.as_str()) {
            (_, "receipt") => 3,
            (Some(unit), _) => lane(unit.line),
            (None, _) => 1,
        };
        Record {
            kind: w.kind(&act.kind),
            tags,
            who: who(r, act),
            at: self.moment(act.at),
            happened: act.happened.filter(|h| *h != act.at).map(|h| self.moment(h)),
            text,
            files,
            moved,
            lane,
            from: lane,
        }
    }

    fn in_time(&self, then: &Then, dues: &BTreeMap<u32, (String, At)>) -> Vec<Tag> {
        let w = self.r.w;
        let late = then
            .met
            .iter()
            .filter_map(|met| {
                let (_, due) = dues.get(&met.n)?;
                (met.at > *due).then(|| met.at.seconds_since(*due))
            })
            .max();
        match late {
            Some(seconds) => vec![Tag::of(TagKind::Late, w.a("record.late", w.span(seconds)))],
            None if !then.met.is_empty() => vec![Tag::of(TagKind::Ok, w.t("record.in_time"))],
            None => Vec::new(),
        }
    }

    fn names(&self, units: impl Iterator<Item = UnitId>) -> String {
        let names: Vec<String> = units.map(|unit| self.r.unit(unit)).collect();
        names.join(self.r.w.t("join.list"))
    }

    fn given(&self, lead: UnitId, assists: &[Given]) -> String {
        let lead = self.r.unit(lead);
        if assists.is_empty() {
            return self.r.w.a("record.lead", lead);
        }
        self.r.w.ab("record.lead_and_assists", lead, self.names(assists.iter().map(|a| a.unit)))
    }

    /// What an act says beside its texts.
    fn told(&self, did: &Did) -> Vec<String> {
        let (r, w) = (self.r, self.r.w);
        let when = |at: At| w.moment(at, r.now);
        match did {
            Did::Reported(report) => {
                vec![w.a("record.desk", r.unit(report.desk.unit))]
            }
            Did::Imported(x) => self.imported(x),
            Did::Filed(filed) => vec![w.ab(
                "join.two",
                r.category(Some(&filed.category)),
                r.division(&filed.place.division),
            )],
            Did::Corrected(corrected) => self.corrected(corrected),
            Did::Dispatched(d) => self.dispatched(d),
            Did::Adjudicated(a) => vec![self.given(a.lead, &a.assists)],
            Did::SignedFor(s) => s.post.and_then(|id| r.post(id)).into_iter().collect(),
            Did::Returned(x) => {
                x.whose.map(|unit| w.a("record.whose", r.unit(unit))).into_iter().collect()
            }
            Did::SuspensionAsked(asked)
            | Did::ExtensionAsked(asked)
            | Did::ShelvingAsked(asked)
            | Did::ReferralUpAsked(asked)
            | Did::ReferralAcrossAsked(asked)
            | Did::ExclusionAsked(asked)
            | Did::Objected(asked) => self.asked(&asked.request),
            Did::Decided(d) => self.decided(d),
            Did::Answered(a) => {
                let kind = serde_json::to_value(a.kind).unwrap_or_default();
                vec![w.settlement(kind.as_str().unwrap_or_default())]
            }
            Did::Verified(v) => self.verified(v),
            Did::CalledBack(c) => vec![self.called(c)],
            Did::Reopened(x) => {
                x.lead.map(|unit| w.a("record.lead", r.unit(unit))).into_iter().collect()
            }
            Did::Urged(u) => {
                vec![w.ab("join.two", r.unit(u.unit), self.stage(u.stage))]
            }
            Did::Recorded(x) => self.recorded(x),
            Did::Merged(x) => {
                let named = self.matter_no(x.into);
                named.map(|no| w.a("record.merged_into", no)).into_iter().collect()
            }
            Did::Linked(x) => {
                let named = self.matter_no(x.to);
                named.map(|no| w.a("record.linked_to", no)).into_iter().collect()
            }
            Did::Unlinked(x) => {
                let named = self.matter_no(x.from);
                named.map(|no| w.a("record.unlinked_from", no)).into_iter().collect()
            }
            Did::PassedOn(x) => {
                let to = r.post(x.to).map(|post| w.a("record.passed_to", post));
                let due = x.due.map(|at| w.a("record.inner_due", when(at)));
                to.into_iter().chain(due).collect()
            }
            Did::PassedBack(x) => {
                let to = x.to.and_then(|id| r.post(id)).unwrap_or_else(|| r.unit(x.unit));
                vec![w.a("record.passed_to", to)]
            }
            Did::Submitted(x) => self.drafted(x.draft, &x.drafted),
            Did::SentBack(x) => vec![w.n("record.draft", x.draft)],
            Did::NodeDone(x) => vec![self.node_name(x.node)],
            Did::Decomposed(x) => vec![w.n("record.parts", x.children.len())],
            Did::Whistled(x) => vec![w.ab(
                "record.called",
                self.names(x.calls.iter().map(|call| call.unit)),
                when(x.by),
            )],
            Did::Arrived(x) => {
                let mut told = vec![w.ab("join.two", r.unit(x.unit), w.name("came", came(x.came)))];
                told.extend(x.satisfied.map(|s| w.name("satisfied", satisfied(s))));
                told
            }
            Did::Ordered(x) | Did::Noticed(x) => {
                let to = x.unit.map(|unit| w.a("record.issued_to", r.unit(unit)));
                std::iter::once(x.number.clone()).chain(to).collect()
            }
            Did::Recounted(x) => {
                let went = x.units.iter();
                went.map(|u| w.ab("record.went_on", r.unit(u.from), r.unit(u.to))).collect()
            }
            Did::Declined(_)
            | Did::Planned(_)
            | Did::Progressed(_)
            | Did::Resumed(_)
            | Did::SignedOff(_)
            | Did::Commented(_)
            | Did::SpotSeen(_) => Vec::new(),
        }
    }

    fn dispatched(&self, d: &Dispatched) -> Vec<String> {
        let w = self.r.w;
        let withdrawn = (!d.withdrawn.is_empty()).then(|| {
            w.a("record.withdrawn", self.names(d.withdrawn.iter().map(|share| share.unit)))
        });
        let basis = d.basis.as_ref().map(|basis| w.a("record.basis", self.basis(basis)));
        std::iter::once(self.given(d.lead, &d.assists)).chain(withdrawn).chain(basis).collect()
    }

    /// From where it came over and since when it ran there; whose it was and when it ended.
    fn imported(&self, x: &Imported) -> Vec<String> {
        let (r, w) = (self.r, self.r.w);
        let when = |at: At| w.moment(at, r.now);
        let system = &x.theirs.system;
        let system = w.find(&format!("came_from.{system}")).unwrap_or(system);
        let theirs = format!("{system} {}", x.theirs.number);
        let lead = x.lead.map(|unit| w.a("record.lead", r.unit(unit)));
        let ended = x.ended.as_ref().map(|ended| w.a("record.ended", when(ended.at)));
        let came = w.ab("record.came_over", theirs, when(x.began));
        std::iter::once(came).chain(lead).chain(ended).collect()
    }

    /// What is asked for: until when, to which date, of whom.
    pub(super) fn asked(&self, q: &Request) -> Vec<String> {
        let (r, w) = (self.r, self.r.w);
        let when = |at: At| w.moment(at, r.now);
        let until = match q.kind {
            RequestKind::Suspend => q.until.map(|at| w.a("record.until", when(at))),
            RequestKind::Shelve => q.until.map(|at| w.a("record.review", when(at))),
            _ => None,
        };
        let due = q.due.map(|at| w.a("record.to", when(at)));
        let unit = q.to.map(|unit| w.a("record.refer_to", r.unit(unit)));
        let across = q.across.as_ref().map(|code| w.a("record.refer_across", code));
        until.into_iter().chain(due).chain(unit).chain(across).collect()
    }

    fn decided(&self, d: &Decided) -> Vec<String> {
        let (r, w) = (self.r, self.r.w);
        let word = w.name("accept", if d.accept { "true" } else { "false" });
        let mut told = vec![
            w.ab("join.two", r.unit(d.of), w.name("request", d.asked.name())),
            d.number.as_ref().map_or_else(|| word.clone(), |n| w.ab("join.two", &word, n)),
        ];
        if d.lapsed {
            told.push(w.t("record.lapsed").to_owned());
        }
        told
    }

    /// The act holds the basis in Chinese; an English page has the same row's English.
    fn basis<'b>(&'b self, basis: &'b str) -> &'b str {
        let rows = &self.r.county.powers.rows;
        let row = rows.values().find(|row| !self.r.w.zh() && row.basis == basis);
        row.map_or(basis, |row| &row.basis_en)
    }

    fn verified(&self, v: &Verified) -> Vec<String> {
        let w = self.r.w;
        let mut told = vec![w.name("passed", if v.passed { "true" } else { "false" })];
        let rating = v.rating.and_then(|rating| serde_json::to_value(rating).ok());
        told.extend(rating.and_then(|v| v.as_str().map(|k| w.name("rating", k))));
        told
    }

    fn recorded(&self, x: &Recorded) -> Vec<String> {
        let (r, w) = (self.r, self.r.w);
        let mut told = vec![r.category(Some(&x.category))];
        told.extend(x.sample.map(|unit| w.a("record.sample", r.unit(unit))));
        told
    }

    /// What a draft would become, as the record and the waiting draft say it.
    pub(super) fn drafted(&self, n: u32, drafted: &Drafted) -> Vec<String> {
        let (r, w) = (self.r, self.r.w);
        let when = |at: &At| w.moment(*at, r.now);
        let more = match drafted {
            Drafted::Return { whose, .. } => whose.map(|unit| w.a("record.whose", r.unit(unit))),
            Drafted::Suspend { until, .. } => Some(w.a("record.until", when(until))),
            Drafted::Shelve { until, .. } => Some(w.a("record.review", when(until))),
            Drafted::Extend { stage, due, .. } => {
                Some(w.ab("join.two", w.stage(&stage.to_string()), w.a("record.to", when(due))))
            }
            Drafted::Answer { kind, .. } => {
                let kind = serde_json::to_value(kind).unwrap_or_default();
                Some(w.settlement(kind.as_str().unwrap_or_default()))
            }
            Drafted::Object { .. } => None,
        };
        let head = w.ab("join.two", w.n("record.draft", n), w.act(drafted.kind().name()));
        std::iter::once(head).chain(more).collect()
    }

    /// The decision without which a rule would have refused it, with its reason where that is of this act.
    fn allowed(&self, then: &Then) -> Vec<String> {
        let Some(allowed) = &then.allowed else { return Vec::new() };
        let w = self.r.w;
        let rule = Rule::named(&allowed.rule);
        let words = rule.map_or("", |rule| if w.zh() { rule.zh() } else { rule.en() });
        let head = w.ab("record.allowed", &allowed.number, words);
        let by = self.r.post(allowed.post).map(|post| w.a("record.allowed_by", post));
        let reason = self.text(allowed.reason);
        std::iter::once(head).chain(by).chain(reason).collect()
    }

    /// Who drafted what was released, and its words: they stand in the draft's act.
    fn released(&self, did: &Did, then: &Then) -> Vec<String> {
        let Some(released) = then.released else { return Vec::new() };
        let by = released.post.and_then(|id| self.r.post(id)).unwrap_or_default();
        let mut told = vec![self.r.w.ab("record.released", released.draft, by)];
        let words = self
            .matter
            .drafts
            .iter()
            .find(|draft| draft.n == released.draft)
            .and_then(|draft| self.text(draft_text(&draft.drafted)));
        if !matches!(did, Did::Submitted(_)) {
            told.extend(words);
        }
        told
    }

    /// The nodes with their days, and why they shall replace the limit.
    fn planned(&self, x: &Planned, then: &Then) -> Vec<String> {
        let (r, w) = (self.r, self.r.w);
        let line = |name: String, due: At| w.ab("record.node", name, w.moment(due, r.now));
        let Some(request) = &x.request else {
            let stands = then.opened.iter().filter(|d| matches!(d.stage, Stage::Node(_)));
            return stands.map(|d| line(self.stage(d.stage), d.due)).collect();
        };
        let head = w.t("record.plan_replaces").to_owned();
        let nodes = request.nodes.iter().map(|node| {
            let name = w.n("form.node", node.no);
            let title = self.text(node.title).unwrap_or_default();
            line(w.ab("join.two", name, title), node.due)
        });
        std::iter::once(head).chain(nodes).chain(self.text(request.reason)).collect()
    }

    /// 节点 1 · 现场管控.
    pub(super) fn node_name(&self, no: u16) -> String {
        let w = self.r.w;
        let plain = w.stage(&format!("node:{no}"));
        let node = self.matter.plan.iter().find(|node| node.no == no);
        let title = node.and_then(|node| match node.title {
            Some(title) => self.text(title),
            None => rule_of_node(&self.r.county, &self.matter, no)
                .map(|rule| if w.zh() { rule.name.clone() } else { rule.name_en.clone() }),
        });
        title.map_or(plain.clone(), |title| w.ab("join.two", plain, title))
    }

    fn called(&self, c: &zongheng_core::matter::CalledBack) -> String {
        let w = self.r.w;
        let rules = self.r.county.rules_of(&self.matter);
        let several = rules
            .and_then(|(playbook, _)| playbook.ask.as_ref())
            .is_some_and(|ask| ask.parties > 1);
        let said = self.said(c);
        if several { w.ab("join.two", w.n("record.party", c.party), said) } else { said }
    }

    fn said(&self, c: &zongheng_core::matter::CalledBack) -> String {
        let w = self.r.w;
        if !c.reached {
            return w.t("three.unreached").to_owned();
        }
        let solved = match c.solved {
            Some(true) => w.t("three.is_solved"),
            _ => w.t("three.not_solved"),
        };
        match c.satisfied.map(satisfied) {
            Some(key) => w.ab("join.two", solved, w.name("satisfied", key)),
            None => solved.to_owned(),
        }
    }

    fn corrected(&self, c: &Corrected) -> Vec<String> {
        let (r, w) = (self.r, self.r.w);
        let grade = |g| {
            let name = serde_json::to_value(g).unwrap_or_default();
            w.name("grade", name.as_str().unwrap_or_default())
        };
        let changes = [
            (r.category(c.was_category.as_ref()), r.category(c.category.as_ref())),
            (r.division(&c.was_place.division), r.division(&c.place.division)),
            (grade(c.was_grade), grade(c.grade)),
            (w.source(&c.was_source), w.source(&c.source)),
        ];
        let other = changes.into_iter().filter(|(old, new)| old != new);
        other.map(|(old, new)| w.ab("record.changed", old, new)).collect()
    }
}

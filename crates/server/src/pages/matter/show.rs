//! Fills the page of a matter from its folded state, its acts and their texts.

use axum::response::Response;
use zongheng_core::ids::{MatterId, UnitId};
use zongheng_core::ledger::Act;
use zongheng_core::matter::{
    Deadline, Did, HolderKind, Kin, Lamp as Colour, Matter, Part, Satisfied, Share, may_see,
    time_by_holder,
};
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;

use super::super::reader::{Reader, href, short_no};
use super::super::view::{
    Age, Assignment, Beside, Contact, DeadlineRow, Due, Fact, Facts, FileLink, Held, Holder, Is,
    Lamp, LampKind, MatterShow, Moment, Next, Options, Owner, Proof, Reason, RequestRow, Said,
    Section, Slip, Tag, TagKind,
};
use super::{acts_of, contact, records};
use crate::api::beside::named_by;
use crate::api::shape::{Texts, texts_of};

/// A page being filled.
pub(super) struct Page<'a> {
    pub(super) r: &'a Reader,
    pub(super) matter: Matter,
    pub(super) acts: Vec<Act>,
    pub(super) texts: Texts,
    /// The matters around this one, for the rules.
    pub(super) kin: Kin,
    /// Those of them that the reader may see.
    pub(super) seen: Vec<Matter>,
    /// As of when lamps stand.
    pub(super) now: At,
    pub(super) options: Option<Options>,
    pub(super) view: MatterShow,
}

impl<'a> Page<'a> {
    /// Reads and fills the whole page.
    pub(super) async fn of(r: &'a Reader, matter: Matter) -> Result<Self, Response> {
        let acts = acts_of(r, &matter, 0).await?;
        let mut ids = texts_of(&matter);
        ids.extend(acts.iter().flat_map(Act::content_refs).map(|c| c.id));
        let mut named = named_by(&matter);
        named.extend(acts.iter().filter_map(records::names));
        let around = r.kept(r.app.store.around(&r.app.code, matter.id, &named).await)?;
        let today = r.now.date();
        let shown = |m: &&Matter| may_see(&r.actor, m, &r.county.organisation, today);
        let seen: Vec<Matter> = around.iter().filter(shown).cloned().collect();
        ids.extend(seen.iter().map(|m| m.title));
        let kin = Kin::new(around);
        let texts = r.kept(r.app.store.texts(&r.app.code, &ids).await)?;
        let frame = r.work_frame(Section::Matters, "").await?;
        let now = r.as_of.max(matter.updated);
        let view = blank(r, &matter, frame);
        let mut page = Self { r, matter, acts, texts, kin, seen, now, options: None, view };
        page.fill_head();
        page.fill_acts();
        page.fill_beside();
        page.fill_sealing().await?;
        page.fill_shares();
        page.fill_deadlines();
        page.fill_facts();
        page.view.duty = page.duty();
        page.fill_slip();
        page.view.held = page.held();
        page.fill_records();
        Ok(page)
    }

    pub(super) fn text(&self, id: zongheng_core::ids::ContentId) -> Option<String> {
        let content = self.texts.get(&id)?;
        if let Some(attached) = content.attached() {
            return Some(attached.name);
        }
        let hidden = content.erased.is_some() || content.sealed.is_some();
        (content.text.is_some() || hidden).then(|| self.r.words_of(content))
    }

    /// The files that an act names; one that was erased or is sealed off stands in its record as such.
    pub(super) fn files(&self, act: &Act) -> Vec<FileLink> {
        let named = act.content_refs().into_iter();
        let found = named.filter_map(|c| Some((c.id, self.texts.get(&c.id)?.attached()?)));
        found.map(|(id, attached)| self.r.file_link(id, &attached)).collect()
    }

    /// The number of another matter, as far as the reader may see it.
    pub(super) fn matter_no(&self, id: MatterId) -> Option<String> {
        self.seen.iter().find(|m| m.id == id).map(|m| short_no(&m.no))
    }

    pub(super) fn moment(&self, at: At) -> Moment {
        Moment::of(self.r.w, at, self.r.now)
    }

    pub(super) fn lamp(&self, colour: Colour, due: Option<At>) -> Lamp {
        Lamp::new(self.r.w, LampKind::named(colour.name()), due, self.now)
    }

    pub(super) fn due(&self, d: &Deadline) -> Due {
        Due::new(self.r.w, d.first_due, d.due, d.provisional, self.r.now)
    }

    fn fill_head(&mut self) {
        let (r, m, w) = (self.r, &self.matter, self.r.w);
        let title = self.text(m.title).unwrap_or_default();
        let said = m.detail.and_then(|id| self.text(id)).map(|text| Said {
            text,
            by: w.ab("join.two", w.source(&m.source), w.moment(m.reported, r.now)),
        });
        let first = self.acts.first().filter(|act| Did::FIRST.contains(&act.kind.as_str()));
        let files = first.map(|act| self.files(act)).unwrap_or_default();
        let address = m.place.address.and_then(|id| self.text(id));
        let grid = m.place.grid.and_then(|id| r.county.organisation.grids.get(&id));
        let township = m.place.township.as_ref().map(|code| r.division(code));
        let own = Some(r.division(&m.place.division)).filter(|own| Some(own) != township.as_ref());
        let place: Vec<String> = township
            .into_iter()
            .chain(own)
            .chain(grid.map(|g| g.name.clone()))
            .chain(address)
            .collect();
        let next = m.next().map(|d| Next {
            stage: self.stage(d.stage),
            lamp: self.lamp(m.lamp(self.now), Some(d.due)).big(),
            due: self.due(d),
            because: w.reasons(&d.because, r.now),
        });
        let settle =
            m.deadlines.iter().rev().find(|d| d.stage == Stage::Settle && d.share.is_none());
        let limit = settle
            .and_then(|d| d.rule.as_ref())
            .map(|rule| w.a("matter.limit", w.limit(rule.limit)));
        let view = &mut self.view;
        view.place = place.join(" ");
        view.said = said;
        view.files = files;
        view.next = next;
        view.limit = limit;
        view.frame.title.clone_from(&title);
        view.title = title;
        view.contact = contact::access(r, m);
    }

    fn fill_shares(&mut self) {
        let m = &self.matter;
        let mut shares: Vec<&Share> = m.round_shares().collect();
        shares.sort_by_key(|s| (s.part, s.given));
        self.view.assignments = shares.into_iter().map(|share| self.assignment(share)).collect();
        let waiting = m.requests.iter().filter(|q| q.waits(self.r.acting_at));
        let w = self.r.w;
        self.view.requests = waiting
            .map(|q| RequestRow {
                kind: w.name("request", q.kind.name()),
                by: self.r.unit(q.by),
                asks: self.asked(q).join(w.t("join.comma")),
                reason: self.text(q.reason).unwrap_or_default(),
                lamp: self.lamp(Colour::Green, Some(q.decide_by)),
                decide_by: Due::new(w, q.decide_by, q.decide_by, false, self.r.now),
                nodes: q
                    .nodes
                    .iter()
                    .map(|node| {
                        let title = self.text(node.title).unwrap_or_default();
                        let name = w.ab("join.two", w.n("form.node", node.no), title);
                        (name, self.moment(node.due))
                    })
                    .collect(),
            })
            .collect();
        self.view.pending = m
            .requests
            .iter()
            .find(|q| q.waits(self.r.acting_at))
            .map(|q| w.name("pending", q.kind.name()));
    }

    fn assignment(&self, share: &Share) -> Assignment {
        let (m, w) = (&self.matter, self.r.w);
        let lead = share.part == Part::Lead;
        let of = (!lead).then_some(share.unit);
        let settle = m
            .deadlines
            .iter()
            .rev()
            .find(|d| d.stage == Stage::Settle && d.round == share.round && d.share == of);
        let (state, done) = match share {
            Share { returned: Some(_), .. } => ("returned", true),
            Share { withdrawn: Some(_), .. } => ("withdrawn", true),
            Share { answered: Some(_), .. } => ("answered", true),
            _ if m.is_history() => ("there", true),
            Share { paused_until: Some(until), .. } if *until > self.now => ("paused", false),
            Share { signed: Some(_), .. } => ("handling", false),
            _ => ("unsigned", false),
        };
        let colour = match settle {
            _ if done => Colour::Done,
            Some(d) if d.is_open() => m.lamp_of(d, self.now),
            _ => Colour::None,
        };
        let words = w.name("share", state);
        let lamp = if done {
            Lamp::said(w, LampKind::Done, words.clone())
        } else {
            self.lamp(colour, settle.map(|d| d.due))
        };
        let last = self.acts.iter().rev().find(|act| act.by.unit == Some(share.unit));
        Assignment {
            lead,
            unit: self.r.unit(share.unit),
            lamp,
            due: settle.filter(|_| share.stands()).map(|d| self.due(d)),
            state: words,
            passed: self.passed(share),
            latest: last.map(|act| format!("{} {}", w.near(act.at, self.r.now), w.kind(&act.kind))),
        }
    }

    /// Which post has it by the inner route, and the unit's own limit.
    fn passed(&self, share: &Share) -> Option<String> {
        let w = self.r.w;
        let pass = share.passes.iter().rev().find(|p| p.back.is_none())?;
        let post = w.a("record.passed_to", self.r.post(pass.to)?);
        Some(match pass.due {
            Some(due) => w.ab("join.two", post, w.a("record.inner_due", w.moment(due, self.r.now))),
            None => post,
        })
    }

    /// The stage's word; a node with its name.
    pub(super) fn stage(&self, stage: Stage) -> String {
        match stage {
            Stage::Node(no) => self.node_name(no),
            _ => self.r.w.stage(&stage.to_string()),
        }
    }

    fn fill_deadlines(&mut self) {
        let shown = self.matter.deadlines.iter().filter(|d| d.ended.is_none() || d.met.is_some());
        let mut rows: Vec<&Deadline> = shown.collect();
        rows.sort_by_key(|d| (d.met.is_some(), d.due, d.n));
        self.view.deadlines = rows
            .into_iter()
            .map(|d| DeadlineRow {
                stage: self.stage(d.stage),
                whose: self.r.unit(d.whose),
                due: self.due(d),
                lamp: self.deadline_lamp(d),
                met: d.met.map(|at| self.moment(at)),
                because: self.r.w.reasons(&d.because, self.r.now),
            })
            .collect();
    }

    pub(super) fn deadline_lamp(&self, d: &Deadline) -> Lamp {
        let w = self.r.w;
        match d.met {
            Some(at) if at > d.due => {
                let late = w.a("record.late", w.span(at.seconds_since(d.due)));
                Lamp::said(w, LampKind::Red, late)
            }
            Some(_) => Lamp::said(w, LampKind::Done, w.t("record.in_time").to_owned()),
            None => self.lamp(self.matter.lamp_of(d, self.now), Some(d.due)),
        }
    }

    fn fill_facts(&mut self) {
        let m = &self.matter;
        self.view.facts = (1..=m.round).rev().map(|round| self.facts(round)).collect();
    }

    fn facts(&self, round: u32) -> Facts {
        let (m, w) = (&self.matter, self.r.w);
        let wait = |key: &str, note: &str| Fact::new(Is::Wait, w.t(key), w.t(note));
        let answer = m.answers.iter().rev().find(|a| a.round == round);
        let settled = match answer {
            None if m.is_history() => {
                let at = m.closed.map(|at| w.near(at, self.r.now)).unwrap_or_default();
                Fact::new(Is::Yes, w.t("three.settled_there"), at)
            }
            None => wait("three.not_answered", "three.wait_unit"),
            Some(answer) => {
                let kind = serde_json::to_value(answer.kind).unwrap_or_default();
                let words = w.settlement(kind.as_str().unwrap_or_default());
                let by = w.ab("join.two", self.r.unit(answer.unit), w.near(answer.at, self.r.now));
                match &answer.verdict {
                    Some(verdict) if !verdict.passed => {
                        Fact::new(Is::No, words, w.t("three.failed_check"))
                    }
                    Some(_) => Fact::new(Is::Yes, words, by),
                    None => Fact::new(Is::Wait, words, w.t("three.wait_check")),
                }
            }
        };
        let rules = self.r.county.rules_of(m);
        let Some(ask) = rules.and_then(|(playbook, _)| playbook.ask.as_ref()) else {
            let none = || Fact::new(Is::Wait, w.t("three.not_asked"), "");
            return Facts { round: self.round(round), settled, solved: none(), satisfied: none() };
        };
        let of_round = || m.call_backs.iter().filter(|c| c.round == round);
        let last = of_round().map(|c| c.answers).max();
        let calls: Vec<_> = of_round().filter(|c| Some(c.answers) == last).collect();
        let first = |party: u8| calls.iter().find(|c| c.reached && c.party == party);
        let heard: Vec<_> = (1..=ask.parties).filter_map(first).collect();
        // Of several the one who is worst served speaks for all.
        let worst = heard.iter().max_by_key(|c| (c.solved == Some(false), c.satisfied));
        let all = heard.len() == usize::from(ask.parties);
        let Some(heard) = worst.filter(|c| all || c.solved == Some(false)) else {
            if !heard.is_empty() {
                let note = w.ab("three.of_parties", heard.len(), ask.parties);
                let fact = || Fact::new(Is::Wait, w.t("three.not_called"), note.clone());
                let round = self.round(round);
                return Facts { round, settled, solved: fact(), satisfied: fact() };
            }
            let (key, note) = if m.is_history() {
                ("three.not_known", w.t("three.not_brought").to_owned())
            } else if calls.is_empty() {
                ("three.not_called", w.t("three.wait_call").to_owned())
            } else {
                ("three.unreached", w.n("three.tries", calls.len()))
            };
            let fact = |note: String| Fact::new(Is::Wait, w.t(key), note);
            let satisfied = fact(w.t("three.not_inferred").to_owned());
            return Facts { round: self.round(round), settled, solved: fact(note), satisfied };
        };
        let note = w.near(heard.at, self.r.now);
        let solved = match heard.solved {
            Some(true) => Fact::new(Is::Yes, w.t("three.is_solved"), note.clone()),
            Some(false) => Fact::new(Is::No, w.t("three.not_solved"), note.clone()),
            None if m.is_history() => wait("three.not_known", "three.not_brought"),
            None => wait("three.not_called", "three.wait_call"),
        };
        let satisfied = match heard.satisfied {
            Some(Satisfied::Yes) => Fact::new(Is::Yes, w.name("satisfied", "yes"), note),
            Some(Satisfied::Basically) => {
                Fact::new(Is::Yes, w.name("satisfied", "basically"), note)
            }
            Some(Satisfied::No) => Fact::new(Is::No, w.name("satisfied", "no"), note),
            None if m.is_history() => wait("three.not_known", "three.not_brought"),
            None => wait("three.not_called", "three.not_inferred"),
        };
        Facts { round: self.round(round), settled, solved, satisfied }
    }

    fn round(&self, round: u32) -> String {
        let key = if round == self.matter.round { "three.this_round" } else { "matter.round" };
        self.r.w.n(key, round)
    }

    /// Why the list of powers names who it names.
    fn duty(&self) -> Vec<Reason> {
        let (m, w) = (&self.matter, self.r.w);
        let Some(category) = &m.category else { return Vec::new() };
        let lead = m.lead();
        let mut reasons = if let Some(proposal) = self.proposal() {
            self.r.because_of_powers(&proposal.because)
        } else {
            let key = if lead.is_some() { "duty.no_row_given" } else { "duty.no_row" };
            vec![Reason::plain(w.a(key, self.r.category(Some(category))))]
        };
        if let Some(lead) = lead {
            let key = if lead.by_decision { "duty.by_decision" } else { "duty.dispatched" };
            reasons.push(Reason::plain(w.a(key, self.r.unit(lead.unit))));
        }
        let returned: Vec<UnitId> =
            m.shares.iter().filter(|s| s.returned.is_some()).map(|s| s.unit).collect();
        if !returned.is_empty() {
            let names: Vec<String> = returned.into_iter().map(|u| self.r.unit(u)).collect();
            reasons.push(Reason::plain(w.a("duty.returned", names.join(w.t("join.list")))));
        }
        reasons
    }

    /// Who held it how long, a bar a round.
    fn held(&self) -> Held {
        let (m, w) = (&self.matter, self.r.w);
        let mut begins: Vec<At> =
            self.acts.iter().filter(|a| a.kind == "reopened").map(|a| a.at).collect();
        begins.insert(0, m.reported);
        let mut rounds: Vec<(String, Vec<(Holder, i64)>)> =
            (1..=begins.len()).map(|n| (w.n("matter.round", n), Vec::new())).collect();
        for span in time_by_holder(m, self.now) {
            let n = begins.iter().rposition(|begin| span.from >= *begin).unwrap_or(0);
            let holder = match span.kind {
                HolderKind::Centre => Holder::Centre,
                HolderKind::Unit => Holder::Unit,
                HolderKind::Approver => Holder::Approver,
                HolderKind::Verifier => Holder::Verifier,
                HolderKind::Reporter => Holder::Reporter,
                HolderKind::Outside => Holder::Paused,
            };
            if let Some((_, spans)) = rounds.get_mut(n) {
                spans.push((holder, span.to.seconds_since(span.from)));
            }
        }
        Held::new(w, &rounds)
    }
}

/// What needs neither acts nor texts.
fn blank(r: &Reader, m: &Matter, mut frame: super::super::view::Frame) -> MatterShow {
    let w = r.w;
    frame.here = href(&m.no);
    let tag = |kind: TagKind, key: &str| Tag::of(kind, w.t(key));
    let mut tags = Vec::new();
    if m.round > 1 {
        tags.push(Tag::new(w.n("matter.round", m.round)));
    }
    if m.urgent {
        tags.push(tag(TagKind::Late, "tag.urgent"));
    }
    if m.grade == zongheng_core::playbook::Grade::Major {
        tags.push(Tag::new(w.name("grade", "major")));
    }
    if m.reporter.as_ref().is_some_and(|reporter| reporter.hidden) {
        tags.push(tag(TagKind::Plain, "tag.hidden"));
    }
    if m.repeat_of.is_some() {
        tags.push(tag(TagKind::Near, "tag.repeat"));
    }
    let end = m.closed.unwrap_or(r.now);
    let accepted = match m.filed {
        None => w.a("matter.not_filed", w.moment(m.reported, r.now)),
        Some(filed) if m.round > 1 => {
            w.ab("matter.filed_again", w.moment(filed, r.now), w.moment(m.round_start, r.now))
        }
        Some(filed) => w.moment(filed, r.now),
    };
    MatterShow {
        frame,
        no: short_no(&m.no),
        href: href(&m.no),
        seq: u64::from(m.seq),
        source: w.source(&m.source),
        category: r.category(m.category.as_ref()),
        tags,
        title: String::new(),
        state: w.state(m.state.name()),
        pending: None,
        owner: m.owner.map(|owner| Owner {
            unit: r.unit(owner.unit),
            post: owner.post.and_then(|id| r.post(id)),
        }),
        place: String::new(),
        accepted,
        said: None,
        files: Vec::new(),
        contact: Contact::None,
        age: Age {
            total: w.a("matter.total", w.span(end.seconds_since(m.reported))),
            round: w.n("matter.round", m.round),
            since: w.a("matter.since", w.day_short(m.reported.date(), r.now.date())),
        },
        limit: None,
        next: None,
        waiting: None,
        acts: Vec::new(),
        more: Vec::new(),
        refused: Vec::new(),
        beside: Beside::default(),
        assignments: Vec::new(),
        requests: Vec::new(),
        deadlines: Vec::new(),
        held: Held::default(),
        facts: Vec::new(),
        duty: Vec::new(),
        rounds: Vec::new(),
        records: 0,
        proof: Proof { holds: true, note: String::new() },
        slip: Slip::default(),
    }
}

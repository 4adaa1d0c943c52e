//! The acts of a matter as forms: which are open to the reader, with what to choose from, and why the
//! others are not.

use zongheng_core::ids::{CategoryId, UnitId};
use zongheng_core::matter::{
    ActName, Ask, Command, Context, Deadline, Kin, Matter, Offer, Refusal, Request, RequestKind,
    State, Why, decide,
};
use zongheng_core::playbook::{DraftKind, SettlementKind, Stage};
use zongheng_core::powers::Proposal;
use zongheng_core::rules::Rule;
use zongheng_core::time::At;

use super::super::options::proposed_first;
use super::super::reader::Reader;
use super::super::view::{
    ACTS, ActForm, BESIDE, Choice, Group, KeptFile, Link, Options, RARE, Refused, slot,
};
use super::show::Page;
use crate::api::shape::{Frame, Texts};

/// Up to so many buttons stand side by side; of more, the seldom ones are folded.
const FEW: usize = 6;

/// Whether the act is kept from this reader only because the releasing post does it.
const fn is_released(offer: &Offer) -> bool {
    matches!(offer.refused, Some(Refusal::NotYours(Why::NeedsRelease)))
}

fn needs_release(offers: &[Offer], act: &str) -> bool {
    offers.iter().any(|o| o.act.name() == act && is_released(o))
}

/// The place on the page of the form that was sent.
fn slot_of(act: &str, sent: &[(String, String)]) -> String {
    let about: &[&str] = match act {
        "submit" => &["drafted"],
        "release" | "send_back" => &["draft"],
        "arrive" => &["whistle", "unit"],
        _ => &[],
    };
    let value = |name: &&str| sent.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    slot(act, about.iter().filter_map(value))
}

/// The act that the reader's post would do next on a matter, if it waits for this reader.
pub(in super::super) fn likely_act(r: &Reader, matter: &Matter) -> Option<&'static str> {
    let texts = Texts::new();
    let frame = Frame { county: &r.county, texts: &texts, now: r.now, kin: Kin::NONE };
    let offers = frame.offers(matter, &r.actor, r.acting_at);
    first_likely(&offers, true)
}

/// The likely act that stands first. `releasable`: what a draft asks for can be done now. A request
/// waits for its decision in whichever state the matter is.
fn first_likely(offers: &[Offer], releasable: bool) -> Option<&'static str> {
    let open = |name: &str| {
        offers.iter().filter(|o| o.act.name() == name).any(|o| match name {
            "release" => o.likely && releasable,
            "decide" => o.refused.is_none(),
            _ => o.likely,
        })
    };
    ["decide", "release", "sign_for"].iter().chain(&ACTS).copied().find(|name| open(name))
}

/// A request as a sentence: 县交通运输局申请延到 4月19日 周二 18:00.
pub(in super::super) fn due_by_hand(r: &Reader, request: &Request) -> String {
    let (w, unit) = (r.w, r.unit(request.by));
    let until = |key: &str, at: At| w.ab(key, &unit, w.moment(at, r.now));
    match (request.kind, request.until, request.due) {
        (RequestKind::Suspend, Some(at), _) => until("request.asks_suspend", at),
        (RequestKind::Shelve, Some(at), _) => until("request.asks_shelve", at),
        (RequestKind::Extend, _, Some(at)) => until("request.asks_extend", at),
        (kind, ..) => w.ab("join.two", unit, w.name("request", kind.name())),
    }
}

impl Page<'_> {
    /// Fills the acts that are open, the next one first, and why the others are not.
    pub(super) fn fill_acts(&mut self) {
        let r = self.r;
        let offers = self.offers();
        let options = self.options(&offers);
        let mut waiting = self.matter.drafts.iter().filter(|draft| draft.waits());
        let releasable = waiting.any(|d| self.would(Command::Release { draft: d.n }).is_ok());
        let first = first_likely(&offers, releasable);
        let open = |name: &str| offers.iter().any(|o| o.refused.is_none() && o.act.name() == name);
        let rest = ACTS.into_iter().filter(|name| Some(*name) != first);
        let names = first.into_iter().chain(rest).filter(|name| open(name));
        let mut forms = Vec::new();
        for name in names.filter(|name| !BESIDE.contains(name)) {
            if name == "submit" {
                let drafts = self.draftable(&offers);
                forms.extend(drafts.map(|act| ActForm::draft(r.w, act, r.key(), &options)));
                continue;
            }
            let mut form = ActForm::new(r.w, name, r.key(), &options);
            self.preset(name, &mut form);
            forms.push(if Some(name) == first { form.first() } else { form });
        }
        // Where nobody but the unit's head may do it, handing the draft in is the next act.
        let answer = "submit_answer";
        if first.is_none()
            && self.matter.state == State::Handling
            && let Some(at) = forms.iter().position(|form| form.slot == answer)
            && needs_release(&offers, "answer")
        {
            let form = forms.remove(at).first();
            forms.insert(0, form);
        }
        let rare = |form: &ActForm| RARE.contains(&form.act.as_str());
        let (more, acts): (Vec<_>, Vec<_>) = forms.into_iter().partition(rare);
        // A few buttons need no folding.
        let few = acts.len() + more.len() <= FEW;
        (self.view.acts, self.view.more) =
            if few { (acts.into_iter().chain(more).collect(), Vec::new()) } else { (acts, more) };
        let refused = offers.iter().filter_map(|o| Some((o, o.refused.as_ref()?)));
        self.view.refused =
            Refused::gather(r.w, refused.map(|(o, why)| (o.act.name(), why)), r.now);
        self.view.waiting = open("decide")
            .then(|| self.decidable().next().map(|request| due_by_hand(r, request)))
            .flatten();
        self.fill_jumps(first, open);
        self.options = Some(options);
    }

    pub(super) fn offers(&self) -> Vec<Offer> {
        let texts = Texts::new();
        let r = self.r;
        let frame = Frame { county: &r.county, texts: &texts, now: self.now, kin: &self.kin };
        let mut offers = frame.offers(&self.matter, &r.actor, r.acting_at);
        // No form is offered that every date on it would refuse.
        if let Some(late) = self.too_late_to_extend() {
            let extend = offers.iter_mut().find(|o| o.act == ActName::Extend);
            if let Some(offer) = extend.filter(|o| o.refused.is_none() || is_released(o)) {
                offer.refused = Some(Refusal::OutOfState(Why::AfterDueDay(late)));
            }
        }
        offers
    }

    /// The last of the dates that the reader's unit could ask to move, where all of them are today or
    /// past.
    fn too_late_to_extend(&self) -> Option<At> {
        let dues: Vec<At> = self.movable(self.share_unit()?).map(|d| d.due).collect();
        let today = self.r.acting_at.date();
        dues.iter().all(|due| due.date() <= today).then(|| dues.iter().max().copied()).flatten()
    }

    /// What the rules would say to a command of this reader now; nothing is done.
    pub(super) fn would(&self, command: Command) -> Result<(), Refusal> {
        let r = self.r;
        let Some((playbook, clock)) = r.county.rules_of(&self.matter) else {
            return Err(Refusal::Unknown);
        };
        let versions = r.county.versions(clock);
        let cx = r.county.context(r.acting_at, &r.actor, playbook, clock, &versions);
        let cx = Context { kin: &self.kin, ..cx };
        let ask = Ask { act: command.act(), seq: None, command: Ok(command) };
        decide(&self.matter, &ask, &cx).map(drop)
    }

    /// The acts that this reader hands in as drafts: those that only the releasing post does; where it
    /// is another's to release, the answer at least.
    fn draftable(&self, offers: &[Offer]) -> impl Iterator<Item = &'static str> + use<> {
        let unit = self.share_unit();
        let waiting = self.matter.drafts.iter().filter(|d| d.waits() && Some(d.unit) == unit);
        let waiting: Vec<&str> = waiting.map(|d| d.drafted.kind().name()).collect();
        let kinds = DraftKind::ALL.into_iter().map(DraftKind::name);
        let mut acts: Vec<&'static str> = kinds.filter(|act| needs_release(offers, act)).collect();
        let releases = offers
            .iter()
            .any(|o| o.act.name() == "release" && !matches!(o.refused, Some(Refusal::NotYours(_))));
        if acts.is_empty() && !releases {
            acts.push("answer");
        }
        acts.retain(|act| !waiting.contains(act));
        acts.into_iter()
    }

    /// Buttons that lead to the forms beside drafts and called units.
    fn fill_jumps(&mut self, first: Option<&str>, open: impl Fn(&str) -> bool) {
        for (act, at) in [("release", "#drafts"), ("arrive", "#whistles")] {
            if open(act) {
                let link = Link::new(at, self.r.w.act(act));
                self.view.beside.jumps.push((link, first == Some(act)));
            }
        }
    }

    /// What the matter says already is chosen already.
    fn preset(&self, act: &str, form: &mut ActForm) {
        let grade = match self.matter.grade {
            zongheng_core::playbook::Grade::Ordinary => "ordinary",
            zongheng_core::playbook::Grade::Major => "major",
        };
        if matches!(act, "file" | "correct") {
            for field in &mut form.fields {
                if field.name == "grade" {
                    field.fill(&[grade.to_owned()]);
                }
            }
        }
    }

    /// Shows what the form that came back has kept.
    pub(super) fn keep(&mut self, files: &[KeptFile]) {
        let forms = self.view.acts.iter_mut().chain(&mut self.view.more);
        for field in forms.filter(|form| form.open).flat_map(|form| &mut form.fields) {
            field.keep(files);
        }
    }

    /// Unfolds a form that came back. One that is not open any more is shown all the same, so that
    /// what was typed can be taken elsewhere.
    pub(super) fn come_back(
        &mut self,
        act: &str,
        key: String,
        sent: &[(String, String)],
        faults: &[(String, String)],
    ) {
        let slot = slot_of(act, sent);
        if self.form_in(&slot).is_none() && ACTS.contains(&act) {
            let options = self.options.clone().unwrap_or_default();
            let sent = |name: &str| {
                let found = sent.iter().find(|(n, _)| n == name);
                found.map(|(_, value)| value.clone()).unwrap_or_default()
            };
            let w = self.r.w;
            let form = match act {
                "submit" => {
                    let drafted = DraftKind::ALL.into_iter().find(|d| d.name() == sent("drafted"));
                    let drafted = drafted.unwrap_or(DraftKind::Answer).name();
                    ActForm::draft(w, drafted, String::new(), &options)
                }
                "release" | "send_back" => {
                    ActForm::about(w, act, String::new(), &[("draft", sent("draft"))])
                }
                "arrive" => {
                    let about = [("whistle", sent("whistle")), ("unit", sent("unit"))];
                    ActForm::about(w, act, String::new(), &about)
                }
                _ => ActForm::new(w, act, String::new(), &options),
            };
            self.view.acts.push(form);
        }
        if let Some(form) = self.form_in(&slot) {
            form.key = key;
            form.again(sent, faults);
        }
    }

    fn form_in(&mut self, slot: &str) -> Option<&mut ActForm> {
        let beside = &mut self.view.beside;
        let drafts = beside.drafts.iter_mut().flat_map(|draft| &mut draft.forms);
        let calls = beside.whistles.iter_mut().flat_map(|whistle| &mut whistle.calls);
        let calls = calls.filter_map(|call| call.form.as_mut());
        let acts = self.view.acts.iter_mut().chain(&mut self.view.more);
        acts.chain(drafts).chain(calls).find(|form| form.slot == slot)
    }

    /// The requests that this reader's decision may be asked for.
    pub(super) fn decidable(&self) -> impl Iterator<Item = &Request> {
        let now = self.r.acting_at;
        self.matter.requests.iter().filter(move |q| q.waits(now)).filter(|q| {
            let no = Command::Decide { request: q.id, accept: false, reason: None, number: None };
            !matches!(self.would(no), Err(Refusal::NotYours(_) | Refusal::Unknown))
        })
    }

    /// Rules that this reader's post may allow, or that somebody's decision allows today.
    fn exceptions(&self) -> Vec<Choice> {
        let (r, today) = (self.r, self.r.now.date());
        let recorded = |rule: Rule| {
            let known = r.county.powers.allowed.iter();
            let category = self.matter.category.as_ref();
            known.into_iter().any(|a| a.speaks(rule, a.unit, category, today))
        };
        let named = |rule: Rule| r.actor.role.is_some_and(|role| rule.allowed_by().contains(&role));
        let rules = [Rule::EntryList, Rule::Cooperating].into_iter();
        let open = rules.filter(|rule| named(*rule) || recorded(*rule));
        let words = |rule: Rule| if r.w.zh() { rule.zh() } else { rule.en() };
        open.map(|rule| Choice::new(rule.id(), words(rule))).collect()
    }

    fn options(&self, offers: &[Offer]) -> Options {
        let (r, m) = (self.r, &self.matter);
        let open = |name: &str| offers.iter().any(|o| o.refused.is_none() && o.act.name() == name);
        let mut o = Options { requests: self.requests_to_decide(), ..Options::default() };
        self.options_of_new_acts(&mut o, &open);
        if open("file") || open("correct") {
            let kinds: Vec<_> = r.county.rules_of(m).into_iter().map(|(kind, _)| kind).collect();
            let present = m.category.as_ref().map(CategoryId::as_str);
            o.categories = marked(r.categories_of(&kinds), present);
        }
        if open("correct") {
            o.places = r.places();
            let here = m.place.division.to_string();
            for choice in o.places.iter_mut().flat_map(|g| &mut g.choices) {
                choice.on = choice.value == here;
            }
        }
        if open("dispatch") || open("adjudicate") {
            self.units_to_give(&mut o);
        }
        if open("dispatch") || open("adjudicate") || open("pass_on") {
            o.exceptions = self.exceptions();
        }
        if open("return") || open("reopen") {
            o.whose = self.others_to_give();
        }
        if let Some(unit) = r.actor.unit {
            o.posts = self.posts_of(unit, |post| r.actor.post == Some(post.id));
        }
        if let Some(unit) = self.share_unit() {
            o.stages = self.stages_of(unit);
        }
        let owing: std::collections::BTreeSet<UnitId> =
            m.deadlines.iter().filter(|d| d.is_open()).map(|d| d.whose).collect();
        o.owing = owing.into_iter().map(|u| Choice::new(u.to_string(), r.unit(u))).collect();
        o.despite = m.unsolved();
        if let Some((playbook, _)) = r.county.rules_of(m) {
            if playbook.verification.rated {
                let kinds = ["excellent", "good", "pass", "fail"];
                o.ratings = kinds.map(|k| Choice::new(k, r.w.name("rating", k))).to_vec();
            }
            let name = |kind: &SettlementKind| {
                serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned))
            };
            let asked = playbook.ask.as_ref().map_or(1, |ask| ask.parties);
            if asked > 1 {
                let choice = |n: u8| Choice::new(n.to_string(), r.w.n("record.party", n));
                o.parties = (1..=asked).map(choice).collect();
            }
            o.settlements = playbook
                .settlement
                .iter()
                .filter_map(name)
                .map(|k| Choice::new(k.clone(), r.w.settlement(&k)))
                .collect();
        }
        o
    }

    fn requests_to_decide(&self) -> Vec<Choice> {
        let words = |q: &Request| Choice::new(q.id.to_string(), due_by_hand(self.r, q));
        self.decidable().map(words).collect()
    }

    /// Lead and assists to choose from, the proposed ones of the list of powers before the others.
    fn units_to_give(&self, o: &mut Options) {
        let (r, m) = (self.r, &self.matter);
        let given = r.givable(m.place.township.as_ref());
        let proposal = self.proposal();
        let lead = proposal.as_ref().map(|p| p.lead);
        let assists: Vec<UnitId> = proposal.as_ref().map(|p| p.assists.clone()).unwrap_or_default();
        let label = r.w.t("units.proposed");
        o.basis = proposal.map(|p| basis(r, &p));
        let standing = m.lead().map(|s| s.unit).filter(|_| m.state != State::Filed);
        o.leads = match standing {
            // After the first dispatch only assisting units come and go.
            Some(unit) if m.state != State::Returned => {
                vec![Group::new(label, vec![Choice::new(unit.to_string(), r.unit(unit)).on(true)])]
            }
            _ => {
                let lead: Vec<UnitId> = lead.into_iter().collect();
                let mut groups = proposed_first(given.clone(), &lead, label);
                let on = lead.first().map(ToString::to_string);
                for choice in groups.iter_mut().flat_map(|g| &mut g.choices) {
                    choice.on = Some(&choice.value) == on.as_ref();
                }
                groups
            }
        };
        let names: Vec<String> = assists.iter().map(|u| r.unit(*u)).collect();
        let label = r.w.a("units.proposed_assists", names.join(r.w.t("join.list")));
        o.assists = proposed_first(given, &assists, label);
        let open = m.assists().filter(|s| s.is_open());
        let shares: Vec<Choice> =
            open.map(|s| Choice::new(s.unit.to_string(), r.unit(s.unit))).collect();
        if !shares.is_empty() {
            o.withdrawable = vec![Group::new(r.w.t("field.withdraw"), shares)];
        }
    }

    /// The open deadlines of the unit's own share whose date can be moved, those of the whole before
    /// those of nodes and months.
    fn movable(&self, unit: UnitId) -> impl Iterator<Item = &Deadline> {
        let m = &self.matter;
        let lead = m.lead().is_some_and(|s| s.unit == unit);
        let share = (!lead).then_some(unit);
        let fixed = [Stage::Settle, Stage::Progress, Stage::Plan, Stage::Deploy];
        let open = m.deadlines.iter().filter(move |d| d.is_open() && d.share == share);
        let nodes = open.filter(|d| matches!(d.stage, Stage::Node(_) | Stage::Monthly(..)));
        fixed.into_iter().filter_map(move |stage| m.open_deadline(stage, share)).chain(nodes)
    }

    /// The stages whose date may still be moved: more time is asked for before the due day.
    fn stages_of(&self, unit: UnitId) -> Vec<Choice> {
        let today = self.r.acting_at.date();
        self.movable(unit)
            .filter(|d| today < d.due.date())
            .map(|d| Choice::new(d.stage.to_string(), self.stage(d.stage)))
            .collect()
    }

    /// What the list of powers proposes for this category and place today.
    pub(super) fn proposal(&self) -> Option<Proposal> {
        let (county, m) = (&self.r.county, &self.matter);
        let category = m.category.as_ref()?;
        let today = self.r.now.date();
        county.powers.proposal(&county.organisation, category, &m.place.division, today).ok()
    }
}

fn basis(r: &Reader, proposal: &Proposal) -> String {
    let basis = if r.w.zh() { &proposal.basis } else { &proposal.basis_en };
    r.w.ab("units.basis", basis, r.unit(proposal.lead))
}

fn marked(choices: Vec<Choice>, value: Option<&str>) -> Vec<Choice> {
    choices
        .into_iter()
        .map(|c| {
            let on = Some(c.value.as_str()) == value;
            c.on(on)
        })
        .collect()
}

//! The acts of a matter as forms: which are open to the reader, with what to choose from, and why the
//! others are not.

use zongheng_core::ids::{CategoryId, UnitId};
use zongheng_core::matter::{Matter, Offer, Request, RequestKind, State};
use zongheng_core::playbook::{SettlementKind, Stage};
use zongheng_core::powers::Proposal;

use super::super::options::proposed_first;
use super::super::reader::Reader;
use super::super::view::{ACTS, ActForm, Choice, Group, Options, Refused};
use super::show::Page;
use crate::api::shape::{Frame, Texts};

/// The act that the reader's post would do next on a matter, if it waits for this reader.
pub(in super::super) fn likely_act(r: &Reader, matter: &Matter) -> Option<&'static str> {
    let texts = Texts::new();
    let frame = Frame { county: &r.county, texts: &texts, now: r.now };
    let offers = frame.offers(matter, &r.actor, r.acting_at);
    first_likely(&offers)
}

fn first_likely(offers: &[Offer]) -> Option<&'static str> {
    let open = |name: &str| offers.iter().any(|o| o.likely && o.act.name() == name);
    ["decide", "sign_for"].iter().chain(&ACTS).copied().find(|name| open(name))
}

/// A request as a sentence: 县交通运输局申请延到 4月19日 周二 18:00.
pub(in super::super) fn due_by_hand(r: &Reader, request: &Request) -> String {
    let unit = r.unit(request.by);
    match (request.kind, request.until, request.due) {
        (RequestKind::Suspend, Some(until), _) => {
            r.w.ab("request.asks_suspend", unit, r.w.moment(until, r.now))
        }
        (RequestKind::Extend, _, Some(due)) => {
            r.w.ab("request.asks_extend", unit, r.w.moment(due, r.now))
        }
        _ => unit,
    }
}

impl Page<'_> {
    /// Fills the acts that are open, the next one first, and why the others are not.
    pub(super) fn fill_acts(&mut self) {
        let r = self.r;
        let texts = Texts::new();
        let frame = Frame { county: &r.county, texts: &texts, now: self.now };
        let offers = frame.offers(&self.matter, &r.actor, r.acting_at);
        let options = self.options(&offers);
        let first = first_likely(&offers);
        let open =
            |name: &&str| offers.iter().any(|o| o.refused.is_none() && o.act.name() == *name);
        let rest = ACTS.into_iter().filter(|name| Some(*name) != first);
        self.view.acts = first
            .into_iter()
            .chain(rest)
            .filter(open)
            .map(|name| {
                let mut form = ActForm::new(r.w, name, r.key(), &options);
                self.preset(name, &mut form);
                if Some(name) == first { form.first() } else { form }
            })
            .collect();
        self.view.refused = offers
            .iter()
            .filter_map(|o| Some((o, o.refused.as_ref()?)))
            .map(|(o, why)| Refused::new(r.w, o.act.name(), r.w.refusal(why, r.now)))
            .collect();
        let decides = offers.iter().any(|o| o.refused.is_none() && o.act.name() == "decide");
        self.view.waiting = decides
            .then(|| self.decidable().next().map(|request| due_by_hand(r, request)))
            .flatten();
        self.options = Some(options);
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

    /// Unfolds a form that came back. One that is not open any more is shown all the same, so that
    /// what was typed can be taken elsewhere.
    pub(super) fn come_back(
        &mut self,
        act: &str,
        key: String,
        sent: &[(String, String)],
        faults: &[(String, String)],
    ) {
        if !self.view.acts.iter().any(|form| form.act == act) && ACTS.contains(&act) {
            let options = self.options.clone().unwrap_or_default();
            self.view.acts.push(ActForm::new(self.r.w, act, String::new(), &options));
        }
        if let Some(form) = self.view.acts.iter_mut().find(|form| form.act == act) {
            form.key = key;
            form.again(sent, faults);
        }
    }

    /// The requests that this reader's decision may be asked for.
    fn decidable(&self) -> impl Iterator<Item = &Request> {
        let (now, unit) = (self.r.acting_at, self.r.actor.unit);
        self.matter.requests.iter().filter(move |q| q.waits(now) && Some(q.by) != unit)
    }

    fn options(&self, offers: &[Offer]) -> Options {
        let (r, m) = (self.r, &self.matter);
        let open = |name: &str| offers.iter().any(|o| o.refused.is_none() && o.act.name() == name);
        let mut o = Options { requests: self.requests_to_decide(), ..Options::default() };
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
        if open("return") || open("reopen") {
            let own = r.actor.unit.map(|u| u.to_string());
            o.whose = r.givable(m.place.township.as_ref());
            for group in &mut o.whose {
                group.choices.retain(|c| Some(&c.value) != own.as_ref());
            }
        }
        if let Some(unit) = r.actor.unit {
            let posts = r.county.organisation.posts_in(unit, r.now.date());
            o.posts = posts
                .map(|p| {
                    Choice::new(p.id.to_string(), r.post_name(p)).on(r.actor.post == Some(p.id))
                })
                .collect();
            o.stages = self.stages_of(unit);
        }
        let owing: std::collections::BTreeSet<UnitId> =
            m.deadlines.iter().filter(|d| d.is_open()).map(|d| d.whose).collect();
        o.owing = owing.into_iter().map(|u| Choice::new(u.to_string(), r.unit(u))).collect();
        o.despite = m.heard().is_some_and(|c| c.solved == Some(false));
        if let Some((playbook, _)) = r.county.rules_of(m) {
            if playbook.verification.rated {
                let kinds = ["excellent", "good", "pass", "fail"];
                o.ratings = kinds.map(|k| Choice::new(k, r.w.name("rating", k))).to_vec();
            }
            let name = |kind: &SettlementKind| {
                serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned))
            };
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

    /// The stages of the unit's own share whose date may be moved.
    fn stages_of(&self, unit: UnitId) -> Vec<Choice> {
        let m = &self.matter;
        let lead = m.lead().is_some_and(|s| s.unit == unit);
        let share = (!lead).then_some(unit);
        let stages = [Stage::Settle, Stage::Progress, Stage::Deploy];
        stages
            .into_iter()
            .filter(|stage| m.open_deadline(*stage, share).is_some())
            .map(|stage| Choice::new(stage.name(), self.r.w.stage(stage.name())))
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

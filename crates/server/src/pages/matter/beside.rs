//! Fills what stands beside a matter's course: drafts, plan, whistles, other matters, papers.

use zongheng_core::ids::MatterId;
use zongheng_core::matter::{
    Came, Command, Draft, Lamp as Colour, Matter, Node, Refusal, State, Whistle,
};
use zongheng_core::playbook::Stage;

use super::super::reader::{href, short_no};
use super::super::view::{
    ActForm, CallRow, DraftRow, Due, Lamp, LampKind, Link, NodeRow, Other, Paper, Tag, WhistleRow,
};
use super::records::{came, satisfied};
use super::show::Page;
use crate::api::beside::draft_text;

impl Page<'_> {
    pub(super) fn fill_beside(&mut self) {
        let m = &self.matter;
        let w = self.r.w;
        let drafts = m.drafts.iter().filter(|d| d.waits()).map(|d| self.draft(d)).collect();
        let nodes = m.plan.iter().map(|node| self.node(node)).collect();
        let whistles = m.whistles.iter().map(|whistle| self.whistle(whistle)).collect();
        let papers = m.issued.iter().map(|paper| Paper {
            kind: w.act(if paper.order { "order" } else { "notice" }),
            number: paper.number.clone(),
            to: paper.unit.map(|unit| self.r.unit(unit)),
            at: self.moment(paper.at),
        });
        let papers = papers.collect();
        let (parts, others, facts) = (self.parts(), self.others(), self.rare_facts());
        let mut tags = Vec::new();
        for (is, key) in [
            (m.excluded, "tag.excluded"),
            (m.came_over.is_some(), "tag.came_over"),
            (m.restricted, "tag.restricted"),
        ] {
            if is {
                tags.push(Tag::new(w.t(key)));
            }
        }
        self.view.tags.extend(tags);
        let beside = &mut self.view.beside;
        beside.facts = facts;
        (beside.drafts, beside.nodes, beside.whistles) = (drafts, nodes, whistles);
        (beside.parts, beside.others, beside.papers) = (parts, others, papers);
    }

    /// Facts of the head that few matters have.
    fn rare_facts(&self) -> Vec<(String, String)> {
        let (m, w) = (&self.matter, self.r.w);
        let mut facts = Vec::new();
        let mut fact = |key: &str, value: String| facts.push((w.t(key).to_owned(), value));
        if let Some(order) = &m.outside {
            let due = w.moment(order.due, self.r.now);
            fact("beside.outside", w.ab("beside.outside_says", &order.number, due));
        }
        if let (State::Shelved | State::Outside, Some((_, until))) = (m.state, m.paused) {
            fact("beside.review", w.moment(until, self.r.now));
        }
        if let Some(unit) = m.sampled {
            fact("beside.sampled", self.r.unit(unit));
        }
        facts
    }

    fn draft(&self, draft: &Draft) -> DraftRow {
        let (r, w) = (self.r, self.r.w);
        let may = self.would(Command::Release { draft: draft.n });
        let about = [("draft", draft.n.to_string())];
        let form = |act: &str| ActForm::about(w, act, r.key(), &about);
        // One of the unit is told why it waits for somebody else; others see that it waits.
        let own = r.actor.unit == Some(draft.unit);
        let (forms, why) = match may {
            Err(Refusal::NotYours(_) | Refusal::Unknown) if !own => (Vec::new(), None),
            Err(why @ Refusal::NotYours(_)) => (Vec::new(), Some(w.refusal(&why, r.now))),
            Err(why) => (vec![form("send_back")], Some(w.refusal(&why, r.now))),
            Ok(()) => (vec![form("release"), form("send_back")], None),
        };
        let mut lines = self.drafted(draft.n, &draft.drafted);
        lines.remove(0);
        DraftRow {
            what: w.act(draft.drafted.kind().name()),
            lines,
            text: self.text(draft_text(&draft.drafted)).unwrap_or_default(),
            by: w.ab(
                "who.unit_post",
                r.unit(draft.unit),
                draft.post.and_then(|id| r.post(id)).unwrap_or_default(),
            ),
            at: self.moment(draft.at),
            forms,
            why,
        }
    }

    fn node(&self, node: &Node) -> NodeRow {
        let (m, w) = (&self.matter, self.r.w);
        let stage = Stage::Node(node.no);
        let deadline = m.deadlines.iter().rev().find(|d| d.stage == stage);
        let before: Vec<String> = node.after.iter().map(u16::to_string).collect();
        NodeRow {
            name: self.node_name(node.no),
            unit: self.r.unit(node.unit),
            due: deadline.map(|d| self.due(d)),
            lamp: match (deadline, node.done) {
                (Some(d), _) => self.deadline_lamp(d),
                (None, Some(_)) => Lamp::said(w, LampKind::Done, w.t("lamp.done").to_owned()),
                (None, None) => self.lamp(Colour::None, None),
            },
            after: (!before.is_empty()).then(|| w.a("beside.after", before.join(w.t("join.list")))),
            done: node.done.map(|at| self.moment(at)),
        }
    }

    fn whistle(&self, whistle: &Whistle) -> WhistleRow {
        let (r, w) = (self.r, self.r.w);
        let confirms = |unit| {
            // Asked for as absent: nothing about it can be wrong but who asks.
            let command = Command::Arrive {
                whistle: whistle.n,
                unit,
                came: Came::Absent,
                satisfied: None,
                reason: None,
            };
            self.would(command).is_ok()
        };
        let calls = whistle.calls.iter().map(|call| {
            let about = [("whistle", whistle.n.to_string()), ("unit", call.unit.to_string())];
            let lamp = match call.came {
                Some(Came::Came) => Lamp::said(w, LampKind::Done, w.name("came", came(Came::Came))),
                Some(word) => Lamp::said(w, LampKind::Red, w.name("came", came(word))),
                None => {
                    let colour = self.matter.deadlines.iter().find(|d| d.n == call.deadline);
                    self.lamp(colour.map_or(Colour::None, |d| d.lamp(self.now)), Some(whistle.by))
                }
            };
            CallRow {
                unit: r.unit(call.unit),
                lamp,
                satisfied: call.satisfied.map(|word| w.name("satisfied", satisfied(word))),
                form: (call.came.is_none() && confirms(call.unit))
                    .then(|| ActForm::about(w, "arrive", r.key(), &about)),
            }
        });
        WhistleRow {
            caller: r.unit(whistle.caller),
            at: self.moment(whistle.at),
            by: Due::new(w, whistle.by, whistle.by, false, r.now),
            place: self.text(whistle.spot).unwrap_or_default(),
            text: self.text(whistle.text).unwrap_or_default(),
            calls: calls.collect(),
        }
    }

    fn parts(&self) -> Vec<Other> {
        let m = &self.matter;
        let whole = m.parent.map(|id| self.other("beside.parent", id));
        let parts = m.children.iter().map(|child| {
            let due = Due::new(self.r.w, child.due, child.due, false, self.r.now);
            Other { due: Some(due), ..self.other("beside.part", child.id) }
        });
        whole.into_iter().chain(parts).collect()
    }

    fn others(&self) -> Vec<Other> {
        let m = &self.matter;
        let named = [
            ("beside.main", m.main),
            ("beside.merged_into", m.merged_into),
            ("beside.follows", m.follows),
            ("beside.repeat_of", m.repeat_of),
        ];
        let named = named.into_iter().filter_map(|(key, id)| Some((key, id?)));
        let linked = self.seen.iter().filter(|other| other.main == Some(m.id));
        let linked = linked.map(|other| ("beside.linked", other.id));
        named.chain(linked).map(|(key, id)| self.other(key, id)).collect()
    }

    /// Another matter as a row; what the reader may not see is named and no more.
    fn other(&self, key: &str, id: MatterId) -> Other {
        let w = self.r.w;
        let seen: Option<&Matter> = self.seen.iter().find(|other| other.id == id);
        Other {
            label: w.t(key).to_owned(),
            link: seen.map(|m| Link::new(href(&m.no), self.text(m.title).unwrap_or_default())),
            no: seen.map(|m| short_no(&m.no)).unwrap_or_default(),
            state: seen.map(|m| w.state(m.state.name())).unwrap_or_default(),
            due: None,
        }
    }
}

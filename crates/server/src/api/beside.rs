//! What stands beside a matter's course: drafts, plan, whistles, other matters, papers.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use zongheng_core::county::County;
use zongheng_core::ids::{ContentId, MatterId, PostId, UnitId};
use zongheng_core::matter::{
    Actor, Draft, Drafted, Matter, Node, PlannedNode, State, Whistle, may_see,
};
use zongheng_core::playbook::{NodeRule, Stage};
use zongheng_core::time::At;

use super::shape::Frame;

/// Lists are empty and single things null where there is nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Beside {
    /// Drafts that wait for the releasing post.
    pub drafts: Vec<DraftOut>,
    /// The nodes that stand.
    pub plan: Vec<NodeOut>,
    pub whistles: Vec<WhistleOut>,
    /// The matter of which this is one part.
    pub parent: Option<OtherOut>,
    pub children: Vec<OtherOut>,
    /// The matter that works for this one too.
    pub main: Option<OtherOut>,
    /// The matters for which this one works, as far as the reader may see them.
    pub linked: Vec<OtherOut>,
    pub merged_into: Option<OtherOut>,
    /// What was recorded on the spot and did not hold when it was looked at.
    pub follows: Option<OtherOut>,
    /// Orders and notices of the supervision office.
    pub issued: Vec<IssuedOut>,
    /// The order of an authority outside.
    pub outside: Option<OutsideOut>,
    /// The pause, the shelving or the referral that runs.
    pub paused: Option<PausedOut>,
    /// Out of the rates by decision.
    pub excluded: bool,
    /// It began in another system: under which number there. It counts in no rate.
    pub came_over: Option<TheirsOut>,
    /// Reaches people by grant alone.
    pub restricted: bool,
    /// The unit that looks at what was settled on the spot.
    #[schema(value_type = Option<String>)]
    pub sampled: Option<UnitId>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TheirsOut {
    /// The short name of the other system.
    pub system: String,
    pub number: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DraftOut {
    /// Its number within the matter, for `release` and `send_back`.
    pub draft: u32,
    #[schema(value_type = String)]
    pub unit: UnitId,
    pub unit_name: String,
    #[schema(value_type = Option<String>)]
    pub post: Option<PostId>,
    #[schema(value_type = String)]
    pub at: At,
    /// The act that it becomes: return, suspend, extend, shelve, answer, object.
    pub act: String,
    /// Its reason or text.
    pub text: Option<String>,
    /// The settlement kind of a drafted answer.
    pub kind: Option<String>,
    pub stage: Option<String>,
    #[schema(value_type = Option<String>)]
    pub due: Option<At>,
    #[schema(value_type = Option<String>)]
    pub until: Option<At>,
    #[schema(value_type = Option<String>)]
    pub whose: Option<UnitId>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NodeOut {
    pub no: u16,
    pub title: Option<String>,
    #[schema(value_type = String)]
    pub unit: UnitId,
    pub unit_name: String,
    #[schema(value_type = Option<String>)]
    pub due: Option<At>,
    /// The nodes that have to be done before.
    pub after: Vec<u16>,
    #[schema(value_type = Option<String>)]
    pub done: Option<At>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WhistleOut {
    /// Its number within the matter, for `arrive`.
    pub whistle: u32,
    #[schema(value_type = String)]
    pub caller: UnitId,
    pub caller_name: String,
    #[schema(value_type = String)]
    pub at: At,
    #[schema(value_type = String)]
    pub by: At,
    pub place: Option<String>,
    pub text: Option<String>,
    pub units: Vec<CalledOut>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CalledOut {
    #[schema(value_type = String)]
    pub unit: UnitId,
    pub unit_name: String,
    /// came, late, absent; null until the caller says.
    #[schema(value_type = Option<String>)]
    pub came: Value,
    #[schema(value_type = Option<String>)]
    pub satisfied: Value,
}

/// Another matter; number, title and state where the reader may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OtherOut {
    #[schema(value_type = String)]
    pub id: MatterId,
    pub no: Option<String>,
    pub title: Option<String>,
    pub state: Option<&'static str>,
    /// By when a part is promised.
    #[schema(value_type = Option<String>)]
    pub due: Option<At>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedOut {
    /// order or notice.
    pub kind: &'static str,
    pub number: String,
    #[schema(value_type = String)]
    pub at: At,
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    pub unit_name: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OutsideOut {
    pub number: String,
    #[schema(value_type = String)]
    pub due: At,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PausedOut {
    #[schema(value_type = String)]
    pub from: At,
    #[schema(value_type = String)]
    pub until: At,
}

fn word(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// The entry that holds the words of a draft.
pub const fn draft_text(drafted: &Drafted) -> ContentId {
    match drafted {
        Drafted::Return { reason, .. }
        | Drafted::Suspend { reason, .. }
        | Drafted::Extend { reason, .. }
        | Drafted::Shelve { reason, .. }
        | Drafted::Object { reason, .. } => reason.id,
        Drafted::Answer { text, .. } => text.id,
    }
}

/// The node of the playbook after which a node of the plan is named where it has no title of its own.
pub fn rule_of_node<'a>(county: &'a County, matter: &Matter, no: u16) -> Option<&'a NodeRule> {
    let (playbook, _) = county.rules_of(matter)?;
    playbook.nodes.iter().find(|rule| rule.no == no)
}

/// The matters that one names, besides its parts and those it works for.
pub fn named_by(matter: &Matter) -> std::collections::BTreeSet<MatterId> {
    [matter.parent, matter.main, matter.merged_into, matter.follows, matter.repeat_of]
        .into_iter()
        .flatten()
        .collect()
}

impl Frame<'_> {
    pub(super) fn beside(&self, m: &Matter, actor: &Actor) -> Beside {
        let other = |id: MatterId| self.other(id, actor);
        let linked = self.kin.linked_to(m.id).filter(|m| self.sees(m, actor));
        Beside {
            drafts: m.drafts.iter().filter(|d| d.waits()).map(|d| self.draft(d)).collect(),
            plan: m.plan.iter().map(|node| self.node(m, node)).collect(),
            whistles: m.whistles.iter().map(|whistle| self.whistle(whistle)).collect(),
            parent: m.parent.map(other),
            children: m
                .children
                .iter()
                .map(|child| OtherOut { due: Some(child.due), ..other(child.id) })
                .collect(),
            main: m.main.map(other),
            linked: linked.map(|m| other(m.id)).collect(),
            merged_into: m.merged_into.map(other),
            follows: m.follows.map(other),
            issued: m
                .issued
                .iter()
                .map(|paper| IssuedOut {
                    kind: if paper.order { "order" } else { "notice" },
                    number: paper.number.clone(),
                    at: paper.at,
                    unit: paper.unit,
                    unit_name: paper.unit.map(|unit| self.unit_name(unit)),
                })
                .collect(),
            outside: m
                .outside
                .as_ref()
                .map(|order| OutsideOut { number: order.number.clone(), due: order.due }),
            paused: m
                .paused
                .filter(|_| matches!(m.state, State::Suspended | State::Shelved | State::Outside))
                .map(|(from, until)| PausedOut { from, until }),
            excluded: m.excluded,
            came_over: m.came_over.as_ref().map(|theirs| TheirsOut {
                system: theirs.system.clone(),
                number: theirs.number.clone(),
            }),
            restricted: m.restricted,
            sampled: m.sampled,
        }
    }

    fn sees(&self, m: &Matter, actor: &Actor) -> bool {
        may_see(actor, m, &self.county.organisation, self.now.date())
    }

    fn other(&self, id: MatterId, actor: &Actor) -> OtherOut {
        let seen = self.kin.get(id).filter(|m| self.sees(m, actor));
        OtherOut {
            id,
            no: seen.map(|m| m.no.clone()),
            title: seen.and_then(|m| self.text(m.title)),
            state: seen.map(|m| m.state.name()),
            due: None,
        }
    }

    fn draft(&self, draft: &Draft) -> DraftOut {
        let (mut kind, mut stage, mut due, mut until, mut whose) = (None, None, None, None, None);
        match &draft.drafted {
            Drafted::Return { whose: unit, .. } => whose = *unit,
            Drafted::Suspend { until: at, .. } | Drafted::Shelve { until: at, .. } => {
                until = Some(*at);
            }
            Drafted::Extend { stage: of, due: at, .. } => {
                (stage, due) = (Some(of.to_string()), Some(*at));
            }
            Drafted::Answer { kind: how, .. } => kind = word(how).as_str().map(str::to_owned),
            Drafted::Object { .. } => {}
        }
        DraftOut {
            draft: draft.n,
            unit: draft.unit,
            unit_name: self.unit_name(draft.unit),
            post: draft.post,
            at: draft.at,
            act: draft.drafted.kind().name().to_owned(),
            text: self.text(draft_text(&draft.drafted)),
            kind,
            stage,
            due,
            until,
            whose,
        }
    }

    /// A node that is asked for and does not stand yet.
    pub(super) fn planned(&self, node: &PlannedNode) -> NodeOut {
        NodeOut {
            no: node.no,
            title: self.text(node.title),
            unit: node.unit,
            unit_name: self.unit_name(node.unit),
            due: Some(node.due),
            after: node.after.clone(),
            done: None,
        }
    }

    fn node(&self, m: &Matter, node: &Node) -> NodeOut {
        let deadline = m.deadlines.iter().rev().find(|d| d.stage == Stage::Node(node.no));
        NodeOut {
            no: node.no,
            title: match node.title {
                Some(title) => self.text(title),
                None => rule_of_node(self.county, m, node.no).map(|rule| rule.name.clone()),
            },
            unit: node.unit,
            unit_name: self.unit_name(node.unit),
            due: deadline.map(|d| d.due),
            after: node.after.clone(),
            done: node.done,
        }
    }

    fn whistle(&self, whistle: &Whistle) -> WhistleOut {
        WhistleOut {
            whistle: whistle.n,
            caller: whistle.caller,
            caller_name: self.unit_name(whistle.caller),
            at: whistle.at,
            by: whistle.by,
            place: self.text(whistle.spot),
            text: self.text(whistle.text),
            units: whistle
                .calls
                .iter()
                .map(|call| CalledOut {
                    unit: call.unit,
                    unit_name: self.unit_name(call.unit),
                    came: word(call.came),
                    satisfied: word(call.satisfied),
                })
                .collect(),
        }
    }
}

//! How a matter looks from outside.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use zongheng_core::clock::{Reason, words};
use zongheng_core::county::County;
use zongheng_core::ids::{ContentId, UnitId};
use zongheng_core::ledger::Act;
use zongheng_core::matter::{
    self, Actor, Context, Deadline, Kin, Lamp, Matter, Offer, Owner, Person, Request, Share, offers,
};
use zongheng_core::time::At;
use zongheng_store::Content;

use super::beside::NodeOut;
pub use super::beside::{Beside, draft_text};

/// A unit and, once named, a post.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnerOut {
    #[schema(value_type = String)]
    pub unit: UnitId,
    pub unit_name: String,
    #[schema(value_type = Option<String>)]
    pub post: Option<zongheng_core::ids::PostId>,
    pub post_name: Option<String>,
}

/// The deadline that is next.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextOut {
    /// `settle`, `node:3`, `monthly:2022-05`.
    pub stage: String,
    #[schema(value_type = String)]
    pub due: At,
    #[schema(value_type = Vec<Object>)]
    pub because: Vec<Value>,
    pub provisional: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DeadlineOut {
    pub n: u32,
    /// `settle`, `node:3`, `monthly:2022-05`.
    pub stage: String,
    /// The assisting unit whose share it is; null for the matter's own.
    #[schema(value_type = Option<String>)]
    pub share: Option<UnitId>,
    #[schema(value_type = String)]
    pub whose: UnitId,
    pub round: u32,
    #[schema(value_type = String)]
    pub first_due: At,
    #[schema(value_type = String)]
    pub due: At,
    #[schema(value_type = String)]
    pub warn: At,
    #[schema(value_type = Option<String>)]
    pub met: Option<At>,
    pub open: bool,
    pub lamp: &'static str,
    pub provisional: bool,
    #[schema(value_type = Vec<Object>)]
    pub because: Vec<Value>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentOut {
    #[schema(value_type = String)]
    pub unit: UnitId,
    pub unit_name: String,
    pub part: &'static str,
    pub round: u32,
    #[schema(value_type = String)]
    pub given: At,
    pub by_decision: bool,
    #[schema(value_type = Option<String>)]
    pub signed: Option<At>,
    #[schema(value_type = Option<String>)]
    pub answered: Option<At>,
    #[schema(value_type = Option<String>)]
    pub returned: Option<At>,
    #[schema(value_type = Option<String>)]
    pub withdrawn: Option<At>,
    #[schema(value_type = Option<String>)]
    pub due: Option<At>,
    /// The post that has it by the unit's inner route; null where it was not passed on.
    #[schema(value_type = Option<String>)]
    pub passed_to: Option<zongheng_core::ids::PostId>,
    /// The unit's own limit for that post.
    #[schema(value_type = Option<String>)]
    pub inner_due: Option<At>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RequestOut {
    #[schema(value_type = String)]
    pub id: zongheng_core::ids::RequestId,
    pub kind: &'static str,
    #[schema(value_type = String)]
    pub by: UnitId,
    pub by_name: String,
    #[schema(value_type = String)]
    pub asked: At,
    #[schema(value_type = String)]
    pub decide_by: At,
    pub stage: Option<String>,
    #[schema(value_type = Option<String>)]
    pub due: Option<At>,
    #[schema(value_type = Option<String>)]
    pub until: Option<At>,
    pub reason: Option<String>,
    /// The superior unit, for `refer_up`; the code of the county, for `refer_across`.
    pub to: Option<String>,
    /// The nodes of a plan that would replace the limit.
    pub nodes: Vec<NodeOut>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AllowedOut {
    pub act: &'static str,
    /// The act that the state waits for.
    pub likely: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedOut {
    pub act: &'static str,
    pub code: &'static str,
    pub why: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceOut {
    pub division: String,
    pub township: Option<String>,
    #[schema(value_type = Option<String>)]
    pub grid: Option<zongheng_core::ids::GridId>,
    pub name: String,
    pub address: Option<String>,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
}

/// A matter in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterRow {
    #[schema(value_type = String)]
    pub id: zongheng_core::ids::MatterId,
    pub no: String,
    pub seq: u32,
    pub playbook: String,
    pub category: Option<String>,
    pub source: String,
    pub title: Option<String>,
    pub state: &'static str,
    pub lamp: &'static str,
    pub round: u32,
    pub urgent: bool,
    pub place: PlaceOut,
    pub owner: Option<OwnerOut>,
    pub next: Option<NextOut>,
    #[schema(value_type = String)]
    pub reported: At,
    #[schema(value_type = String)]
    pub updated: At,
}

/// A matter whole, as this reader may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterOut {
    #[serde(flatten)]
    pub row: MatterRow,
    pub grade: String,
    pub detail: Option<String>,
    pub deadlines: Vec<DeadlineOut>,
    pub assignments: Vec<AssignmentOut>,
    /// The requests that wait for a decision.
    pub requests: Vec<RequestOut>,
    /// What else a reader needs, where there is any: drafts, plan, whistles, parts, papers.
    #[serde(flatten)]
    pub beside: Beside,
    pub acts_allowed: Vec<AllowedOut>,
    pub acts_refused: Vec<RefusedOut>,
    #[schema(value_type = Option<String>)]
    pub closed: Option<At>,
    #[schema(value_type = Option<String>)]
    pub against: Option<UnitId>,
    pub reporter: Option<ReporterOut>,
}

/// What is said of a reporter: never a name or number, which are shown on need and each look recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReporterOut {
    pub hidden: bool,
    pub contact: bool,
}

pub type Texts = BTreeMap<ContentId, Content>;

/// What the shapes are made with.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    pub county: &'a County,
    pub texts: &'a Texts,
    /// The county's own time, as of which lamps stand.
    pub now: At,
    /// The matters around the one shown, as they stand.
    pub kin: &'a Kin,
}

/// The reasons as data with their words beside.
pub fn because(reasons: &[Reason], now: At) -> Vec<Value> {
    let year = now.date().year();
    let one = |reason: &Reason| {
        let mut value = json!(reason);
        if let Some(map) = value.as_object_mut() {
            map.insert("zh".to_owned(), words::zh(reason, year).into());
            map.insert("en".to_owned(), words::en(reason, year).into());
        }
        value
    };
    reasons.iter().map(one).collect()
}

impl Frame<'_> {
    pub fn text(&self, id: ContentId) -> Option<String> {
        self.texts.get(&id).and_then(|content| content.text.clone())
    }

    /// The unit's name, also of one that no longer stands.
    pub fn unit_name(&self, id: UnitId) -> String {
        self.county.organisation.units.get(&id).map(|u| u.name.clone()).unwrap_or_default()
    }

    fn owner(&self, owner: Owner) -> OwnerOut {
        let post = owner.post.and_then(|id| self.county.organisation.posts.get(&id));
        OwnerOut {
            unit: owner.unit,
            unit_name: self.unit_name(owner.unit),
            post: owner.post,
            post_name: post.map(|p| p.name.clone()),
        }
    }

    fn place(&self, matter: &Matter) -> PlaceOut {
        let organisation = &self.county.organisation;
        let name = |code| organisation.divisions.get(code).map(|d| d.name.clone());
        let place = &matter.place;
        let township = place.township.as_ref().and_then(name).unwrap_or_default();
        let own = name(&place.division).filter(|own| *own != township).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "10⁻⁷ degrees fit 53 bits by far")]
        let degrees = |e7: i64| e7 as f64 / 1e7;
        PlaceOut {
            division: place.division.to_string(),
            township: place.township.as_ref().map(ToString::to_string),
            grid: place.grid,
            name: format!("{township}{own}"),
            address: place.address.and_then(|id| self.text(id)),
            lon: place.point.map(|[lon, _]| degrees(lon)),
            lat: place.point.map(|[_, lat]| degrees(lat)),
        }
    }

    pub fn row(&self, matter: &Matter, lamp: Lamp) -> MatterRow {
        MatterRow {
            id: matter.id,
            no: matter.no.clone(),
            seq: matter.seq,
            playbook: matter.playbook.id.to_string(),
            category: matter.category.as_ref().map(ToString::to_string),
            source: matter.source.clone(),
            title: self.text(matter.title),
            state: matter.state.name(),
            lamp: lamp.name(),
            round: matter.round,
            urgent: matter.urgent,
            place: self.place(matter),
            owner: matter.owner.map(|owner| self.owner(owner)),
            next: matter.next().map(|d| NextOut {
                stage: d.stage.to_string(),
                due: d.due,
                because: because(&d.because, self.now),
                provisional: d.provisional,
            }),
            reported: matter.reported,
            updated: matter.updated,
        }
    }

    /// The whole of a matter for a reader; `acting_at` is the moment at which an act would be entered.
    pub fn matter(&self, matter: &Matter, actor: &Actor, acting_at: At) -> MatterOut {
        let offers = self.offers(matter, actor, acting_at);
        MatterOut {
            row: self.row(matter, matter.lamp(self.now)),
            grade: json!(matter.grade).as_str().unwrap_or_default().to_owned(),
            detail: matter.detail.and_then(|id| self.text(id)),
            deadlines: matter.deadlines.iter().map(|d| self.deadline(matter, d)).collect(),
            assignments: matter.shares.iter().map(|s| self.assignment(matter, s)).collect(),
            requests: self.requests(matter, acting_at),
            beside: self.beside(matter, actor),
            acts_allowed: offers
                .iter()
                .filter(|o| o.refused.is_none())
                .map(|o| AllowedOut { act: o.act.name(), likely: o.likely })
                .collect(),
            acts_refused: offers.iter().filter_map(refused).collect(),
            closed: matter.closed,
            against: matter.against,
            reporter: matter
                .reporter
                .as_ref()
                .map(|r| ReporterOut { hidden: r.hidden, contact: r.contact.is_some() }),
        }
    }

    pub fn offers(&self, matter: &Matter, actor: &Actor, acting_at: At) -> Vec<Offer> {
        let Some((playbook, clock)) = self.county.rules_of(matter) else { return Vec::new() };
        let versions = self.county.versions(clock);
        let cx = self.county.context(acting_at, actor, playbook, clock, &versions);
        offers(matter, &Context { kin: self.kin, ..cx })
    }

    fn deadline(&self, matter: &Matter, d: &Deadline) -> DeadlineOut {
        let lamp = matter.lamp_of(d, self.now);
        DeadlineOut {
            n: d.n,
            stage: d.stage.to_string(),
            share: d.share,
            whose: d.whose,
            round: d.round,
            first_due: d.first_due,
            due: d.due,
            warn: d.warn,
            met: d.met,
            open: d.is_open(),
            lamp: lamp.name(),
            provisional: d.provisional,
            because: because(&d.because, self.now),
        }
    }

    fn assignment(&self, matter: &Matter, share: &Share) -> AssignmentOut {
        let lead = share.part == matter::Part::Lead;
        let settle = matter.deadlines.iter().rev().find(|d| {
            d.stage == zongheng_core::playbook::Stage::Settle
                && d.round == share.round
                && d.share == (!lead).then_some(share.unit)
        });
        AssignmentOut {
            unit: share.unit,
            unit_name: self.unit_name(share.unit),
            part: if lead { "lead" } else { "assist" },
            round: share.round,
            given: share.given,
            by_decision: share.by_decision,
            signed: share.signed,
            answered: share.answered,
            returned: share.returned,
            withdrawn: share.withdrawn,
            due: settle.map(|d| d.due),
            passed_to: share.passed_to(),
            inner_due: share.passes.iter().rev().find(|p| p.back.is_none()).and_then(|p| p.due),
        }
    }

    fn requests(&self, matter: &Matter, now: At) -> Vec<RequestOut> {
        let open = matter.requests.iter().filter(|r| r.waits(now));
        let shape = |r: &Request| RequestOut {
            id: r.id,
            kind: r.kind.name(),
            by: r.by,
            by_name: self.unit_name(r.by),
            asked: r.asked,
            decide_by: r.decide_by,
            stage: r.stage.map(|s| s.to_string()),
            due: r.due,
            until: r.until,
            reason: self.text(r.reason),
            to: r
                .to
                .map(|unit| unit.to_string())
                .or_else(|| r.across.as_ref().map(ToString::to_string)),
            nodes: r.nodes.iter().map(|node| self.planned(node)).collect(),
        };
        open.map(shape).collect()
    }
}

fn refused(offer: &Offer) -> Option<RefusedOut> {
    let refusal = offer.refused.as_ref()?;
    let code = refusal.code();
    Some(RefusedOut { act: offer.act.name(), code, why: refusal.to_string() })
}

/// An act as the ledger keeps it, its texts beside their names as far as the reader may see them.
pub fn act_with_texts(act: &Act, texts: &Texts) -> Value {
    let mut value: Value = serde_json::from_str(&act.line()).unwrap_or(Value::Null);
    if let Some(contents) = value.get_mut("contents").and_then(Value::as_array_mut) {
        for entry in contents {
            let id = entry.get("id").and_then(Value::as_str).and_then(|t| t.parse().ok());
            let content = id.and_then(|id: ContentId| texts.get(&id));
            let (Some(map), Some(content)) = (entry.as_object_mut(), content) else { continue };
            if let Some(attached) = content.attached() {
                map.insert("file".to_owned(), json!(attached));
            } else if let Some(text) = &content.text {
                map.insert("text".to_owned(), text.clone().into());
            }
            if let Some(since) = content.sealed {
                map.insert("sealed_off".to_owned(), json!(since));
            }
        }
    }
    value
}

/// The entries that the page of a matter shows: its own texts, the reasons of its requests, what is
/// drafted, planned and called for.
pub fn texts_of(matter: &Matter) -> Vec<ContentId> {
    let own = [Some(matter.title), matter.detail, matter.place.address];
    own.into_iter()
        .flatten()
        .chain(matter.requests.iter().map(|r| r.reason))
        .chain(matter.requests.iter().flat_map(|r| r.nodes.iter().map(|node| node.title)))
        .chain(matter.drafts.iter().map(|draft| draft_text(&draft.drafted)))
        .chain(matter.plan.iter().filter_map(|node| node.title))
        .chain(matter.whistles.iter().flat_map(|whistle| [whistle.spot, whistle.text]))
        .collect()
}

/// What the public may see of a matter by receipt: where it stands, never who works on it by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicView {
    pub no: String,
    pub title: Option<String>,
    pub state: &'static str,
    pub category: Option<String>,
    pub place: String,
    /// The unit whose it is now.
    pub unit: Option<String>,
    pub round: u32,
    #[schema(value_type = String)]
    pub reported: At,
    /// The day by which an answer is promised.
    #[schema(value_type = Option<String>)]
    pub promised: Option<At>,
    /// What became of it, once it was checked.
    pub answer: Option<PublicAnswer>,
    pub steps: Vec<PublicStep>,
    /// What came with the report, and with the answer once it was checked.
    pub files: Vec<PublicFile>,
    /// What the holder of the receipt can do now: `call_back`, reopen.
    pub acts_allowed: Vec<AllowedOut>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PublicAnswer {
    #[schema(value_type = String)]
    pub kind: Value,
    pub text: Option<String>,
    #[schema(value_type = String)]
    pub at: At,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PublicFile {
    #[schema(value_type = String)]
    pub content: ContentId,
    /// `reported` or `answered`.
    pub of: &'static str,
    pub name: String,
    #[serde(rename = "type")]
    pub media: String,
    pub size: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PublicStep {
    pub kind: &'static str,
    #[schema(value_type = String)]
    pub at: At,
}

impl Frame<'_> {
    pub fn public(&self, matter: &Matter, acting_at: At) -> PublicView {
        let receipt = Actor::by_receipt();
        debug_assert_eq!(receipt.person, Person::Receipt);
        let offers = self.offers(matter, &receipt, acting_at);
        let checked =
            matter.answers.iter().rev().find(|a| a.verdict.as_ref().is_some_and(|v| v.passed));
        let settle = matter
            .deadlines
            .iter()
            .rev()
            .find(|d| d.stage == zongheng_core::playbook::Stage::Settle && d.share.is_none());
        let mut steps = vec![PublicStep { kind: "reported", at: matter.reported }];
        let mut step = |kind, at: Option<At>| steps.extend(at.map(|at| PublicStep { kind, at }));
        step("filed", matter.filed);
        step("dispatched", matter.lead().map(|s| s.given));
        step("signed_for", matter.lead().and_then(|s| s.signed));
        step("answered", checked.map(|a| a.at));
        step("closed", matter.closed);
        PublicView {
            no: matter.no.clone(),
            title: self.text(matter.title),
            state: matter.state.name(),
            category: matter.category.as_ref().map(ToString::to_string),
            place: self.place(matter).name,
            unit: matter.owner.map(|o| self.unit_name(o.unit)),
            round: matter.round,
            reported: matter.reported,
            promised: settle.map(|d| d.due),
            answer: checked.map(|a| PublicAnswer {
                kind: json!(a.kind),
                text: self.text(a.text),
                at: a.at,
            }),
            steps,
            files: Vec::new(),
            acts_allowed: offers
                .iter()
                .filter(|o| o.refused.is_none())
                .map(|o| AllowedOut { act: o.act.name(), likely: o.likely })
                .collect(),
        }
    }
}

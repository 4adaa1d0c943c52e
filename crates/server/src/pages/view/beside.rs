//! What stands beside a matter's course: drafts, plan, whistles, other matters, papers.

use super::{ActForm, Due, Lamp, Link, Moment, RulingForm};

/// Sections of a matter's page that show only where there is something in them.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Buttons that lead to a form further down: 签发, 确认报到; the first is the page's next act.
    pub jumps: Vec<(Link, bool)>,
    /// Facts of the head that few matters have: the order of the city, the day of a review.
    pub facts: Vec<(String, String)>,
    pub drafts: Vec<DraftRow>,
    pub nodes: Vec<NodeRow>,
    pub whistles: Vec<WhistleRow>,
    /// The whole and its parts.
    pub parts: Vec<Other>,
    /// Linked, merged, followed.
    pub others: Vec<Other>,
    pub papers: Vec<Paper>,
    /// 内容封存, for the posts that may.
    pub sealing: Option<RulingForm>,
}

/// A draft that waits for the releasing post.
#[derive(Debug, Clone)]
pub struct DraftRow {
    /// 办结反馈.
    pub what: String,
    /// Its kind of settlement, its date.
    pub lines: Vec<String>,
    pub text: String,
    /// Unit · post of who drafted it.
    pub by: String,
    pub at: Moment,
    /// Release and send back, where they are this reader's.
    pub forms: Vec<ActForm>,
    /// Why it is not this reader's to release, for one of its unit.
    pub why: Option<String>,
}

#[derive(Debug, Clone)]
pub struct NodeRow {
    /// 节点 2 · 招标.
    pub name: String,
    pub unit: String,
    pub due: Option<Due>,
    pub lamp: Lamp,
    /// In which order: 在节点 1 之后.
    pub after: Option<String>,
    pub done: Option<Moment>,
}

#[derive(Debug, Clone)]
pub struct WhistleRow {
    pub caller: String,
    pub at: Moment,
    pub by: Due,
    pub place: String,
    pub text: String,
    pub calls: Vec<CallRow>,
}

#[derive(Debug, Clone)]
pub struct CallRow {
    pub unit: String,
    pub lamp: Lamp,
    /// 满意.
    pub satisfied: Option<String>,
    /// Whether it came: a form for the caller.
    pub form: Option<ActForm>,
}

/// Another matter that this one has to do with.
#[derive(Debug, Clone)]
pub struct Other {
    /// 上级事项, 分解, 并入.
    pub label: String,
    /// None where the reader may not see it.
    pub link: Option<Link>,
    pub no: String,
    pub state: String,
    pub due: Option<Due>,
}

/// An order or a notice of the supervision office.
#[derive(Debug, Clone)]
pub struct Paper {
    pub kind: String,
    pub number: String,
    pub to: Option<String>,
    pub at: Moment,
}

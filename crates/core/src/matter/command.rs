//! What somebody asks for. Texts are already entries kept beside the ledger; here only their names.

use crate::clock::Limit;
use crate::ids::{
    CategoryId, DivisionCode, GridId, MatterId, PlaybookId, PostId, RequestId, UnitId,
};
use crate::ledger::{ContentRef, Source};
use crate::playbook::{Grade, Rating, SettlementKind, Stage};
use crate::time::At;

use super::inner::Drafted;
use super::state::{OutsideOrder, Satisfied};
use super::whistle::Came;
use super::{ActName, FieldFault};
use crate::allowance::Exception;

/// A new matter.
#[derive(Debug, Clone)]
pub struct Report {
    pub id: MatterId,
    pub playbook: PlaybookId,
    pub category: Option<CategoryId>,
    pub title: ContentRef,
    pub detail: Option<ContentRef>,
    /// Form fields of type text, by name.
    pub form: Vec<(String, ContentRef)>,
    pub place: ReportedPlace,
    pub source: Option<String>,
    /// The post for which it was written; it stands beside who wrote it (`by.for`).
    pub on_behalf: Option<PostId>,
    pub against: Option<UnitId>,
    pub urgent: bool,
    /// Name and number, in the vault.
    pub contact: Option<ContentRef>,
    pub hidden: bool,
    pub happened: Option<(At, Source)>,
    /// The order of an authority outside, with its number and limit.
    pub outside: Option<OutsideOrder>,
    /// A matter recorded on the spot whose look failed.
    pub follows: Option<MatterId>,
    /// Pictures and papers that show it.
    pub files: Vec<ContentRef>,
}

/// A place as given: a division or coordinates (already turned to WGS84 at the door).
#[derive(Debug, Clone, Default)]
pub struct ReportedPlace {
    pub division: Option<DivisionCode>,
    pub grid: Option<GridId>,
    pub point: Option<[i64; 2]>,
    pub address: Option<ContentRef>,
}

/// Fields of `file` and `correct`: each optional; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub category: Option<CategoryId>,
    pub division: Option<DivisionCode>,
    pub grid: Option<GridId>,
    pub source: Option<String>,
    pub grade: Option<Grade>,
    pub repeat_of: Option<MatterId>,
    /// Another limit of the authority outside: a received fact.
    pub outside_due: Option<At>,
}

/// A node as it is asked for.
#[derive(Debug, Clone)]
pub struct AskedNode {
    pub no: u16,
    pub title: ContentRef,
    /// The lead's own where left out.
    pub unit: Option<UnitId>,
    pub due: At,
    pub after: Vec<u16>,
}

/// One part of a matter, as it is asked for.
#[derive(Debug, Clone)]
pub struct AskedChild {
    pub id: MatterId,
    pub title: ContentRef,
    pub due: At,
    /// The parent's where left out.
    pub division: Option<DivisionCode>,
}

/// An assisting unit and, where it differs from the usual, its limit from now.
#[derive(Debug, Clone)]
pub struct Assist {
    pub unit: UnitId,
    pub limit: Option<Limit>,
}

#[derive(Debug, Clone)]
pub enum Command {
    File(Facts),
    Decline {
        reason: ContentRef,
    },
    /// 自办自结: what was done on the spot.
    SettleOnSpot {
        category: Option<CategoryId>,
        text: ContentRef,
    },
    /// 并案: the other matter works for this one too.
    Link {
        to: MatterId,
    },
    Unlink {
        reason: ContentRef,
    },
    /// 合并: the same reporter's, or entered twice.
    Merge {
        into: MatterId,
        reason: ContentRef,
    },
    Correct(Facts),
    Dispatch {
        lead: UnitId,
        assists: Vec<Assist>,
        withdraw: Vec<UnitId>,
        deadline: Option<At>,
        reason: Option<ContentRef>,
    },
    SignFor {
        post: Option<PostId>,
    },
    /// 转办: to a post within the unit's tree, with the unit's own limit.
    PassOn {
        post: PostId,
        due: Option<At>,
        text: Option<ContentRef>,
    },
    PassBack {
        reason: ContentRef,
    },
    /// 送审.
    Submit {
        draft: Box<Drafted>,
    },
    SendBack {
        draft: u32,
        reason: ContentRef,
    },
    /// 签发: the drafted act in the unit's name.
    Release {
        draft: u32,
    },
    Return {
        reason: ContentRef,
        whose: Option<UnitId>,
    },
    /// `number`: of the paper, where a meeting decides.
    Adjudicate {
        lead: UnitId,
        assists: Vec<Assist>,
        withdraw: Vec<UnitId>,
        deadline: Option<At>,
        reason: ContentRef,
        number: Option<String>,
    },
    Progress {
        text: ContentRef,
    },
    /// `replaces`: the dates shall stand in the place of the month; a county leader decides.
    Plan {
        nodes: Vec<AskedNode>,
        replaces: Option<(RequestId, ContentRef)>,
    },
    NodeDone {
        node: u16,
        text: ContentRef,
    },
    Decompose {
        children: Vec<AskedChild>,
    },
    Whistle {
        units: Vec<UnitId>,
        by: At,
        spot: ContentRef,
        text: ContentRef,
    },
    Arrive {
        whistle: u32,
        unit: UnitId,
        came: Came,
        satisfied: Option<Satisfied>,
        reason: Option<ContentRef>,
    },
    Suspend {
        request: RequestId,
        reason: ContentRef,
        until: At,
    },
    Extend {
        request: RequestId,
        reason: ContentRef,
        stage: Stage,
        due: At,
    },
    Shelve {
        request: RequestId,
        reason: ContentRef,
        until: At,
    },
    ReferUp {
        request: RequestId,
        reason: ContentRef,
        to: UnitId,
    },
    ReferAcross {
        request: RequestId,
        reason: ContentRef,
        to: DivisionCode,
    },
    Exclude {
        request: RequestId,
        reason: ContentRef,
    },
    Object {
        request: RequestId,
        reason: ContentRef,
    },
    /// `number`: of the paper, where a meeting decides.
    Decide {
        request: RequestId,
        accept: bool,
        reason: Option<ContentRef>,
        number: Option<String>,
    },
    Resume,
    Answer {
        kind: SettlementKind,
        text: ContentRef,
    },
    Verify {
        passed: bool,
        rating: Option<Rating>,
        text: Option<ContentRef>,
    },
    CallBack {
        reached: bool,
        solved: Option<bool>,
        satisfied: Option<Satisfied>,
        text: Option<ContentRef>,
        /// Who of several that are asked; left out where one is.
        party: Option<u8>,
    },
    SignOff {
        despite: Option<ContentRef>,
    },
    Reopen {
        reason: ContentRef,
        lead: Option<UnitId>,
    },
    /// `unit`: whom; the owner, where left out.
    Urge {
        text: ContentRef,
        unit: Option<UnitId>,
    },
    /// 督办: an order of the supervision office, by its number.
    Order {
        number: String,
        unit: Option<UnitId>,
        text: ContentRef,
    },
    /// 情况通报.
    Notice {
        number: String,
        unit: Option<UnitId>,
        text: ContentRef,
    },
    Comment {
        text: ContentRef,
    },
    Spot {
        text: ContentRef,
    },
    /// The same with what allows it, where a rule that needs a decision stands against it.
    Allowing {
        exception: Exception,
        command: Box<Command>,
    },
    /// The same with files that show it.
    Showing {
        files: Vec<ContentRef>,
        command: Box<Command>,
    },
}

/// A command on an open matter as it came in: what was wrong with its fields is told only after
/// everything that outranks it (who may see, whose it is, the state).
#[derive(Debug, Clone)]
pub struct Ask {
    pub act: ActName,
    /// The last act that the person had seen.
    pub seq: Option<u32>,
    pub command: Result<Command, Vec<FieldFault>>,
}

impl Command {
    /// The act that it asks for.
    pub const fn act(&self) -> ActName {
        match self {
            Command::File(_) => ActName::File,
            Command::Decline { .. } => ActName::Decline,
            Command::SettleOnSpot { .. } => ActName::SettleOnSpot,
            Command::Link { .. } => ActName::Link,
            Command::Unlink { .. } => ActName::Unlink,
            Command::Merge { .. } => ActName::Merge,
            Command::Correct(_) => ActName::Correct,
            Command::Dispatch { .. } => ActName::Dispatch,
            Command::SignFor { .. } => ActName::SignFor,
            Command::PassOn { .. } => ActName::PassOn,
            Command::PassBack { .. } => ActName::PassBack,
            Command::Submit { .. } => ActName::Submit,
            Command::SendBack { .. } => ActName::SendBack,
            Command::Release { .. } => ActName::Release,
            Command::Return { .. } => ActName::Return,
            Command::Adjudicate { .. } => ActName::Adjudicate,
            Command::Progress { .. } => ActName::Progress,
            Command::Plan { .. } => ActName::Plan,
            Command::NodeDone { .. } => ActName::NodeDone,
            Command::Decompose { .. } => ActName::Decompose,
            Command::Whistle { .. } => ActName::Whistle,
            Command::Arrive { .. } => ActName::Arrive,
            Command::Suspend { .. } => ActName::Suspend,
            Command::Extend { .. } => ActName::Extend,
            Command::Shelve { .. } => ActName::Shelve,
            Command::ReferUp { .. } => ActName::ReferUp,
            Command::ReferAcross { .. } => ActName::ReferAcross,
            Command::Exclude { .. } => ActName::Exclude,
            Command::Object { .. } => ActName::Object,
            Command::Decide { .. } => ActName::Decide,
            Command::Resume => ActName::Resume,
            Command::Answer { .. } => ActName::Answer,
            Command::Verify { .. } => ActName::Verify,
            Command::CallBack { .. } => ActName::CallBack,
            Command::SignOff { .. } => ActName::SignOff,
            Command::Reopen { .. } => ActName::Reopen,
            Command::Urge { .. } => ActName::Urge,
            Command::Order { .. } => ActName::Order,
            Command::Notice { .. } => ActName::Notice,
            Command::Comment { .. } => ActName::Comment,
            Command::Spot { .. } => ActName::Spot,
            Command::Allowing { command, .. } | Command::Showing { command, .. } => command.act(),
        }
    }

    /// The command itself, without what allows it and what shows it.
    pub fn plain(&self) -> &Command {
        match self {
            Command::Allowing { command, .. } | Command::Showing { command, .. } => command.plain(),
            command => command,
        }
    }
}

impl Ask {
    /// The other matters that the command names: a decision on it looks at them too.
    pub fn names(&self) -> Vec<MatterId> {
        match self.command.as_ref().map(Command::plain) {
            Ok(Command::File(facts)) => facts.repeat_of.into_iter().collect(),
            Ok(Command::Link { to }) => vec![*to],
            Ok(Command::Merge { into, .. }) => vec![*into],
            Ok(Command::Decompose { children }) => children.iter().map(|c| c.id).collect(),
            _ => Vec::new(),
        }
    }
}

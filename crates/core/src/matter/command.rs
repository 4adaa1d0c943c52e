//! What somebody asks for. Texts are already entries kept beside the ledger; here only their names.

use crate::clock::Limit;
use crate::ids::{
    CategoryId, DivisionCode, GridId, MatterId, PlaybookId, PostId, RequestId, UnitId,
};
use crate::ledger::{ContentRef, Source};
use crate::playbook::{Grade, Rating, SettlementKind, Stage};
use crate::time::At;

use super::state::Satisfied;
use super::{ActName, FieldFault};

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
    Return {
        reason: ContentRef,
        whose: Option<UnitId>,
    },
    Adjudicate {
        lead: UnitId,
        assists: Vec<Assist>,
        withdraw: Vec<UnitId>,
        deadline: Option<At>,
        reason: ContentRef,
    },
    Progress {
        text: ContentRef,
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
    Decide {
        request: RequestId,
        accept: bool,
        reason: Option<ContentRef>,
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
    Comment {
        text: ContentRef,
    },
    Spot {
        text: ContentRef,
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

impl Ask {
    /// Another matter of which the command speaks.
    pub fn names(&self) -> Option<MatterId> {
        match &self.command {
            Ok(Command::File(facts)) => facts.repeat_of,
            _ => None,
        }
    }
}

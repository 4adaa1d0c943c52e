//! What happens inside a unit: passed on from post to post, drafted by one and released by another.

use serde::{Deserialize, Serialize};

use super::command::Command;
use super::{ActName, Person};
use crate::ids::{PostId, RequestId, UnitId};
use crate::ledger::ContentRef;
use crate::playbook::{DraftKind, SettlementKind, Stage};
use crate::time::At;

/// One step of a share's inner route (转办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// The post that has it from now.
    pub to: PostId,
    /// The post that passed it on.
    pub by: Option<PostId>,
    /// When.
    pub at: At,
    /// The unit's own limit, before the share's.
    pub due: Option<At>,
    /// When it was passed back.
    pub back: Option<At>,
}

/// What is drafted: the act with its fields. Its texts are entries of the draft's act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Drafted {
    Return { reason: ContentRef, whose: Option<UnitId> },
    Suspend { request: RequestId, reason: ContentRef, until: At },
    Extend { request: RequestId, reason: ContentRef, stage: Stage, due: At },
    Shelve { request: RequestId, reason: ContentRef, until: At },
    Answer { kind: SettlementKind, text: ContentRef },
    Object { request: RequestId, reason: ContentRef },
}

impl Drafted {
    pub const fn kind(&self) -> DraftKind {
        match self {
            Drafted::Return { .. } => DraftKind::Return,
            Drafted::Suspend { .. } => DraftKind::Suspend,
            Drafted::Extend { .. } => DraftKind::Extend,
            Drafted::Shelve { .. } => DraftKind::Shelve,
            Drafted::Answer { .. } => DraftKind::Answer,
            Drafted::Object { .. } => DraftKind::Object,
        }
    }

    pub(super) const fn text(&self) -> &ContentRef {
        match self {
            Drafted::Return { reason, .. }
            | Drafted::Suspend { reason, .. }
            | Drafted::Extend { reason, .. }
            | Drafted::Shelve { reason, .. }
            | Drafted::Object { reason, .. } => reason,
            Drafted::Answer { text, .. } => text,
        }
    }

    /// The request that it would make.
    pub const fn request(&self) -> Option<RequestId> {
        match self {
            Drafted::Suspend { request, .. }
            | Drafted::Extend { request, .. }
            | Drafted::Shelve { request, .. }
            | Drafted::Object { request, .. } => Some(*request),
            Drafted::Return { .. } | Drafted::Answer { .. } => None,
        }
    }

    /// The command that the draft becomes when it is released.
    pub(super) fn command(&self) -> (ActName, Command) {
        match self.clone() {
            Drafted::Return { reason, whose } => {
                (ActName::Return, Command::Return { reason, whose })
            }
            Drafted::Suspend { request, reason, until } => {
                (ActName::Suspend, Command::Suspend { request, reason, until })
            }
            Drafted::Extend { request, reason, stage, due } => {
                (ActName::Extend, Command::Extend { request, reason, stage, due })
            }
            Drafted::Shelve { request, reason, until } => {
                (ActName::Shelve, Command::Shelve { request, reason, until })
            }
            Drafted::Answer { kind, text } => (ActName::Answer, Command::Answer { kind, text }),
            Drafted::Object { request, reason } => {
                (ActName::Object, Command::Object { request, reason })
            }
        }
    }
}

/// The draft that an act of this name could be.
pub(super) const fn draft_kind(act: ActName) -> Option<DraftKind> {
    match act {
        ActName::Return => Some(DraftKind::Return),
        ActName::Suspend => Some(DraftKind::Suspend),
        ActName::Extend => Some(DraftKind::Extend),
        ActName::Shelve => Some(DraftKind::Shelve),
        ActName::Answer => Some(DraftKind::Answer),
        ActName::Object => Some(DraftKind::Object),
        _ => None,
    }
}

/// A draft (送审) on its way to the releasing post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Counted up within the matter.
    pub n: u32,
    /// The unit in whose name it would go out.
    pub unit: UnitId,
    /// Who drafted it.
    pub by: Person,
    /// In which post.
    pub post: Option<PostId>,
    /// When it was handed in.
    pub at: At,
    /// What is drafted, with its fields.
    pub drafted: Drafted,
    /// When it left the desk of the releasing post: released, or sent back.
    pub gone: Option<At>,
}

impl Draft {
    pub fn waits(&self) -> bool {
        self.gone.is_none()
    }
}

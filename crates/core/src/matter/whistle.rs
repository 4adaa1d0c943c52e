//! 吹哨, 报到: a township calls departments to a spot by a time, and says who came.

use serde::{Deserialize, Serialize};

use super::state::Satisfied;
use crate::ids::{ContentId, PostId, UnitId};
use crate::time::At;

/// Whether a called unit came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// 已到
    Came,
    /// 迟到
    Late,
    /// 未到
    Absent,
}

/// One unit that was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The unit that is called.
    pub unit: UnitId,
    /// The number of the deadline by which it comes.
    pub deadline: u32,
    /// Whether it came; none until the caller says so.
    pub came: Option<Came>,
    /// The caller's word on what it did.
    pub satisfied: Option<Satisfied>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whistle {
    /// Counted up within the matter.
    pub n: u32,
    /// The unit that calls, and that alone confirms who came.
    pub caller: UnitId,
    /// The post that called.
    pub post: Option<PostId>,
    /// When it called.
    pub at: At,
    /// By when they are to be there.
    pub by: At,
    /// The content that says where.
    pub spot: ContentId,
    /// The content that says what help is wanted.
    pub text: ContentId,
    /// The units called, each with its deadline.
    pub calls: Vec<Call>,
}

impl Whistle {
    /// Whether it is still to be said of some unit whether it came.
    pub fn is_open(&self) -> bool {
        self.calls.iter().any(|call| call.came.is_none())
    }
}

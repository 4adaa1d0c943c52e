//! What an act made true, whatever its kind: where the matter stands, whose it is, which promises began,
//! were kept, moved and ended.

use serde::{Deserialize, Serialize};

use crate::clock::{Pause, Reason};
use crate::ids::{ContentId, PostId, UnitId};
use crate::ledger::Hash;
use crate::matter::Person;
use crate::matter::deadline::{Deadline, Rule};
use crate::matter::holder::Holder;
use crate::matter::planned::Node;
use crate::matter::state::{Owner, State};
use crate::time::At;

/// What an act made true, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Then {
    /// Where the matter stands from now.
    pub state: State,
    /// Whose it is from now; none once it is closed or declined.
    pub owner: Option<Owner>,
    /// Who holds its time from now; absent where that stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// Deadlines that begin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened: Vec<Deadline>,
    /// Deadlines whose demand is done, with when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<Met>,
    /// Numbers of deadlines that were met before and are not any more: the answer failed its check.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<u32>,
    /// Deadlines whose date changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
    /// Deadlines that another unit answers for from now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed: Vec<Handed>,
    /// Numbers of deadlines that are no longer asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<u32>,
    /// Nodes of a plan that stand from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<Node>,
    /// The draft that this act carries out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Released>,
    /// The decision without which a rule would have refused the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<AllowedBy>,
    /// What dates and owners were worked out by; absent where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_rules: Option<Versions>,
}

/// Who allowed what a rule that needs a decision stands against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedBy {
    /// The rule, as `zongheng rules` names it.
    pub rule: String,
    /// The number of the paper.
    pub number: String,
    /// The post that allowed it.
    pub post: PostId,
    /// The content that says why.
    pub reason: ContentId,
    /// The decision was recorded before and is named here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before: bool,
}

/// Who drafted what somebody else released in the unit's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// The draft's number.
    pub draft: u32,
    /// Who drafted it.
    pub by: Person,
    /// In which post.
    pub post: Option<PostId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Met {
    /// The deadline's number within the matter.
    pub n: u32,
    /// When it was done.
    pub at: At,
}

/// A deadline that another unit owes from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handed {
    /// The deadline's number within the matter.
    pub n: u32,
    /// The unit that answers for it from now.
    pub whose: UnitId,
}

/// A deadline with another date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The deadline's number within the matter.
    pub n: u32,
    /// The new last moment.
    pub due: At,
    /// From when the lamp is yellow: two thirds of the time from its start.
    pub warn: At,
    /// A year was counted whose calendar is not published yet: the date may still change.
    pub provisional: bool,
    /// Set by a person: kept as given, moved only by a pause.
    pub fixed: bool,
    /// The pause that moved it; absent where it was moved otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// The arithmetic from now on; absent where it stayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// How the new date came about, a step each.
    pub because: Vec<Reason>,
}

/// The configuration that worked dates and owners out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// SHA-256 of the working calendar.
    pub calendar: Hash,
    /// SHA-256 of the list of powers.
    pub powers: Hash,
    /// SHA-256 of the matter's clock.
    pub clock: Hash,
}

impl Then {
    /// Nothing more is true than where it stands and whose it is.
    pub(crate) const fn of(state: State, owner: Option<Owner>) -> Self {
        Self {
            state,
            owner,
            holder: None,
            opened: Vec::new(),
            met: Vec::new(),
            unmet: Vec::new(),
            moved: Vec::new(),
            handed: Vec::new(),
            ended: Vec::new(),
            planned: Vec::new(),
            released: None,
            allowed: None,
            by_rules: None,
        }
    }
}

//! What comes over from elsewhere (承接): the history of a closed matter, or the middle of an open one.

use serde::{Deserialize, Serialize};

use crate::ids::{CategoryId, ContentId, UnitId};
use crate::matter::state::{OutsideOrder, Owner, Place, PlaybookRef, Reporter, Satisfied};
use crate::playbook::Grade;
use crate::time::At;

/// A matter that another system began: the one act with which it stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The matter's number here, such as `411524-2026-000123`.
    pub no: String,
    /// Under which number it is known where it comes from.
    pub theirs: Theirs,
    /// The kind of matter, as it stood when it came over.
    pub playbook: PlaybookRef,
    /// What it is about; none where nobody said so there.
    pub category: Option<CategoryId>,
    /// How it came, by a name that the playbook lists.
    pub source: String,
    /// How grave it is.
    pub grade: Grade,
    /// Whether it was called urgent there.
    pub urgent: bool,
    /// Where it is.
    pub place: Place,
    /// The content that holds its title.
    pub title: ContentId,
    /// The content that holds what was told.
    pub detail: Option<ContentId>,
    /// The other columns that were kept: name, and the content that holds the text.
    pub form: Vec<(String, ContentId)>,
    /// What is known of the reporter; none where the matter named nobody.
    pub reporter: Option<Reporter>,
    /// The desk that dispatches it here.
    pub desk: Owner,
    /// When it truly began, there.
    pub began: At,
    /// The round it is in, from 1.
    pub round: u32,
    /// When that round began; absent in the first, which began with the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_began: Option<At>,
    /// The unit that has it, or had it at its end; none where it waits to be dispatched, or where that is
    /// not known.
    pub lead: Option<UnitId>,
    /// The units that assist it.
    pub assists: Vec<UnitId>,
    /// The order of an authority outside, with its number and limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<OutsideOrder>,
    /// How it ended there; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// The number under which another system knows a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theirs {
    /// The system, by a short name of its own such as `hotline`.
    pub system: String,
    /// Its number there.
    pub number: String,
}

/// How a matter ended that is history here. Whether it was solved and whether the reporter was satisfied
/// are two facts of the other system; neither is inferred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// When.
    pub at: At,
    /// The content of the answer that was given there; none where none came over.
    pub answer: Option<ContentId>,
    /// Whether the reporter said there that it is solved; none where nothing is known.
    pub solved: Option<bool>,
    /// Whether the reporter was satisfied; none where nothing is known.
    pub satisfied: Option<Satisfied>,
}

//! What a named post allows although a rule that needs a decision stands against it (DESIGN section 7):
//! body version 1 of `allowed`, and how an act names it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{CategoryId, ContentId, PostId, UnitId};
use crate::ledger::ContentRef;
use crate::rules::Rule;

/// The body of `allowed`: a decision that stands before the acts which name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowed {
    /// The rule, as `zongheng rules` names it.
    pub rule: String,
    /// The number of the paper.
    pub number: String,
    /// The post that allows it.
    pub post: PostId,
    /// For which unit: the department that asks of grids, the township or village that leads, or the
    /// unit that has more holders than places.
    pub unit: UnitId,
    /// About what; absent where it is allowed whatever a matter is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// How many holders more than places; of an establishment only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<u32>,
    /// The content that says why.
    pub reason: ContentId,
    /// The first day on which it holds.
    pub from: Date,
    /// The first day on which it no longer holds.
    pub until: Date,
}

impl Allowed {
    /// Whether it speaks for the rule and the unit on `date`, in a matter of this category.
    pub fn speaks(
        &self,
        rule: Rule,
        unit: UnitId,
        category: Option<&CategoryId>,
        date: Date,
    ) -> bool {
        self.rule == rule.id()
            && self.unit == unit
            && self.category.as_ref().is_none_or(|only| Some(only) == category)
            && self.from <= date
            && date < self.until
    }
}

/// How an act names what allows it: by an own decision, with a reason, or by one recorded before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    pub rule: String,
    pub number: String,
    pub reason: Option<ContentRef>,
}

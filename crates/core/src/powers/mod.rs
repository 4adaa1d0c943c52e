//! The list of powers and duties (权责清单): whose a matter is, by category, place and date.
//!
//! The list only proposes. People dispatch, and where they differ from the list they say why; a
//! meeting's decision comes back as a proposed row. Beside the rows stand what is given on for a time,
//! what townships do themselves, help with or no longer do, and what departments may ask of grids.

mod adopted;
mod delegation;
mod entry;
mod file;
mod pending;
mod proposal;
mod said;
mod township;
pub mod words;

pub use adopted::PowersAdopted;
pub use delegation::{Delegation, Way};
pub use entry::{GridItem, NoEntry};
pub use file::{AskedPower, ListedSet, amend, listed, read, words_of_change};
pub use pending::{NoAdoption, Pending, PowerAdopted, PowerProposed, PowerRefused};
pub use proposal::{NoPower, Passed, PowerReason, Proposal};
pub use said::Said;
pub(crate) use township::local_level;
pub use township::{PowerFault, TownshipItem, TownshipList};

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::allowance::Allowed;
use crate::clock::Limit;
use crate::ids::{CategoryId, DivisionCode, UnitId};

/// What a matter is about (类别), with the promise made to a resident who reports one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub id: CategoryId,
    pub name: String,
    pub name_en: String,
    pub limit: Limit,
}

/// On which level of the county a power lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PowerLevel {
    County,
    Township,
    Village,
}

/// Who leads or assists: a unit by name, or whoever stands at the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lead {
    Unit(UnitId),
    /// The township or street in which the place lies.
    Township,
    /// The village or community of the place; its township where the place names no village.
    Village,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// The row's own name, never used again for another row.
    pub row: String,
    pub category: CategoryId,
    /// The division in which the row holds: the county, one township or one village.
    pub place: DivisionCode,
    pub level: PowerLevel,
    pub lead: Lead,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assists: Vec<Lead>,
    pub limit: Limit,
    pub basis: String,
    pub basis_en: String,
    pub from: Date,
    /// The first day on which it no longer holds.
    pub to: Option<Date>,
}

/// The list as the county's `powers` stream has made it, with every row that ever stood in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Powers {
    pub categories: BTreeMap<CategoryId, Category>,
    pub rows: BTreeMap<String, Power>,
    pub delegations: BTreeMap<String, Delegation>,
    /// The three lists of townships and streets, by the item's name.
    pub items: BTreeMap<String, TownshipItem>,
    /// The entry list (准入清单), by the item's name.
    pub entries: BTreeMap<String, GridItem>,
    /// What was allowed beside the lists, in order of the acts.
    pub allowed: Vec<Allowed>,
    /// Rows that a meeting proposed, with what became of each.
    pub pending: BTreeMap<String, Pending>,
}

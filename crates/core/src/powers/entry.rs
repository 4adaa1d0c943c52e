//! The entry list (准入清单): what departments may ask of grids. What is not on it is not asked.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Powers;
use crate::ids::{CategoryId, UnitId};
use crate::organisation::Organisation;

/// One item that a department may ask of grids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridItem {
    pub id: String,
    pub name: String,
    pub name_en: String,
    pub department: UnitId,
    /// What matters it is about; none: it is no matter's, as a round of visits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    pub basis: String,
    pub basis_en: String,
    /// How often, in words.
    pub frequency: String,
    pub frequency_en: String,
    /// The number under which the county approved it.
    pub approval: String,
    pub from: Date,
    /// The first day on which it may no longer be asked.
    pub to: Date,
}

/// Why a department may not ask it of grids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum NoEntry {
    #[error("{item} is not on the entry list")]
    NotListed { item: String },
    #[error("{item} is on the entry list for another department, under {approval}")]
    OtherDepartment { item: String, approval: String, department: UnitId },
    #[error("{item} may be asked from {from} on, under {approval}")]
    NotYet { item: String, approval: String, from: Date },
    #[error("{item} might be asked until before {ended}, under {approval}")]
    Ended { item: String, approval: String, ended: Date },
}

impl Powers {
    /// Whether `department` may ask `item` of grids on `date`; what a closed department might ask, the
    /// one that goes on with its work may.
    ///
    /// # Errors
    /// The list does not have it, or not for this department or day.
    pub fn entry(
        &self,
        organisation: &Organisation,
        department: UnitId,
        item: &str,
        date: Date,
    ) -> Result<&GridItem, NoEntry> {
        let item = item.to_owned();
        let Some(entry) = self.entries.get(&item) else { return Err(NoEntry::NotListed { item }) };
        let approval = entry.approval.clone();
        let heir = organisation.successor_of(entry.department, date);
        if heir != Some(department) {
            let department = heir.unwrap_or(entry.department);
            return Err(NoEntry::OtherDepartment { item, approval, department });
        }
        if date < entry.from {
            return Err(NoEntry::NotYet { item, approval, from: entry.from });
        }
        if entry.to <= date {
            return Err(NoEntry::Ended { item, approval, ended: entry.to });
        }
        Ok(entry)
    }

    /// What departments may ask of grids on `date`, by the items' names.
    pub fn entries_on(&self, date: Date) -> impl Iterator<Item = &GridItem> {
        self.entries.values().filter(move |e| e.from <= date && date < e.to)
    }
}

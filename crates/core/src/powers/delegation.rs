//! A power given on to another unit for a time (授权, 委托).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Lead, Powers};
use crate::ids::DivisionCode;
use crate::organisation::{Division, stands};

/// A row's power in another unit's hands, from a day until before another. It always has an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// Its own name, never used again for another.
    pub id: String,
    pub row: String,
    pub to: Lead,
    /// The division in which it holds.
    pub place: DivisionCode,
    pub way: Way,
    pub basis: String,
    pub basis_en: String,
    pub from: Date,
    /// The first day on which it no longer speaks.
    pub until: Date,
}

/// In whose name the power is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// 授权: in the own name.
    Authorised,
    /// 委托: in the name of the unit that gave it.
    Entrusted,
}

impl Powers {
    /// The delegation of a row that speaks at the place on `date`, nearest division first, then the
    /// newest; else the last one that has ended by then.
    pub(super) fn delegated(
        &self,
        row: &str,
        around: &[&Division],
        date: Date,
    ) -> (Option<&Delegation>, Option<&Delegation>) {
        let near = |d: &&Delegation| around.iter().position(|division| division.code == d.place);
        let of_row = self.delegations.values().filter(|d| d.row == row && near(d).is_some());
        let of_row: Vec<&Delegation> = of_row.collect();
        let speaks = of_row.iter().filter(|d| stands(d.from, Some(d.until), date));
        let speaks = speaks.min_by_key(|d| (near(d), std::cmp::Reverse(d.from), &d.id)).copied();
        let ended = of_row.iter().filter(|d| d.until <= date && d.from < d.until);
        let ended = ended.max_by_key(|d| (d.until, &d.id)).copied();
        (speaks, ended.filter(|_| speaks.is_none()))
    }
}

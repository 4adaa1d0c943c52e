//! Grids (网格): the smallest place that somebody answers for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{DivisionCode, GridId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    pub id: GridId,
    pub code: String,
    pub name: String,
    /// The village or community it lies in.
    pub division: DivisionCode,
    /// The outer ring, [longitude, latitude] in 10⁻⁷ degrees (WGS84), closed or not.
    pub ring: Vec<[i64; 2]>,
    /// Drawn for the demonstration; shown as 示意.
    #[serde(default)]
    pub demo: bool,
    pub from: Date,
    pub to: Option<Date>,
}

//! What is missing in the organisation on a day: posts that nobody holds, handover sheets not signed, grids
//! without a chief; counted by the township or department to which it belongs.

use std::collections::BTreeMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::{Chiefless, NoChief, Organisation, Vacancy};
use crate::ids::{GridId, PostId, UnitId};

/// One thing that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// What holders left who went, not signed yet.
    Sheets {
        post: PostId,
        unit: UnitId,
        /// The first day of the oldest of them.
        since: Date,
        n: usize,
    },
    Vacant(Vacancy),
    Chiefless {
        grid: GridId,
        /// The unit of the division in which it lies.
        unit: UnitId,
        why: NoChief,
    },
}

/// The place of a gap in the list: sheets first, since there is something to do; then by unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GapKey(pub u8, pub UnitId, pub Uuid);

/// How much is missing in a township or department and below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapCount {
    pub unit: UnitId,
    pub sheets: usize,
    pub vacant: usize,
    pub chiefless: usize,
}

impl Gap {
    pub const fn unit(&self) -> UnitId {
        match self {
            Self::Sheets { unit, .. } | Self::Chiefless { unit, .. } => *unit,
            Self::Vacant(vacancy) => vacancy.unit,
        }
    }

    pub const fn key(&self) -> GapKey {
        match self {
            Self::Sheets { post, unit, .. } => GapKey(0, *unit, post.0),
            Self::Vacant(vacancy) => GapKey(1, vacancy.unit, vacancy.post.0),
            Self::Chiefless { grid, unit, .. } => GapKey(2, *unit, grid.0),
        }
    }
}

impl Organisation {
    /// Everything that is missing on `date` in the units that pass, in order of [`Gap::key`].
    pub fn gaps(&self, date: Date, pass: &dyn Fn(UnitId) -> bool) -> Vec<Gap> {
        let mut sheets: BTreeMap<(UnitId, PostId), (Date, usize)> = BTreeMap::new();
        for sheet in self.open_sheets(date) {
            let (since, n) = sheets.entry((sheet.unit, sheet.post)).or_insert((sheet.ended, 0));
            (*since, *n) = ((*since).min(sheet.ended), *n + 1);
        }
        let left = sheets.into_iter().map(|((unit, post), (since, n))| Gap::Sheets {
            post,
            unit,
            since,
            n,
        });
        let vacant = self.vacancies(date).into_iter().map(Gap::Vacant);
        let grids = self.grids_without_chief(date).into_iter().filter_map(|without| {
            let Chiefless { grid, why } = without;
            let division = &self.grids.get(&grid)?.division;
            let unit = self.unit_of_division(division, date)?.id;
            Some(Gap::Chiefless { grid, unit, why })
        });
        let mut gaps: Vec<Gap> =
            left.chain(vacant).chain(grids).filter(|gap| pass(gap.unit())).collect();
        gaps.sort_by_key(Gap::key);
        gaps
    }

    /// The township or department to which a unit belongs on `date`: itself, or the one above it that
    /// stands directly below the county. A station belongs to its department. Of a closed unit, that of
    /// the one that goes on with its work; one that is gone without a successor counts by itself.
    pub fn department_of(&self, unit: UnitId, date: Date) -> UnitId {
        let county = self.county_unit(date).map(|unit| unit.id);
        let mut at = self.successor_of(unit, date).unwrap_or(unit);
        for _ in 0..=self.units.len() {
            let above = self.unit(at, date).and_then(|unit| unit.parent);
            match above {
                Some(above) if Some(above) != county && self.unit(above, date).is_some() => {
                    at = above;
                }
                _ => break,
            }
        }
        at
    }

    /// The gaps counted by township and department, in the order in which units are listed.
    pub fn gap_counts(&self, gaps: &[Gap], date: Date) -> Vec<GapCount> {
        let mut counts: BTreeMap<UnitId, GapCount> = BTreeMap::new();
        for gap in gaps {
            let unit = self.department_of(gap.unit(), date);
            let none = GapCount { unit, sheets: 0, vacant: 0, chiefless: 0 };
            let count = counts.entry(unit).or_insert(none);
            match gap {
                Gap::Sheets { n, .. } => count.sheets += n,
                Gap::Vacant(_) => count.vacant += 1,
                Gap::Chiefless { .. } => count.chiefless += 1,
            }
        }
        let mut counts: Vec<GapCount> = counts.into_values().collect();
        let place = |count: &GapCount| {
            let unit = self.units.get(&count.unit);
            unit.map(|unit| (unit.line, unit.code.clone(), unit.name.clone()))
        };
        counts.sort_by_cached_key(place);
        counts
    }

    /// Whether a gap of `unit` is listed under `chosen`: under a township or department all that is
    /// counted there, under another unit what is its own or below it.
    pub fn gap_is_under(&self, unit: UnitId, chosen: UnitId, date: Date) -> bool {
        if self.department_of(chosen, date) == chosen {
            return self.department_of(unit, date) == chosen;
        }
        self.is_within(unit, chosen, date)
    }
}

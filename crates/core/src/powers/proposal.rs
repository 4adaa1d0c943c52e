//! The question to the list, and an answer that explains itself.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Lead, Power, PowerLevel, Powers};
use crate::clock::Limit;
use crate::ids::{CategoryId, DivisionCode, UnitId};
use crate::organisation::{Level, Organisation, stands};

/// Whose a matter should be, and why. Nothing happens by it: a desk dispatches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub lead: UnitId,
    pub assists: Vec<UnitId>,
    pub level: PowerLevel,
    pub limit: Limit,
    /// The row of the list that speaks.
    pub row: String,
    pub basis: String,
    pub basis_en: String,
    pub because: Vec<PowerReason>,
}

/// One step of the reasoning, as data; sentences are made by [`super::words`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum PowerReason {
    /// This row speaks for the category at the place.
    Row { row: String, category: CategoryId, place: DivisionCode, from: Date },
    /// A nearer or newer row was passed over.
    Passed { row: String, why: Passed },
    /// The row names the unit.
    Named { unit: UnitId },
    /// The place lies in this township, which the row names by rule.
    TownshipOf { place: DivisionCode, unit: UnitId },
    /// The place lies in this village, which the row names by rule.
    VillageOf { place: DivisionCode, unit: UnitId },
    /// The row asks for the village, the place names none: its township stands in.
    NoVillageNamed { place: DivisionCode, unit: UnitId },
    /// An assisting unit of the row is left out.
    AssistLeftOut { assist: Lead, why: Passed },
}

/// Why a unit of a row is not proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Passed {
    /// The unit does not stand on the day.
    Closed { unit: UnitId, on: Date },
    /// No unit of the level asked for stands at the place on the day.
    NobodyThere { place: DivisionCode, on: Date },
}

/// The list has no answer; the desk must name a unit itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPower {
    #[error("category {0} is not in the list")]
    UnknownCategory(CategoryId),
    #[error("division {0} is not known here")]
    UnknownPlace(DivisionCode),
    #[error("no row of the list speaks for {category} at {place} on {on}")]
    NoRow { category: CategoryId, place: DivisionCode, on: Date },
    /// Rows speak, but none of their leading units stands on the day.
    #[error("every unit that the list names for {category} at {place} is closed on {on}")]
    NobodyStands { category: CategoryId, place: DivisionCode, on: Date, passed: Vec<PowerReason> },
}

impl Powers {
    /// Who should lead a matter of `category` at `place` on `date`, who should assist, and why.
    ///
    /// The row for the smallest division around the place speaks first, among those of one division
    /// the newest. A row whose leading unit does not stand that day is passed over with its reason.
    pub fn proposal(
        &self,
        organisation: &Organisation,
        category: &CategoryId,
        place: &DivisionCode,
        date: Date,
    ) -> Result<Proposal, NoPower> {
        if !self.categories.contains_key(category) {
            return Err(NoPower::UnknownCategory(category.clone()));
        }
        let around = organisation.ancestors(place);
        if around.is_empty() {
            return Err(NoPower::UnknownPlace(place.clone()));
        }
        let rows = self.rows_for(category, &around, date);
        if rows.is_empty() {
            let (category, place) = (category.clone(), place.clone());
            return Err(NoPower::NoRow { category, place, on: date });
        }
        let mut because = Vec::new();
        for row in rows {
            match resolve(organisation, row.lead, place, date) {
                Ok((lead, how)) => {
                    return Ok(row.proposed(organisation, place, date, lead, how, because));
                }
                Err(why) => because.push(PowerReason::Passed { row: row.row.clone(), why }),
            }
        }
        let (category, place) = (category.clone(), place.clone());
        Err(NoPower::NobodyStands { category, place, on: date, passed: because })
    }

    /// The rows that hold, nearest division first, then the newest, then by name.
    fn rows_for(
        &self,
        category: &CategoryId,
        around: &[&crate::organisation::Division],
        date: Date,
    ) -> Vec<&Power> {
        let distance = |row: &Power| around.iter().position(|d| d.code == row.place);
        let mut rows: Vec<(usize, &Power)> = self
            .rows
            .values()
            .filter(|row| row.category == *category && stands(row.from, row.to, date))
            .filter_map(|row| Some((distance(row)?, row)))
            .collect();
        rows.sort_by(|(near, a), (far, b)| {
            near.cmp(far).then(b.from.cmp(&a.from)).then(a.row.cmp(&b.row))
        });
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

impl Power {
    fn proposed(
        &self,
        organisation: &Organisation,
        place: &DivisionCode,
        date: Date,
        lead: UnitId,
        how: PowerReason,
        mut because: Vec<PowerReason>,
    ) -> Proposal {
        because.push(PowerReason::Row {
            row: self.row.clone(),
            category: self.category.clone(),
            place: self.place.clone(),
            from: self.from,
        });
        because.push(how);
        let mut assists = Vec::new();
        for &assist in &self.assists {
            match resolve(organisation, assist, place, date) {
                Ok((unit, how)) if unit != lead && !assists.contains(&unit) => {
                    assists.push(unit);
                    because.push(how);
                }
                Ok(_) => {}
                Err(why) => because.push(PowerReason::AssistLeftOut { assist, why }),
            }
        }
        Proposal {
            lead,
            assists,
            level: self.level,
            limit: self.limit,
            row: self.row.clone(),
            basis: self.basis.clone(),
            basis_en: self.basis_en.clone(),
            because,
        }
    }
}

/// The unit meant by `lead` at `place` on `date`, with the step of reasoning that found it.
fn resolve(
    organisation: &Organisation,
    lead: Lead,
    place: &DivisionCode,
    date: Date,
) -> Result<(UnitId, PowerReason), Passed> {
    let nobody = || Passed::NobodyThere { place: place.clone(), on: date };
    let own = |code: &DivisionCode| organisation.unit_of_division(code, date).map(|u| u.id);
    let place = place.clone();
    let township = || {
        let township = organisation.township_of(&place).ok_or_else(nobody)?;
        own(&township.code).ok_or_else(nobody)
    };
    match lead {
        Lead::Unit(unit) => match organisation.unit(unit, date) {
            Some(_) => Ok((unit, PowerReason::Named { unit })),
            None => Err(Passed::Closed { unit, on: date }),
        },
        Lead::Township => township().map(|unit| (unit, PowerReason::TownshipOf { place, unit })),
        Lead::Village => {
            let named = organisation.divisions.get(&place).map(|d| d.level);
            if named == Some(Level::Village) {
                let unit = own(&place).ok_or_else(nobody)?;
                Ok((unit, PowerReason::VillageOf { place, unit }))
            } else {
                township().map(|unit| (unit, PowerReason::NoVillageNamed { place, unit }))
            }
        }
    }
}

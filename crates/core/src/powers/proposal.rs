//! The question to the list, and an answer that explains itself.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Lead, Power, PowerFault, PowerLevel, Powers, TownshipItem, TownshipList, Way};
use crate::clock::Limit;
use crate::ids::{CategoryId, DivisionCode, UnitId};
use crate::organisation::{Division, Level, Organisation, stands};

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
    /// The row names a unit that is closed; this one goes on with its work.
    Succeeded { unit: UnitId, by: UnitId },
    /// The row's power is given on to this unit until before a day.
    Delegated {
        delegation: String,
        from: UnitId,
        unit: UnitId,
        way: Way,
        until: Date,
        basis: String,
        basis_en: String,
    },
    /// The row's power was given on, which has ended.
    DelegationEnded { delegation: String, to: Lead, ended: Date },
    /// The row's power is given on to a unit that cannot have it.
    DelegationPassed { delegation: String, why: Passed },
    /// The matter is in one of the townships' lists.
    Listed { item: String, list: TownshipList, county_lead: Option<UnitId> },
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
    /// The item was taken back from townships and villages.
    TakenBack { unit: UnitId, item: String },
    /// Another county unit leads what townships help with.
    OtherLead { unit: UnitId, item: String, county_lead: UnitId },
}

impl From<PowerFault> for Passed {
    fn from(fault: PowerFault) -> Self {
        match fault {
            PowerFault::TakenBack { item, unit, .. } => Self::TakenBack { unit, item },
            PowerFault::OtherLead { item, unit, county_lead } => {
                Self::OtherLead { unit, item, county_lead }
            }
        }
    }
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
    /// Rows speak, but none of their leading units stands on the day or may lead.
    #[error("no unit that the list names for {category} at {place} can have it on {on}")]
    NobodyStands { category: CategoryId, place: DivisionCode, on: Date, passed: Vec<PowerReason> },
}

impl Powers {
    /// Who gets a matter of `category` at `place` on `date`, who assists, and why.
    ///
    /// The row for the smallest division around the place speaks first, among those of one division
    /// the newest. What a row gives is given on where a delegation speaks that day. A row whose unit
    /// neither stands nor has a successor, or may not lead by the townships' lists, is passed over
    /// with its reason.
    ///
    /// # Errors
    /// The list has no answer.
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
        let item = self.item_for(category, &around, date);
        let asked = Asked { organisation, place, around: &around, item, date };
        let mut because = Vec::new();
        for row in rows {
            match asked.lead(self, row) {
                Ok((lead, steps)) => return Ok(asked.proposed(row, lead, steps, because)),
                Err(why) => because.push(PowerReason::Passed { row: row.row.clone(), why }),
            }
        }
        let (category, place) = (category.clone(), place.clone());
        Err(NoPower::NobodyStands { category, place, on: date, passed: because })
    }

    /// The rows that hold, nearest division first, then the newest, then by name.
    fn rows_for(&self, category: &CategoryId, around: &[&Division], date: Date) -> Vec<&Power> {
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

/// What is asked: where, when, and what the townships' lists say of it.
struct Asked<'a> {
    organisation: &'a Organisation,
    place: &'a DivisionCode,
    around: &'a [&'a Division],
    item: Option<&'a TownshipItem>,
    date: Date,
}

impl Asked<'_> {
    /// Who leads by a row, with the steps that found it; else why nobody does.
    fn lead(&self, powers: &Powers, row: &Power) -> Result<(UnitId, Vec<PowerReason>), Passed> {
        let own = self.resolve(row.lead);
        let mut steps = Vec::new();
        let (speaks, ended) = powers.delegated(&row.row, self.around, self.date);
        if let Some(ended) = ended {
            let (delegation, to, ended) = (ended.id.clone(), ended.to, ended.until);
            steps.push(PowerReason::DelegationEnded { delegation, to, ended });
        }
        if let (Some(given), Ok((from, _))) = (speaks, &own) {
            let delegation = given.id.clone();
            match self.resolve(given.to).and_then(|(unit, _)| self.may_lead(unit)) {
                Ok(unit) => {
                    steps.push(PowerReason::Delegated {
                        delegation,
                        from: *from,
                        unit,
                        way: given.way,
                        until: given.until,
                        basis: given.basis.clone(),
                        basis_en: given.basis_en.clone(),
                    });
                    return Ok((unit, steps));
                }
                Err(why) => steps.push(PowerReason::DelegationPassed { delegation, why }),
            }
        }
        let (unit, how) = own?;
        steps.push(how);
        self.may_lead(unit).map(|unit| (unit, steps))
    }

    fn may_lead(&self, unit: UnitId) -> Result<UnitId, Passed> {
        if let Some(item) = self.item {
            item.may_lead(self.organisation, unit, self.date)?;
        }
        Ok(unit)
    }

    fn may_assist(&self, unit: UnitId) -> Result<(), Passed> {
        if let Some(item) = self.item {
            item.may_have(self.organisation, unit, self.date)?;
        }
        Ok(())
    }

    fn proposed(
        &self,
        row: &Power,
        lead: UnitId,
        steps: Vec<PowerReason>,
        mut because: Vec<PowerReason>,
    ) -> Proposal {
        because.push(PowerReason::Row {
            row: row.row.clone(),
            category: row.category.clone(),
            place: row.place.clone(),
            from: row.from,
        });
        because.extend(steps);
        because.extend(self.item.map(|item| PowerReason::Listed {
            item: item.id.clone(),
            list: item.list,
            county_lead: item.county_lead_on(self.organisation, self.date),
        }));
        let mut assists = Vec::new();
        for &assist in &row.assists {
            let found = self.resolve(assist);
            match found.and_then(|(unit, how)| self.may_assist(unit).map(|()| (unit, how))) {
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
            level: row.level,
            limit: row.limit,
            row: row.row.clone(),
            basis: row.basis.clone(),
            basis_en: row.basis_en.clone(),
            because,
        }
    }

    /// The unit meant by `lead`, with the step of reasoning that found it.
    fn resolve(&self, lead: Lead) -> Result<(UnitId, PowerReason), Passed> {
        let (organisation, date) = (self.organisation, self.date);
        let place = self.place.clone();
        let nobody = || Passed::NobodyThere { place: self.place.clone(), on: date };
        let own = |code: &DivisionCode| organisation.unit_of_division(code, date).map(|u| u.id);
        let township = || {
            let township = organisation.township_of(self.place).ok_or_else(nobody)?;
            own(&township.code).ok_or_else(nobody)
        };
        match lead {
            Lead::Unit(unit) => match organisation.successor_of(unit, date) {
                Some(by) if by == unit => Ok((unit, PowerReason::Named { unit })),
                Some(by) => Ok((by, PowerReason::Succeeded { unit, by })),
                None => Err(Passed::Closed { unit, on: date }),
            },
            Lead::Township => {
                township().map(|unit| (unit, PowerReason::TownshipOf { place, unit }))
            }
            Lead::Village => {
                let named = organisation.divisions.get(self.place).map(|d| d.level);
                if named == Some(Level::Village) {
                    let unit = own(self.place).ok_or_else(nobody)?;
                    Ok((unit, PowerReason::VillageOf { place, unit }))
                } else {
                    township().map(|unit| (unit, PowerReason::NoVillageNamed { place, unit }))
                }
            }
        }
    }
}

//! The three lists of townships and streets (履行职责事项清单): what they do themselves (基本履职), what
//! they help with while a named county unit leads (配合履职), and what the county took back (上级收回).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Lead, Power, Powers};
use crate::ids::{CategoryId, DivisionCode, UnitId};
use crate::organisation::{Division, Level, Organisation, stands};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TownshipList {
    /// 基本履职
    Basic,
    /// 配合履职
    Cooperating,
    /// 上级收回
    TakenBack,
}

impl TownshipList {
    /// Its name in Chinese and English.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Basic => ("基本履职事项清单", "Basic duties of townships"),
            Self::Cooperating => ("配合履职事项清单", "Duties in which townships help"),
            Self::TakenBack => ("上级收回事项清单", "Duties taken back from townships"),
        }
    }
}

/// One item of one of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TownshipItem {
    /// Its own name, never used again for another.
    pub id: String,
    pub list: TownshipList,
    pub category: CategoryId,
    /// The division in which it holds: the county, or one township.
    pub place: DivisionCode,
    /// The county unit that leads, or that took it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub county_lead: Option<UnitId>,
    pub basis: String,
    pub basis_en: String,
    pub from: Date,
    /// The first day on which it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// Why a unit may not have a part in a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum PowerFault {
    #[error("item {item} was taken back from townships and villages")]
    TakenBack { item: String, unit: UnitId, county_lead: Option<UnitId> },
    #[error("townships only help with item {item}: its county unit leads")]
    OtherLead { item: String, unit: UnitId, county_lead: UnitId },
}

impl Powers {
    /// Whether `unit` may lead a matter of `category` at `place` on `date`, by the township lists.
    ///
    /// # Errors
    /// The item was taken back and the unit is of a township or village; or a named county unit leads
    /// it and this is another one.
    pub fn may_lead(
        &self,
        organisation: &Organisation,
        unit: UnitId,
        category: &CategoryId,
        place: &DivisionCode,
        date: Date,
    ) -> Result<(), PowerFault> {
        let item = self.item_at(organisation, category, place, date);
        item.map_or(Ok(()), |item| item.may_lead(organisation, unit, date))
    }

    /// Whether `unit` may assist in such a matter: nothing that was taken back comes again by this
    /// door.
    ///
    /// # Errors
    /// The item was taken back and the unit is of a township or village.
    pub fn may_assist(
        &self,
        organisation: &Organisation,
        unit: UnitId,
        category: &CategoryId,
        place: &DivisionCode,
        date: Date,
    ) -> Result<(), PowerFault> {
        let item = self.item_at(organisation, category, place, date);
        item.map_or(Ok(()), |item| item.may_have(organisation, unit, date))
    }

    /// The items that take back from townships and villages what a row of the same division gives them.
    pub(super) fn taking_back<'a>(
        &'a self,
        row: &'a Power,
    ) -> impl Iterator<Item = &'a TownshipItem> {
        let local = matches!(row.lead, Lead::Township | Lead::Village);
        let items = self.items.values().filter(move |_| local);
        items.filter(|item| {
            item.list == TownshipList::TakenBack
                && row.category == item.category
                && row.place == item.place
                && row.to.is_none_or(|to| item.from < to)
                && item.to.is_none_or(|to| row.from < to)
        })
    }

    /// The item of the lists because of which a row would never speak from `date` on: what was taken back
    /// and is given to a township or village, as lead or assist, or what another county unit leads.
    pub(super) fn held_back(
        &self,
        organisation: &Organisation,
        row: &Power,
        date: Date,
    ) -> Option<&TownshipItem> {
        let item = self.item_at(organisation, &row.category, &row.place, date)?;
        let stands = |lead: &Lead| match (lead, item.list) {
            (Lead::Unit(unit), _) => item.may_have(organisation, *unit, date).is_ok(),
            (Lead::Township | Lead::Village, list) => list != TownshipList::TakenBack,
        };
        let leads = match (row.lead, item.list) {
            (Lead::Unit(unit), _) => item.may_lead(organisation, unit, date).is_ok(),
            (_, TownshipList::Cooperating) => item.county_lead.is_none(),
            (_, _) => stands(&row.lead),
        };
        (!leads || !row.assists.iter().all(stands)).then_some(item)
    }

    fn item_at(
        &self,
        organisation: &Organisation,
        category: &CategoryId,
        place: &DivisionCode,
        date: Date,
    ) -> Option<&TownshipItem> {
        self.item_for(category, &organisation.ancestors(place), date)
    }

    /// The item of the lists that speaks for the category: the nearest division's, then the newest.
    pub(super) fn item_for(
        &self,
        category: &CategoryId,
        around: &[&Division],
        date: Date,
    ) -> Option<&TownshipItem> {
        let near = |item: &&TownshipItem| around.iter().position(|d| d.code == item.place);
        self.items
            .values()
            .filter(|item| item.category == *category && stands(item.from, item.to, date))
            .filter(|item| near(item).is_some())
            .min_by_key(|item| (near(item), std::cmp::Reverse(item.from), &item.id))
    }
}

impl TownshipItem {
    pub(super) fn may_lead(
        &self,
        organisation: &Organisation,
        unit: UnitId,
        date: Date,
    ) -> Result<(), PowerFault> {
        self.may_have(organisation, unit, date)?;
        let lead = self.county_lead_on(organisation, date);
        let lead = lead.filter(|_| self.list == TownshipList::Cooperating);
        let Some(county_lead) = lead.filter(|lead| *lead != unit) else { return Ok(()) };
        Err(PowerFault::OtherLead { item: self.id.clone(), unit, county_lead })
    }

    /// The county unit that is named, or the one that goes on with its work.
    pub(super) fn county_lead_on(&self, organisation: &Organisation, date: Date) -> Option<UnitId> {
        self.county_lead.map(|named| organisation.successor_of(named, date).unwrap_or(named))
    }

    pub(super) fn may_have(
        &self,
        organisation: &Organisation,
        unit: UnitId,
        date: Date,
    ) -> Result<(), PowerFault> {
        if self.list != TownshipList::TakenBack || !is_local(organisation, unit, date) {
            return Ok(());
        }
        let county_lead = self.county_lead_on(organisation, date);
        Err(PowerFault::TakenBack { item: self.id.clone(), unit, county_lead })
    }
}

fn is_local(organisation: &Organisation, unit: UnitId, date: Date) -> bool {
    local_level(organisation, unit, date).is_some()
}

/// Of a township's or village's own unit, or one that belongs to it as a module does, the level of that
/// division. A station belongs to its department and is of none.
pub(crate) fn local_level(organisation: &Organisation, unit: UnitId, date: Date) -> Option<Level> {
    let mut at = organisation.unit(unit, date);
    for _ in 0..=organisation.units.len() {
        let unit = at?;
        let division = unit.code.as_ref().and_then(|code| organisation.divisions.get(code));
        let level = division.map(|d| d.level);
        if level.is_some_and(|level| matches!(level, Level::Township | Level::Village)) {
            return level;
        }
        at = unit.parent.and_then(|above| organisation.unit(above, date));
    }
    None
}

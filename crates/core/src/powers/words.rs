//! The reasoning of a proposal in sentences, Chinese and English.

use super::{Delegation, Lead, Passed, PowerReason, Powers, TownshipItem, TownshipList, Way};
use crate::ids::{DivisionCode, UnitId};
use crate::organisation::{Level, Organisation};

/// Names are looked up at the time of reading; what has gone from the register keeps its id.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub organisation: &'a Organisation,
    pub powers: &'a Powers,
    /// The English name of a place; the register keeps those of units alone.
    pub place_en: fn(&DivisionCode) -> Option<&'static str>,
}

impl Names<'_> {
    /// One step of the reasoning in Chinese.
    pub fn zh(self, reason: &PowerReason) -> String {
        match reason {
            PowerReason::Row { row, category, place, .. } => {
                let kind =
                    self.powers.categories.get(category).map_or(category.as_str(), |c| &c.name);
                let basis = self.powers.rows.get(row).map_or(row.as_str(), |r| &r.basis);
                format!("类别“{kind}”，地点在{}：适用{basis}", self.division(place))
            }
            PowerReason::Passed { row, why } => {
                let basis = self.powers.rows.get(row).map_or(row.as_str(), |r| &r.basis);
                format!("{basis}不适用：{}", self.passed_zh(why))
            }
            PowerReason::Named { unit } => format!("清单载明{}", self.unit_zh(*unit)),
            PowerReason::Succeeded { unit, by } => format!(
                "清单载明{}，该单位已撤并，由{}承接",
                self.unit_zh(*unit),
                self.unit_zh(*by)
            ),
            PowerReason::Delegated { from, unit, way, until, basis, .. } => format!(
                "{}已{}{}办理（{basis}，{until}前有效）",
                self.unit_zh(*from),
                way_zh(*way),
                self.unit_zh(*unit)
            ),
            PowerReason::DelegationEnded { delegation, to, ended } => format!(
                "对{}的授权（委托）（{}）已于{ended}到期，不再适用",
                self.lead_zh(*to),
                self.given(delegation, |d| &d.basis)
            ),
            PowerReason::DelegationPassed { delegation, why } => {
                format!(
                    "授权（委托）（{}）不适用：{}",
                    self.given(delegation, |d| &d.basis),
                    self.passed_zh(why)
                )
            }
            PowerReason::Listed { item, list, county_lead } => {
                let basis = self.powers.items.get(item).map_or(item.as_str(), |i| &i.basis);
                let lead = county_lead.map(|unit| self.unit_zh(unit)).unwrap_or_default();
                match list {
                    TownshipList::Basic => format!("属乡镇（街道）基本履职事项（{basis}）"),
                    TownshipList::Cooperating => {
                        format!("属乡镇（街道）配合履职事项，由{lead}牵头（{basis}）")
                    }
                    TownshipList::TakenBack => {
                        format!("属上级收回事项，由{lead}承担，不得派给乡镇、村（{basis}）")
                    }
                }
            }
            PowerReason::TownshipOf { place, unit } if self.is_own(*unit, place) => {
                format!("地点就在{}", self.division(place))
            }
            PowerReason::TownshipOf { place, unit } => {
                format!("{}属{}", self.division(place), self.unit_zh(*unit))
            }
            PowerReason::VillageOf { place, unit } => {
                format!("{}由{}负责", self.division(place), self.unit_zh(*unit))
            }
            PowerReason::NoVillageNamed { place, unit } => {
                format!(
                    "地点只到{}，未写明村（社区），由{}负责",
                    self.division(place),
                    self.unit_zh(*unit)
                )
            }
            PowerReason::AssistLeftOut { assist, why } => {
                format!("{}不列入协办：{}", self.lead_zh(*assist), self.passed_zh(why))
            }
        }
    }

    /// One step of the reasoning in English.
    pub fn en(self, reason: &PowerReason) -> String {
        match reason {
            PowerReason::Row { row, category, place, .. } => {
                let kind =
                    self.powers.categories.get(category).map_or(category.as_str(), |c| &c.name_en);
                let basis = self.powers.rows.get(row).map_or(row.as_str(), |r| &r.basis_en);
                format!("Category \"{kind}\" in {}: {basis} applies", self.division_en(place))
            }
            PowerReason::Passed { row, why } => {
                let basis = self.powers.rows.get(row).map_or(row.as_str(), |r| &r.basis_en);
                format!("{basis} does not apply: {}", self.passed_en(why))
            }
            PowerReason::Named { unit } => format!("The list names {}", self.unit_en(*unit)),
            PowerReason::Succeeded { unit, by } => format!(
                "The list names {}, which is closed; {} goes on with its work",
                self.unit_en(*unit),
                self.unit_en(*by)
            ),
            PowerReason::Delegated { from, unit, way, until, basis_en, .. } => format!(
                "{} has {} {} with it until before {until} ({basis_en})",
                self.unit_en(*from),
                way_en(*way),
                self.unit_en(*unit)
            ),
            PowerReason::DelegationEnded { delegation, to, ended } => {
                let to = self.lead_en(*to);
                let delegation = self.given(delegation, |d| &d.basis_en);
                format!("The delegation to {to} ({delegation}) ended on {ended} and does not speak")
            }
            PowerReason::DelegationPassed { delegation, why } => {
                format!(
                    "The delegation ({}) does not apply: {}",
                    self.given(delegation, |d| &d.basis_en),
                    self.passed_en(why)
                )
            }
            PowerReason::Listed { item, list, county_lead } => {
                let basis = self.powers.items.get(item).map_or(item.as_str(), |i| &i.basis_en);
                let lead = county_lead.map(|unit| self.unit_en(unit)).unwrap_or_default();
                match list {
                    TownshipList::Basic => format!("Townships do this themselves ({basis})"),
                    TownshipList::Cooperating => {
                        format!("Townships help with this, {lead} leads ({basis})")
                    }
                    TownshipList::TakenBack => format!(
                        "Taken back from townships: {lead} does it, never a township or village \
                         ({basis})"
                    ),
                }
            }
            PowerReason::TownshipOf { place, unit } if self.is_own(*unit, place) => {
                format!("The place is {} itself", self.division_en(place))
            }
            PowerReason::TownshipOf { place, unit } => {
                format!("{} belongs to {}", self.division_en(place), self.unit_en(*unit))
            }
            PowerReason::VillageOf { place, unit } => {
                format!("{} answers for {}", self.unit_en(*unit), self.division_en(place))
            }
            PowerReason::NoVillageNamed { place, unit } => format!(
                "The place is {} without a village, so {} answers",
                self.division_en(place),
                self.unit_en(*unit)
            ),
            PowerReason::AssistLeftOut { assist, why } => {
                let why = self.passed_en(why);
                format!("Not proposed to assist is {}: {why}", self.lead_en(*assist))
            }
        }
    }

    /// An item of the townships' lists by its basis.
    fn item(self, id: &str, basis: impl Fn(&TownshipItem) -> &String) -> String {
        self.powers.items.get(id).map_or_else(|| id.to_owned(), |item| basis(item).clone())
    }

    /// A delegation by its basis.
    fn given(self, id: &str, basis: impl Fn(&Delegation) -> &String) -> String {
        self.powers.delegations.get(id).map_or_else(|| id.to_owned(), |given| basis(given).clone())
    }

    fn passed_zh(self, why: &Passed) -> String {
        match why {
            Passed::Closed { unit, on } => format!("{}于{on}已不存续", self.unit_zh(*unit)),
            Passed::NobodyThere { place, on } => {
                format!("{}于{on}没有相应单位", self.division(place))
            }
            Passed::TakenBack { unit, item } => {
                let item = self.item(item, |i| &i.basis);
                format!("{item}已由上级收回，不得派给{}", self.unit_zh(*unit))
            }
            Passed::OtherLead { unit, item, county_lead } => format!(
                "{}应由{}牵头，不是{}",
                self.item(item, |i| &i.basis),
                self.unit_zh(*county_lead),
                self.unit_zh(*unit)
            ),
        }
    }

    fn passed_en(self, why: &Passed) -> String {
        match why {
            Passed::Closed { unit, on } => format!("{} is closed on {on}", self.unit_en(*unit)),
            Passed::NobodyThere { place, on } => {
                format!("no such unit stands at {} on {on}", self.division_en(place))
            }
            Passed::TakenBack { unit, item } => {
                let item = self.item(item, |i| &i.basis_en);
                format!("{item} was taken back and is not for {}", self.unit_en(*unit))
            }
            Passed::OtherLead { unit, item, county_lead } => format!(
                "{} leads {}, not {}",
                self.unit_en(*county_lead),
                self.item(item, |i| &i.basis_en),
                self.unit_en(*unit)
            ),
        }
    }

    pub(super) fn lead_zh(self, lead: Lead) -> String {
        match lead {
            Lead::Unit(unit) => self.unit_zh(unit),
            Lead::Township => "所在乡镇（街道）".to_owned(),
            Lead::Village => "所在村（社区）".to_owned(),
        }
    }

    pub(super) fn lead_en(self, lead: Lead) -> String {
        match lead {
            Lead::Unit(unit) => self.unit_en(unit),
            Lead::Township => "the township of the place".to_owned(),
            Lead::Village => "the village of the place".to_owned(),
        }
    }

    pub(super) fn unit_zh(self, id: UnitId) -> String {
        self.organisation.units.get(&id).map_or_else(|| id.to_string(), |u| u.name.clone())
    }

    pub(super) fn unit_en(self, id: UnitId) -> String {
        self.organisation.units.get(&id).map_or_else(|| id.to_string(), |u| u.name_en.clone())
    }

    fn division(self, code: &DivisionCode) -> String {
        self.organisation.divisions.get(code).map_or_else(|| code.to_string(), |d| d.name.clone())
    }

    /// Whether the unit is that of the place itself, not one around it.
    fn is_own(self, unit: UnitId, place: &DivisionCode) -> bool {
        let unit = self.organisation.units.get(&unit);
        unit.is_some_and(|unit| unit.code.as_ref() == Some(place))
    }

    /// A place has the English name of its own unit; the county's own unit is its government, not the place.
    fn division_en(self, code: &DivisionCode) -> String {
        let county =
            self.organisation.divisions.get(code).is_some_and(|d| d.level == Level::County);
        let own = self.organisation.units.values().find(|unit| unit.code.as_ref() == Some(code));
        let own = own.filter(|_| !county).map(|unit| unit.name_en.clone());
        let named = own.or_else(|| (self.place_en)(code).map(str::to_owned));
        let whole = || county.then(|| "the whole county".to_owned());
        named.or_else(whole).unwrap_or_else(|| self.division(code))
    }
}

const fn way_zh(way: Way) -> &'static str {
    match way {
        Way::Authorised => "授权",
        Way::Entrusted => "委托",
    }
}

const fn way_en(way: Way) -> &'static str {
    match way {
        Way::Authorised => "authorised",
        Way::Entrusted => "entrusted",
    }
}

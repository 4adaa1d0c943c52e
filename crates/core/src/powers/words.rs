//! The reasoning of a proposal in sentences, Chinese and English.

use super::{Lead, Passed, PowerReason, Powers};
use crate::ids::{DivisionCode, UnitId};
use crate::organisation::Organisation;

/// Names are looked up at the time of reading; what has gone from the register keeps its id.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub organisation: &'a Organisation,
    pub powers: &'a Powers,
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
                format!("Category \"{kind}\" in {}: {basis} applies", self.division(place))
            }
            PowerReason::Passed { row, why } => {
                let basis = self.powers.rows.get(row).map_or(row.as_str(), |r| &r.basis_en);
                format!("{basis} does not apply: {}", self.passed_en(why))
            }
            PowerReason::Named { unit } => format!("The list names {}", self.unit_en(*unit)),
            PowerReason::TownshipOf { place, unit } => {
                format!("{} belongs to {}", self.division(place), self.unit_en(*unit))
            }
            PowerReason::VillageOf { place, unit } => {
                format!("{} answers for {}", self.unit_en(*unit), self.division(place))
            }
            PowerReason::NoVillageNamed { place, unit } => format!(
                "The place is {} without a village, so {} answers",
                self.division(place),
                self.unit_en(*unit)
            ),
            PowerReason::AssistLeftOut { assist, why } => {
                format!(
                    "{} is not proposed to assist: {}",
                    self.lead_en(*assist),
                    self.passed_en(why)
                )
            }
        }
    }

    fn passed_zh(self, why: &Passed) -> String {
        match why {
            Passed::Closed { unit, on } => format!("{}于{on}已不存续", self.unit_zh(*unit)),
            Passed::NobodyThere { place, on } => {
                format!("{}于{on}没有相应单位", self.division(place))
            }
        }
    }

    fn passed_en(self, why: &Passed) -> String {
        match why {
            Passed::Closed { unit, on } => format!("{} is closed on {on}", self.unit_en(*unit)),
            Passed::NobodyThere { place, on } => {
                format!("no such unit stands at {} on {on}", self.division(place))
            }
        }
    }

    fn lead_zh(self, lead: Lead) -> String {
        match lead {
            Lead::Unit(unit) => self.unit_zh(unit),
            Lead::Township => "所在乡镇（街道）".to_owned(),
            Lead::Village => "所在村（社区）".to_owned(),
        }
    }

    fn lead_en(self, lead: Lead) -> String {
        match lead {
            Lead::Unit(unit) => self.unit_en(unit),
            Lead::Township => "The township of the place".to_owned(),
            Lead::Village => "The village of the place".to_owned(),
        }
    }

    fn unit_zh(self, id: UnitId) -> String {
        self.organisation.units.get(&id).map_or_else(|| id.to_string(), |u| u.name.clone())
    }

    fn unit_en(self, id: UnitId) -> String {
        self.organisation.units.get(&id).map_or_else(|| id.to_string(), |u| u.name_en.clone())
    }

    fn division(self, code: &DivisionCode) -> String {
        self.organisation.divisions.get(code).map_or_else(|| code.to_string(), |d| d.name.clone())
    }
}

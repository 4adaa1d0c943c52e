//! 权责清单: rows of the list of powers, by category, place, lead and assisting units.

use std::sync::Arc;

use zongheng_core::clock::Limit;
use zongheng_core::county::County;
use zongheng_core::ids::{CategoryId, DivisionCode};
use zongheng_core::organisation::Entry;
use zongheng_core::powers::{AskedPower, Lead, PowerLevel, listed};
use zongheng_sheets::words;
use zongheng_store::Store;

use super::listed::{Field, Listed, Reading};
use super::named::meant;
use super::{Count, Given, Taken, Untaken};
use crate::changes::powers::changed;
use crate::importing::Names;

/// By the names that faults of the list have.
const FIELDS: [Field; 11] = [
    Field { name: "row", called: &["编号", "事项编号", "序号", "row"], needed: true },
    Field {
        name: "category",
        called: &["事项类别", "类别", "事项", "事项名称", "category"],
        needed: true,
    },
    Field {
        name: "place",
        called: &["适用区域", "区域", "乡镇", "乡镇街道", "place"],
        needed: false,
    },
    Field { name: "level", called: &["层级", "level"], needed: false },
    Field {
        name: "lead",
        called: &["主办单位", "牵头单位", "责任单位", "主管单位", "主管部门", "lead"],
        needed: true,
    },
    Field { name: "assists", called: &["协办单位", "配合单位", "assists"], needed: false },
    Field { name: "limit", called: &["办理时限", "时限", "limit"], needed: false },
    Field {
        name: "basis", called: &["依据", "设定依据", "法律依据", "basis"], needed: true
    },
    Field { name: "basis_en", called: &["依据英文", "basis_en"], needed: false },
    Field { name: "from", called: &["起始日", "起", "自", "from"], needed: false },
    Field { name: "to", called: &["终止日", "止", "至", "to"], needed: false },
];

pub(super) async fn take(
    store: &Store,
    county: Arc<County>,
    given: &Given<'_>,
) -> Result<Taken, Untaken> {
    let table = Listed::of_table(given.path, given.sheet, &FIELDS).map_err(Untaken::File)?;
    let of = Of { county: &county, names: Names::of(&county, given.on), given };
    let mut faults = Vec::new();
    let mut asked = Vec::new();
    for row in &table.rows {
        let mut reading = Reading { row, faults: &mut faults };
        let before = reading.faults.len();
        let value = of.row(&mut reading);
        if let Some(value) = value.filter(|_| faults.len() == before) {
            asked.push(Entry { origin: row.origin.clone(), value });
        }
    }
    let recorded = store.head(&county.code).await?.last_at().date();
    let County { organisation, powers, .. } = &*county;
    let days = (recorded, given.on);
    let set = match listed((&table.name, &asked), organisation, powers, days) {
        Ok(set) if faults.is_empty() => set,
        Ok(_) => return Err(Untaken::Cells { cells: table.all(faults), picture: None }),
        Err(more) => {
            faults.extend(more);
            return Err(Untaken::Cells { cells: table.all(faults), picture: None });
        }
    };
    let rows = table.rows.len();
    let count = Count { rows, new: set.new, changed: set.ended, same: set.same };
    let mut adopted = set.adopted;
    adopted.paper = given.paper.map(str::to_owned);
    Ok(Taken {
        checked: changed(county, &adopted),
        count,
        notes: Vec::new(),
        unread: table.unread,
        picture: None,
        accounts: Vec::new(),
    })
}

struct Of<'a> {
    county: &'a County,
    names: Names,
    given: &'a Given<'a>,
}

impl Of<'_> {
    fn row(&self, reading: &mut Reading<'_>) -> Option<AskedPower> {
        let row = reading.code("row", |_| false, "give the row a number that was never used");
        let category = self.category(reading);
        let place = self.place(reading);
        let lead = self.lead(reading);
        let level = level(reading, lead);
        let assists = self.assists(reading);
        let limit = limit(reading);
        let basis = reading.name("basis", 200, "write the item and the paper that it stands in");
        let basis_en = reading.written("basis_en");
        let (from, to) = (reading.day("from"), reading.day("to"));
        Some(AskedPower {
            row: row?,
            category: category?,
            place: Some(place?),
            level: level?,
            lead: lead?,
            assists,
            limit,
            basis: basis?,
            basis_en,
            from,
            to,
        })
    }

    fn category(&self, reading: &mut Reading<'_>) -> Option<CategoryId> {
        let said = reading.needed("category", "name a category of the list")?;
        match self.names.category(&said) {
            Ok(id) => Some(id),
            Err(why) => {
                reading.bad("category", why, "");
                None
            }
        }
    }

    /// The division in which the row holds; the whole county where none is said.
    fn place(&self, reading: &mut Reading<'_>) -> Option<DivisionCode> {
        let county = &self.county.code;
        let Some(said) = reading.words("place") else { return Some(county.clone()) };
        if matches!(said.as_str(), "全县" | "县" | "county") {
            return Some(county.clone());
        }
        let code = DivisionCode(said);
        if self.county.organisation.divisions.contains_key(&code) {
            return Some(code);
        }
        let township = self.names.township(code.as_str());
        let village = || self.names.village_in(None, code.as_str());
        match township.or_else(|why| village().map_err(|_| why)) {
            Ok(code) => Some(code),
            Err(why) => {
                reading.bad("place", why, "");
                None
            }
        }
    }

    fn lead(&self, reading: &mut Reading<'_>) -> Option<Lead> {
        let said = reading.needed("lead", "name the unit that leads, 乡镇 or 村")?;
        match self.meant(&said) {
            Ok(lead) => Some(lead),
            Err(why) => {
                reading.bad("lead", why, "");
                None
            }
        }
    }

    fn assists(&self, reading: &mut Reading<'_>) -> Vec<Lead> {
        let said = reading.plain("assists").unwrap_or_default();
        let mut assists = Vec::new();
        for name in words::several(&said) {
            match self.meant(&name) {
                Ok(lead) => assists.push(lead),
                Err(why) => reading.bad("assists", why, ""),
            }
        }
        assists
    }

    /// A unit, or whoever stands at the place.
    fn meant(&self, said: &str) -> Result<Lead, String> {
        match words::bare(said).as_str() {
            "乡镇" | "乡镇街道" | "乡镇(街道)" | "街道" | "属地乡镇" | "township" => {
                Ok(Lead::Township)
            }
            "村" | "村社区" | "村(社区)" | "村居" | "village" => Ok(Lead::Village),
            _ => meant(self.county, &self.names, (None, said), self.given.on).map(Lead::Unit),
        }
    }
}

/// The level of the row, by what leads where the table does not say it.
fn level(reading: &mut Reading<'_>, lead: Option<Lead>) -> Option<PowerLevel> {
    let Some(said) = reading.words("level") else {
        return lead.map(|lead| match lead {
            Lead::Unit(_) => PowerLevel::County,
            Lead::Township => PowerLevel::Township,
            Lead::Village => PowerLevel::Village,
        });
    };
    match said.as_str() {
        "县级" | "县" | "county" => Some(PowerLevel::County),
        "乡级" | "乡镇级" | "乡镇" | "township" => Some(PowerLevel::Township),
        "村级" | "村" | "village" => Some(PowerLevel::Village),
        _ => {
            reading.bad("level", format!("\"{said}\" is no level"), "write 县级, 乡级 or 村级");
            None
        }
    }
}

pub(super) fn limit(reading: &mut Reading<'_>) -> Option<Limit> {
    let said = reading.words("limit")?;
    let limit = limit_of(&said);
    if limit.is_none() {
        let mend = "write 7个工作日, 10日, 2个工作小时, 24小时, 1个月, or 7wd, 10d, 2wh, 24h, 1m";
        reading.bad("limit", format!("\"{said}\" is no limit"), mend);
    }
    limit
}

/// 7个工作日 and 7wd alike.
fn limit_of(said: &str) -> Option<Limit> {
    let said = words::bare(said);
    let split = said.find(|c: char| !c.is_ascii_digit())?;
    let (n, unit) = said.split_at(split);
    let unit = match unit.trim_start_matches('个') {
        "工作日" => "wd",
        "日" | "天" | "自然日" => "d",
        "工作小时" | "工作时" => "wh",
        "小时" => "h",
        "月" => "m",
        other => other,
    };
    format!("{n}{unit}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_papers_write_them() {
        for (said, limit) in [
            ("7个工作日", Some(Limit::WorkingDays(7))),
            ("１０日", Some(Limit::Days(10))),
            ("2个工作小时", Some(Limit::WorkingHours(2))),
            ("24 小时", Some(Limit::Hours(24))),
            ("1个月", Some(Limit::Months(1))),
            ("5wd", Some(Limit::WorkingDays(5))),
            ("尽快", None),
            ("7", None),
        ] {
            assert_eq!(limit_of(said), limit, "{said}");
        }
    }
}

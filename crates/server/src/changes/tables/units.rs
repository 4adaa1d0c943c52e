//! 机构名录: units by their line, what the county may ask of them, and what they stand below.

use std::collections::BTreeMap;
use std::sync::Arc;

use zongheng_core::county::County;
use zongheng_core::ids::UnitId;
use zongheng_core::organisation::{
    AskedUnit, Entry, Line, Organised, Proposed, Relation, Sort, begun,
};
use zongheng_sheets::words;
use zongheng_store::Store;

use super::listed::{Field, Listed, Reading};
use super::named::meant;
use super::powers::limit;
use super::{Count, Given, Taken, Untaken};
use crate::changes::checked;
use crate::importing::Names;

/// By the names that faults of units have.
const FIELDS: [Field; 12] = [
    Field { name: "key", called: &["标识", "代号", "key"], needed: false },
    Field {
        name: "name", called: &["单位名称", "单位", "机构名称", "名称", "name"], needed: true
    },
    Field { name: "name_en", called: &["英文名称", "英文名", "name_en"], needed: false },
    Field { name: "line", called: &["条线", "线", "line"], needed: false },
    Field {
        name: "relation", called: &["管理关系", "隶属关系", "关系", "relation"], needed: true
    },
    Field { name: "parent", called: &["上级单位", "主管单位", "parent"], needed: false },
    Field { name: "sort", called: &["类型", "单位类型", "sort"], needed: false },
    Field {
        name: "commanded_by",
        called: &["指挥乡镇", "所在乡镇", "commanded_by"],
        needed: false,
    },
    Field { name: "establishment", called: &["编制数", "编制", "places"], needed: false },
    Field { name: "liaison", called: &["联系岗位", "联络岗位", "liaison"], needed: false },
    Field { name: "limit", called: &["约定时限", "答复时限", "agreed"], needed: false },
    Field {
        name: "from", called: &["起始日", "设立日期", "起", "自", "from"], needed: false
    },
];

pub(super) async fn take(
    store: &Store,
    county: Arc<County>,
    given: &Given<'_>,
) -> Result<Taken, Untaken> {
    let listed = Listed::of_table(given.path, given.sheet, &FIELDS).map_err(Untaken::File)?;
    let organisation = &county.organisation;
    let mut faults = Vec::new();
    // A unit may stand below another one of the list.
    let mut here = BTreeMap::new();
    for row in &listed.rows {
        let mut reading = Reading { row, faults: &mut Vec::new() };
        if let Some(name) = reading.written("name") {
            let key = reading.words("key").unwrap_or_else(|| name.clone());
            let id = organisation.unit_to_be(&county.code, (&key, &name), given.on);
            here.insert(words::bare(&name), id);
        }
    }
    let of = Of { county: &county, names: Names::of(&county, given.on), here, given };
    let mut asked = Vec::new();
    for row in &listed.rows {
        let mut reading = Reading { row, faults: &mut faults };
        let before = reading.faults.len();
        let value = of.row(&mut reading);
        if let Some(value) = value.filter(|_| faults.len() == before) {
            asked.push(Entry { origin: row.origin.clone(), value });
        }
    }
    let set = organisation.founded(&county.code, &asked, given.on);
    faults.extend(set.faults.iter().cloned());
    let recorded = store.head(&county.code).await?.last_at().date();
    faults.extend(begun(&set.proposed, organisation, recorded));
    let paper = given.paper.map(str::to_owned);
    let proposed = Proposed { paper, ..set.proposed };
    let checked = match checked(county, &proposed, lines) {
        Ok(checked) if faults.is_empty() => checked,
        Ok(_) => return Err(Untaken::Cells { cells: listed.all(faults), picture: None }),
        Err(more) => {
            faults.extend(more);
            return Err(Untaken::Cells { cells: listed.all(faults), picture: None });
        }
    };
    Ok(Taken {
        checked,
        count: Count { rows: listed.rows.len(), new: set.new, changed: 0, same: set.same },
        notes: Vec::new(),
        unread: listed.unread,
        picture: None,
        accounts: Vec::new(),
    })
}

fn lines(organised: &Organised) -> Vec<(String, String)> {
    let line = |unit: &zongheng_core::organisation::Unit| {
        let (name, name_en, from) = (&unit.name, &unit.name_en, unit.from);
        (
            format!("设立{name}，{from}起，设主要负责人和经办岗"),
            format!("{name_en} stands from {from} on, with a head and a staff desk"),
        )
    };
    organised.units.iter().map(line).collect()
}

struct Of<'a> {
    county: &'a County,
    names: Names,
    /// The units of the list itself.
    here: BTreeMap<String, UnitId>,
    given: &'a Given<'a>,
}

impl Of<'_> {
    fn row(&self, reading: &mut Reading<'_>) -> Option<AskedUnit> {
        let name = reading.name("name", 40, "write the short official name");
        let key = match reading.words("key") {
            Some(_) => reading.code("key", |_| false, "write the key of the unit"),
            None => name.clone(),
        };
        let name_en = reading.written("name_en");
        let line = line(reading);
        let relation = relation(reading);
        let sort = sort(reading);
        let parent = self.unit(reading, "parent");
        let commanded_by = self.unit(reading, "commanded_by");
        let places = places(reading);
        let post = reading.words("liaison");
        let agreed = limit(reading);
        let liaison = match (post, agreed) {
            (Some(post), Some(agreed)) => Some((post, agreed)),
            (Some(_), None) => {
                reading.bad("limit", "no limit is agreed with it", "write one, such as 5个工作日");
                None
            }
            (None, _) => None,
        };
        Some(AskedUnit {
            key: key?,
            name: name?,
            name_en,
            line: line?,
            relation: relation?,
            parent,
            sort: sort?,
            commanded_by,
            places,
            liaison,
            from: reading.day("from"),
        })
    }

    fn unit(&self, reading: &mut Reading<'_>, field: &str) -> Option<UnitId> {
        let said = reading.words(field)?;
        if let Some(here) = self.here.get(&words::bare(&said)) {
            return Some(*here);
        }
        match meant(self.county, &self.names, (None, &said), self.given.on) {
            Ok(unit) => Some(unit),
            Err(why) => {
                reading.bad(field, why, "");
                None
            }
        }
    }
}

fn line(reading: &mut Reading<'_>) -> Option<Line> {
    let Some(said) = reading.words("line") else { return Some(Line::Top) };
    match said.as_str() {
        "顶线" | "县级" | "top" => Some(Line::Top),
        "中线" | "乡级" | "middle" => Some(Line::Middle),
        "底线" | "村级" | "bottom" => Some(Line::Bottom),
        "竖线" | "vertical" => Some(Line::Vertical),
        _ => {
            reading.bad("line", format!("\"{said}\" is no line"), "write 顶线, 中线, 底线 or 竖线");
            None
        }
    }
}

fn relation(reading: &mut Reading<'_>) -> Option<Relation> {
    const MEND: &str = "write 县管, 双重管理, 垂直管理, 企业, 社会组织 or 上级";
    let said = reading.needed("relation", MEND)?;
    match said.as_str() {
        "县管" | "县属" | "county" => Some(Relation::County),
        "双重管理" | "双管" | "dual" => Some(Relation::Dual),
        "垂直管理" | "垂管" | "vertical" => Some(Relation::Vertical),
        "企业" | "enterprise" => Some(Relation::Enterprise),
        "社会组织" | "社会" | "social" => Some(Relation::Social),
        "上级" | "上级单位" | "superior" => Some(Relation::Superior),
        _ => {
            reading.bad("relation", format!("\"{said}\" is no relation"), MEND);
            None
        }
    }
}

fn sort(reading: &mut Reading<'_>) -> Option<Sort> {
    let Some(said) = reading.words("sort") else { return Some(Sort::Ordinary) };
    match said.as_str() {
        "普通" | "一般" | "ordinary" => Some(Sort::Ordinary),
        "派驻站所" | "站所" | "station" => Some(Sort::Station),
        "模块" | "module" => Some(Sort::Module),
        _ => {
            reading.bad("sort", format!("\"{said}\" is no sort"), "write 普通, 派驻站所 or 模块");
            None
        }
    }
}

fn places(reading: &mut Reading<'_>) -> Option<u32> {
    let said = reading.words("establishment")?;
    let places = said.parse().ok().filter(|n| *n <= 100_000);
    if places.is_none() {
        reading.bad(
            "establishment",
            format!("\"{said}\" is no number of places"),
            "write a number",
        );
    }
    places
}

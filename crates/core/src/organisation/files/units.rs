//! `units.toml`, and the units that divisions have of themselves.

use jiff::civil::Date;
use serde::Deserialize;

use super::divisions::Listed;
use super::{County, Lists, Source};
use crate::clock::Limit;
use crate::ids::{DivisionCode, PostId, UnitId};
use crate::organisation::check::{Entry, Fault};
use crate::organisation::{Beyond, Establishment, Level, Liaison, Line, Relation, Sort, Unit};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    key: String,
    code: Option<DivisionCode>,
    name: String,
    name_en: String,
    line: Line,
    relation: Relation,
    parent: Option<String>,
    #[serde(default)]
    posts: Posts,
    from: Option<Date>,
    to: Option<Date>,
    #[serde(default)]
    sort: Sort,
    commanded_by: Option<String>,
    establishment: Option<Places>,
    liaison: Option<Asked>,
    #[serde(default)]
    successors: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Places {
    places: u32,
    beyond: Option<Allowed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    more: u32,
    paper: String,
    post: String,
    reason: String,
}

/// How a unit is asked that the county cannot order, as files write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    post: String,
    agreed: Limit,
}

impl Asked {
    /// A post that is not known is told when the unit is checked.
    pub(crate) fn liaison(self, county: &DivisionCode) -> Liaison {
        Liaison { post: PostId(super::id(county, "post", &self.post)), agreed: self.agreed }
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Posts {
    #[default]
    ByRule,
    Own,
}

pub(super) fn read(
    source: Source<'_>,
    divisions: &[Listed],
    county: &mut County,
    faults: &mut Vec<Fault>,
) {
    let Some(lists) = Lists::open(source, &["unit"], faults) else { return };
    let Some(from) = lists.from else {
        let what = "the day from which the units stand is missing";
        faults.push(Fault::new(
            &source.at(0),
            "from",
            what,
            "write from = \"2020-01-01\" at its head",
        ));
        return;
    };
    county.from = from;
    let rows: Vec<Entry<Row>> = lists.list("unit", faults);
    for row in &rows {
        let id = UnitId(county.id("unit", &row.value.key));
        county.keys.units.insert(row.value.key.clone(), id);
        if let Some(code) = &row.value.code {
            county.keys.units.insert(code.to_string(), id);
        }
    }
    for listed in divisions.iter().filter(|l| has_unit(l.entry.value.level)) {
        let code = listed.entry.value.code.to_string();
        let id = UnitId(county.id("unit", &code));
        county.keys.units.insert(code, id);
    }
    let Some(&root) = county.keys.units.get(county.code.as_str()) else {
        let what = format!("no unit has the county's own code {}", county.code);
        faults.push(Fault::new(
            &source.at(0),
            "code",
            what,
            "give it to the unit above all others",
        ));
        return;
    };
    for Entry { origin, value } in rows {
        let id = UnitId(county.id("unit", &value.key));
        let parent = match &value.parent {
            Some(key) => county.unit(key, (&origin, "parent"), faults),
            None => Some(root).filter(|root| *root != id),
        };
        if value.posts == Posts::ByRule {
            county.by_rule.push((value.key.clone(), origin.clone()));
        }
        let mut named = |key: &String, field| county.unit(key, (&origin, field), faults);
        let commanded_by = value.commanded_by.as_ref().and_then(|key| named(key, "commanded_by"));
        let successors = value.successors.iter();
        let successors = successors.filter_map(|key| named(key, "successors")).collect();
        let post = |key: &str| PostId(county.id("post", key));
        let establishment = value.establishment.map(|given| Establishment {
            places: given.places,
            beyond: given.beyond.map(|b| Beyond {
                more: b.more,
                paper: b.paper,
                post: post(&b.post),
                reason: b.reason,
            }),
        });
        let liaison = value.liaison.map(|given| given.liaison(&county.code));
        let value = Unit {
            id,
            code: value.code,
            name: value.name,
            name_en: value.name_en,
            line: value.line,
            relation: value.relation,
            parent,
            from: value.from.unwrap_or(from),
            to: value.to,
            sort: value.sort,
            commanded_by,
            establishment,
            liaison,
            successors,
        };
        county.proposed.units.push(Entry { origin, value });
    }
    for listed in divisions {
        of_division(listed, root, county);
    }
}

/// Townships stand below the county, villages below their township.
fn of_division(listed: &Listed, root: UnitId, county: &mut County) {
    let Entry { origin, value: division } = &listed.entry;
    let (line, parent) = match division.level {
        Level::Township => (Line::Middle, Some(root)),
        Level::Village => {
            let above = division.parent.as_ref().map(|code| county.id("unit", code.as_str()));
            (Line::Bottom, above.map(UnitId))
        }
        _ => return,
    };
    let id = UnitId(county.id("unit", division.code.as_str()));
    let value = Unit {
        id,
        code: Some(division.code.clone()),
        name: short(&division.name),
        name_en: listed.name_en.clone(),
        line,
        relation: Relation::County,
        parent,
        from: county.from,
        to: None,
        sort: Sort::Ordinary,
        commanded_by: None,
        establishment: None,
        liaison: None,
        successors: Vec::new(),
    };
    county.proposed.units.push(Entry { origin: origin.clone(), value });
}

/// Whether each division of the level has a unit of its own without being listed.
const fn has_unit(level: Level) -> bool {
    matches!(level, Level::Township | Level::Village)
}

/// 曹寨村民委员会 is called 曹寨村, 春河社区居民委员会 is called 春河社区.
fn short(name: &str) -> String {
    let name = name.strip_suffix("居民委员会").unwrap_or(name);
    name.strip_suffix("民委员会").unwrap_or(name).to_owned()
}

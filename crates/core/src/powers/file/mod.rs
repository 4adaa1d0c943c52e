//! `powers.toml`: categories, the rows of the list and what stands beside them, checked against the
//! organisation.

mod amended;
mod beside;
mod listed;

pub use amended::{amend, words_of_change};
pub use listed::{AskedPower, ListedSet, listed};

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::{Category, Lead, Power, PowerLevel, Powers, PowersAdopted};
use crate::clock::Limit;
use crate::ids::{CategoryId, DivisionCode, UnitId};
use crate::organisation::check::start_before_end;
use crate::organisation::files::{Keys, Lists, Source};
use crate::organisation::{Entry, Fault, Level, Organisation, Origin};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    row: String,
    category: CategoryId,
    place: Option<DivisionCode>,
    level: PowerLevel,
    lead: String,
    #[serde(default)]
    assists: Vec<String>,
    limit: Option<Limit>,
    basis: String,
    basis_en: String,
    from: Option<Date>,
    to: Option<Date>,
}

/// Reads the list; its units are named by `keys`.
///
/// # Errors
///
/// All faults with their lines: what cannot be read, an unknown category, unit or place, a name that
/// stands twice, an end before its start, a lead that does not fit the level or does not stand when
/// the row begins, a delegation without an end, an item that names no county unit, a row that gives a
/// township what was taken back.
pub fn read(
    source: Source<'_>,
    keys: &Keys,
    organisation: &Organisation,
) -> Result<PowersAdopted, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut adopted = PowersAdopted::default();
    let known = ["category", "power", "delegation", "item", "entry"];
    if let Some(lists) = Lists::open(source, &known, &mut faults) {
        let categories = categories(&lists, &mut faults);
        let unit = |key: &str| keys.units.get(key).copied();
        let mut reader = Reader { unit: &unit, organisation, categories, rows: BTreeMap::new() };
        adopted = reader.all(&lists, &mut faults);
        adopted.categories = reader.categories.into_values().collect();
        adopted = adopted.whole();
        beside::taken_back(source, &adopted, &Powers::default(), &mut faults);
    }
    faults.sort();
    if faults.is_empty() { Ok(adopted) } else { Err(faults) }
}

fn categories(lists: &Lists<'_>, faults: &mut Vec<Fault>) -> BTreeMap<CategoryId, Category> {
    let mut known = BTreeMap::new();
    for Entry { origin, value } in lists.list::<Category>("category", faults) {
        let id = value.id.clone();
        if known.insert(id.clone(), value).is_some() {
            let what = format!("category {id} stands twice");
            faults.push(Fault::new(&origin, "id", what, "keep one of them"));
        }
    }
    known
}

struct Reader<'a> {
    /// The unit of a key.
    unit: &'a dyn Fn(&str) -> Option<UnitId>,
    organisation: &'a Organisation,
    categories: BTreeMap<CategoryId, Category>,
    /// The rows read so far, with the division in which each holds.
    rows: BTreeMap<String, Option<DivisionCode>>,
}

impl Reader<'_> {
    /// Every list of the file but the categories.
    fn all(&mut self, lists: &Lists<'_>, faults: &mut Vec<Fault>) -> PowersAdopted {
        let rows = lists.list::<Item>("power", faults).into_iter();
        let read = |Entry { origin, value }| self.power(value, lists.from, &origin, faults);
        PowersAdopted {
            powers: rows.filter_map(read).collect(),
            delegations: self.delegations(lists, faults),
            items: self.items(lists, faults),
            entries: self.entries(lists, faults),
            ..PowersAdopted::default()
        }
    }

    fn power(
        &mut self,
        row: Item,
        from: Option<Date>,
        origin: &Origin,
        faults: &mut Vec<Fault>,
    ) -> Option<Power> {
        let before = faults.len();
        if self.rows.insert(row.row.clone(), row.place.clone()).is_some() {
            let what = format!("row {} stands twice", row.row);
            faults.push(Fault::new(origin, "row", what, "give each row its own name"));
        }
        let category = self.categories.get(&row.category);
        if category.is_none() {
            let what = format!("category {} is not known", row.category);
            faults.push(Fault::new(origin, "category", what, "add a [[category]] of this id"));
        }
        let from = row.from.or(from);
        if from.is_none() {
            let mend = "write it here, or once at the head of the file";
            faults.push(Fault::new(origin, "from", "the day of the start is missing", mend));
        }
        let lead = self.lead(&row.lead, "lead", from, origin, faults);
        if lead.is_some_and(|lead| !fits(lead, row.level)) {
            let what = format!("\"{}\" does not lead on this level", row.lead);
            faults.push(Fault::new(origin, "level", what, "use the level of the unit that leads"));
        }
        let assists =
            row.assists.iter().filter_map(|key| self.lead(key, "assists", from, origin, faults));
        let assists = assists.collect();
        let place = self.place(row.place, origin, faults);
        let limit = row.limit.or_else(|| category.map(|c| c.limit));
        start_before_end((from?, row.to), origin, faults);
        if faults.len() > before {
            return None;
        }
        Some(Power {
            row: row.row,
            category: row.category,
            place: place?,
            level: row.level,
            lead: lead?,
            assists,
            limit: limit?,
            basis: row.basis,
            basis_en: row.basis_en,
            from: from?,
            to: row.to,
        })
    }

    fn lead(
        &self,
        key: &str,
        field: &str,
        from: Option<Date>,
        origin: &Origin,
        faults: &mut Vec<Fault>,
    ) -> Option<Lead> {
        match key {
            "township" => return Some(Lead::Township),
            "village" => return Some(Lead::Village),
            _ => {}
        }
        let Some(unit) = (self.unit)(key) else {
            let what = format!("unit \"{key}\" is not known");
            let mend = "use a key of units.toml, township or village";
            faults.push(Fault::new(origin, field, what, mend));
            return None;
        };
        if let Some(from) = from.filter(|from| self.organisation.unit(unit, *from).is_none()) {
            let what = format!("unit \"{key}\" does not stand on {from}");
            faults.push(Fault::new(origin, field, what, "name its successor, or begin later"));
        }
        Some(Lead::Unit(unit))
    }

    /// The row's division, the whole county where it names none.
    fn place(
        &self,
        place: Option<DivisionCode>,
        origin: &Origin,
        faults: &mut Vec<Fault>,
    ) -> Option<DivisionCode> {
        let divisions = &self.organisation.divisions;
        let county = || divisions.values().find(|d| d.level == Level::County);
        let Some(place) = place else { return county().map(|d| d.code.clone()) };
        if !divisions.contains_key(&place) {
            let what = format!("division {place} is not known");
            faults.push(Fault::new(origin, "place", what, "name a division of the county"));
        }
        Some(place)
    }
}

const fn fits(lead: Lead, level: PowerLevel) -> bool {
    match lead {
        Lead::Unit(_) => true,
        Lead::Township => matches!(level, PowerLevel::Township),
        Lead::Village => matches!(level, PowerLevel::Village),
    }
}

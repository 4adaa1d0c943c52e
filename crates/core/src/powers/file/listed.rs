//! A table of rows of the list (权责清单), held against the rows that stand: what is new, what ends, what stays.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::super::{Lead, Power, PowerLevel, Powers, PowersAdopted};
use super::{Item, Reader, beside};
use crate::clock::Limit;
use crate::ids::{CategoryId, DivisionCode, UnitId};
use crate::organisation::files::Source;
use crate::organisation::{Entry, Fault, Organisation, Origin};

/// A row as a table has it. What it leaves out is as usual, or as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedPower {
    /// The row's own name.
    pub row: String,
    pub category: CategoryId,
    pub place: Option<DivisionCode>,
    pub level: PowerLevel,
    pub lead: Lead,
    pub assists: Vec<Lead>,
    pub limit: Option<Limit>,
    pub basis: String,
    pub basis_en: Option<String>,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// What a table of rows changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedSet {
    /// The change, named by the hash of the whole list after it; empty where nothing changes.
    pub adopted: PowersAdopted,
    pub new: usize,
    pub ended: usize,
    /// How many stand just so already.
    pub same: usize,
}

/// Reads rows beside the list that stands: what no row of it is called is new from its day or `on`; a row that stands
/// stays, or ends on the day that the table says. A row never changes: another takes its place.
///
/// # Errors
/// As of [`super::amend`], and a row that stands with another content.
pub fn listed(
    (name, asked): (&str, &[Entry<AskedPower>]),
    organisation: &Organisation,
    standing: &Powers,
    (recorded, on): (Date, Date),
) -> Result<ListedSet, Vec<Fault>> {
    let mut set = ListedSet::default();
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let known =
        |key: &str| key.parse().ok().filter(|id: &UnitId| organisation.units.contains_key(id));
    let (categories, rows) = (standing.categories.clone(), BTreeMap::new());
    let mut reader = Reader { unit: &known, organisation, categories, rows };
    for Entry { origin, value } in asked {
        if !seen.insert(&value.row) {
            let what = format!("row {} stands twice", value.row);
            faults.push(Fault::new(origin, "row", what, "give each row its own name"));
            continue;
        }
        let Some(row) = standing.rows.get(&value.row) else {
            if let Some(power) = reader.power(item(value), Some(on), origin, &mut faults) {
                set.new += 1;
                set.adopted.powers.push(power);
            }
            continue;
        };
        match same(value, row, organisation) {
            Err((field, what)) => {
                let mend = "a row never changes: end it on a day, and give what takes its place a name that was \
                            never used";
                faults.push(Fault::new(origin, field, what, mend));
            }
            Ok(()) if value.to.is_none_or(|to| row.to == Some(to)) => set.same += 1,
            Ok(()) => {
                faults.extend(end(value, row, recorded, origin));
                set.ended += 1;
                set.adopted.powers.push(Power { to: value.to, ..row.clone() });
            }
        }
    }
    beside::taken_back(Source { name, text: "" }, &set.adopted, standing, &mut faults);
    faults.sort();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut after = standing.clone();
    after.apply(&set.adopted);
    set.adopted = set.adopted.whole();
    set.adopted.config = after.whole().config;
    Ok(set)
}

fn item(asked: &AskedPower) -> Item {
    let key = |lead: &Lead| match lead {
        Lead::Unit(unit) => unit.to_string(),
        Lead::Township => "township".to_owned(),
        Lead::Village => "village".to_owned(),
    };
    let AskedPower { row, category, place, level, limit, basis, from, to, .. } = asked.clone();
    Item {
        row,
        category,
        place,
        level,
        lead: key(&asked.lead),
        assists: asked.assists.iter().map(key).collect(),
        limit,
        basis_en: asked.basis_en.clone().unwrap_or_else(|| basis.clone()),
        basis,
        from,
        to,
    }
}

/// Whether the table has the row as it stands; else the field in which they differ.
fn same(
    asked: &AskedPower,
    row: &Power,
    organisation: &Organisation,
) -> Result<(), (&'static str, String)> {
    let differs =
        |field, what: &str| Err((field, format!("row {} stands with another {what}", row.row)));
    let county = || organisation.county_code().cloned();
    if asked.category != row.category {
        return differs("category", "category");
    }
    if asked.place.clone().or_else(county).as_ref() != Some(&row.place) {
        return differs("place", "place");
    }
    if asked.lead != row.lead || asked.level != row.level {
        return differs("lead", "lead");
    }
    let all = |assists: &[Lead]| assists.iter().copied().collect::<BTreeSet<Lead>>();
    if all(&asked.assists) != all(&row.assists) {
        return differs("assists", "set of assisting units");
    }
    if asked.limit.is_some_and(|limit| limit != row.limit) {
        return differs("limit", "limit");
    }
    if asked.basis != row.basis || asked.basis_en.as_ref().is_some_and(|en| *en != row.basis_en) {
        return differs("basis", "basis");
    }
    Ok(())
}

fn end(asked: &AskedPower, row: &Power, recorded: Date, origin: &Origin) -> Option<Fault> {
    let to = asked.to?;
    let what = if to <= recorded {
        format!("{to} is past: acts are recorded up to {recorded}")
    } else if to <= row.from {
        format!("row {} begins on {} only", row.row, row.from)
    } else {
        let ended = row.to.filter(|end| *end <= to)?;
        format!("row {} ends on {ended} already", row.row)
    };
    Some(Fault::new(origin, "to", what, "choose a day after it"))
}

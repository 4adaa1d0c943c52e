//! Changes of a list that stands: a file like `powers.toml` with what is new, and what ends.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::super::{Delegation, GridItem, Power, Powers, PowersAdopted, TownshipItem};
use super::{Reader, beside, categories};
use crate::ids::{CategoryId, DivisionCode, UnitId};
use crate::organisation::files::{self, Lists, Source};
use crate::organisation::{Entry, Fault, Level, Organisation};

/// What ends, by its own name, on the first day on which it no longer holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    list: Sort,
    id: String,
    on: Date,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    Power,
    Delegation,
    Item,
    Entry,
}

/// Reads what changes in the list that stands: `paper`, the lists of `powers.toml` with what is new, and each
/// `[[end]]`. The act names the hash of the whole list after it, and bears only what changed.
///
/// # Errors
/// As of [`super::read`]; besides a name that is used already, a name that ends nothing, and an end before
/// the start or the day of the last act, after which nobody could know whose a matter was.
pub fn amend(
    source: Source<'_>,
    code: &DivisionCode,
    organisation: &Organisation,
    standing: &Powers,
    recorded: Date,
) -> Result<PowersAdopted, Vec<Fault>> {
    let mut faults = Vec::new();
    let known = ["category", "power", "delegation", "item", "entry", "end"];
    let Some(lists) = Lists::dated(source, &["paper"], &known, &mut faults) else {
        return Err(faults);
    };
    let new = categories(&lists, &mut faults);
    let mut all = standing.categories.clone();
    all.extend(new.clone());
    let unit = |key: &str| {
        let id = UnitId(files::id(code, "unit", key));
        organisation.units.contains_key(&id).then_some(id)
    };
    let place = |row: &Power| (row.row.clone(), Some(row.place.clone()));
    let rows: BTreeMap<_, _> = standing.rows.values().map(place).collect();
    let mut reader = Reader { unit: &unit, organisation, categories: all, rows };
    let mut adopted = reader.all(&lists, &mut faults);
    adopted.categories = new.into_values().collect();
    adopted.paper = Some(lists.head("paper").to_owned());
    names(source, &adopted, standing, &mut faults);
    for Entry { origin, value } in lists.list::<Ended>("end", &mut faults) {
        if value.on <= recorded {
            let what = format!("{} is past: acts are recorded up to {recorded}", value.on);
            faults.push(Fault::new(&origin, "on", what, "choose a day after it"));
        } else if let Err((field, what)) = end(&mut adopted, standing, &value) {
            faults.push(Fault::new(&origin, field, what, "mend this entry"));
        }
    }
    beside::taken_back(source, &adopted, standing, &mut faults);
    if adopted.is_empty() && faults.is_empty() {
        let what = "nothing in it is new, and nothing ends";
        faults.push(Fault::new(&source.at(0), "", what, "add an entry"));
    }
    faults.sort();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut after = standing.clone();
    after.apply(&adopted);
    adopted = adopted.whole();
    adopted.config = after.whole().config;
    Ok(adopted)
}

/// A name stands for one thing for ever; only a category may be renamed or get another limit. A row that
/// stands is told where the rows are read.
fn names(source: Source<'_>, adopted: &PowersAdopted, standing: &Powers, faults: &mut Vec<Fault>) {
    let mut used = |sort: &str, id: &str, known: bool| {
        if known {
            let what = format!("{sort} {id} stands or stood in the list already");
            let mend = "give it a name that was never used, and end the old one with [[end]]";
            faults.push(Fault::new(&source.at(0), sort, what, mend));
        }
    };
    for given in &adopted.delegations {
        used("delegation", &given.id, standing.delegations.contains_key(&given.id));
    }
    for item in &adopted.items {
        used("item", &item.id, standing.items.contains_key(&item.id));
    }
    for entry in &adopted.entries {
        used("entry", &entry.id, standing.entries.contains_key(&entry.id));
    }
}

/// Ends what stands under the name, or says which field of the entry is wrong and how.
fn end(
    adopted: &mut PowersAdopted,
    standing: &Powers,
    ended: &Ended,
) -> Result<(), (&'static str, String)> {
    let Ended { list, id, on } = ended;
    let unknown = || ("id", format!("nothing called {id} stands in this list"));
    let over = |from: Date, to: Option<Date>| match to {
        Some(to) if to <= *on => Err(("on", format!("{id} ends on {to} already"))),
        _ if *on <= from => Err(("on", format!("{id} begins on {from} only"))),
        _ => Ok(()),
    };
    match list {
        Sort::Power => {
            let row = standing.rows.get(id).ok_or_else(unknown)?;
            over(row.from, row.to)?;
            adopted.powers.push(Power { to: Some(*on), ..row.clone() });
        }
        Sort::Delegation => {
            let given = standing.delegations.get(id).ok_or_else(unknown)?;
            over(given.from, Some(given.until))?;
            adopted.delegations.push(Delegation { until: *on, ..given.clone() });
        }
        Sort::Item => {
            let item = standing.items.get(id).ok_or_else(unknown)?;
            over(item.from, item.to)?;
            adopted.items.push(TownshipItem { to: Some(*on), ..item.clone() });
        }
        Sort::Entry => {
            let entry = standing.entries.get(id).ok_or_else(unknown)?;
            over(entry.from, Some(entry.to))?;
            adopted.entries.push(GridItem { to: *on, ..entry.clone() });
        }
    }
    Ok(())
}

/// What the change says, a line an entry, in Chinese and English.
pub fn words_of_change(
    adopted: &PowersAdopted,
    standing: &Powers,
    organisation: &Organisation,
) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let category = |id: &CategoryId| {
        let all = adopted.categories.iter().chain(standing.categories.values());
        let known = all.into_iter().find(|known| known.id == *id);
        known.map_or_else(
            || (id.to_string(), id.to_string()),
            |c| (c.name.clone(), c.name_en.clone()),
        )
    };
    let place = |code: &DivisionCode| {
        let division = organisation.divisions.get(code);
        let whole = division.is_some_and(|d| d.level == Level::County);
        let name = division.map_or_else(|| code.to_string(), |d| d.name.clone());
        if whole {
            ("全县".to_owned(), "the whole county".to_owned())
        } else {
            (name.clone(), name)
        }
    };
    for new in &adopted.categories {
        let limit = new.limit;
        lines.push((
            format!("类别“{}”，办理时限{limit}", new.name),
            format!("Category {}, limit {limit}", new.name_en),
        ));
    }
    for row in &adopted.powers {
        let ((zh, en), (at, at_en)) = (category(&row.category), place(&row.place));
        let (basis, basis_en) = (&row.basis, &row.basis_en);
        lines.push(match row.to.filter(|_| standing.rows.contains_key(&row.row)) {
            Some(on) => (
                format!("权责清单：“{zh}”（{at}，{basis}）{on}起不再适用"),
                format!("List of powers: {en} in {at_en} ({basis_en}) ends on {on}"),
            ),
            None => (
                format!("权责清单新增：“{zh}”（{at}，{basis}），{}起", row.from),
                format!("List of powers: {en} in {at_en} ({basis_en}) from {}", row.from),
            ),
        });
    }
    for given in &adopted.delegations {
        let known = standing.delegations.contains_key(&given.id);
        let (basis, basis_en, from, until) =
            (&given.basis, &given.basis_en, given.from, given.until);
        let at = place(&given.place);
        lines.push(if known {
            (
                format!("授权（委托）{basis}（{}）{until}起不再有效", at.0),
                format!("Delegation {basis_en} ({}) ends on {until}", at.1),
            )
        } else {
            (
                format!("新增授权（委托）：{basis}（{}），{from}起，{until}前有效", at.0),
                format!("Delegation {basis_en} ({}) from {from} until before {until}", at.1),
            )
        });
    }
    for item in &adopted.items {
        let ((zh, en), (at, at_en)) = (category(&item.category), place(&item.place));
        let (list, list_en) = item.list.names();
        lines.push(match item.to.filter(|_| standing.items.contains_key(&item.id)) {
            Some(on) => (
                format!("{list}：“{zh}”（{at}）{on}起移出"),
                format!("{list_en}: {en} in {at_en} leaves the list on {on}"),
            ),
            None => (
                format!("{list}新增：“{zh}”（{at}），{}起", item.from),
                format!("{list_en}: {en} in {at_en} from {}", item.from),
            ),
        });
    }
    for entry in &adopted.entries {
        let (from, to) = (entry.from, entry.to);
        lines.push(if standing.entries.contains_key(&entry.id) {
            (
                format!("网格准入清单：{}{to}起移出", entry.name),
                format!("Entry list: {} leaves it on {to}", entry.name_en),
            )
        } else {
            (
                format!("网格准入清单新增：{}，{from}起，{to}前有效", entry.name),
                format!("Entry list: {} from {from} until before {to}", entry.name_en),
            )
        });
    }
    lines
}

//! What stands beside the rows: delegations, the townships' lists, the entry list.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;

use super::super::{
    Delegation, GridItem, Lead, Power, Powers, PowersAdopted, TownshipItem, TownshipList, Way,
};
use super::Reader;
use crate::ids::{CategoryId, DivisionCode, UnitId};
use crate::organisation::check::start_before_end;
use crate::organisation::files::{Lists, Source};
use crate::organisation::{Entry, Fault, Origin};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    id: String,
    row: String,
    to: String,
    place: Option<DivisionCode>,
    way: Way,
    basis: String,
    basis_en: String,
    from: Option<Date>,
    until: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    id: String,
    list: TownshipList,
    category: CategoryId,
    place: Option<DivisionCode>,
    county_lead: Option<String>,
    basis: String,
    basis_en: String,
    from: Option<Date>,
    to: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asking {
    id: String,
    name: String,
    name_en: String,
    department: String,
    category: Option<CategoryId>,
    basis: String,
    basis_en: String,
    frequency: String,
    frequency_en: String,
    approval: String,
    from: Option<Date>,
    to: Date,
}

impl Reader<'_> {
    pub(super) fn delegations(
        &self,
        lists: &Lists<'_>,
        faults: &mut Vec<Fault>,
    ) -> Vec<Delegation> {
        let mut seen = BTreeSet::new();
        let mut read = Vec::new();
        for Entry { origin, value } in lists.list::<Given>("delegation", faults) {
            once("delegation", &value.id, &mut seen, &origin, faults);
            let of_row = self.rows.get(&value.row);
            if of_row.is_none() {
                let what = format!("row {} is not known", value.row);
                faults.push(Fault::new(&origin, "row", what, "name a [[power]] of this file"));
            }
            let from = begins(value.from.or(lists.from), &origin, faults);
            let to = self.lead(&value.to, "to", from, &origin, faults);
            let place = value.place.or_else(|| of_row.cloned().flatten());
            let place = self.place(place, &origin, faults);
            let (Some(from), Some(to), Some(place)) = (from, to, place) else { continue };
            start_before_end((from, Some(value.until)), &origin, faults);
            read.push(Delegation {
                id: value.id,
                row: value.row,
                to,
                place,
                way: value.way,
                basis: value.basis,
                basis_en: value.basis_en,
                from,
                until: value.until,
            });
        }
        read
    }

    pub(super) fn items(&self, lists: &Lists<'_>, faults: &mut Vec<Fault>) -> Vec<TownshipItem> {
        let mut seen = BTreeSet::new();
        let mut read = Vec::new();
        for Entry { origin, value } in lists.list::<Listed>("item", faults) {
            once("item", &value.id, &mut seen, &origin, faults);
            if !self.categories.contains_key(&value.category) {
                let what = format!("category {} is not known", value.category);
                faults.push(Fault::new(&origin, "category", what, "add a [[category]] of this id"));
            }
            let from = begins(value.from.or(lists.from), &origin, faults);
            let key = value.county_lead.as_deref();
            let county_lead =
                key.and_then(|key| self.department(key, "county_lead", from, &origin, faults));
            if value.list != TownshipList::Basic && key.is_none() {
                let what = format!("no county unit is named for item {}", value.id);
                let mend = "name the unit that leads it, or that took it over";
                faults.push(Fault::new(&origin, "county_lead", what, mend));
            }
            let place = self.place(value.place, &origin, faults);
            let (Some(from), Some(place)) = (from, place) else { continue };
            start_before_end((from, value.to), &origin, faults);
            read.push(TownshipItem {
                id: value.id,
                list: value.list,
                category: value.category,
                place,
                county_lead,
                basis: value.basis,
                basis_en: value.basis_en,
                from,
                to: value.to,
            });
        }
        read
    }

    pub(super) fn entries(&self, lists: &Lists<'_>, faults: &mut Vec<Fault>) -> Vec<GridItem> {
        let mut seen = BTreeSet::new();
        let mut read = Vec::new();
        for Entry { origin, value } in lists.list::<Asking>("entry", faults) {
            once("entry", &value.id, &mut seen, &origin, faults);
            if let Some(category) = value.category.as_ref()
                && !self.categories.contains_key(category)
            {
                let what = format!("category {category} is not known");
                faults.push(Fault::new(&origin, "category", what, "add a [[category]] of this id"));
            }
            if value.approval.trim().is_empty() {
                let what = format!("entry {} has no approval number", value.id);
                faults.push(Fault::new(&origin, "approval", what, "give the number of the paper"));
            }
            let from = begins(value.from.or(lists.from), &origin, faults);
            let department =
                self.department(&value.department, "department", from, &origin, faults);
            let (Some(from), Some(department)) = (from, department) else { continue };
            start_before_end((from, Some(value.to)), &origin, faults);
            read.push(GridItem {
                id: value.id,
                name: value.name,
                name_en: value.name_en,
                department,
                category: value.category,
                basis: value.basis,
                basis_en: value.basis_en,
                frequency: value.frequency,
                frequency_en: value.frequency_en,
                approval: value.approval,
                from,
                to: value.to,
            });
        }
        read
    }

    /// A unit by name; whoever stands at the place is none.
    fn department(
        &self,
        key: &str,
        field: &str,
        from: Option<Date>,
        origin: &Origin,
        faults: &mut Vec<Fault>,
    ) -> Option<UnitId> {
        match self.lead(key, field, from, origin, faults)? {
            Lead::Unit(unit) => Some(unit),
            Lead::Township | Lead::Village => {
                let what = format!("\"{key}\" names no unit of the county");
                faults.push(Fault::new(origin, field, what, "use a key of units.toml"));
                None
            }
        }
    }
}

/// What was taken back from townships is not given to them by a row of the same division; of the rows and
/// items that are new, each against all that stand.
pub(super) fn taken_back(
    source: Source<'_>,
    adopted: &PowersAdopted,
    standing: &Powers,
    faults: &mut Vec<Fault>,
) {
    let mut after = standing.clone();
    after.apply(adopted);
    let is_new = |row: &Power, item: &TownshipItem| {
        adopted.powers.iter().any(|new| new.row == row.row)
            || adopted.items.iter().any(|new| new.id == item.id)
    };
    for row in after.rows.values() {
        for item in after.taking_back(row).filter(|item| is_new(row, item)) {
            let what = format!("row {} gives townships what item {} takes back", row.row, item.id);
            let mend = "end the row when the item begins, or name a county unit";
            faults.push(Fault::new(&source.at(0), "power", what, mend));
        }
    }
}

fn once(
    sort: &str,
    id: &str,
    seen: &mut BTreeSet<String>,
    origin: &Origin,
    faults: &mut Vec<Fault>,
) {
    if !seen.insert(id.to_owned()) {
        let what = format!("{sort} {id} stands twice");
        faults.push(Fault::new(origin, "id", what, "give each its own name"));
    }
}

fn begins(from: Option<Date>, origin: &Origin, faults: &mut Vec<Fault>) -> Option<Date> {
    if from.is_none() {
        let mend = "write it here, or once at the head of the file";
        faults.push(Fault::new(origin, "from", "the day of the start is missing", mend));
    }
    from
}

//! What the lists beside the rows say of a category at a place on a day: the townships' three lists, what
//! is given on for a time, and what departments may ask of grids. Said also where a list is silent.

use jiff::civil::Date;

use super::words::Names;
use super::{Delegation, GridItem, PowerReason, Powers, TownshipItem, Way};
use crate::ids::{CategoryId, DivisionCode};
use crate::organisation::Organisation;

/// What each list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<'a> {
    /// The item of the townships' lists that speaks.
    pub item: Option<&'a TownshipItem>,
    /// What is given on of the row that speaks, or was until a day.
    pub delegation: Option<&'a Delegation>,
    pub entries: Vec<&'a GridItem>,
    date: Date,
}

impl Powers {
    /// What the lists say beside a row; `row` is the one that speaks, where one does.
    pub fn said(
        &self,
        organisation: &Organisation,
        category: &CategoryId,
        place: &DivisionCode,
        row: Option<&str>,
        date: Date,
    ) -> Said<'_> {
        let around = organisation.ancestors(place);
        let (speaks, ended) = row.map_or((None, None), |row| self.delegated(row, &around, date));
        let of_category = |item: &&GridItem| item.category.as_ref() == Some(category);
        Said {
            item: self.item_for(category, &around, date),
            delegation: speaks.or(ended),
            entries: self.entries_on(date).filter(of_category).collect(),
            date,
        }
    }
}

impl Said<'_> {
    /// A sentence a list, in Chinese.
    pub fn zh(&self, names: Names<'_>) -> Vec<String> {
        let item = self.item.map_or_else(
            || "乡镇（街道）履职事项清单没有列这一类".to_owned(),
            |item| names.zh(&self.listed(item, names)),
        );
        let given = self.delegation.map_or_else(
            || "这一项没有授权或委托别的单位".to_owned(),
            |d| {
                let (way, to) = (d.way, names.lead_zh(d.to));
                let way = if way == Way::Authorised { "授权" } else { "委托" };
                let until = if d.until <= self.date { "已到期" } else { "有效" };
                format!("{way}{to}办理（{}，{}至{}前，{until}）", d.basis, d.from, d.until)
            },
        );
        let mut lines = vec![item, given];
        if self.entries.is_empty() {
            lines.push("准入清单没有列这一类，县级单位不派给村（社区）和网格".to_owned());
        }
        lines.extend(self.entries.iter().map(|entry| {
            let department = names.unit_zh(entry.department);
            format!(
                "准入清单：{department}可以请网格做“{}”，{}（{}，{}前有效）",
                entry.name, entry.frequency, entry.approval, entry.to
            )
        }));
        lines
    }

    /// The same in English.
    pub fn en(&self, names: Names<'_>) -> Vec<String> {
        let item = self.item.map_or_else(
            || "The townships' lists do not name this category".to_owned(),
            |item| names.en(&self.listed(item, names)),
        );
        let given = self.delegation.map_or_else(
            || "Nothing of it is given on to another unit".to_owned(),
            |d| {
                let to = names.lead_en(d.to);
                let way = if d.way == Way::Authorised { "Authorised" } else { "Entrusted" };
                let until = if d.until <= self.date { "ended" } else { "in force" };
                format!(
                    "{way}: {to} ({}, {} until before {}, {until})",
                    d.basis_en, d.from, d.until
                )
            },
        );
        let mut lines = vec![item, given];
        if self.entries.is_empty() {
            lines.push(
                "The entry list does not name this category: units of the county give it to no \
                 village and no grid"
                    .to_owned(),
            );
        }
        lines.extend(self.entries.iter().map(|entry| {
            let department = names.unit_en(entry.department);
            format!(
                "Entry list: {department} may ask \"{}\" of grids, {} ({}, until before {})",
                entry.name_en, entry.frequency_en, entry.approval, entry.to
            )
        }));
        lines
    }

    fn listed(&self, item: &TownshipItem, names: Names<'_>) -> PowerReason {
        let county_lead = item.county_lead_on(names.organisation, self.date);
        PowerReason::Listed { item: item.id.clone(), list: item.list, county_lead }
    }
}

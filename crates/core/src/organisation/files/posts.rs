//! `posts.toml`: posts that all units of a sort have, and posts of single units.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;

use super::{County, Lists, Source};
use crate::ids::{GridId, PostId, UnitId};
use crate::organisation::check::{Entry, Fault, Origin};
use crate::organisation::{Line, Post, Role};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    of: Sort,
    key: String,
    name: String,
    name_en: String,
    role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    Unit,
    Township,
    Village,
    Grid,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    unit: String,
    key: String,
    name: String,
    name_en: String,
    role: Role,
    from: Option<Date>,
    to: Option<Date>,
}

pub(super) fn read(source: Source<'_>, county: &mut County, faults: &mut Vec<Fault>) {
    let Some(lists) = Lists::open(source, &["rule", "post"], faults) else { return };
    let rules: Vec<Entry<Rule>> = lists.list("rule", faults);
    for Entry { value: rule, .. } in &rules {
        match rule.of {
            Sort::Unit => {
                for (key, origin) in county.by_rule.clone() {
                    if let Some(unit) = county.unit(&key, (&origin, "key"), faults) {
                        county.add(&key, rule, unit, Vec::new(), origin);
                    }
                }
            }
            Sort::Township => county.add_to(Line::Middle, rule),
            Sort::Village => county.add_to(Line::Bottom, rule),
            Sort::Grid => county.add_to_grids(rule),
        }
    }
    for Entry { origin, value } in lists.list::<Row>("post", faults) {
        let Some(unit) = county.unit(&value.unit, (&origin, "unit"), faults) else { continue };
        let (from, to) = (value.from, value.to);
        let rule = Rule {
            of: Sort::Unit,
            key: value.key,
            name: value.name,
            name_en: value.name_en,
            role: value.role,
        };
        county.add(&value.unit, &rule, unit, Vec::new(), origin);
        if let Some(added) = county.proposed.posts.last_mut() {
            added.value.from = from.unwrap_or(added.value.from);
            added.value.to = to.or(added.value.to);
        }
    }
}

impl County {
    /// A post of the rule for each division's own unit on the line; a grid post there covers all
    /// grids of the division.
    fn add_to(&mut self, line: Line, rule: &Rule) {
        let own = self.proposed.units.iter().filter(|u| u.value.line == line);
        let own: Vec<_> = own
            .filter_map(|u| Some((u.value.code.clone()?, u.value.id, u.origin.clone())))
            .collect();
        for (code, unit, origin) in own {
            let mut grids = Vec::new();
            if rule.role.is_of_grid() {
                let within = self
                    .proposed
                    .divisions
                    .iter()
                    .filter(|d| d.value.parent.as_ref() == Some(&code) || d.value.code == code);
                let within: BTreeSet<_> = within.map(|d| &d.value.code).collect();
                let all = self.proposed.grids.iter();
                let of = all.filter(|g| within.contains(&g.value.division));
                grids.extend(of.map(|g| g.value.id));
            }
            self.add(code.as_str(), rule, unit, grids, origin);
        }
    }

    /// A post of the rule for each grid, in the unit of its village.
    fn add_to_grids(&mut self, rule: &Rule) {
        for Entry { origin, value: grid } in self.proposed.grids.clone() {
            let unit = self.keys.units.get(grid.division.as_str()).copied();
            let Some(unit) = unit else { continue };
            self.add(&grid.code, rule, unit, vec![grid.id], origin);
        }
    }

    fn add(&mut self, of: &str, rule: &Rule, unit: UnitId, grids: Vec<GridId>, origin: Origin) {
        let key = format!("{of}/{}", rule.key);
        let id = PostId(self.id("post", &key));
        let stands = self.proposed.units.iter().find(|u| u.value.id == unit);
        let (from, to) = stands.map_or((self.from, None), |u| (u.value.from, u.value.to));
        self.keys.posts.insert(key, id);
        let value = Post {
            id,
            unit,
            name: rule.name.clone(),
            name_en: rule.name_en.clone(),
            role: rule.role,
            grids,
            from,
            to,
        };
        self.proposed.posts.push(Entry { origin, value });
    }
}

//! What a decision changes, a line each, Chinese and English.

use crate::ids::{GridId, PostId, UnitId};
use crate::organisation::{Organisation, Reorganised};
use crate::powers::Powers;

/// Names are those of the organisation before or after the decision, whichever knows them.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub organisation: &'a Organisation,
    pub powers: &'a Powers,
    pub decision: &'a Reorganised,
}

impl Names<'_> {
    pub fn zh(self) -> Vec<String> {
        let d = self.decision;
        let mut lines = vec![format!("{}，{}决定，自{}起施行", d.paper, d.decided_by, d.on)];
        lines.extend(d.closed.iter().map(|c| {
            let to = self.units(c.successors.iter(), false);
            format!("撤销{}，由{to}承接", self.unit(c.unit, false))
        }));
        lines.extend(d.founded.iter().map(|u| format!("设立{}", u.name)));
        lines.extend(d.regrouped.iter().map(|r| {
            let above = self.units(r.parent.iter().chain(&r.commanded_by), false);
            format!("{}改由{above}领导", self.unit(r.unit, false))
        }));
        lines.extend(d.moved.iter().map(|m| {
            format!(
                "{}转入{}{}",
                self.post(m.post, false),
                self.unit(m.unit, false),
                self.of(&m.grids, "，负责网格", false)
            )
        }));
        lines.extend(d.ended.iter().map(|p| format!("撤销岗位{}", self.post(*p, false))));
        lines.extend(
            d.created.iter().map(|p| format!("设置{}{}", self.unit(p.unit, false), p.name)),
        );
        for row in &d.rows {
            let basis = self.powers.rows.get(&row.row).map_or(row.row.as_str(), |r| &r.basis);
            lines.extend(row.units.iter().map(|r| {
                format!("{basis}：{}改为{}", self.unit(r.from, false), self.unit(r.to, false))
            }));
        }
        lines.extend(d.drawn.iter().map(|g| format!("新划网格{}（{}）", g.code, g.name)));
        lines.extend(d.redrawn.iter().map(|g| {
            format!("网格{}调整为{}", self.grid(g.grid), self.of(&g.successors, "", false))
        }));
        lines
    }

    pub fn en(self) -> Vec<String> {
        let d = self.decision;
        let mut lines = vec![format!("{}, decided by {}, from {} on", d.paper, d.decided_by, d.on)];
        lines.extend(d.closed.iter().map(|c| {
            let to = self.units(c.successors.iter(), true);
            format!("{} is closed; {to} goes on", self.unit(c.unit, true))
        }));
        lines.extend(d.founded.iter().map(|u| format!("{} is founded", u.name_en)));
        lines.extend(d.regrouped.iter().map(|r| {
            let above = self.units(r.parent.iter().chain(&r.commanded_by), true);
            format!("{} stands below {above}", self.unit(r.unit, true))
        }));
        lines.extend(d.moved.iter().map(|m| {
            format!(
                "{} goes on in {}{}",
                self.post(m.post, true),
                self.unit(m.unit, true),
                self.of(&m.grids, ", for grids ", true)
            )
        }));
        lines.extend(d.ended.iter().map(|p| format!("The post {} ends", self.post(*p, true))));
        lines.extend(
            d.created
                .iter()
                .map(|p| format!("The post {} of {} is new", p.name_en, self.unit(p.unit, true))),
        );
        for row in &d.rows {
            let basis = self.powers.rows.get(&row.row).map_or(row.row.as_str(), |r| &r.basis_en);
            lines.extend(row.units.iter().map(|r| {
                format!("{basis}: {} instead of {}", self.unit(r.to, true), self.unit(r.from, true))
            }));
        }
        lines.extend(d.drawn.iter().map(|g| format!("Grid {} is drawn", g.code)));
        lines.extend(d.redrawn.iter().map(|g| {
            format!("Grid {} becomes {}", self.grid(g.grid), self.of(&g.successors, "", true))
        }));
        lines
    }

    fn unit(self, id: UnitId, english: bool) -> String {
        let founded = self.decision.founded.iter().find(|unit| unit.id == id);
        let unit = founded.or_else(|| self.organisation.units.get(&id));
        unit.map_or_else(|| id.to_string(), |u| pick(english, &u.name, &u.name_en))
    }

    /// A post with its unit of before.
    fn post(self, id: PostId, english: bool) -> String {
        let Some(post) = self.organisation.posts.get(&id) else { return id.to_string() };
        let unit = self.unit(post.unit, english);
        let name = pick(english, &post.name, &post.name_en);
        if english { format!("{name} of {unit}") } else { format!("{unit}{name}") }
    }

    fn grid(self, id: GridId) -> String {
        let drawn = self.decision.drawn.iter().find(|grid| grid.id == id);
        let grid = drawn.or_else(|| self.organisation.grids.get(&id));
        grid.map_or_else(|| id.to_string(), |grid| grid.code.clone())
    }

    fn of(self, grids: &[GridId], before: &str, english: bool) -> String {
        if grids.is_empty() {
            return String::new();
        }
        let codes = grids.iter().take(NAMED + 1).map(|id| self.grid(*id)).collect();
        format!("{before}{}", listed(codes, grids.len(), english))
    }

    fn units<'a>(self, units: impl Iterator<Item = &'a UnitId>, english: bool) -> String {
        let names: Vec<String> = units.map(|id| self.unit(*id, english)).collect();
        let all = names.len();
        listed(names, all, english)
    }
}

/// The most names in one line; of a longer list the first of them stand for all, with how many there are.
const NAMED: usize = 3;

/// All of the names, or the first of them with how many `all` are.
fn listed(mut names: Vec<String>, all: usize, english: bool) -> String {
    if all <= NAMED && english {
        let last = names.pop().unwrap_or_default();
        return if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) };
    }
    if all <= NAMED {
        return names.join("、");
    }
    names.truncate(NAMED);
    if english {
        format!("{} and {} more, {all} in all", names.join(", "), all - NAMED)
    } else {
        format!("{}等{all}个", names.join("、"))
    }
}

fn pick(english: bool, zh: &str, en: &str) -> String {
    if english { en.to_owned() } else { zh.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_says_how_many_and_names_the_first() {
        let names = |n: usize| (1..=n).map(|n| n.to_string()).collect::<Vec<_>>();
        for (all, zh, en) in [
            (1, "1", "1"),
            (2, "1、2", "1 and 2"),
            (3, "1、2、3", "1, 2 and 3"),
            (70, "1、2、3等70个", "1, 2, 3 and 67 more, 70 in all"),
        ] {
            assert_eq!(listed(names(all), all, false), zh);
            assert_eq!(listed(names(all), all, true), en);
        }
    }
}

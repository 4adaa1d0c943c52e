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
            let to: Vec<String> = c.successors.iter().map(|u| self.unit(*u, false)).collect();
            format!("撤销{}，由{}承接", self.unit(c.unit, false), to.join("、"))
        }));
        lines.extend(d.founded.iter().map(|u| format!("设立{}", u.name)));
        lines.extend(d.regrouped.iter().map(|r| {
            let above: Vec<String> =
                r.parent.iter().chain(&r.commanded_by).map(|u| self.unit(*u, false)).collect();
            format!("{}改由{}领导", self.unit(r.unit, false), above.join("、"))
        }));
        lines.extend(d.moved.iter().map(|m| {
            format!(
                "{}转入{}{}",
                self.post(m.post, false),
                self.unit(m.unit, false),
                self.of(&m.grids, "，负责网格", "、")
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
            format!("网格{}调整为{}", self.grid(g.grid), self.of(&g.successors, "", "、"))
        }));
        lines
    }

    pub fn en(self) -> Vec<String> {
        let d = self.decision;
        let mut lines = vec![format!("{}, decided by {}, from {} on", d.paper, d.decided_by, d.on)];
        lines.extend(d.closed.iter().map(|c| {
            let to: Vec<String> = c.successors.iter().map(|u| self.unit(*u, true)).collect();
            format!("{} is closed; {} goes on", self.unit(c.unit, true), to.join(", "))
        }));
        lines.extend(d.founded.iter().map(|u| format!("{} is founded", u.name_en)));
        lines.extend(d.regrouped.iter().map(|r| {
            let above: Vec<String> =
                r.parent.iter().chain(&r.commanded_by).map(|u| self.unit(*u, true)).collect();
            format!("{} stands below {}", self.unit(r.unit, true), above.join(" and "))
        }));
        lines.extend(d.moved.iter().map(|m| {
            format!(
                "{} goes on in {}{}",
                self.post(m.post, true),
                self.unit(m.unit, true),
                self.of(&m.grids, ", for grids ", ", ")
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
            format!("Grid {} becomes {}", self.grid(g.grid), self.of(&g.successors, "", ", "))
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

    fn of(self, grids: &[GridId], before: &str, between: &str) -> String {
        let codes: Vec<String> = grids.iter().map(|id| self.grid(*id)).collect();
        if codes.is_empty() { String::new() } else { format!("{before}{}", codes.join(between)) }
    }
}

fn pick(english: bool, zh: &str, en: &str) -> String {
    if english { en.to_owned() } else { zh.to_owned() }
}

//! The unit at work: signed for, passed on, planned, answered.

use serde_json::{Value, json};
use zongheng_core::ids::{PostId, UnitId};
use zongheng_core::matter::Part;
use zongheng_core::playbook::Stage;

use crate::commands::simulate::chance::Chance;
use crate::commands::simulate::fate::Kind;
use crate::commands::simulate::scene::Scene;
use crate::commands::simulate::words::said;

impl Scene<'_> {
    /// Now and then it names the post that takes it on.
    pub(super) fn signed(&self, unit: UnitId, chance: &mut Chance) -> Value {
        match self.cast.of_unit(unit).first() {
            Some(post) if chance.percent(40) => json!({"post": post}),
            _ => json!({}),
        }
    }

    /// 转办: to the unit below it that does such work, to the village of the place, or across the room.
    pub(super) fn passed_on(&self, unit: UnitId, chance: &mut Chance) -> Option<Value> {
        let organisation = &self.county.organisation;
        let below = organisation.units.values().filter(|u| u.superiors().any(|s| s == unit));
        let below: Vec<UnitId> = below.map(|u| u.id).collect();
        let village = self.unit_of_place().map(|u| u.id).filter(|u| below.contains(u));
        let lower = village.or_else(|| below.first().copied().filter(|_| below.len() < 3));
        let has = self.matter().share_of(unit)?.post;
        let posts: Vec<PostId> = lower.map(|u| self.cast.of_unit(u).to_vec()).unwrap_or_default();
        let own = self.cast.of_unit(unit).iter().copied();
        let to = posts.into_iter().chain(own).find(|post| Some(*post) != has)?;
        let due = self.matter().open_deadline(Stage::Settle, None).map(|d| d.due);
        let mut body = json!({"post": to, "text": chance.word(said::PASS_ON)});
        if let Some(due) = due {
            let before = self.county.calendar.closing_before(due);
            if before > self.now {
                body["due"] = json!(before);
            }
        }
        Some(body)
    }

    /// 报方案: the steps of the work, one after the other; where the dates shall replace the limit, beyond
    /// it.
    pub(super) fn planned(&self, replaces: bool, chance: &mut Chance) -> Option<Value> {
        let matter = self.matter();
        let settle = matter.open_deadline(Stage::Settle, None)?.due;
        let latest = if replaces { self.day_after(settle, chance.between(40, 75)) } else { settle };
        let steps = said::nodes(self.life.fate.kind);
        let first = matter.plan.iter().map(|node| node.no).max().unwrap_or(0) + 1;
        let assists: Vec<UnitId> =
            matter.assists().filter(|s| s.is_open()).map(|s| s.unit).collect();
        let (whole, all) = (latest.seconds_since(self.now), i64::try_from(steps.len()).ok()?);
        let mut nodes = Vec::new();
        for (n, title) in (0..).zip(steps) {
            let no = first + n;
            let day = self.now.plus_seconds(whole * i64::from(n + 1) / all);
            let due = self.county.calendar.closing(day.date()).min(latest);
            let mut node = json!({"no": no, "title": title, "due": due});
            if n > 0 {
                node["after"] = json!([no - 1]);
            }
            // One step in the middle is an assisting unit's.
            if n == 1
                && let Some(unit) = chance.of(&assists)
            {
                node["unit"] = json!(unit);
            }
            nodes.push(node);
        }
        let mut body = json!({"nodes": nodes, "replaces": replaces});
        if replaces {
            body["reason"] = json!(chance.word(said::PLAN));
        }
        (latest > self.now).then_some(body)
    }

    pub(super) fn node_done(&self, node: u16, chance: &mut Chance) -> &'static str {
        let of_playbook = self.matter().plan.iter().any(|n| n.no == node && n.title.is_none());
        chance.word(if of_playbook { said::CONTROLLED } else { said::NODE_DONE })
    }

    pub(super) fn answered(&self, unit: UnitId, chance: &mut Chance) -> Value {
        let fate = &self.life.fate;
        let assists = self.matter().share_of(unit).is_some_and(|s| s.part == Part::Assist);
        if assists {
            return json!({"kind": "solved", "text": chance.word(said::ASSISTED)});
        }
        let kind = fate.settled.or_else(|| chance.weighted(kinds(fate.kind))).unwrap_or("solved");
        let done = fate.told.as_ref().map_or("", |told| told.done);
        let text = match kind {
            "solved" if !done.is_empty() => done,
            "solved" => chance.word(said::ANSWER),
            "partly" => chance.word(said::PARTLY),
            "guided" => chance.word(said::GUIDED),
            "untrue" => chance.word(said::UNTRUE),
            "withdrawn" => chance.word(said::WITHDRAWN),
            _ => chance.word(said::EXPLAINED),
        };
        json!({"kind": kind, "text": text})
    }
}

/// How matters of a kind are settled, of what its playbook allows.
const fn kinds(kind: Kind) -> &'static [(u32, &'static str)] {
    match kind {
        Kind::CountyTask => &[(85, "solved"), (15, "partly")],
        Kind::Whistle => &[(80, "solved"), (12, "partly"), (8, "explained")],
        Kind::Dispute => &[(70, "solved"), (10, "partly"), (14, "guided"), (6, "withdrawn")],
        Kind::EnterpriseNeed => &[(74, "solved"), (14, "explained"), (12, "planned")],
        Kind::HiddenDanger => &[(94, "solved"), (6, "untrue")],
        _ => &[
            (78, "solved"),
            (8, "explained"),
            (5, "partly"),
            (4, "guided"),
            (3, "planned"),
            (2, "untrue"),
        ],
    }
}

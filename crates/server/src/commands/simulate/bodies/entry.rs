//! At the desk and on the spot: confirmed, corrected, settled at once, taken apart.

use serde_json::{Value, json};
use zongheng_core::ids::CategoryId;
use zongheng_core::playbook::Stage;

use crate::commands::simulate::chance::Chance;
use crate::commands::simulate::fate::Kind;
use crate::commands::simulate::scene::Scene;
use crate::commands::simulate::words::{said, short};

impl Scene<'_> {
    pub(super) fn filed(&self) -> Value {
        let fate = &self.life.fate;
        let grade = if fate.major { "major" } else { "ordinary" };
        match fate.category.as_ref().map(CategoryId::as_str) {
            // A kind with one category only has it already.
            Some(id) if !matches!(fate.kind, Kind::CountyTask | Kind::Dispute) => {
                json!({"category": id, "grade": grade})
            }
            _ => json!({"grade": grade}),
        }
    }

    /// The desk has mistaken how it came.
    pub(super) fn corrected(&self) -> Value {
        let another = match (self.life.fate.kind, self.matter().source.as_str()) {
            (Kind::ResidentReport | Kind::Dispute, "phone") => "visit",
            (Kind::CountyTask, "meeting") => "leader",
            (Kind::CountyTask, _) => "meeting",
            _ => "phone",
        };
        json!({"source": another})
    }

    /// The city's centre gives more time, or less.
    pub(super) fn moved_by_the_city(&self, chance: &mut Chance) -> Option<Value> {
        let outside = self.matter().outside.as_ref()?;
        let days = chance.weighted(&[(70, 4), (30, -1)]).unwrap_or(4);
        let due = self.day_after(outside.due, days);
        (due > self.now).then(|| json!({"outside_due": due}))
    }

    pub(super) fn settled_on_spot(&self, chance: &mut Chance) -> Value {
        let done = self.life.fate.told.as_ref().map_or("", |told| told.done);
        let text = if done.is_empty() { chance.word(said::ON_SPOT) } else { done };
        json!({"text": text})
    }

    /// By places, each with a day of its own before that of the whole.
    pub(super) fn taken_apart(&self, parts: u8, chance: &mut Chance) -> Option<Value> {
        let settle = self.matter().open_deadline(Stage::Settle, None).map(|d| d.due);
        let latest = settle.unwrap_or_else(|| self.day_after(self.now, 10));
        let organisation = &self.county.organisation;
        let mut children = Vec::new();
        let mut places: Vec<_> = Vec::new();
        while places.len() < usize::from(parts) {
            let village = chance.picked(&self.cast.villages)?;
            if !places.contains(village) {
                places.push(village.clone());
            }
        }
        for (n, place) in (1..).zip(places) {
            let name = organisation.divisions.get(&place).map_or("", |d| d.name.as_str());
            let name = short(name);
            let days = latest.seconds_since(self.now) / 86_400;
            let due = self.day_after(self.now, (days * n / i64::from(parts)).max(1)).min(latest);
            let title = self.life.fate.told.as_ref().map_or("", |told| told.title.as_str());
            children
                .push(json!({"title": format!("{name}：{title}"), "due": due, "division": place}));
        }
        (latest > self.now).then(|| json!({"children": children}))
    }
}

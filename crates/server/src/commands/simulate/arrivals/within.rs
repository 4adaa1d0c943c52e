//! What people in their posts find, call for or are told to do.

use serde_json::json;
use zongheng_core::matter::Actor;
use zongheng_core::organisation::Role;

use super::{Around, Entered, reporter};
use crate::commands::simulate::chance::Chance;
use crate::commands::simulate::fate::{Fate, Of};
use crate::commands::simulate::words;

/// What a grid member may settle on the spot, with how often it is found.
const ON_SPOT: [(u32, &str); 5] =
    [(40, "rubbish"), (20, "city_look"), (15, "drainage"), (10, "street_lamp"), (15, "forest")];

impl Around<'_> {
    pub(super) fn finding(&self, fate: &mut Fate, chance: &mut Chance) -> Entered {
        let (mut actor, place, division) =
            if let Some((member, place, village)) = self.member(fate, chance) {
                (Some(member), place, village)
            } else {
                let division = self.village(fate, chance);
                (None, json!({"division": division}), division)
            };
        let unit = self.county.organisation.unit_of_division(&division, self.now.date());
        let village = unit.and_then(|unit| self.cast.of_unit(unit.id).first());
        let village = village.and_then(|post| self.cast.actor(*post)).cloned();
        // A look that failed is entered by the village that had settled it.
        let by_village = matches!(fate.of, Some(Of::Follows(_))) || chance.percent(15);
        if actor.is_none() || by_village {
            actor = village.or(actor);
        }
        if fate.on_spot {
            let drawn = chance.weighted(&ON_SPOT).unwrap_or("rubbish");
            fate.category.get_or_insert_with(|| drawn.into());
        }
        let category = self.subject(fate, chance, &division);
        let mut body = json!({"category": category, "place": place, "source": "grid"});
        if !fate.on_spot && !fate.nameless && chance.percent(12) {
            body["reporter"] = reporter(chance);
        }
        (body, actor.unwrap_or_else(Actor::system))
    }

    pub(super) fn task(&self, fate: &mut Fate, chance: &mut Chance) -> Entered {
        let source = fate.source.unwrap_or("meeting");
        let told = words::task(chance, source);
        fate.told.get_or_insert(told);
        let body = json!({"source": source, "place": {"division": self.county.code}});
        (body, self.with_role(Role::SupervisionClerk).unwrap_or_else(Actor::system))
    }

    pub(super) fn whistle(&self, fate: &mut Fate, chance: &mut Chance) -> Entered {
        let division = match &fate.division {
            Some(division) => division.clone(),
            None => super::draw(chance, &self.cast.townships),
        };
        let (category, told) = words::whistle(chance, &self.said(&division));
        fate.category.get_or_insert_with(|| category.into());
        fate.told.get_or_insert(told);
        let weights = [(5, "grid"), (3, "visit"), (2, "phone")];
        let body = json!({
            "category": fate.category, "place": {"division": division}, "urgent": fate.major,
            "source": chance.weighted(&weights).unwrap_or("grid"),
        });
        let role = if chance.percent(70) { Role::TownshipHall } else { Role::TownshipDeputy };
        let actor = self.in_township(&division, role);
        (body, actor.unwrap_or_else(Actor::system))
    }

    pub(super) fn danger(&self, fate: &mut Fate, chance: &mut Chance) -> Entered {
        let division = self.village(fate, chance);
        let wanted = fate.category.as_ref().map(|c| c.as_str().to_owned());
        let (category, told) = words::danger(chance, &self.said(&division), wanted.as_deref());
        fate.category.get_or_insert_with(|| category.into());
        fate.told.get_or_insert(told);
        let mut body = json!({
            "category": fate.category, "place": {"division": division}, "urgent": true,
        });
        let mut source = fate.source.unwrap_or("inspection");
        let mut actor = None;
        match source {
            "inspection" => {
                let inspectors = self.cast.with_role(Role::Inspector);
                let one = chance.of(inspectors).and_then(|post| self.cast.actor(*post));
                actor = one.cloned();
            }
            "phone" => {
                actor = self.with_role(Role::EmergencyDesk);
                body["reporter"] = reporter(chance);
            }
            "grid" => {
                if let Some((member, place, _)) = self.member(fate, chance) {
                    (actor, body["place"]) = (Some(member), place);
                }
            }
            _ => {}
        }
        if actor.is_none() {
            source = "resident";
            body["reporter"] = reporter(chance);
        }
        body["source"] = json!(source);
        (body, actor.unwrap_or_else(Actor::by_receipt))
    }
}

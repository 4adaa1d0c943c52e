//! What comes from outside the offices: residents, the city's hotline, parties, enterprises.

use serde_json::json;
use zongheng_core::ids::{CategoryId, DivisionCode};
use zongheng_core::matter::Actor;
use zongheng_core::organisation::Role;

use super::{Around, Entered, reporter};
use crate::commands::simulate::chance::Chance;
use crate::commands::simulate::fate::Fate;
use crate::commands::simulate::parameters::Parameters;
use crate::commands::simulate::weather::spoken;
use crate::commands::simulate::words;

/// Who enters it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Resident,
    Township,
    Grid,
    Centre,
}

impl Around<'_> {
    pub(super) fn resident(&self, fate: &mut Fate, chance: &mut Chance) -> Entered {
        let ways = [Way::Resident, Way::Township, Way::Grid, Way::Centre];
        let weights: Vec<_> = self.parameters.ways.into_iter().zip(ways).collect();
        // Who reports twice does so in the same way.
        let mut way = chance.weighted(&weights).unwrap_or(Way::Resident);
        if fate.of.is_some() || !fate.twins.is_empty() || fate.asked_again {
            way = Way::Resident;
        }
        let mut division = self.place(fate, chance);
        let mut place = json!({"division": division});
        let mut actor = None;
        if way == Way::Grid {
            match self.member(fate, chance) {
                Some((member, spot, village)) => {
                    (actor, place, division) = (Some(member), spot, village);
                }
                None => way = Way::Resident,
            }
        }
        let category = self.subject(fate, chance, &division);
        let mut body = json!({"place": place});
        if chance.percent(80) {
            body["category"] = json!(category);
        }
        if chance.percent(4) {
            body["urgent"] = json!(true);
        }
        if way != Way::Grid {
            body["reporter"] = reporter(chance);
        }
        let hall = self.township(&division);
        if way == Way::Resident
            && fate.of.is_none()
            && fate.twins.is_empty()
            && chance.percent(2)
            && let Some(hall) = hall
        {
            body["against"] = json!(hall.id);
        }
        let (source, actor) = match way {
            Way::Resident => ("resident", Some(Actor::by_receipt())),
            Way::Grid => ("grid", actor),
            Way::Township => {
                let source = chance.weighted(&[(6, "phone"), (4, "visit")]).unwrap_or("phone");
                (source, self.in_township(&division, Role::TownshipHall))
            }
            Way::Centre => {
                let source = chance.weighted(&[(7, "phone"), (3, "chat")]).unwrap_or("phone");
                (source, self.with_role(Role::CommandCentre))
            }
        };
        body["source"] = json!(source);
        (body, actor.unwrap_or_else(Actor::by_receipt))
    }

    /// What it is about, and the words for it.
    pub(super) fn subject(
        &self,
        fate: &mut Fate,
        chance: &mut Chance,
        division: &DivisionCode,
    ) -> CategoryId {
        let Parameters { categories, weather, .. } = self.parameters;
        let spoken = spoken(categories, weather, self.sky);
        let drawn = chance.picked(&spoken).cloned().unwrap_or_else(|| "road_bridge".into());
        let category = fate.category.get_or_insert(drawn).clone();
        let told = words::report(chance, category.as_str(), &self.said(division));
        fate.told.get_or_insert(told);
        category
    }

    /// 热线工单: the city's number and limit come with it.
    pub(super) fn order(&self, fate: &mut Fate, chance: &mut Chance) -> Entered {
        let division = self.place(fate, chance);
        let category = self.subject(fate, chance, &division);
        let days = u32::try_from(chance.between(6, 11)).unwrap_or(7);
        let due = self.county.calendar.working_day_after(self.now.date(), days).0;
        let number = match &fate.script {
            Some(script) => script.number.clone(),
            None => format!("信热〔{}〕{:05}号", self.now.date().year(), self.orders + 1),
        };
        let mut body = json!({
            "category": category, "place": {"division": division}, "source": "hotline",
            "outside": {
                "number": number,
                "due": self.county.calendar.closing(due),
            },
        });
        if fate.script.is_none() && chance.percent(85) {
            body["reporter"] = reporter(chance);
        }
        let centre = self.with_role(Role::CommandCentre);
        (body, centre.unwrap_or_else(Actor::system))
    }

    pub(super) fn dispute(&self, fate: &mut Fate, chance: &mut Chance) -> Entered {
        let division = self.village(fate, chance);
        let told = words::dispute(chance, &self.said(&division));
        fate.told.get_or_insert(told);
        let mut body = json!({"place": {"division": division}});
        let weights = [(45, "resident"), (30, "visit"), (25, "grid")];
        let source = chance.weighted(&weights).unwrap_or("resident");
        let found = if source == "grid" { self.member(fate, chance) } else { None };
        let actor = match (source, found) {
            ("grid", Some((member, place, _))) => {
                body["place"] = place;
                Some(member)
            }
            ("visit", _) => self.in_township(&division, Role::GovernanceCentre),
            _ => None,
        };
        body["source"] = json!(if actor.is_none() { "resident" } else { source });
        if source != "grid" || actor.is_none() {
            body["reporter"] = reporter(chance);
        }
        (body, actor.unwrap_or_else(Actor::by_receipt))
    }

    pub(super) fn need(&self, fate: &mut Fate, chance: &mut Chance) -> Entered {
        let division = match &fate.division {
            Some(division) => division.clone(),
            None => super::draw(chance, &self.cast.townships),
        };
        let told = words::need(chance);
        fate.told.get_or_insert(told);
        let category = fate.category.get_or_insert_with(|| "enterprise_service".into()).clone();
        let mut body = json!({
            "category": category, "place": {"division": division}, "reporter": reporter(chance),
        });
        let officer = self.with_role(Role::ServiceOfficer).filter(|_| chance.percent(40));
        body["source"] = json!(if officer.is_some() { "visit" } else { "enterprise" });
        (body, officer.unwrap_or_else(Actor::by_receipt))
    }
}

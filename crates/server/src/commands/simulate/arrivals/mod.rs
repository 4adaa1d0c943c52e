//! How a matter comes in: who enters it, from where and under which kind.

mod public;
mod within;

use serde_json::{Map, Value, json};
use zongheng_core::county::County;
use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::{Actor, Report};
use zongheng_core::organisation::{Role, Unit};
use zongheng_core::time::At;
use zongheng_store::NewContent;

use super::cast::Cast;
use super::chance::Chance;
use super::fate::{Fate, Kind, Of};
use super::parameters::Parameters;
use super::weather::Sky;
use super::words;
use crate::submit::{Mint, read_report};

/// A report ready to be sent.
pub(super) struct Arrival {
    pub(super) report: Report,
    pub(super) contents: Vec<NewContent>,
    pub(super) actor: Actor,
    pub(super) body: Map<String, Value>,
    pub(super) fate: Fate,
}

/// Where reports come from, and when.
pub(super) struct Around<'a> {
    pub(super) county: &'a County,
    pub(super) cast: &'a Cast,
    pub(super) parameters: &'a Parameters,
    pub(super) sky: Sky,
    pub(super) now: At,
    /// How many orders of the city were numbered before.
    pub(super) orders: u32,
}

/// What somebody enters, and who that is.
type Entered = (Value, Actor);

/// # Panics
/// A composed report is not well-formed: the templates are wrong, not the input.
pub(super) fn arrival(
    mut fate: Fate,
    door: &Around<'_>,
    chance: &mut Chance,
    mint: &mut Mint,
) -> Arrival {
    let now = door.now;
    let (mut body, actor) = match fate.kind {
        Kind::ResidentReport => door.resident(&mut fate, chance),
        Kind::HotlineOrder => door.order(&mut fate, chance),
        Kind::GridFinding => door.finding(&mut fate, chance),
        Kind::CountyTask => door.task(&mut fate, chance),
        Kind::Whistle => door.whistle(&mut fate, chance),
        Kind::Dispute => door.dispute(&mut fate, chance),
        Kind::EnterpriseNeed => door.need(&mut fate, chance),
        Kind::HiddenDanger => door.danger(&mut fate, chance),
    };
    body["playbook"] = json!(fate.kind.playbook());
    body["id"] = json!(mint.id(now));
    if let Some(told) = &fate.told {
        body["title"] = json!(told.title);
        body["detail"] = json!(told.detail);
    }
    if let Some(Of::Follows(before)) = fate.of {
        body["follows"] = json!(before);
    }
    let Value::Object(body) = body else { unreachable!("a report is an object") };
    match read_report(&body, &door.county.organisation, mint, now) {
        Ok(read) => Arrival { report: read.report, contents: read.contents, actor, body, fate },
        Err(faults) => panic!("a composed report has faults: {faults:?}"),
    }
}

impl Around<'_> {
    /// A village mostly, now and then a place known only by its township.
    fn place(&self, fate: &Fate, chance: &mut Chance) -> DivisionCode {
        match &fate.division {
            Some(division) => division.clone(),
            None if chance.percent(self.parameters.places.alone) => {
                draw(chance, &self.cast.townships)
            }
            None => self.some_village(chance),
        }
    }

    fn village(&self, fate: &Fate, chance: &mut Chance) -> DivisionCode {
        fate.division.clone().unwrap_or_else(|| self.some_village(chance))
    }

    fn some_village(&self, chance: &mut Chance) -> DivisionCode {
        chance.picked(&self.cast.villages).cloned().unwrap_or_else(|| self.county.code.clone())
    }

    /// The place as people say it.
    fn said(&self, division: &DivisionCode) -> String {
        let known = self.county.organisation.divisions.get(division);
        words::short(known.map_or("", |d| d.name.as_str()))
    }

    fn township(&self, division: &DivisionCode) -> Option<&Unit> {
        let organisation = &self.county.organisation;
        let township = organisation.township_of(division)?;
        organisation.unit_of_division(&township.code, self.now.date())
    }

    /// The holder of the post of that role in the township.
    fn in_township(&self, division: &DivisionCode, role: Role) -> Option<Actor> {
        let unit = self.township(division)?.id;
        let posts = self.cast.with_role(role).iter();
        posts.filter_map(|post| self.cast.actor(*post)).find(|a| a.unit == Some(unit)).cloned()
    }

    fn with_role(&self, role: Role) -> Option<Actor> {
        self.cast.with_role(role).first().and_then(|post| self.cast.actor(*post)).cloned()
    }

    /// Somebody whose grids lie in the place, or anywhere; with the grid and its village.
    fn member(&self, fate: &Fate, chance: &mut Chance) -> Option<(Actor, Value, DivisionCode)> {
        let organisation = &self.county.organisation;
        let of = |actor: &Actor| organisation.grids.get(actor.grids.first()?);
        let all: Vec<&Actor> = self.cast.at_grids().into_iter().map(|(_, actor)| actor).collect();
        let near = all.iter().filter(|actor| {
            let village = of(actor).map(|grid| &grid.division);
            fate.division.is_none() || village == fate.division.as_ref()
        });
        let near: Vec<&Actor> = near.copied().collect();
        let member = (*chance.of(&near)?).clone();
        let grid = of(&member)?;
        Some((
            member.clone(),
            json!({"division": grid.division, "grid": grid.id}),
            grid.division.clone(),
        ))
    }
}

/// A telephone of nobody: the numbers behind this prefix are not given out.
fn reporter(chance: &mut Chance) -> Value {
    let phone = format!("1380000{:04}", chance.between(0, 9999));
    json!({"phone": phone, "hidden": chance.percent(15)})
}

fn draw(chance: &mut Chance, list: &[DivisionCode]) -> DivisionCode {
    chance.of(list).cloned().unwrap_or_else(|| DivisionCode(String::new()))
}

//! How a matter comes in: from a resident, a clerk or a grid member, or as a county task.

use serde_json::{Map, Value, json};
use zongheng_core::county::County;
use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::{Actor, Report};
use zongheng_core::organisation::Role;
use zongheng_core::time::At;
use zongheng_store::NewContent;

use super::cast::Cast;
use super::chance::Chance;
use super::fate::Fate;
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

/// Who enters it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Resident,
    Township,
    Grid,
    Centre,
}

/// # Panics
/// A composed report is not well-formed: the templates are wrong, not the input.
pub(super) fn arrival(
    mut fate: Fate,
    county: &County,
    cast: &Cast,
    chance: &mut Chance,
    mint: &mut Mint,
    now: At,
) -> Arrival {
    let (body, actor) = if fate.task {
        task(county, cast, chance)
    } else {
        let category = chance.weighted(&words::CATEGORIES).unwrap_or("road_bridge");
        fate.category.get_or_insert_with(|| category.into());
        residents(&fate, county, cast, chance, now)
    };
    let mut body = body;
    body["id"] = json!(mint.id(now));
    let Value::Object(body) = body else { unreachable!("a report is an object") };
    match read_report(&body, &county.organisation, mint, now) {
        Ok(read) => Arrival { report: read.report, contents: read.contents, actor, body, fate },
        Err(faults) => panic!("a composed report has faults: {faults:?}"),
    }
}

fn task(county: &County, cast: &Cast, chance: &mut Chance) -> (Value, Actor) {
    let (title, detail) = words::task(chance);
    let source = chance.weighted(&[(5, "meeting"), (3, "leader"), (2, "supervision")]);
    let body = json!({
        "playbook": "county_task", "title": title, "detail": detail,
        "source": source.unwrap_or("meeting"), "place": {"division": county.code},
    });
    let clerk = cast.with_role(Role::SupervisionClerk).first();
    (body, clerk.and_then(|post| cast.actor(*post)).cloned().unwrap_or_else(Actor::system))
}

fn residents(
    fate: &Fate,
    county: &County,
    cast: &Cast,
    chance: &mut Chance,
    now: At,
) -> (Value, Actor) {
    let weights = [(52, Way::Resident), (24, Way::Township), (16, Way::Grid), (8, Way::Centre)];
    let mut way = chance.weighted(&weights).unwrap_or(Way::Resident);
    let mut division = match &fate.division {
        Some(division) => division.clone(),
        None if chance.percent(12) => draw(chance, &cast.townships),
        None => draw(chance, &cast.villages),
    };
    let at_grids = cast.at_grids();
    let member = chance.of(&at_grids).map(|(_, actor)| (*actor).clone());
    let grid = member
        .as_ref()
        .and_then(|m| m.grids.first())
        .and_then(|g| county.organisation.grids.get(g));
    match grid {
        Some(grid) if way == Way::Grid && fate.division.is_none() => {
            division = grid.division.clone();
        }
        _ if way == Way::Grid => way = Way::Resident,
        _ => {}
    }
    let name = county.organisation.divisions.get(&division).map_or("", |d| d.name.as_str());
    let category = fate.category.as_ref().map_or("road_bridge", |c| c.as_str());
    let (title, detail) = words::report(chance, category, &short(name));
    let mut body = json!({
        "playbook": "resident_report", "title": title, "detail": detail,
        "place": {"division": division},
    });
    if chance.percent(80) {
        body["category"] = json!(category);
    }
    if chance.percent(4) {
        body["urgent"] = json!(true);
    }
    if way == Way::Grid {
        if let Some(grid) = grid {
            body["place"]["grid"] = json!(grid.id);
        }
    } else {
        let phone = format!("1380000{:04}", chance.between(0, 9999));
        let hidden = chance.percent(15);
        body["reporter"] = json!({"phone": phone, "hidden": hidden});
    }
    let township = county.organisation.township_of(&division);
    let hall = township.and_then(|t| county.organisation.unit_of_division(&t.code, now.date()));
    if way == Way::Resident
        && chance.percent(2)
        && let Some(hall) = hall
    {
        body["against"] = json!(hall.id);
    }
    let (source, actor) = match way {
        Way::Resident => ("resident", Some(Actor::by_receipt())),
        Way::Grid => ("grid", member),
        Way::Township => {
            let source = chance.weighted(&[(6, "phone"), (4, "visit")]).unwrap_or("phone");
            (
                source,
                hall.and_then(|unit| cast.of_unit(unit.id).first())
                    .and_then(|p| cast.actor(*p))
                    .cloned(),
            )
        }
        Way::Centre => {
            let source = chance.weighted(&[(7, "phone"), (3, "chat")]).unwrap_or("phone");
            let post = cast.with_role(Role::CommandCentre).first();
            (source, post.and_then(|p| cast.actor(*p)).cloned())
        }
    };
    body["source"] = json!(source);
    (body, actor.unwrap_or_else(Actor::by_receipt))
}

fn draw(chance: &mut Chance, list: &[DivisionCode]) -> DivisionCode {
    chance.of(list).cloned().unwrap_or_else(|| DivisionCode(String::new()))
}

/// A division's name as people say it: 曹寨村, not 曹寨村民委员会.
fn short(name: &str) -> String {
    for (long, said) in
        [("村民委员会", "村"), ("居民委员会", "社区"), ("村委会", "村"), ("居委会", "社区")]
    {
        if let Some(stem) = name.strip_suffix(long) {
            let stem = stem.strip_suffix(said).unwrap_or(stem);
            return format!("{stem}{said}");
        }
    }
    name.to_owned()
}

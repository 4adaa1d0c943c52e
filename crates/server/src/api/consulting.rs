//! What every post may ask, and what was decided: whose a matter would be, the rules, discretion used.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use zongheng_core::ids::{CategoryId, DivisionCode};
use zongheng_core::matter::FieldFault;
use zongheng_core::powers::NoPower;
use zongheng_core::rules::Discretion;
use zongheng_core::ruling::{may_consult, may_read_decisions};
use zongheng_store::ledger::Place;

use super::acts::page_size;
use super::caller::Caller;
use super::problem::Problem;
use crate::app::Shared;
use crate::commands::rules;
use crate::decisions::{self, Asked, Line, decided_by, decider};
use crate::who;

const NO_POST: &str = "only a post of the county asks this; this account holds none today";

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct WhoQuery {
    /// What it is about, such as `road_bridge`.
    category: Option<String>,
    /// Where: a division's twelve digits.
    place: Option<String>,
    /// On which day, such as 2026-12-01; today where left out.
    date: Option<String>,
}

/// A day of a query; none where it is left out.
pub(super) fn day(name: &str, text: Option<&String>, faults: &mut Vec<FieldFault>) -> Option<Date> {
    let text = text.filter(|text| !text.is_empty())?;
    let read = text.parse().ok();
    if read.is_none() {
        faults.push(FieldFault::new(name, "a day such as 2026-12-01 is wanted here"));
    }
    read
}

fn named<'a>(
    name: &str,
    text: Option<&'a String>,
    what: &str,
    faults: &mut Vec<FieldFault>,
) -> Option<&'a str> {
    let text = text.map(|text| text.trim()).filter(|text| !text.is_empty());
    if text.is_none() {
        faults.push(FieldFault::new(name, what));
    }
    text
}

/// Who gets a matter of a category at a place on a day, and why, in both languages; with what the
/// townships' lists, delegations and the entry list say of it (`lists_zh`, `lists_en`).
#[utoipa::path(get, path = "/api/v1/who", tag = "powers", params(WhoQuery),
    responses((status = 200, description = "lead, assists, level, limit, basis and the steps"),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, description = "`nobody`: the list has no answer, with the steps passed", body = Problem),
        (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn who(
    State(app): State<Shared>,
    caller: Caller,
    query: Result<Query<WhoQuery>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let county = app.county().await?;
    if !may_consult(&caller.actor(&county, app.now())) {
        return Err(Problem::not_yours(NO_POST));
    }
    let Query(query) = query.map_err(|e| Problem::field("query", e.body_text()))?;
    let mut faults = Vec::new();
    let category = named("category", query.category.as_ref(), "a category is wanted", &mut faults);
    let place = named("place", query.place.as_ref(), "a division's code is wanted", &mut faults);
    let date = day("date", query.date.as_ref(), &mut faults).unwrap_or_else(|| app.now().date());
    let (Some(category), Some(place), true) = (category, place, faults.is_empty()) else {
        return Err(Problem::invalid(&faults));
    };
    let (category, place) = (CategoryId::from(category), DivisionCode::from(place));
    let names = crate::who::names(&county.organisation, &county.powers);
    let found = county.powers.proposal(&county.organisation, &category, &place, date);
    let row = found.as_ref().ok().map(|found| found.row.as_str());
    let said = county.powers.said(&county.organisation, &category, &place, row, date);
    match &found {
        Ok(found) => {
            let mut answer = who::as_json(found, names);
            (answer["lists_zh"], answer["lists_en"]) =
                (json!(said.zh(names)), json!(said.en(names)));
            Ok(Json(answer))
        }
        Err(none @ NoPower::UnknownCategory(_)) => {
            Err(Problem::field("category", none.to_string()))
        }
        Err(none @ NoPower::UnknownPlace(_)) => Err(Problem::field("place", none.to_string())),
        Err(none) => {
            let step = |reason| json!({ "zh": names.zh(reason), "en": names.en(reason) });
            Err(Problem::nobody(none.to_string(), who::passed(none).iter().map(step).collect()))
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RulesOut {
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
    next: Option<String>,
}

/// Every rule with its strength, its source, and whose decision allows it.
#[utoipa::path(get, path = "/api/v1/rules", tag = "powers",
    responses((status = 200, body = RulesOut), (status = 401, body = Problem), (status = 403, body = Problem)),
    security(("token" = [])))]
pub(super) async fn rules(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<Json<RulesOut>, Problem> {
    let county = app.county().await?;
    if !may_consult(&caller.actor(&county, app.now())) {
        return Err(Problem::not_yours(NO_POST));
    }
    Ok(Json(RulesOut { items: rules::all(), next: None }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionsQuery {
    /// The first day.
    from: Option<String>,
    /// The last day.
    until: Option<String>,
    /// Such as `granted_extend` or `despite`.
    kind: Option<String>,
    /// A part of the name of the unit or post that decided.
    by: Option<String>,
    limit: Option<u32>,
    after: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DecisionsOut {
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
    /// A page with few items or none can have more after it.
    next: Option<String>,
}

/// What was decided where the rules left a choice, oldest first; without the matters that the caller may
/// not see.
#[utoipa::path(get, path = "/api/v1/decisions", tag = "powers", params(DecisionsQuery),
    responses((status = 200, body = DecisionsOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn decisions(
    State(app): State<Shared>,
    caller: Caller,
    query: Result<Query<DecisionsQuery>, QueryRejection>,
) -> Result<Json<DecisionsOut>, Problem> {
    let county = app.county().await?;
    let actor = caller.actor(&county, app.now());
    if !may_read_decisions(&actor) {
        return Err(Problem::unknown());
    }
    let Query(query) = query.map_err(|e| Problem::field("query", e.body_text()))?;
    let limit = page_size(query.limit, 50)? as usize;
    let mut faults = Vec::new();
    let missing = "the first and the last day are wanted";
    let mut bound = |name: &str, text: Option<&String>| {
        named(name, text, missing, &mut faults);
        day(name, text, &mut faults)
    };
    let (from, until) = (bound("from", query.from.as_ref()), bound("until", query.until.as_ref()));
    let text = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let kind = text(&query.kind);
    let known = |kind: &String| Discretion::all().iter().any(|known| known.name() == *kind);
    if kind.as_ref().is_some_and(|kind| !known(kind)) {
        faults.push(FieldFault::new("kind", "no decision is of this kind"));
    }
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        faults.push(FieldFault::new("until", "the period ends before it begins"));
    }
    let (Some(from), Some(until), true) = (from, until, faults.is_empty()) else {
        return Err(Problem::invalid(&faults));
    };
    let asked = Asked { from, until, by: text(&query.by), kind };
    let after = query.after.as_deref().filter(|after| !after.is_empty());
    let after = after.map(str::parse::<Place>).transpose()?;
    let reader = (&actor, app.now().date());
    let (lines, next) = decisions::page(&app.store, &county, reader, &asked, after, limit).await?;
    let shown = may_see_numbers(&actor);
    let items = lines.iter().map(|line| {
        let Line { decision, matter } = line;
        let (unit, post) = decided_by(&county, decision);
        json!({
            "at": decision.act.at,
            "kind": decision.discretion.name(),
            "by": decider(&county, decision, false),
            "by_en": decider(&county, decision, true),
            "unit": unit,
            "post": post,
            "matter": matter.as_ref().filter(|_| shown).map(|matter| &matter.no),
        })
    });
    Ok(Json(DecisionsOut { items: items.collect(), next: next.map(|place| place.to_string()) }))
}

/// Whether the reader opens matters at all; the auditor reads that it was decided, not on which.
fn may_see_numbers(actor: &zongheng_core::matter::Actor) -> bool {
    zongheng_core::ruling::may_read_rulings(actor)
}

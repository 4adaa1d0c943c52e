//! Posts that nobody holds, handover sheets not signed, grids without a chief; and the sheets themselves.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};
use zongheng_core::county::County;
use zongheng_core::ids::{PostId, UnitId, UserId};
use zongheng_core::matter::{Actor, FieldFault, Kin, keys_of};
use zongheng_core::organisation::{Answerer, Gap, GapKey, NoChief, Standing};
use zongheng_core::ruling::{gaps_seen, may_open_sheets, may_sign_sheet};
use zongheng_store::{Filter, Keyed, Order};

use super::acts::page_size;
use super::bodies::SheetBody;
use super::caller::Caller;
use super::consulting::day;
use super::matters::replayed;
use super::problem::Problem;
use super::request::{Named, fingerprint, key_of, read_object, scope_of};
use super::shape::{Frame, MatterRow, act_with_texts};
use crate::app::Shared;
use crate::changes::{self, NotSigned};

const NOT_SEEN: &str =
    "gaps are for the system's administrator, the county's posts and who answers for a unit";
const NOT_SIGNED_HERE: &str = "a sheet is signed by who takes over, in the post that answers for it, or by the head of the unit";

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct GapsQuery {
    /// A unit by its id: what is missing there and below. Counts by township and department where it is left out.
    unit: Option<String>,
    /// On which day; today where left out.
    date: Option<String>,
    limit: Option<u32>,
    after: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GapsOut {
    /// Where no unit is named: how much is missing, by township and department.
    #[schema(value_type = Vec<Object>)]
    groups: Vec<Value>,
    /// Of the unit that is named.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
    next: Option<String>,
}

/// Where a list of gaps goes on.
pub fn gap_cursor(key: GapKey) -> String {
    format!("{}.{}.{}", key.0, key.1, key.2)
}

/// A cursor of [`gap_cursor`] read back.
pub fn read_gap_cursor(text: &str) -> Result<GapKey, Problem> {
    let bad = || Problem::malformed("after is no cursor");
    let mut parts = text.split('.');
    let mut part = || parts.next().ok_or_else(bad);
    let rank = part()?.parse().map_err(|_| bad())?;
    let unit = part()?.parse().map_err(|_| bad())?;
    let id = part()?.parse().map_err(|_| bad())?;
    Ok(GapKey(rank, unit, id))
}

/// Empty posts with who answers meanwhile, sheets not signed and grids without a chief, as far as the
/// caller sees them.
#[utoipa::path(get, path = "/api/v1/organisation/gaps", tag = "organisation", params(GapsQuery),
    responses((status = 200, body = GapsOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn gaps(
    State(app): State<Shared>,
    caller: Caller,
    query: Result<Query<GapsQuery>, QueryRejection>,
) -> Result<Json<GapsOut>, Problem> {
    let county = app.county().await?;
    let (actor, today) = (caller.actor(&county, app.now()), app.now().date());
    let organisation = &county.organisation;
    let Some(seen) = gaps_seen(&actor, organisation, today) else {
        return Err(Problem::not_yours(NOT_SEEN));
    };
    let Query(query) = query.map_err(|e| Problem::field("query", e.body_text()))?;
    let limit = page_size(query.limit, 50)? as usize;
    let mut faults = Vec::new();
    let date = day("date", query.date.as_ref(), &mut faults).unwrap_or(today);
    let unit = query.unit.as_ref().filter(|text| !text.is_empty());
    let read: Option<UnitId> = unit.and_then(|text| text.parse().ok());
    if unit.is_some() && read.is_none() {
        faults.push(FieldFault::new("unit", "the id of a unit is wanted here"));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(&faults));
    }
    let all = organisation.gaps(date, &|unit| seen.holds(unit, organisation, date));
    let Some(chosen) = read else {
        let groups = organisation.gap_counts(&all, date).into_iter().map(|count| {
            let unit = organisation.units.get(&count.unit);
            json!({
                "unit": count.unit, "name": unit.map(|u| &u.name), "name_en": unit.map(|u| &u.name_en),
                "sheets": count.sheets, "vacant": count.vacant, "grids": count.chiefless,
            })
        });
        return Ok(Json(GapsOut { groups: groups.collect(), items: Vec::new(), next: None }));
    };
    let listed = all.iter().any(|gap| organisation.gap_is_under(gap.unit(), chosen, date));
    let known = organisation.units.contains_key(&chosen);
    if !known || !(listed || seen.holds(chosen, organisation, date)) {
        return Err(Problem::unknown());
    }
    let after = query.after.as_deref().filter(|after| !after.is_empty());
    let after = after.map(read_gap_cursor).transpose()?;
    let mut rest: Vec<Gap> = all
        .into_iter()
        .filter(|gap| organisation.gap_is_under(gap.unit(), chosen, date))
        .filter(|gap| after.is_none_or(|after| after < gap.key()))
        .take(limit + 1)
        .collect();
    let more = rest.len() > limit;
    rest.truncate(limit);
    let next = rest.last().filter(|_| more).map(|gap| gap_cursor(gap.key()));
    let items = rest.iter().map(|gap| gap_out(gap, &county, date)).collect();
    Ok(Json(GapsOut { groups: Vec::new(), items, next }))
}

fn gap_out(gap: &Gap, county: &County, date: Date) -> Value {
    let organisation = &county.organisation;
    let unit = organisation.units.get(&gap.unit());
    let mut out = match gap {
        Gap::Sheets { post, since, n, .. } => {
            json!({ "gap": "sheets", "since": since, "sheets": n, "post": post_out(county, *post) })
        }
        Gap::Vacant(vacancy) => json!({
            "gap": "vacant", "since": vacancy.since, "post": post_out(county, vacancy.post),
            "answered": vacancy.answered.map(|by| answerer_out(county, by)),
        }),
        Gap::Chiefless { grid, why, .. } => {
            let grid = organisation.grid(*grid, date);
            let why = if *why == NoChief::NoPost { "no_post" } else { "nobody" };
            json!({ "gap": "chiefless", "grid": grid.map(|g| json!({ "code": g.code, "name": g.name })),
                    "why": why })
        }
    };
    out["unit"] = json!({ "id": gap.unit(), "name": unit.map(|u| &u.name), "name_en": unit.map(|u| &u.name_en) });
    out
}

fn post_out(county: &County, id: PostId) -> Value {
    let post = county.organisation.posts.get(&id);
    json!({ "id": id, "name": post.map(|p| &p.name), "name_en": post.map(|p| &p.name_en) })
}

fn answerer_out(county: &County, by: Answerer) -> Value {
    let mut post = post_out(county, by.post);
    post["by"] = json!(standing(by.by));
    post
}

/// In which way somebody answers, as pages and API name it.
pub const fn standing(by: Standing) -> &'static str {
    match by {
        Standing::Holder => "holder",
        Standing::Deputy => "deputy",
        Standing::Second => "second",
        Standing::Head => "head",
        Standing::Handover => "handover",
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SheetQuery {
    limit: Option<u32>,
    after: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SheetsOut {
    #[schema(value_type = Vec<Object>)]
    sheets: Vec<Value>,
    /// What is open in the post, of what the caller may see.
    items: Vec<MatterRow>,
    next: Option<String>,
}

/// The post, where its sheets may be opened.
fn opened(county: &County, actor: &Actor, id: &str, date: Date) -> Result<PostId, Problem> {
    let id: PostId = id.parse().map_err(|_| Problem::unknown())?;
    let post = county.organisation.posts.get(&id).ok_or_else(Problem::unknown)?;
    let may = may_open_sheets(actor, post, &county.organisation, date);
    if may { Ok(id) } else { Err(Problem::unknown()) }
}

/// What is open under a post, as a question to the register.
pub fn under(county: &County, post: PostId) -> Filter {
    let unit = county.organisation.posts.get(&post).map(|post| post.unit);
    Filter { owner: unit, owner_post: Some(post), ..Filter::default() }
}

/// The sheets that holders of a post left, and what is open in it.
#[utoipa::path(get, path = "/api/v1/organisation/sheets/{post}", tag = "organisation",
    params(("post" = String, Path), SheetQuery),
    responses((status = 200, body = SheetsOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn sheets(
    State(app): State<Shared>,
    caller: Caller,
    Named(id): Named,
    query: Result<Query<SheetQuery>, QueryRejection>,
) -> Result<Json<SheetsOut>, Problem> {
    let county = app.county().await?;
    let (now, actor) = (app.now(), caller.actor(&county, app.now()));
    let (organisation, today) = (&county.organisation, now.date());
    let post = opened(&county, &actor, &id, today)?;
    let Query(query) = query.map_err(|e| Problem::field("query", e.body_text()))?;
    let limit = page_size(query.limit, 50)?;
    let after = query.after.as_deref().filter(|after| !after.is_empty());
    let filter = under(&county, post);
    let keys = keys_of(&actor);
    let page = app.store.list(&app.code, &keys, &filter, Order::Due, after, limit).await?;
    let titles: Vec<_> = page.rows.iter().map(|row| row.matter.title).collect();
    let texts = app.store.texts(&app.code, &titles).await?;
    let ticked = app.store.head(&app.code).await?.ticked_to();
    let frame = Frame { county: &county, texts: &texts, now: ticked, kin: Kin::NONE };
    let items = page.rows.iter().map(|row| frame.row(&row.matter, row.lamp)).collect();
    let sheets = organisation.sheets_of(post, today).map(|sheet| {
        json!({
            "leaver": sheet.leaver,
            "ended": sheet.ended,
            "taker": organisation.taker_of(&sheet, today).map(|by| answerer_out(&county, by)),
            "may_sign": may_sign_sheet(&actor, &sheet, organisation, today),
        })
    });
    Ok(Json(SheetsOut { sheets: sheets.collect(), items, next: page.next }))
}

/// What a form or body says of a sheet.
pub fn read_signing(body: &Map<String, Value>) -> Result<UserId, Problem> {
    let mut faults = Vec::new();
    let leaver = body.get("leaver").and_then(Value::as_str).and_then(|id| id.parse().ok());
    if leaver.is_none() {
        faults.push(FieldFault::new("leaver", "the account of who left, as the sheet names it"));
    }
    if body.get("signed") != Some(&Value::Bool(true)) {
        faults.push(FieldFault::new("signed", "both persons sign the sheet first"));
    }
    for name in body.keys().filter(|name| !matches!(name.as_str(), "leaver" | "signed")) {
        faults.push(FieldFault::new(name, "this field is not known here"));
    }
    leaver.filter(|_| faults.is_empty()).ok_or_else(|| Problem::invalid(&faults))
}

/// A sheet that was not signed, as a problem.
pub fn not_signed(why: NotSigned) -> Problem {
    match why {
        NotSigned::NoSheet => {
            Problem::already("no such sheet is open: it is signed, or there was none")
        }
        NotSigned::NotYours => Problem::not_yours(NOT_SIGNED_HERE),
        NotSigned::Refused(no) => Problem::already(no.to_string()),
        NotSigned::Store(refused) => refused.into(),
    }
}

/// Record that both persons have signed a sheet: `{leaver, signed: true}`. Who takes over, or the head of
/// the unit, records it; the act names both persons and who recorded it.
#[utoipa::path(post, path = "/api/v1/organisation/sheets/{post}", tag = "organisation",
    params(("post" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body(content_type = "application/json", content = SheetBody),
    responses((status = 201, description = "the act"), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn sign(
    State(app): State<Shared>,
    caller: Caller,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let key = key_of(&headers, true)?;
    let body = read_object(&headers, body).await?;
    let county = app.county().await?;
    let (now, actor) = (app.now(), caller.actor(&county, app.now()));
    let post = opened(&county, &actor, &id, now.date())?;
    let leaver = read_signing(&body)?;
    let path = format!("/api/v1/organisation/sheets/{post}");
    let mac = fingerprint(&app, (&Method::POST, &path, &body));
    let keyed = Keyed { scope: &scope_of(&actor), key: &key, mac: &mac };
    let signed = changes::sign(&app.store, &county, &actor, (post, leaver), keyed, now).await;
    let stands = signed.map_err(not_signed)?;
    let none = std::collections::BTreeMap::new();
    let acts: Vec<Value> = stands.acts.iter().map(|act| act_with_texts(act, &none)).collect();
    let response = (StatusCode::CREATED, Json(json!({ "acts": acts }))).into_response();
    Ok(replayed(response, stands.replay))
}

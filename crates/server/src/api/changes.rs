//! Elections and reorganisations: a file checked, then recorded; what closed units had handed on.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use zongheng_core::matter::{Actor, FieldFault};
use zongheng_core::organisation::files::Source;
use zongheng_core::ruling::{ChangeOf, may_change, may_change_organisation};
use zongheng_store::Keyed;

use super::bodies::{ChangeBody, ChangeCheckBody};
use super::caller::Caller;
use super::matters::replayed;
use super::problem::Problem;
use super::request::{fingerprint, key_of, read_object, scope_of};
use super::shape::act_with_texts;
use crate::app::Shared;
use crate::changes::{self, Checked, Sort, Unchecked, left_behind};

const NOT_YOURS: &str = "the security administrator says who is in which post, the system administrator changes \
     units and lists";

async fn administrator(app: &Shared, caller: &Caller) -> Result<Actor, Problem> {
    let county = app.county().await?;
    let actor = caller.actor(&county, app.now());
    if may_change_organisation(&actor) { Ok(actor) } else { Err(Problem::not_yours(NOT_YOURS)) }
}

/// What a body says: which sort of file, its name, its text, and the configuration upon which it was
/// checked.
pub struct Change {
    pub sort: Sort,
    pub file: String,
    pub text: String,
    pub upon: Option<u64>,
}

impl Change {
    /// Reads a body with every fault kept; `upon` is wanted where it is to be recorded.
    pub fn read(body: &Map<String, Value>, recording: bool) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let sort = Sort::named(text("kind"));
        if sort.is_none() {
            let names = Sort::ALL.map(Sort::name).join(", ");
            faults.push(FieldFault::new("kind", format!("one of: {names}")));
        }
        if text("text").trim().is_empty() {
            faults.push(FieldFault::new("text", "the file's text is missing"));
        }
        let upon = body.get("upon").and_then(Value::as_u64);
        if recording && upon.is_none() {
            faults.push(FieldFault::new("upon", "the number that the check gave is missing"));
        }
        let known =
            |name: &str| matches!(name, "kind" | "file" | "text") || (recording && name == "upon");
        for name in body.keys().filter(|name| !known(name)) {
            faults.push(FieldFault::new(name, "this field is not known here"));
        }
        let file = text("file").trim();
        let (file, text) = (if file.is_empty() { "file" } else { file }, text("text"));
        match sort {
            Some(sort) if faults.is_empty() => {
                Ok(Self { sort, file: file.to_owned(), text: text.to_owned(), upon })
            }
            _ => Err(Problem::invalid(&faults)),
        }
    }

    /// Whether it is the actor's to check and record.
    ///
    /// # Errors
    /// It is another administrator's.
    pub fn allowed(&self, actor: &Actor) -> Result<(), Problem> {
        let own = may_change(actor, self.sort.about());
        if own { Ok(()) } else { Err(Problem::not_yours(NOT_YOURS)) }
    }

    /// Checks the file against the county as it stands.
    pub async fn check(&self, app: &Shared) -> Result<Checked, Unchecked> {
        let source = Source { name: &self.file, text: &self.text };
        changes::check(&app.store, &app.code, self.sort, source, app.now()).await
    }
}

/// A file that could not be checked, as a problem.
pub fn unchecked(why: Unchecked) -> Problem {
    match why {
        Unchecked::Faults(faults) => Problem::faults(&faults),
        Unchecked::Store(error) => error.into(),
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangesOut {
    /// The reorganisations that are recorded, the latest first.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
    next: Option<String>,
    /// Closed units that still have open matters, to be handed on.
    #[schema(value_type = Vec<Object>)]
    left: Vec<Value>,
}

/// The reorganisations that are recorded, and what waits to be handed on.
#[utoipa::path(get, path = "/api/v1/organisation/changes", tag = "organisation",
    responses((status = 200, body = ChangesOut), (status = 401, body = Problem), (status = 403, body = Problem)),
    security(("token" = [])))]
pub(super) async fn list(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<Json<ChangesOut>, Problem> {
    administrator(&app, &caller).await?;
    let county = app.county().await?;
    let name = |id| county.organisation.units.get(id).map(|unit| &unit.name);
    let decisions = county.organisation.decisions.iter().rev();
    let items =
        decisions.map(|d| json!({ "number": d.paper, "decided_by": d.decided_by, "on": d.on }));
    let left = left_behind(&app.store, &county, app.now().date()).await?;
    let left = left.iter().map(|left| {
        json!({ "unit": left.unit, "name": name(&left.unit), "heir": left.heir,
                "heir_name": name(&left.heir), "open": left.open })
    });
    Ok(Json(ChangesOut { items: items.collect(), next: None, left: left.collect() }))
}

/// What a file would change, line by line in both languages, or everything that is wrong in it.
/// `{kind: roster | reorganisation, file, text}`; nothing is recorded.
#[utoipa::path(post, path = "/api/v1/organisation/changes/check", tag = "organisation",
    request_body(content_type = "application/json", content = ChangeCheckBody),
    responses((status = 200, description = "`lines`, `warnings`, `moving` and `upon`"), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, description = "`invalid` fields, or `faults` of the file", body = Problem)),
    security(("token" = [])))]
pub(super) async fn check(
    State(app): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Problem> {
    let body = read_object(&headers, body).await?;
    let actor = administrator(&app, &caller).await?;
    let change = Change::read(&body, false)?;
    change.allowed(&actor)?;
    let checked = change.check(&app).await.map_err(unchecked)?;
    let lines = checked.lines.iter().map(|(zh, en)| json!({ "zh": zh, "en": en }));
    let warnings = checked.warnings.iter().map(|w| json!({ "line": w.row, "what": w.what }));
    Ok(Json(json!({
        "lines": lines.collect::<Vec<_>>(),
        "warnings": warnings.collect::<Vec<_>>(),
        "moving": checked.moving.map(|(on, open)| json!({ "on": on, "open": open })),
        "changes_nothing": checked.changes_nothing(),
        "upon": checked.county.rev,
    })))
}

/// Record a file that was checked: `{kind, file, text, upon}`. Refused as `moved` where the configuration
/// is no longer the one that the check saw.
#[utoipa::path(post, path = "/api/v1/organisation/changes", tag = "organisation",
    params(("Idempotency-Key" = String, Header)),
    request_body(content_type = "application/json", content = ChangeBody),
    responses((status = 201, description = "the acts"), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn record(
    State(app): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let key = key_of(&headers, true)?;
    let body = read_object(&headers, body).await?;
    let actor = administrator(&app, &caller).await?;
    let change = Change::read(&body, true)?;
    let (stands, replay) = recorded(&app, &actor, &change, &key, &body).await?;
    let response = (StatusCode::CREATED, Json(json!({ "acts": stands }))).into_response();
    Ok(replayed(response, replay))
}

/// Records a change, once under its key, for API and page alike: the acts, and whether they stood already.
pub async fn recorded(
    app: &Shared,
    actor: &Actor,
    change: &Change,
    key: &str,
    body: &Map<String, Value>,
) -> Result<(Vec<Value>, bool), Problem> {
    change.allowed(actor)?;
    let mac = fingerprint(app, (&Method::POST, "/api/v1/organisation/changes", body));
    let scope = scope_of(actor);
    let keyed = Keyed { scope: &scope, key, mac: &mac };
    // A repeated request finds its answer, though what it records would now be refused.
    if let Some(stands) = app.store.decided(&app.code, keyed).await? {
        return Ok((
            stands.acts.iter().map(|act| act_with_texts(act, &BTreeMap::new())).collect(),
            true,
        ));
    }
    if change.upon != Some(app.county().await?.rev) {
        return Err(Problem::moved());
    }
    let checked = change.check(app).await.map_err(unchecked)?;
    if change.upon != Some(checked.county.rev) {
        return Err(Problem::moved());
    }
    let stands = checked.record(&app.store, keyed, &actor.by(), app.now()).await?;
    let acts = stands.acts.iter().map(|act| act_with_texts(act, &BTreeMap::new())).collect();
    Ok((acts, stands.replay))
}

/// Hand on what closed units still have in open matters to the units that go on with their work.
#[utoipa::path(post, path = "/api/v1/organisation/changes/hand-on", tag = "organisation",
    responses((status = 200, description = "`handed`: how many matters"), (status = 401, body = Problem),
        (status = 403, body = Problem)),
    security(("token" = [])))]
pub(super) async fn hand_on(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<Json<Value>, Problem> {
    if !may_change(&administrator(&app, &caller).await?, ChangeOf::Structure) {
        return Err(Problem::not_yours(NOT_YOURS));
    }
    let handed = app.store.hand_on(&app.code, app.now()).await?;
    Ok(Json(json!({ "handed": handed })))
}

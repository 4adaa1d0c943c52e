//! The acts of a matter: read, and done.

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use zongheng_core::ledger::{Act, Stream};
use zongheng_core::matter::Refusal;
use zongheng_store::{Refused, What};

use super::bodies::ActBody;
use super::caller::Caller;
use super::matters::{find, replayed, texts_of_acts, whole};
use super::problem::Problem;
use super::request::{Named, key_of, read_object, submission};
use super::shape::{MatterOut, act_with_texts};
use crate::app::Shared;
use crate::attaching::resolve;
use crate::submit::read_act;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ActsQuery {
    /// 1 to 200, 100 by default.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActsOut {
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
    next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DoneOut {
    #[schema(value_type = Vec<Object>)]
    acts: Vec<Value>,
    matter: MatterOut,
}

/// The acts of a matter, oldest first.
#[utoipa::path(get, path = "/api/v1/matters/{id}/acts", tag = "acts",
    params(("id" = String, Path, description = "id or number"), ActsQuery),
    responses((status = 200, body = ActsOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Named(id): Named,
    query: Result<Query<ActsQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<ActsOut>, Problem> {
    let Query(query) = query.map_err(|e| Problem::field("query", e.body_text()))?;
    let county = app.county().await?;
    let actor = caller.actor(&county, app.now());
    let matter = find(&app, &county, &actor, &id).await?;
    let limit = page_size(query.limit, 100)?;
    let after = match query.after.as_deref() {
        None | Some("") => 0,
        Some(text) => text.parse().map_err(|_| Problem::malformed("after is no cursor"))?,
    };
    let stream = Stream(matter.id.to_string());
    let acts = app.store.acts(&app.code, &stream, after, i64::from(limit) + 1).await?;
    let more = acts.len() > limit as usize;
    let page = &acts[..acts.len().min(limit as usize)];
    let next = page.last().filter(|_| more).map(|a| a.seq.to_string());
    Ok(Json(ActsOut { items: with_texts(&app, page).await?, next }))
}

/// The size of a page: 1 to 200.
pub(super) fn page_size(asked: Option<u32>, usual: u32) -> Result<u32, Problem> {
    match asked {
        None => Ok(usual),
        Some(n @ 1..=200) => Ok(n),
        Some(_) => Err(Problem::field("limit", "1 to 200")),
    }
}

async fn with_texts(app: &Shared, acts: &[Act]) -> Result<Vec<Value>, Problem> {
    let ids: Vec<_> = acts.iter().flat_map(Act::content_refs).map(|c| c.id).collect();
    let texts = app.store.texts(&app.code, &ids).await?;
    Ok(acts.iter().map(|act| act_with_texts(act, &texts)).collect())
}

/// Do an act on a matter.
#[utoipa::path(post, path = "/api/v1/matters/{id}/acts", tag = "acts",
    params(("id" = String, Path, description = "id or number"), ("Idempotency-Key" = String, Header)),
    request_body(content_type = "application/json", content = ActBody,
        description = "the act with its own fields; unknown ones are refused, all that is missing is told at once"),
    responses((status = 201, body = DoneOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn act(
    State(app): State<Shared>,
    caller: Caller,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let key = key_of(&headers, true)?;
    let body = read_object(&headers, body).await?;
    let county = app.county().await?;
    let now = app.now();
    let mut actor = caller.actor(&county, now);
    let matter = find(&app, &county, &actor, &id).await?;
    let files = resolve(&app, &actor, &body).await?;
    let mut read = app
        .with_mint(|mint| read_act(&body, mint, now))
        .map_err(|faults| Problem::invalid(&faults))?;
    files.show(&mut read);
    if let Some(post) = read.post {
        actor = county
            .actor(caller.user, post, now)
            .ok_or_else(|| Problem::field("as", "you do not hold that post today"))?;
    }
    let path = format!("/api/v1/matters/{}/acts", matter.id);
    let what = What::Act { matter: matter.id, ask: read.ask };
    let asked = (&Method::POST, path.as_str(), &body);
    let submission = submission(&app, actor.clone(), key, asked, what, read.contents);
    let recorded = match app.record(submission).await {
        Ok(recorded) => recorded,
        Err(Refused::Refusal(Refusal::Stale { since })) => {
            let stream = Stream(matter.id.to_string());
            let acts = app.store.acts(&app.code, &stream, i64::from(since), 200).await?;
            let mut problem = Problem::from(Refusal::Stale { since });
            problem.acts = with_texts(&app, &acts).await?;
            return Err(problem);
        }
        Err(refused) => return Err(refused.into()),
    };
    let texts = texts_of_acts(&app, &recorded).await?;
    let after = recorded.matter.as_ref().unwrap_or(&matter);
    let out = DoneOut {
        acts: recorded.acts.iter().map(|a| act_with_texts(a, &texts)).collect(),
        matter: whole(&app, &county, after, &actor).await?,
    };
    Ok(replayed((StatusCode::CREATED, Json(out)).into_response(), recorded.replay))
}

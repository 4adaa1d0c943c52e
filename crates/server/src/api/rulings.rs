//! What is decided beside the course of a matter: proposed rows of the list of powers, exceptions from
//! rules, entries sealed off, referrals.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use zongheng_core::allowance::Allowed;
use zongheng_core::county::County;
use zongheng_core::ids::{ContentId, MatterId, ReferralId};
use zongheng_core::matter::{Actor, may_see};
use zongheng_core::organisation::Organisation;
use zongheng_core::powers::Pending;
use zongheng_core::rules::Rule;
use zongheng_core::ruling::{may_keep_referrals, may_read_rulings};
use zongheng_core::time::At;

use super::bodies::{ExceptionBody, ProposalBody, ReceiptBody, ReferralBody, SealingBody};
use super::caller::Caller;
use super::matters::{find, replayed};
use super::problem::Problem;
use super::request::{Named, key_of, read_object, wanted};
use super::shape::act_with_texts;
use crate::app::Shared;
use crate::submit::{
    ReadRuling, read_exception, read_proposal, read_receipt, read_referral, read_sealing,
};

/// A list that is whole: what stands in it is decided by people, one by one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RulingsOut {
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
    next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuledOut {
    #[schema(value_type = Vec<Object>)]
    acts: Vec<Value>,
}

/// Who calls, and the county as it stands.
async fn ground(app: &Shared, caller: &Caller) -> Result<(Arc<County>, Actor), Problem> {
    let county = app.county().await?;
    let actor = caller.actor(&county, app.now());
    Ok((county, actor))
}

/// What comes with every ruling: its key and body, and who asks.
struct Asked {
    key: String,
    body: Map<String, Value>,
    county: Arc<County>,
    actor: Actor,
    now: At,
}

impl Asked {
    async fn read(
        app: &Shared,
        caller: &Caller,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Self, Problem> {
        let key = key_of(headers, true)?;
        let body = read_object(headers, body).await?;
        let (county, actor) = ground(app, caller).await?;
        Ok(Self { key, body, county, actor, now: app.now() })
    }
}

async fn rule(
    app: &Shared,
    Asked { key, body, actor, .. }: Asked,
    path: &str,
    read: ReadRuling,
) -> Result<Response, Problem> {
    let texts: BTreeMap<ContentId, String> =
        read.contents.iter().map(|content| (content.id, content.text.clone())).collect();
    let wanted = wanted(app, actor, key, (&Method::POST, path, &body), read);
    let stands = app.rule(&wanted).await?;
    let kept = app.store.texts(&app.code, &texts.into_keys().collect::<Vec<_>>()).await?;
    let acts = stands.acts.iter().map(|act| act_with_texts(act, &kept)).collect();
    let response = (StatusCode::CREATED, Json(RuledOut { acts })).into_response();
    Ok(replayed(response, stands.replay))
}

/// Rows that meetings proposed for the list of powers, with what became of each.
#[utoipa::path(get, path = "/api/v1/powers/proposals", tag = "powers",
    responses((status = 200, body = RulingsOut), (status = 401, body = Problem), (status = 404, body = Problem)),
    security(("token" = [])))]
pub(super) async fn proposals(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<Json<RulingsOut>, Problem> {
    let (county, actor) = ground(&app, &caller).await?;
    if !may_read_rulings(&actor) {
        return Err(Problem::unknown());
    }
    let reasons: Vec<ContentId> =
        county.powers.pending.values().filter_map(|p| Some(p.refused.as_ref()?.reason)).collect();
    let texts = app.store.texts(&app.code, &reasons).await?;
    let mut items = Vec::new();
    for pending in county.powers.pending.values() {
        let no = origin(&app, &county, &actor, pending.proposed.matter).await?;
        let mut item = proposal_out(pending, no.as_deref(), &county.organisation);
        let refused = pending.refused.as_ref();
        let reason = refused.and_then(|r| texts.get(&r.reason)?.text.clone());
        item["refused"]["reason"] = json!(reason);
        if refused.is_none() {
            item["refused"] = Value::Null;
        }
        items.push(item);
    }
    Ok(Json(RulingsOut { items, next: None }))
}

/// The number of the matter over which the meeting met, where the reader may see it.
async fn origin(
    app: &Shared,
    county: &County,
    actor: &Actor,
    matter: Option<MatterId>,
) -> Result<Option<String>, Problem> {
    let Some(id) = matter else { return Ok(None) };
    let matter = app.store.matter(&app.code, &id.to_string()).await?;
    let today = app.now().date();
    let seen = matter.filter(|m| may_see(actor, m, &county.organisation, today));
    Ok(seen.map(|m| m.no))
}

fn proposal_out(pending: &Pending, no: Option<&str>, organisation: &Organisation) -> Value {
    let (proposed, power) = (&pending.proposed, &pending.proposed.power);
    let unit = |lead: &Value| {
        let id = lead["unit"].as_str().and_then(|id| id.parse().ok());
        id.and_then(|id| organisation.units.get(&id)).map(|unit| unit.name.clone())
    };
    let lead = json!(power.lead);
    json!({
        "id": proposed.id,
        "state": state_of(pending),
        "matter": no,
        "number": proposed.paper,
        "on": proposed.on,
        "category": power.category,
        "place": power.place,
        "level": power.level,
        "lead_name": unit(&lead),
        "lead": lead,
        "assists": power.assists,
        "limit": power.limit,
        "adopted": pending.adopted.as_ref().map(|a| json!({ "number": a.paper, "from": a.from })),
        "refused": { "number": pending.refused.as_ref().and_then(|r| r.paper.clone()) },
    })
}

const fn state_of(pending: &Pending) -> &'static str {
    match (&pending.adopted, &pending.refused) {
        (Some(_), _) => "adopted",
        (None, Some(_)) => "refused",
        (None, None) => "waiting",
    }
}

/// Adopt a proposed row (`{decision: adopt, number, from}`) or refuse it (`{decision: refuse, reason,
/// number}`).
#[utoipa::path(post, path = "/api/v1/powers/proposals/{id}", tag = "powers",
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body(content_type = "application/json", content = ProposalBody),
    responses((status = 201, body = RuledOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn decide_proposal(
    State(app): State<Shared>,
    caller: Caller,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked = Asked::read(&app, &caller, &headers, body).await?;
    let read = app.with_mint(|mint| read_proposal(&id, &asked.body, mint, asked.now));
    rule(&app, asked, &format!("/api/v1/powers/proposals/{id}"), read).await
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExceptionsOut {
    /// The rules that a named post may allow, with whose decision each is.
    #[schema(value_type = Vec<Object>)]
    rules: Vec<Value>,
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
    next: Option<String>,
}

/// What named posts have allowed although a rule that needs a decision stands against it.
#[utoipa::path(get, path = "/api/v1/exceptions", tag = "powers",
    responses((status = 200, body = ExceptionsOut), (status = 401, body = Problem), (status = 404, body = Problem)),
    security(("token" = [])))]
pub(super) async fn exceptions(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<Json<ExceptionsOut>, Problem> {
    let (county, actor) = ground(&app, &caller).await?;
    if !may_read_rulings(&actor) {
        return Err(Problem::unknown());
    }
    let allowed: Vec<&Allowed> =
        county.organisation.allowed.iter().chain(&county.powers.allowed).collect();
    let reasons: Vec<ContentId> = allowed.iter().map(|a| a.reason).collect();
    let texts = app.store.texts(&app.code, &reasons).await?;
    let items = allowed.into_iter().map(|allowed| {
        let mut item = json!(allowed);
        item["reason"] = json!(texts.get(&allowed.reason).and_then(|c| c.text.clone()));
        item
    });
    let rules = Rule::ALLOWABLE.map(|rule| {
        let by: Vec<&str> = rule.allowed_by().iter().map(|role| role.name()).collect();
        json!({ "rule": rule.id(), "zh": rule.zh(), "en": rule.en(), "allowed_by": by })
    });
    Ok(Json(ExceptionsOut { rules: rules.to_vec(), items: items.collect(), next: None }))
}

/// Allow beforehand what a rule stands against: `{rule, number, unit, category, more, from, until,
/// reason}`; acts then name rule and number under `allow`.
#[utoipa::path(post, path = "/api/v1/exceptions", tag = "powers",
    params(("Idempotency-Key" = String, Header)),
    request_body(content_type = "application/json", content = ExceptionBody),
    responses((status = 201, body = RuledOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn allow(
    State(app): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked = Asked::read(&app, &caller, &headers, body).await?;
    let read = app.with_mint(|mint| read_exception(&asked.body, mint, asked.now));
    rule(&app, asked, "/api/v1/exceptions", read).await
}

/// Seal off an entry of a matter that was entered by mistake, and, by a second person, release it or
/// destroy it: `{decision: seal | release | destroy, number, reason}`.
#[utoipa::path(post, path = "/api/v1/matters/{id}/contents/{content}", tag = "matters",
    params(("id" = String, Path, description = "id or number"), ("content" = String, Path),
        ("Idempotency-Key" = String, Header)),
    request_body(content_type = "application/json", content = SealingBody),
    responses((status = 201, body = RuledOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn seal_off(
    State(app): State<Shared>,
    caller: Caller,
    Path((id, content)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked = Asked::read(&app, &caller, &headers, body).await?;
    let matter = find(&app, &asked.county, &asked.actor, &id).await?;
    let content: ContentId = content.parse().map_err(|_| Problem::unknown())?;
    let of = (matter.id, content);
    let read = app.with_mint(|mint| read_sealing(of, &asked.body, mint, asked.now));
    let path = format!("/api/v1/matters/{}/contents/{content}", matter.id);
    rule(&app, asked, &path, read).await
}

/// One referral: number, day, receiver, receipt.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReferralOut {
    #[schema(value_type = String)]
    id: ReferralId,
    number: String,
    #[schema(value_type = String)]
    on: Date,
    receiver: &'static str,
    receipt: Option<ReceiptOut>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReceiptOut {
    number: String,
    #[schema(value_type = String)]
    on: Date,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReferralsOut {
    items: Vec<ReferralOut>,
    next: Option<String>,
}

/// The referrals, for the two posts that keep them.
#[utoipa::path(get, path = "/api/v1/referrals", tag = "referrals",
    responses((status = 200, body = ReferralsOut), (status = 401, body = Problem), (status = 404, body = Problem)),
    security(("token" = [])))]
pub(super) async fn referrals(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<Json<ReferralsOut>, Problem> {
    let (_, actor) = ground(&app, &caller).await?;
    if !may_keep_referrals(&actor) {
        return Err(Problem::unknown());
    }
    let referrals = app.store.referrals(&app.code).await?;
    let items = referrals.0.into_values().map(|referral| ReferralOut {
        id: referral.referred.id,
        number: referral.referred.number,
        on: referral.referred.on,
        receiver: referral.referred.receiver.name(),
        receipt: referral.receipted.map(|r| ReceiptOut { number: r.number, on: r.on }),
    });
    Ok(Json(ReferralsOut { items: items.collect(), next: None }))
}

/// Write down a referral: `{number, on, receiver}`.
#[utoipa::path(post, path = "/api/v1/referrals", tag = "referrals",
    params(("Idempotency-Key" = String, Header)),
    request_body(content_type = "application/json", content = ReferralBody),
    responses((status = 201, body = RuledOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn refer(
    State(app): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked = Asked::read(&app, &caller, &headers, body).await?;
    let read = app.with_mint(|mint| read_referral(&asked.body, mint, asked.now));
    rule(&app, asked, "/api/v1/referrals", read).await
}

/// Write down the receipt of a referral: `{number, on}`.
#[utoipa::path(post, path = "/api/v1/referrals/{id}/receipt", tag = "referrals",
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body(content_type = "application/json", content = ReceiptBody),
    responses((status = 201, body = RuledOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)),
    security(("token" = [])))]
pub(super) async fn receipt(
    State(app): State<Shared>,
    caller: Caller,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let asked = Asked::read(&app, &caller, &headers, body).await?;
    let referral: ReferralId = id.parse().map_err(|_| Problem::unknown())?;
    let path = format!("/api/v1/referrals/{referral}/receipt");
    let read = read_receipt(referral, &asked.body);
    rule(&app, asked, &path, read).await
}

//! A report comes in; one matter is read.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use zongheng_core::county::County;
use zongheng_core::matter::{Actor, Kin, Matter, may_see};
use zongheng_store::{Recorded, What};

use super::beside::named_by;
use super::bodies::ReportBody;
use super::caller::{Anybody, Caller};
use super::problem::Problem;
use super::request::{Named, key_of, read_object, scope_of, submission};
use super::shape::{Frame, MatterOut, PublicFile, PublicView, texts_of};
use crate::app::Shared;
use crate::attaching::resolve;
use crate::submit::read_report;

const PATH: &str = "/api/v1/matters";

#[derive(Debug, Serialize, ToSchema)]
struct ReceiptOut {
    no: String,
    /// The secret with which the matter is followed.
    code: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct ReportedOut {
    receipt: ReceiptOut,
    matter: PublicView,
}

/// Report a matter. With an account: the matter. Without: a receipt, public kinds only.
#[utoipa::path(post, path = "/api/v1/matters", tag = "matters",
    request_body(content_type = "application/json", content = ReportBody),
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, description = "entered"), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn report(
    State(app): State<Shared>,
    Anybody(caller): Anybody,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let key = key_of(&headers, caller.is_some())?;
    let body = read_object(&headers, body).await?;
    let county = app.county().await?;
    let now = app.now();
    let actor = caller.as_ref().map_or_else(Actor::by_receipt, |caller| caller.actor(&county, now));
    let files = resolve(&app, &actor, &body).await?;
    let known =
        !files.faults.is_empty() && app.store.remembers(&app.code, &scope_of(&actor), &key).await?;
    let read = app.with_mint(|mint| read_report(&body, &county.organisation, mint, now));
    let read = files.show_report(read, known).map_err(|faults| Problem::invalid(&faults))?;
    if county.catalogue.current(&read.report.playbook).is_none() {
        return Err(Problem::field("playbook", "no kind of matter is called that"));
    }
    let public = county.catalogue.current(&read.report.playbook).is_some_and(|(p, ..)| p.public);
    if caller.is_none() {
        if !public {
            return Err(Problem::unauthenticated());
        }
        can_give_receipts(&app)?;
    }
    let what = What::Report(Box::new(read.report));
    let asked = (&Method::POST, PATH, &body);
    let submission = submission(&app, actor.clone(), key, asked, what, read.contents);
    let recorded = app.record(submission).await?;
    let replay = recorded.replay;
    let matter = recorded.matter.as_ref().ok_or_else(Problem::internal)?;
    let response = if caller.is_some() {
        let out = whole(&app, &county, matter, &actor).await?;
        (StatusCode::CREATED, Json(out)).into_response()
    } else {
        let code = receipt_code(&app, matter)?;
        let out = ReportedOut {
            receipt: ReceiptOut { no: matter.no.clone(), code },
            matter: public_view(&app, &county, matter).await?,
        };
        (StatusCode::CREATED, Json(out)).into_response()
    };
    Ok(replayed(response, replay))
}

/// Whether a report without an account can be taken: its receipt needs the key ring, and a matter whose
/// receipt is lost could be followed by nobody. To be asked before anything is recorded.
pub fn can_give_receipts(app: &Shared) -> Result<(), Problem> {
    app.store.vault().ring().map(drop).map_err(|error| Problem::vault(&error))
}

/// The code of a matter's receipt; needs the key ring.
pub fn receipt_code(app: &Shared, matter: &Matter) -> Result<String, Problem> {
    let ring = app.store.vault().ring().map_err(|error| Problem::vault(&error))?;
    Ok(ring.receipt_code(matter.id))
}

/// Marks an answer that was given before.
pub(super) fn replayed(mut response: Response, replay: bool) -> Response {
    if replay {
        response.headers_mut().insert("idempotent-replay", HeaderValue::from_static("true"));
    }
    response
}

/// A matter as a reader may see it, with its texts.
pub(super) async fn whole(
    app: &Shared,
    county: &County,
    matter: &Matter,
    actor: &Actor,
) -> Result<MatterOut, Problem> {
    let around = app.store.around(&app.code, matter.id, &named_by(matter)).await?;
    let mut ids = texts_of(matter);
    ids.extend(around.iter().map(|m| m.title));
    let texts = app.store.texts(&app.code, &ids).await?;
    let kin = Kin::new(around);
    let head = app.store.head(&app.code).await?;
    let now = head.ticked_to().max(matter.updated);
    let frame = Frame { county, texts: &texts, now, kin: &kin };
    Ok(frame.matter(matter, actor, app.now().max(head.last_at())))
}

pub(super) async fn public_view(
    app: &Shared,
    county: &County,
    matter: &Matter,
) -> Result<PublicView, Problem> {
    let mut ids = texts_of(matter);
    ids.extend(matter.answers.iter().map(|a| a.text));
    let texts = app.store.texts(&app.code, &ids).await?;
    let frame = Frame { county, texts: &texts, now: app.now(), kin: Kin::NONE };
    let mut view = frame.public(matter, app.now());
    let shown = super::shown_to_reporter(app, matter).await?;
    view.files = shown
        .into_iter()
        .map(|(content, of, file)| PublicFile {
            content,
            of,
            name: file.name,
            media: file.media,
            size: file.size,
        })
        .collect();
    Ok(view)
}

/// The matter by id or number, if this actor may see it.
pub async fn find(
    app: &Shared,
    county: &County,
    actor: &Actor,
    id_or_no: &str,
) -> Result<Matter, Problem> {
    let matter = app
        .store
        .matter(&app.code, &app.whole_number(id_or_no))
        .await?
        .ok_or_else(Problem::unknown)?;
    let today = app.now().date();
    if may_see(actor, &matter, &county.organisation, today) {
        Ok(matter)
    } else {
        Err(Problem::unknown())
    }
}

/// One matter, by id or number.
#[utoipa::path(get, path = "/api/v1/matters/{id}", tag = "matters",
    params(("id" = String, Path, description = "id or number")),
    responses((status = 200, body = MatterOut), (status = 401, body = Problem), (status = 404, body = Problem)),
    security(("token" = [])))]
pub(super) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<MatterOut>, Problem> {
    let county = app.county().await?;
    let actor = caller.actor(&county, app.now());
    let matter = find(&app, &county, &actor, &id).await?;
    Ok(Json(whole(&app, &county, &matter, &actor).await?))
}

/// The texts of acts that were just recorded.
pub(super) async fn texts_of_acts(
    app: &Shared,
    recorded: &Recorded,
) -> Result<super::shape::Texts, Problem> {
    let ids: Vec<_> = recorded
        .acts
        .iter()
        .flat_map(zongheng_core::ledger::Act::content_refs)
        .map(|c| c.id)
        .collect();
    Ok(app.store.texts(&app.code, &ids).await?)
}

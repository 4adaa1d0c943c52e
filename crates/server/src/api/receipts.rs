//! Following a report without an account: by its number and the secret code.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use zongheng_core::ids::ContentId;
use zongheng_core::ledger::{Act, Class, Stream};
use zongheng_core::matter::{Did, Matter, NewAct};
use zongheng_store::Attached;

use super::files::of_receipt;
use super::matters::public_view;
use super::problem::Problem;
use super::request::Named;
use super::shape::PublicView;
use crate::app::Shared;

/// Follow a report by its receipt.
#[utoipa::path(get, path = "/api/v1/receipts/{no}", tag = "receipts",
    params(("no" = String, Path, description = "the matter's number"), ("Receipt-Code" = String, Header)),
    responses((status = 200, body = PublicView), (status = 404, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn follow(
    State(app): State<Shared>,
    Named(no): Named,
    headers: HeaderMap,
) -> Result<Json<PublicView>, Problem> {
    let code = headers.get("receipt-code").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let matter = by_receipt(&app, &no, code).await?;
    let county = app.county().await?;
    Ok(Json(public_view(&app, &county, &matter).await?))
}

/// A file that the reporter sees: of the own report, or of the answer.
#[utoipa::path(get, path = "/api/v1/receipts/{no}/files/{content}", tag = "receipts",
    params(("no" = String, Path, description = "the matter's number"),
        ("content" = String, Path, description = "the id of its entry"), ("Receipt-Code" = String, Header)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 404, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn file(
    State(app): State<Shared>,
    Path((no, content)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let code = headers.get("receipt-code").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let matter = by_receipt(&app, &no, code).await?;
    let shown = shown_to_reporter(&app, &matter).await?;
    let ids: Vec<_> = shown.iter().map(|(id, ..)| *id).collect();
    of_receipt(&app, (matter.id, &ids), &content, &headers).await
}

/// The files that the reporter of a matter sees: those of the report, and of the answer once it was checked. Each with
/// the kind of act that it came with.
pub async fn shown_to_reporter(
    app: &Shared,
    matter: &Matter,
) -> Result<Vec<(ContentId, &'static str, Attached)>, Problem> {
    let acts = app.store.acts(&app.code, &Stream::from(matter.id), 0, 1_000).await?;
    let checked =
        matter.answers.iter().rev().find(|a| a.verdict.as_ref().is_some_and(|v| v.passed));
    let mut named = Vec::new();
    for act in &acts {
        let files = |act: &Act| {
            let refs = act.content_refs().into_iter();
            refs.filter(|c| c.class == Class::File).map(|c| c.id).collect::<Vec<_>>()
        };
        match act.kind.as_str() {
            "reported" => named.extend(files(act).into_iter().map(|id| (id, "reported"))),
            "answered" if checked.is_some_and(|answer| answer.at == act.at) => {
                // What was released stands with its draft.
                let draft = released_draft(act);
                let of = |one: &&Act| draft.is_some() && submitted_draft(one) == draft;
                let own = acts.iter().filter(of).chain([act]);
                named.extend(own.flat_map(files).map(|id| (id, "answered")));
            }
            _ => {}
        }
    }
    let ids: Vec<_> = named.iter().map(|(id, _)| *id).collect();
    let texts = app.store.texts(&app.code, &ids).await?;
    let known = |(id, of)| Some((id, of, texts.get(&id)?.attached()?));
    Ok(named.into_iter().filter_map(known).collect())
}

fn released_draft(act: &Act) -> Option<u32> {
    let (_, then) = NewAct::parse(&act.kind, act.v, &act.body).ok()?;
    then.released.map(|released| released.draft)
}

fn submitted_draft(act: &Act) -> Option<u32> {
    let parsed = (act.kind == "submitted").then(|| NewAct::parse(&act.kind, act.v, &act.body));
    match parsed?.ok()?.0 {
        Did::Submitted(submitted) => Some(submitted.draft),
        _ => None,
    }
}

/// The matter of a receipt. A wrong code and a wrong number have the same answer; wrong tries are
/// limited by number.
pub async fn by_receipt(app: &Shared, no: &str, code: &str) -> Result<Matter, Problem> {
    let ring = app.store.vault().ring().map_err(|error| Problem::vault(&error))?;
    // However a number is written, its tries are counted together.
    let (no, now) = (&app.whole_number(no), app.now());
    if let Some(wait) = app.receipts.wait(no, now) {
        return Err(Problem::too_many(wait));
    }
    // A receipt is asked for by number alone: an id grants nothing.
    let by_number = no.parse::<uuid::Uuid>().is_err();
    let matter = if by_number { app.store.matter(&app.code, no).await? } else { None };
    let right = matter.filter(|matter| ring.is_receipt_code(matter.id, code));
    match &right {
        Some(_) => app.receipts.right(no),
        None => app.receipts.wrong(no, now),
    }
    right.ok_or_else(Problem::unknown)
}

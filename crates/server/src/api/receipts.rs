//! Following a report without an account: by its number and the secret code.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use zongheng_core::matter::Matter;

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

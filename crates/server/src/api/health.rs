//! Alive, and able to serve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use zongheng_store::VaultState;

use crate::app::Shared;

pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Able to serve: the database answers and the county stands. A missing key ring is told, not fatal.
pub(super) async fn ready(State(app): State<Shared>) -> Response {
    let head = app.store.head(&app.code).await;
    match head {
        Ok(head) => {
            let vault = match app.store.vault().state() {
                VaultState::Open => "open",
                _ => "shut: everything but personal data and receipts is served",
            };
            let body = json!({ "ready": true, "as_of": head.ticked_to(), "vault": vault });
            Json(body).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "not ready");
            let body = json!({ "ready": false });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}

//! Alive, and able to serve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use zongheng_store::VaultState;

use crate::app::Shared;
use crate::health;
use crate::pages::words::{Locale, Words};

pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Able to serve: the database answers and its tables are this program's, the disk has room, lamps and
/// counters are as of now. A missing key ring is told, not fatal: all but personal data is served.
pub(super) async fn ready(State(app): State<Shared>) -> Response {
    let parts = health::serving(&app).await;
    let ready = health::can_serve(&parts);
    let w = Words::new(Locale::En);
    let told: Map<String, Value> = parts
        .iter()
        .map(|part| {
            let mut told = json!({ "state": part.state });
            // What is well has no details: the door is open to everybody.
            if part.state != health::State::Ok {
                told["code"] = json!(part.code);
                told["mend"] = json!(part.mend(w));
            }
            (part.name.to_owned(), told)
        })
        .collect();
    let vault = match app.store.vault().state() {
        VaultState::Open => "open",
        _ => "shut: everything but personal data and receipts is served",
    };
    let as_of = app.store.head(&app.code).await.ok().map(|head| head.ticked_to());
    let body = json!({
        "ready": ready, "simulated": app.simulated, "as_of": as_of, "vault": vault, "parts": told,
    });
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}

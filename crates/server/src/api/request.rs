//! From a request to a submission: body, key and its fingerprint.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method};
use serde_json::{Map, Value};
use zongheng_core::ledger::canonical;
use zongheng_core::matter::Actor;
use zongheng_store::{NewContent, Submission, What};

use super::problem::Problem;
use crate::app::Shared;
use crate::web::LARGEST;

/// The body as a JSON object.
///
/// # Errors
/// Too large, no UTF-8, no JSON, or another JSON value than an object.
pub async fn read_object(body: Body) -> Result<Map<String, Value>, Problem> {
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Problem::too_large())?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|e| Problem::malformed(format!("byte {} is no UTF-8", e.valid_up_to())))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Problem::malformed("a JSON object is wanted")),
        Err(error) => Err(Problem::malformed(format!("this is no JSON: {error}"))),
    }
}

/// The idempotency key: 16 to 64 of `[A-Za-z0-9_-]`; callers without an account share one scope, so
/// theirs is a UUID.
pub fn key_of(headers: &HeaderMap, with_account: bool) -> Result<String, Problem> {
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).unwrap_or_default();
    check_key(key, with_account)?;
    Ok(key.to_owned())
}

/// Whether a key may be one.
pub fn check_key(key: &str, with_account: bool) -> Result<(), Problem> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !(16..=64).contains(&key.len()) || !key.chars().all(fits) {
        return Err(Problem::malformed(
            "the header Idempotency-Key is wanted: 16 to 64 of A-Z a-z 0-9 _ -, new for each act",
        ));
    }
    if !with_account && key.parse::<uuid::Uuid>().is_err() {
        return Err(Problem::malformed("without an account the Idempotency-Key is a UUID"));
    }
    Ok(())
}

/// A command under its key, with the fingerprint of what was asked.
pub fn submission(
    app: &Shared,
    actor: Actor,
    key: String,
    (method, path, body): (&Method, &str, &Map<String, Value>),
    what: What,
    contents: Vec<NewContent>,
) -> Submission {
    let scope = match actor.person {
        zongheng_core::matter::Person::User(id) => id.to_string(),
        _ => "public".to_owned(),
    };
    // A body that has no canonical form (a fraction, say) still has one fingerprint: its own text.
    let value = Value::Object(body.clone());
    let text = canonical(&value, "body", 1).unwrap_or_else(|_| value.to_string());
    let mac = app.store.vault().command_mac(format!("{method}\n{path}\n{text}").as_bytes());
    Submission { county: app.code.clone(), scope, key, mac, actor, at: None, contents, what }
}

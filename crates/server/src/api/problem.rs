//! The one place that turns refusals and failures into the answers of the contract (RFC 9457).

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use zongheng_core::matter::{FieldFault, Refusal};
use zongheng_core::organisation::Fault;
use zongheng_store::vault::VaultError;
use zongheng_store::{Refused, StoreError};

use crate::attaching::NotKept;

/// An error as outsiders see it. `code` is stable; `detail` says how to mend it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub code: &'static str,
    pub detail: String,
    /// What is wrong with which field; all faults at once.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Vec<String>>,
    /// For `stale`: the acts since the one that was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub acts: Vec<serde_json::Value>,
    /// For `faults`: everything that is wrong with a file, each with its line and how to mend it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub faults: Vec<serde_json::Value>,
    /// For `nobody`: the steps that led to nobody, each in both languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub because: Vec<serde_json::Value>,
    /// For a part of an upload: the bytes that stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<u64>,
    #[serde(skip)]
    pub retry_after: Option<i64>,
    /// What pages say where the code has more than one cause.
    #[serde(skip)]
    pub words: Option<&'static str>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("error").to_owned(),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            fields: BTreeMap::new(),
            acts: Vec::new(),
            faults: Vec::new(),
            because: Vec::new(),
            received: None,
            retry_after: None,
            words: None,
        }
    }

    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }

    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "sign in, or send a token: Authorization: Bearer …",
        )
    }

    pub fn unknown() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown", "there is no such thing, or you may not see it")
    }

    pub fn not_yours(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "not_yours", detail)
    }

    pub fn too_large() -> Self {
        let most = crate::web::LARGEST / 1024;
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("a request has at most {most} kB"),
        )
    }

    /// A file larger than any table that is read.
    pub fn too_large_file(most: u64) -> Self {
        let detail = format!("a file has at most {} MB: split it", most >> 20);
        let problem = Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail);
        Self { words: Some("too_large_file"), ..problem }
    }

    /// A file of more matters than are written within the time of a request.
    pub fn too_many_rows(most: u64) -> Self {
        let detail = format!(
            "more than {most} matters pass the filter: narrow it, or let the administrator run \
             `zongheng export matters`, which has no such end"
        );
        let problem = Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail);
        Self { words: Some("too_many_rows"), ..problem }
    }

    /// A form with its files.
    pub fn form_too_large(most: usize) -> Self {
        let detail = format!("a form with its files has at most {} MB", most >> 20);
        let problem = Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail);
        Self { words: Some("form_too_large"), ..problem }
    }

    /// A part of an upload.
    pub fn part_too_large() -> Self {
        let most = crate::attaching::PART / 1024;
        let detail = format!("a part has at most {most} kB");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    }

    pub fn too_many(seconds: i64) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many",
            format!("too many wrong tries; again in {seconds} seconds"),
        );
        problem.retry_after = Some(seconds);
        problem
    }

    /// More files than may stand unnamed, or than one address may send in an hour.
    pub fn too_much_sent(seconds: i64) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many",
            format!("too many files were sent that no report names; again in {seconds} seconds"),
        );
        (problem.retry_after, problem.words) = (Some(seconds), Some("too_much_sent"));
        problem
    }

    /// A part of an upload that does not go on from what stands.
    pub fn part(code: &'static str, detail: impl Into<String>, received: u64) -> Self {
        Self { received: Some(received), ..Self::new(StatusCode::CONFLICT, code, detail) }
    }

    pub fn key_reused() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "key_reused",
            "this Idempotency-Key was used for another request; use a new one",
        )
    }

    pub fn invalid(faults: &[FieldFault]) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            format!("{} to mend, listed in fields", faults.len()),
        );
        for fault in faults {
            problem.fields.entry(fault.field.clone()).or_default().push(fault.what.clone());
        }
        problem
    }

    pub fn field(field: &str, what: impl Into<String>) -> Self {
        Self::invalid(&[FieldFault::new(field, what)])
    }

    /// A file that cannot be recorded, with all that is wrong in it.
    pub fn faults(faults: &[Fault]) -> Self {
        let detail = format!("{} to mend in the file, listed in faults", faults.len());
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "faults", detail);
        let line = |f: &Fault| serde_json::json!({ "line": f.row, "field": f.field, "what": f.what, "mend": f.mend });
        problem.faults = faults.iter().map(line).collect();
        problem
    }

    /// The list of powers has nobody for it.
    pub fn nobody(detail: impl Into<String>, because: Vec<serde_json::Value>) -> Self {
        Self { because, ..Self::new(StatusCode::NOT_FOUND, "nobody", detail) }
    }

    /// The configuration is another one than that against which something was checked.
    pub fn moved() -> Self {
        Self::new(StatusCode::CONFLICT, "moved", StoreError::Moved.to_string())
    }

    /// The rules stand against it as things are.
    pub fn already(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "already", detail)
    }

    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something failed here; nothing was recorded. The request id tells us where",
        )
    }

    /// What needs the key ring while it is missing or another one; nothing of it was recorded.
    pub fn vault(error: &VaultError) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "vault",
            format!(
                "{error}. Nothing was recorded. Without the ring no name or number is kept and no \
                 receipt is given or opened; whoever has an account goes on with all else, reports \
                 without a contact among it. The administrator puts the ring's file back and starts \
                 the server again"
            ),
        )
    }

    pub fn unsupported() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported",
            "send the body as JSON, with the header Content-Type: application/json",
        )
    }

    pub fn not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "not_allowed",
            "this address has no such method; the header Allow names those it has",
        )
    }

    /// No room to record anything in; what stands is served.
    pub fn full() -> Self {
        let detail = "the disk is full, so nothing was recorded. What stands can be read. The administrator \
            makes room on the disk of the database; then send it again";
        Self { words: Some("full"), retry_after: Some(60), ..Self::busy("busy", detail) }
    }

    /// The database was cut off, restarts or takes too long.
    pub fn away() -> Self {
        let detail = "the database does not answer just now. Whether what was sent is recorded is not known: \
            send it again with the same Idempotency-Key, and it is done once";
        Self::busy("busy", detail)
    }

    fn busy(code: &'static str, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        problem.retry_after = Some(2);
        problem
    }
}

/// The stable code under which a refused command is answered.
pub const fn code_of(refused: &Refused) -> &'static str {
    match refused {
        Refused::Refusal(refusal) => refusal.code(),
        Refused::KeyReused => "key_reused",
        Refused::Store(
            StoreError::Busy | StoreError::Closed | StoreError::Full | StoreError::Away(_),
        ) => "busy",
        Refused::Store(StoreError::Clock { .. }) => "clock",
        Refused::Store(StoreError::Moved) => "moved",
        Refused::Store(StoreError::Vault(
            VaultError::Missing | VaultError::Wrong | VaultError::RingUnreadable(_),
        )) => "vault",
        Refused::Store(_) => "internal",
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match &refusal {
            Refusal::Unknown => Problem::unknown(),
            Refusal::NotYours(why) => Problem::not_yours(why.to_string()),
            Refusal::Invalid(faults) => Problem::invalid(faults),
            Refusal::OutOfState(_) | Refusal::Stale { .. } | Refusal::Already(_) => {
                Problem::new(StatusCode::CONFLICT, refusal.code(), refusal.to_string())
            }
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Refusal(refusal) => refusal.into(),
            Refused::KeyReused => Problem::key_reused(),
            Refused::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Problem::busy("busy", "too much is waiting; try again"),
            StoreError::Closed => Problem::busy("busy", "the server is going down; try again"),
            StoreError::Full => {
                tracing::error!("the disk of the database is full");
                Problem::full()
            }
            StoreError::Away(said) => {
                tracing::error!(said, "the database does not answer");
                Problem::away()
            }
            StoreError::Cursor(_) => Problem::malformed(error.to_string()),
            StoreError::Vault(error @ (VaultError::Missing | VaultError::Wrong)) => {
                Problem::vault(&error)
            }
            // Where the file stands and what is wrong with it is for whoever looks after the server.
            StoreError::Vault(VaultError::RingUnreadable(_)) => Problem::vault(&VaultError::Wrong),
            // A person has to look; asking again at once is of no use.
            StoreError::Clock { .. } => {
                let busy = Problem::busy("clock", error.to_string());
                Problem { retry_after: Some(60), ..busy }
            }
            StoreError::Moved => Problem::moved(),
            error => {
                tracing::error!(%error, "the store failed");
                Problem::internal()
            }
        }
    }
}

impl From<NotKept> for Problem {
    fn from(not_kept: NotKept) -> Self {
        match not_kept {
            NotKept::Unfit(unfit) => Problem::field("file", unfit.to_string()),
            NotKept::Gone => Problem::unknown(),
            NotKept::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = self.retry_after.and_then(|s| HeaderValue::from_str(&s.to_string()).ok());
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(retry) = retry {
            headers.insert(header::RETRY_AFTER, retry);
        }
        response
    }
}

//! From a request to a submission: body, key and its fingerprint.

use std::fmt;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use zongheng_core::ledger::canonical;
use zongheng_core::matter::Actor;
use zongheng_store::{NewContent, PUBLIC, Submission, Wanted, What};

use super::caller::Caller;
use super::problem::Problem;
use crate::app::Shared;
use crate::submit::ReadRuling;
use crate::web::LARGEST;

/// The body as a JSON object.
///
/// # Errors
/// Another content type, too large, no UTF-8, no JSON, a key that stands twice, or another JSON value
/// than an object.
pub async fn read_object(headers: &HeaderMap, body: Body) -> Result<Map<String, Value>, Problem> {
    if !is_json(headers) {
        return Err(Problem::unsupported());
    }
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Problem::too_large())?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|e| Problem::malformed(format!("byte {} is no UTF-8", e.valid_up_to())))?;
    match serde_json::from_str(text).map(|Once(value)| value) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Problem::malformed("a JSON object is wanted")),
        Err(error) => Err(Problem::malformed(format!("this is no JSON: {error}"))),
    }
}

/// The id or number in an address; one that is badly escaped is a problem like any other.
pub struct Named(pub String);

impl FromRequestParts<Shared> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let found = Path::<String>::from_request_parts(parts, app).await;
        found.map(|Path(name)| Self(name)).map_err(|e| Problem::malformed(e.body_text()))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = sent.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// A JSON value in which no key stands twice: two readers could take either.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OnceVisitor).map(Once)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Once(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(de::Error::custom(format!("the key \"{key}\" stands twice")));
            }
            let Once(value) = members.next_value()?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
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
    let (scope, mac) = (scope_of(&actor), fingerprint(app, (method, path, body)));
    Submission { county: app.code.clone(), scope, key, mac, actor, at: None, contents, what }
}

/// A ruling under its key, likewise.
pub fn wanted(
    app: &Shared,
    actor: Actor,
    key: String,
    asked: (&Method, &str, &Map<String, Value>),
    read: ReadRuling,
) -> Wanted {
    let ReadRuling { ruling, faults, contents } = read;
    let (scope, mac) = (scope_of(&actor), fingerprint(app, asked));
    Wanted { county: app.code.clone(), scope, key, mac, actor, ruling, faults, contents }
}

/// Whose keys they are.
pub fn scope_of(actor: &Actor) -> String {
    match actor.person {
        zongheng_core::matter::Person::User(id) => id.to_string(),
        _ => PUBLIC.to_owned(),
    }
}

/// Whose uploads they are: the scope of the keys of the same caller.
pub fn owner(caller: Option<&Caller>) -> String {
    caller.map_or_else(|| PUBLIC.to_owned(), |caller| caller.user.to_string())
}

/// What was asked, as a keyed hash: the same key with another body is another request.
pub fn fingerprint(
    app: &Shared,
    (method, path, body): (&Method, &str, &Map<String, Value>),
) -> String {
    // A body that has no canonical form (a fraction, say) still has one fingerprint: its own text.
    let value = Value::Object(body.clone());
    let text = canonical(&value, "body", 1).unwrap_or_else(|_| value.to_string());
    app.store.vault().command_mac(format!("{method}\n{path}\n{text}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_refused_at_any_depth() {
        let read = |text: &str| serde_json::from_str::<Once>(text).map(|Once(value)| value);
        for twice in [r#"{"act":"file","act":"decline"}"#, r#"{"a":[{"b":1,"b":1}]}"#] {
            let why = read(twice).unwrap_err().to_string();
            assert!(why.contains("stands twice"), "{why}");
        }
        let plain = r#"{"a":[1,-2,0.5,true,null,"x"],"b":{"a":{}}}"#;
        assert_eq!(read(plain).unwrap(), serde_json::from_str::<Value>(plain).unwrap());
    }

    #[test]
    fn only_json_is_json() {
        let is = |kind: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            is_json(&headers)
        };
        assert!(is("application/json") && is("Application/JSON; charset=utf-8"));
        for other in ["text/plain", "application/jsonx", "application/x-www-form-urlencoded", ""] {
            assert!(!is(other), "{other}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}

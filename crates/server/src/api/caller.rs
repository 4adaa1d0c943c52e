//! Who calls: a token or a session, with the post in which the caller acts. Identity never comes from
//! the body.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use sha2::{Digest, Sha256};
use zongheng_core::county::County;
use zongheng_core::ids::{PostId, UserId};
use zongheng_core::matter::{Actor, Person};
use zongheng_core::time::At;

use super::problem::Problem;
use crate::app::Shared;

/// The name of the session's cookie.
pub const COOKIE: &str = "zongheng";

/// A signed-in account.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user: UserId,
    pub login: String,
    /// The post chosen in the session or named with the token.
    pub chosen: Option<PostId>,
    /// Hash of the session's secret, where the caller came with a cookie.
    pub session: Option<String>,
    pub must_change: bool,
}

impl Caller {
    /// The caller in a post at `now`: the chosen one while it is held, else the first of the posts.
    pub fn actor(&self, county: &County, now: At) -> Actor {
        self.chosen.and_then(|post| county.actor(self.user, post, now)).unwrap_or_else(|| {
            let posts = county.organisation.posts_of(self.user, now.date());
            let first = posts.first().and_then(|(post, _)| county.actor(self.user, post.id, now));
            first
                .unwrap_or_else(|| Actor { person: Person::User(self.user), ..Actor::by_receipt() })
        })
    }

    /// The token that forms of this session carry against requests from other sites. It is made from
    /// the session's secret alone, so that it holds with the vault shut too.
    pub fn csrf(&self) -> String {
        hash_secret(&format!("csrf\n{}", self.session.as_deref().unwrap_or_default()))
    }
}

/// SHA-256 in hex: only hashes of secrets are kept.
pub fn hash_secret(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        find(parts, app).await?.ok_or_else(Problem::unauthenticated)
    }
}

/// A caller who may have no account (a report, the public pages).
pub struct Anybody(pub Option<Caller>);

impl FromRequestParts<Shared> for Anybody {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        find(parts, app).await.map(Anybody)
    }
}

async fn find(parts: &Parts, app: &Shared) -> Result<Option<Caller>, Problem> {
    let headers = &parts.headers;
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let secret = value.to_str().ok().and_then(|v| v.strip_prefix("Bearer "));
        let secret = secret.ok_or_else(Problem::unauthenticated)?;
        let token = app.store.token(&app.code, &hash_secret(secret)).await?;
        let token = token.ok_or_else(Problem::unauthenticated)?;
        return Ok(Some(Caller {
            user: token.account,
            login: token.login,
            chosen: token.post,
            session: None,
            must_change: false,
        }));
    }
    let jar = CookieJar::from_headers(headers);
    let Some(cookie) = jar.get(COOKIE) else { return Ok(None) };
    let hash = hash_secret(cookie.value());
    let Some(session) = app.store.session(&app.code, &hash, app.now()).await? else {
        return Ok(None);
    };
    let caller = Caller {
        user: session.account,
        login: session.login,
        chosen: session.post,
        session: Some(hash),
        must_change: session.must_change,
    };
    // A cookie alone does not write: calls of the API bring the session's token in a header, whatever
    // they send. Forms carry it as a field, which the pages check.
    if parts.uri.path().starts_with("/api/") && !parts.method.is_safe() {
        let sent = headers.get("x-csrf-token").and_then(|v| v.to_str().ok());
        if sent != Some(caller.csrf().as_str()) {
            return Err(Problem::not_yours("the X-Csrf-Token of the session is missing or wrong"));
        }
    }
    Ok(Some(caller))
}

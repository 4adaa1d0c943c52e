//! What every answer has in common: a request id, headers that keep browsers strict, bounds, logs
//! without personal data.

use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::Instrument as _;

use crate::api::problem::Problem;
use crate::app::Shared;

/// The most bytes of a request's body.
pub const LARGEST: usize = 256 * 1024;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Wraps the routes.
pub fn finish(router: Router, app: Shared) -> Router {
    let id = HeaderName::from_static("x-request-id");
    let always = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    // What is compressed already, and is asked for by its places.
    let worth_it = DefaultPredicate::new()
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::const_new("audio/"))
        .and(NotForContentType::const_new("application/pdf"));
    router.layer(
        ServiceBuilder::new()
            .layer(SetRequestIdLayer::new(id.clone(), MakeRequestUuid))
            .layer(PropagateRequestIdLayer::new(id))
            .layer(middleware::from_fn_with_state(app, log))
            .layer(always(header::CONTENT_SECURITY_POLICY, POLICY))
            .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(always(header::REFERRER_POLICY, "same-origin"))
            .layer(always(header::CACHE_CONTROL, "no-store"))
            .layer(CompressionLayer::new().compress_when(worth_it))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(middleware::from_fn(in_time)),
    )
}

/// A request has thirty seconds; the store's own limits are shorter, but many may wait for each other. What brings
/// files has as long as a slow line in a village takes, and whoever falls silent on the way is let go where it is read; a
/// table that is uploaded takes as long as it takes, which its page looks after.
async fn in_time(request: Request, next: Next) -> Response {
    let tables = matches!(request.uri().path(), "/imports" | "/organisation/tables");
    if request.method() == Method::POST && tables {
        return next.run(request).await;
    }
    let late = |_| Problem::away().into_response();
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let brings_files = kind.is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let time = if brings_files { Duration::from_mins(20) } else { Duration::from_secs(30) };
    tokio::time::timeout(time, next.run(request)).await.unwrap_or_else(late)
}

/// One line, one count and one span a request: what, how it ended, how long. Never a query, a body or a
/// person.
async fn log(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let id = request.headers().get("x-request-id").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let begun = std::time::Instant::now();
    let span = tracing::info_span!(
        target: "trace", parent: None, "request", http.request.method = %method, http.route = route,
        http.response.status_code = tracing::field::Empty,
    );
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    app.tally.answered(&method, &route, response.status().as_u16(), begun.elapsed());
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    tracing::info!(%method, route, status, millis, request = id, "answered");
    response
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the cause over")]
fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let said = cause
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| cause.downcast_ref::<String>().cloned());
    tracing::error!(cause = said, "a handler panicked");
    Problem::internal().into_response()
}

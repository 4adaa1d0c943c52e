//! `/assets/…`: under names that hold their hash, so that a browser keeps them for ever.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::assets;
use crate::app::Shared;

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/assets/{name}", get(file))
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match assets::named(&name) {
        Some(asset) => sent(asset, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn sent(asset: &'static assets::Asset, headers: &HeaderMap) -> Response {
    let kept = "public, max-age=31536000, immutable";
    let squeezed = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("gzip"));
    let common = [
        (header::CONTENT_TYPE, asset.media),
        (header::CACHE_CONTROL, kept),
        (header::VARY, "accept-encoding"),
    ];
    if squeezed {
        let gzip = [(header::CONTENT_ENCODING, "gzip")];
        (common, gzip, asset.gzip.as_slice()).into_response()
    } else {
        (common, asset.bytes.as_slice()).into_response()
    }
}

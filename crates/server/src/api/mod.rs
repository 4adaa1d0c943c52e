//! `/api/v1`: the calls of the contract, described by `OpenAPI` from the code.

mod acts;
pub mod beside;
mod bodies;
pub mod caller;
pub mod changes;
mod consulting;
mod counts;
pub mod exports;
pub mod files;
pub mod gaps;
mod health;
pub mod lists;
mod matters;
mod me;
pub mod metrics;
mod organisation;
pub mod problem;
mod receipts;
mod request;
mod rulings;
pub mod shape;
pub mod streamed;
mod uploads;

pub use matters::{can_give_receipts, receipt_code};
pub use receipts::{by_receipt, shown_to_reporter};
pub use request::{check_key, fingerprint, owner, scope_of, submission, wanted};

use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Shared;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Zongheng 纵横",
        description = "One register of everything promised in a county.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    modifiers(&Bearer),
)]
struct Document;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        openapi.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

/// The routes by who calls them.
pub fn router() -> Router<Shared> {
    let (routes, document) = OpenApiRouter::<Shared>::with_openapi(Document::openapi())
        // Anybody, by a public kind of matter or a receipt.
        .routes(routes!(matters::report, lists::list))
        .routes(routes!(receipts::follow))
        .routes(routes!(receipts::file))
        .routes(routes!(uploads::begin))
        .routes(routes!(uploads::state))
        .routes(routes!(uploads::part))
        // With an account.
        .routes(routes!(exports::export))
        .routes(routes!(matters::show))
        .routes(routes!(acts::list, acts::act))
        .routes(routes!(files::whole))
        .routes(routes!(files::small))
        .routes(routes!(counts::counts))
        .routes(routes!(organisation::units))
        .routes(routes!(organisation::grids))
        .routes(routes!(me::me))
        .routes(routes!(rulings::proposals))
        .routes(routes!(rulings::decide_proposal))
        .routes(routes!(rulings::exceptions, rulings::allow))
        .routes(routes!(rulings::seal_off))
        .routes(routes!(rulings::referrals, rulings::refer))
        .routes(routes!(rulings::receipt))
        .routes(routes!(consulting::who))
        .routes(routes!(consulting::rules))
        .routes(routes!(consulting::decisions))
        .routes(routes!(gaps::gaps))
        .routes(routes!(gaps::sheets, gaps::sign))
        .routes(routes!(changes::list, changes::record))
        .routes(routes!(changes::check))
        .routes(routes!(changes::hand_on))
        .split_for_parts();
    routes
        .route("/api/v1/openapi.json", get(async || Json(document)))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::metrics))
        .method_not_allowed_fallback(async || problem::Problem::not_allowed())
        .route("/api/{*rest}", axum::routing::any(async || problem::Problem::unknown()))
}

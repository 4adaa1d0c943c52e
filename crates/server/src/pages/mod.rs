//! The pages that a browser sees: words, view structs, styles. Handlers fill the views; templates in
//! `ui/templates` print them. Nothing here decides anything: what may be done is asked of the core.

pub mod assets;
mod attached;
mod entry;
mod files;
mod follow;
mod form;
mod imports;
mod intake;
mod matter;
mod messages;
mod offer;
mod options;
mod organisation;
mod proposed_orders;
mod reader;
mod register;
mod report;
mod rulings;
pub mod say;
mod sent;
mod session;
mod today;
mod upload;
pub mod view;
pub mod words;

pub use form::encoded;

#[cfg(test)]
mod samples;

/// The routes of the pages.
pub fn router() -> axum::Router<crate::app::Shared> {
    axum::Router::new()
        .merge(files::router())
        .merge(attached::router())
        .merge(session::router())
        .merge(today::router())
        .merge(register::router())
        .merge(matter::router())
        .merge(intake::router())
        .merge(imports::router())
        .merge(report::router())
        .merge(follow::router())
        .merge(messages::router())
        .merge(proposed_orders::router())
        .merge(rulings::router())
        .merge(organisation::router())
        .method_not_allowed_fallback(not_allowed)
        .fallback(unknown)
}

async fn not_allowed(r: reader::Reader) -> axum::response::Response {
    r.problem(&crate::api::problem::Problem::not_allowed())
}

async fn unknown(r: reader::Reader) -> axum::response::Response {
    r.problem(&crate::api::problem::Problem::unknown())
}

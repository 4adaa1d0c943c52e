//! The pages that a browser sees: words, view structs, styles. Handlers fill the views; templates in
//! `ui/templates` print them. Nothing here decides anything.

pub mod assets;
pub mod say;
pub mod view;
pub mod words;

#[cfg(test)]
mod samples;

/// The routes of the pages.
pub fn router() -> axum::Router<crate::app::Shared> {
    axum::Router::new()
}

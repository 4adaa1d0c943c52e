//! The pages that a browser sees: words, view structs, styles. Handlers fill the views; templates in
//! `ui/templates` print them. Nothing here decides anything.

pub mod assets;
pub mod view;
pub mod words;

#[cfg(test)]
mod samples;

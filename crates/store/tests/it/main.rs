//! What the store promises, told once and run on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod contents;
mod crashes;
mod kin;
mod ledger;
mod opening;
mod reading;
mod recording;
mod rulings;
mod schema;
mod support;

//! What the store promises, told once and run on both databases.

mod accounts;
mod contents;
mod ledger;
mod opening;
mod reading;
mod recording;
mod schema;
mod support;

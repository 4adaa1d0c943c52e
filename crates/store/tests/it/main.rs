//! What the store promises, told once and run on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod archive;
mod backup;
mod cleaning;
mod contents;
mod files;
#[path = "../../../core/tests/shared/folding.rs"]
mod folding;
mod importing;
mod kin;
mod laws;
mod ledger;
#[expect(dead_code, reason = "the laws of the core need more of it")]
#[path = "../../../core/tests/laws/lives/mod.rs"]
mod lives;
mod migrating;
mod opening;
mod passing;
#[expect(dead_code, reason = "nothing is restarted here")]
#[path = "support/postgres.rs"]
mod postgres;
mod reading;
mod rebuilding;
mod recording;
mod redating;
mod reorganised;
mod rulings;
mod schema;
mod searching;
#[path = "../../../core/tests/shared/shangcheng.rs"]
mod shangcheng;
mod support;
mod telling;
mod upkeep;

//! The life of a matter: each rule as a property over random lives, each cell of the table of acts and
//! states, who may do what, in which order refusals are found, and stories a subject.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod access;
mod allowing;
mod cells;
mod discretion;
mod dues;
#[path = "../shared/folding.rs"]
mod folding;
#[path = "../shared/golden.rs"]
mod golden;
mod imported;
mod inside;
mod kin;
mod lives;
mod meeting;
mod named;
mod order;
mod outside;
mod over_lives;
mod planning;
mod recount;
mod redate;
mod regulator;
mod resident;
mod rules;
#[path = "../shared/shangcheng.rs"]
mod shangcheng;
mod shelving;
mod showing;
mod task;
mod time;
mod whistling;

use lives::{family, life, story, table, walks, world};

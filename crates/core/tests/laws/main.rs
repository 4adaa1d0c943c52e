//! The life of a matter: each rule as a property, each cell of the table of acts and states, who may
//! do what, in which order refusals are found, and two matters from entry to close.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod access;
mod cells;
mod dues;
mod life;
mod named;
mod order;
mod resident;
mod rules;
mod story;
mod task;
mod world;

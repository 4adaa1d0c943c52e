//! The life of a matter: each rule as a property, each cell of the table of acts and states, who may
//! do what, in which order refusals are found, and two matters from entry to close.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod access;
mod cells;
mod commands;
mod dues;
mod family;
mod inside;
mod kin;
mod life;
mod meeting;
mod order;
mod outside;
mod planning;
mod regulator;
mod resident;
mod rules;
mod shelving;
mod story;
mod task;
mod whistling;
mod world;

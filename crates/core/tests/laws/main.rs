//! The life of a matter: each rule as a property over random lives, each cell of the table of acts and
//! states, who may do what, in which order refusals are found, and stories a subject.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod access;
mod cells;
mod commands;
mod dues;
mod family;
mod inside;
mod kin;
mod life;
mod made;
mod meeting;
mod named;
mod order;
mod outside;
mod over_lives;
mod planning;
mod regulator;
mod resident;
mod rules;
mod shelving;
mod states;
mod story;
mod task;
mod walks;
mod whistling;
mod world;

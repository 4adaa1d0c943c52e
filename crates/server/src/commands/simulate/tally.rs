//! What was played, counted as it happens, so that what is over need not be held.

use std::collections::BTreeMap;
use std::time::Duration;

use zongheng_core::matter::State;
use zongheng_core::time::At;

use super::replay::Outcome;

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) acts: BTreeMap<String, u64>,
    pub(crate) seals: u64,
    /// Acts that were not possible at their time, as people find out.
    pub(crate) passed_over: BTreeMap<&'static str, u64>,
    /// How long recording took, without the thinking of those who acted.
    pub(crate) recording: Duration,
    /// When each matter came in and was first answered, and whether the public brought it.
    pub(super) times: Vec<Times>,
    /// What was played of each game.
    pub(super) games: BTreeMap<&'static str, u64>,
    /// Matters that are over, by kind and state; nobody holds them in memory any more.
    pub(super) over: BTreeMap<(String, State), u64>,
    /// How the rows of a file came out.
    pub(super) rows: BTreeMap<Outcome, u64>,
}

impl Tally {
    pub(crate) fn all_acts(&self) -> u64 {
        self.acts.values().sum()
    }
}

/// When a matter came in and was first answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// A resident's report or an order of the hotline.
    pub(super) public: bool,
    pub(super) came: At,
    pub(super) answered: Option<At>,
}

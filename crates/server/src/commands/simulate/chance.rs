//! The simulation's chance: all of it comes from one seed, in one order.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// Draws that are the same on every machine.
pub(crate) struct Chance(ChaCha20Rng);

impl Chance {
    pub(super) fn from_seed(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    /// A number from `from` up to and with `to`.
    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        self.0.random_range(from..=to)
    }

    /// Whether something that happens `percent` times of a hundred happens.
    pub(super) fn percent(&mut self, percent: u8) -> bool {
        self.0.random_range(0..100_u8) < percent
    }

    /// One of several; none of nothing.
    pub(super) fn of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let most = u32::try_from(list.len()).ok()?.checked_sub(1)?;
        list.get(self.0.random_range(0..=most) as usize)
    }

    /// One word of several; an empty one of nothing.
    pub(super) fn word(&mut self, list: &[&'static str]) -> &'static str {
        self.of(list).copied().unwrap_or_default()
    }

    /// One of several that stand with their weights.
    pub(super) fn picked<'a, T>(&mut self, list: &'a [(u32, T)]) -> Option<&'a T> {
        let all: u32 = list.iter().map(|(weight, _)| weight).sum();
        let mut left = self.0.random_range(0..all.max(1));
        for (weight, value) in list {
            if left < *weight {
                return Some(value);
            }
            left -= weight;
        }
        None
    }

    /// One of several with weights.
    pub(super) fn weighted<T: Copy>(&mut self, list: &[(u32, T)]) -> Option<T> {
        self.picked(list).copied()
    }
}

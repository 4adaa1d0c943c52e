//! What the committer did, in numbers: how many batches, how large, how long.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper ends of the classes of durations, in milliseconds.
pub(super) const MILLIS: [u64; 6] = [5, 20, 50, 200, 1000, 5000];

/// Counted by the committer, read by whoever asks.
#[derive(Debug, Default)]
pub(super) struct Meter {
    batches: AtomicU64,
    commands: AtomicU64,
    micros: AtomicU64,
    within: [AtomicU64; MILLIS.len()],
}

/// What was counted since this process began.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub batches: u64,
    pub commands: u64,
    pub seconds: f64,
    /// Batches that took at most so many milliseconds, the shorter ones included.
    pub within: Vec<(u64, u64)>,
}

impl Meter {
    pub(super) fn note(&self, commands: usize, took: Duration) {
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.commands.fetch_add(u64::try_from(commands).unwrap_or(0), Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Ordering::Relaxed);
        for (most, counted) in MILLIS.iter().zip(&self.within) {
            if micros <= most * 1000 {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn read(&self) -> Measured {
        let within = MILLIS.iter().zip(&self.within);
        Measured {
            batches: self.batches.load(Ordering::Relaxed),
            commands: self.commands.load(Ordering::Relaxed),
            seconds: Duration::from_micros(self.micros.load(Ordering::Relaxed)).as_secs_f64(),
            within: within.map(|(most, n)| (*most, n.load(Ordering::Relaxed))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_stands_in_its_class_and_those_above() {
        let meter = Meter::default();
        meter.note(3, Duration::from_millis(20));
        meter.note(1, Duration::from_secs(9));
        let measured = meter.read();
        assert_eq!((measured.batches, measured.commands), (2, 4));
        assert_eq!(measured.within, [(5, 0), (20, 1), (50, 1), (200, 1), (1000, 1), (5000, 1)]);
        assert!((measured.seconds - 9.02).abs() < 1e-6, "{measured:?}");
    }
}

//! How many wrong tries are answered before a pause.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zongheng_core::time::At;

/// Counts wrong tries by name within a span of time. The names are forgotten with the span, so the
/// memory it takes is bounded by the tries of one span.
pub struct Limiter {
    most: u32,
    seconds: i64,
    tries: Mutex<BTreeMap<String, (At, u32)>>,
}

/// Names kept at a time; beyond that the oldest go.
const NAMES: usize = 10_000;

impl Limiter {
    pub const fn new(most: u32, seconds: i64) -> Self {
        Self { most, seconds, tries: Mutex::new(BTreeMap::new()) }
    }

    /// The seconds to wait, where too many tries were wrong.
    pub fn wait(&self, name: &str, now: At) -> Option<i64> {
        let tries = self.lock();
        let (since, n) = tries.get(name)?;
        let left = self.seconds - now.seconds_since(*since);
        (*n >= self.most && left > 0).then_some(left)
    }

    /// Remembers a wrong try.
    pub fn wrong(&self, name: &str, now: At) {
        let mut tries = self.lock();
        tries.retain(|_, (since, _)| now.seconds_since(*since) < self.seconds);
        if tries.len() >= NAMES
            && let Some(oldest) =
                tries.iter().min_by_key(|(_, (at, _))| *at).map(|(n, _)| n.clone())
        {
            tries.remove(&oldest);
        }
        tries.entry(name.to_owned()).or_insert((now, 0)).1 += 1;
    }

    /// A right try ends the count.
    pub fn right(&self, name: &str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (At, u32)>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_wrong_tries_wait_until_the_span_is_over_and_a_right_one_ends_it() {
        let limiter = Limiter::new(2, 60);
        let at = At::from_seconds;
        limiter.wrong("26-000001", at(0));
        assert_eq!(limiter.wait("26-000001", at(1)), None);
        limiter.wrong("26-000001", at(1));
        assert_eq!(limiter.wait("26-000001", at(10)), Some(50));
        assert_eq!(limiter.wait("26-000002", at(10)), None, "another matter is not held back");
        assert_eq!(limiter.wait("26-000001", at(60)), None, "the span is over");
        limiter.right("26-000001");
        assert_eq!(limiter.wait("26-000001", at(10)), None);
    }
}

//! How much of it, a little in CI and much in `make chaos`, and where chance begins.

/// Whether this is `make chaos`.
pub(crate) fn long() -> bool {
    std::env::var("ZONGHENG_CHAOS").is_ok_and(|said| said == "1")
}

/// So many in CI, or so many in `make chaos`.
pub(crate) fn times(short: usize, long_form: usize) -> usize {
    if long() { long_form } else { short }
}

/// Rounds of kill -9, of the store and of the whole program alike.
pub(crate) fn kills() -> usize {
    times(20, 200)
}

/// Where chance begins: `ZONGHENG_SEED`, or the same number every day.
pub(crate) fn seed() -> u64 {
    given("ZONGHENG_SEED").unwrap_or(411_524)
}

/// A number that whoever runs the tests has given.
pub(crate) fn given(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|said| said.parse().expect("a number"))
}

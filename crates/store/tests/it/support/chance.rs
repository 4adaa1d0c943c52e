//! Chance that is the same each time, and how much of it: a little in CI, much in `make chaos`.

/// Numbers that look like chance and are the same each time.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    /// Among `few`, of whatever is counted in memory.
    pub(crate) fn pick(&mut self, few: usize) -> usize {
        usize::try_from(self.below(few as u64)).unwrap()
    }

    pub(crate) fn yes(&mut self) -> bool {
        self.below(2) == 0
    }
}

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

//! Chance that is the same each time.

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

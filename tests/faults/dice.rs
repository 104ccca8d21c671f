//! Chance that comes out the same for the same seed (SplitMix64).

/// A die.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A die that always falls the same for this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `end`, which must not be 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.any() % u64::try_from(end).unwrap_or(1)).unwrap_or(0)
    }
}

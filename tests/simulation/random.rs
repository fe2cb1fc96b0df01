//! Random numbers of a simulation.

use std::ops::Range;

use yodel_client::Rng;

/// Pseudo-random numbers (`SplitMix64`). The same seed gives the same numbers.
#[derive(Clone, Debug)]
pub struct Random(u64);

/// Returns a number that depends on these values alone: the answer to one question does not change when others are no
/// longer asked, so that a shorter plan sees the same network.
pub fn hash(values: &[u64]) -> u64 {
    values.iter().fold(0, |hash, value| mix(hash ^ mix(*value)))
}

fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Random {
    /// Creates a generator.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number in a range, which must not be empty.
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + self.below(range.end - range.start)
    }

    /// Returns an index below `end`, which must not be 0.
    pub fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).expect("an index fits into usize")
    }

    /// Returns true with a probability in percent.
    pub fn percent(&mut self, probability: u64) -> bool {
        self.below(100) < probability
    }
}

impl Rng for Random {
    fn below(&mut self, bound: u64) -> u64 {
        let number = mix(self.0);
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        number.checked_rem(bound).unwrap_or(0)
    }
}

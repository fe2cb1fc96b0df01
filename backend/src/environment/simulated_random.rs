//! Random numbers of a simulation.

#[cfg(feature = "redis")]
use std::ops::Range;
use std::sync::Arc;
#[cfg(feature = "redis")]
use std::time::Duration;

use parking_lot::Mutex;

use super::Random;

/// Pseudo-random numbers (`SplitMix64`). Clones share their state; the same seed gives the same numbers.
#[derive(Clone, Debug)]
pub struct SimulatedRandom(Arc<Mutex<u64>>);

impl SimulatedRandom {
    /// Creates a generator.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(seed)))
    }

    /// Creates a generator that is independent of this one.
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn fork(&self) -> Self {
        Self::new(self.next())
    }

    /// Returns the next number.
    pub fn next(&self) -> u64 {
        let mut state = self.0.lock();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `bound`; 0 if that is 0.
    pub fn below(&self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// Returns an index below `bound`; 0 if that is 0.
    ///
    /// # Panics
    /// Never: the index is below a `usize`.
    pub fn index(&self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).expect("below a usize")
    }

    /// Returns true with a probability in percent.
    #[cfg(any(feature = "disk", feature = "redis"))]
    pub fn percent(&self, probability: usize) -> bool {
        self.index(100) < probability
    }

    /// Returns a duration in a range of milliseconds.
    #[cfg(feature = "redis")]
    pub fn millis(&self, range: Range<u64>) -> Duration {
        Duration::from_millis(range.start + self.below(range.end - range.start))
    }
}

impl Random for SimulatedRandom {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.next().to_le_bytes()[0]);
    }
}

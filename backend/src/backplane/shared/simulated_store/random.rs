//! Random numbers of a simulation, and its clock.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::environment::{Clock, Random, Timestamp};

/// Pseudo-random numbers (`SplitMix64`). Clones share their state; the same seed gives the same numbers.
#[derive(Clone, Debug)]
pub struct SimulatedRandom(Arc<Mutex<u64>>);

/// Clock that runs with the time of tokio.
#[derive(Clone, Copy, Debug)]
pub struct SimulatedClock(Instant);

impl SimulatedRandom {
    /// Creates a generator.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(seed)))
    }

    /// Creates a generator that is independent of this one.
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

    /// Returns a number below `bound`.
    pub fn below(&self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    /// Returns true with a probability in percent.
    pub fn percent(&self, probability: usize) -> bool {
        self.below(100) < probability
    }

    /// Returns a duration in a range of milliseconds.
    pub fn millis(&self, range: Range<u64>) -> Duration {
        Duration::from_millis(range.start + self.next() % (range.end - range.start).max(1))
    }
}

impl Random for SimulatedRandom {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.next().to_le_bytes()[0]);
    }
}

impl SimulatedClock {
    /// Creates a clock that starts now.
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_start(self.0.elapsed())
    }

    fn unix_ms(&self) -> u64 {
        1_700_000_000_000 + u64::try_from(self.0.elapsed().as_millis()).unwrap()
    }
}

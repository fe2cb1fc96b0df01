//! Delays between attempts to connect.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// Delays between attempts to connect: each is a random part of an upper bound that doubles from 50 ms to 2 s, so that many nodes do not
/// return at once.
#[derive(Debug, Default)]
pub(super) struct ReconnectDelays {
    failures: u32,
}

impl ReconnectDelays {
    /// Starts again with the shortest delay.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// Returns the delay before the next attempt.
    pub fn next_delay(&mut self) -> Duration {
        let bound = self.bound();
        self.failures = self.failures.saturating_add(1);
        bound.mul_f64(random_fraction())
    }

    fn bound(&self) -> Duration {
        SHORTEST.saturating_mul(1 << self.failures.min(16)).min(LONGEST)
    }
}

/// Returns a number from 0 to 1. The keys of hash maps are random, which is good enough here.
fn random_fraction() -> f64 {
    let bits = RandomState::new().hash_one(0) >> 32;
    f64::from(u32::try_from(bits).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_two_seconds() {
        let mut delays = ReconnectDelays::default();
        let bounds: Vec<u128> = (0..8)
            .map(|_| {
                let bound = delays.bound();
                assert!(delays.next_delay() <= bound);
                bound.as_millis()
            })
            .collect();
        assert_eq!(bounds, [50, 100, 200, 400, 800, 1600, 2000, 2000]);
        delays.failures = u32::MAX;
        assert!(delays.next_delay() <= LONGEST);
        delays.reset();
        assert_eq!(delays.bound(), SHORTEST);
    }
}

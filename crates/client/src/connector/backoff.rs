//! The delay before the next dial.

use crate::Rng;

/// Shortest delay in milliseconds, so that a server that fails immediately is not dialed in a tight loop.
pub const BASE_MS: u64 = 500;

/// Longest delay in milliseconds. Users reload a page that stays disconnected for longer.
pub const CAP_MS: u64 = 30_000;

/// Returns the delay in milliseconds before the next dial, after `failures` earlier consecutive failures.
///
/// The delay is [`BASE_MS`] plus a uniformly distributed part of `BASE_MS * 2^failures`, at most [`CAP_MS`]. The whole
/// spread is random, also at the cap, so that clients that lost the same server at the same time do not return at the
/// same time.
pub(super) fn delay_ms(failures: u32, rng: &mut dyn Rng) -> u64 {
    let spread = BASE_MS.saturating_mul(2u64.saturating_pow(failures)).min(CAP_MS - BASE_MS);
    BASE_MS + rng.below(spread + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that returns `min(self.0, bound - 1)`: one end of the range.
    struct End(u64);

    impl Rng for End {
        fn below(&mut self, bound: u64) -> u64 {
            self.0.min(bound.saturating_sub(1))
        }
    }

    #[test]
    fn doubles_the_spread_up_to_the_cap() {
        let longest: Vec<u64> = (0..8).map(|failures| delay_ms(failures, &mut End(u64::MAX))).collect();
        assert_eq!(longest, [1_000, 1_500, 2_500, 4_500, 8_500, 16_500, 30_000, 30_000]);
    }

    #[test]
    fn never_waits_less_than_the_base() {
        assert!((0..100).all(|failures| delay_ms(failures, &mut End(0)) == BASE_MS));
        assert_eq!(delay_ms(u32::MAX, &mut End(u64::MAX)), CAP_MS);
    }
}

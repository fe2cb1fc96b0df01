//! The source of randomness, which the driver supplies.

/// A source of uniformly distributed numbers.
pub trait Rng {
    /// Returns a uniformly distributed number in `0..bound`, or 0 when `bound` is 0.
    fn below(&mut self, bound: u64) -> u64;
}

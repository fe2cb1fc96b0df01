//! A rate limit as a value.

/// Rate and burst size of a token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens added per second.
    pub per_second: u32,
    /// Tokens that a full bucket holds.
    pub burst: u32,
}

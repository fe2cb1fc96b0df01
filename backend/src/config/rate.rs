//! Value type of rate limits.

/// Rate and burst size of a token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens added per second.
    pub per_second: u32,
    /// Capacity of the bucket, in tokens.
    pub burst: u32,
}

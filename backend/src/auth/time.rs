//! The clock that tokens are judged by, and the tolerance for others that differ.

use std::time::{SystemTime, UNIX_EPOCH};

/// For how many seconds a token is good after it expired, and before it is valid: clocks differ.
pub const LEEWAY: u64 = 5;

/// The time in seconds since 1970. Before that, which is a clock that is not set, no token is valid.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(u64::MAX, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clocks of machines that run tests are later than this.
    #[test]
    fn now_is_after_this_was_written() {
        assert!((1_750_000_000..1 << 40).contains(&now()));
    }
}

//! Wall-clock time for tokens, and the tolerance for clock differences.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds for which a token is accepted after its `exp` and before its `nbf`, since clocks differ.
pub const LEEWAY: u64 = 5;

/// Returns the time in seconds since 1970. If the clock is not set, that is, before 1970, the
/// result is [`u64::MAX`], at which no token is valid.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(u64::MAX, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_is_a_plausible_time() {
        assert!((1_750_000_000..1 << 40).contains(&now()));
    }
}

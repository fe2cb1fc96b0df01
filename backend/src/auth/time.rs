//! Wall-clock time for tokens, and the tolerance for clock differences.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds for which a token is accepted after its `exp` and before its `nbf`, since clocks differ.
pub const LEEWAY: u64 = 5;

/// Converts milliseconds since 1970 to the seconds that tokens are validated with. At 0 the clock is not set: the
/// result is [`u64::MAX`], at which no token is valid.
pub fn seconds(unix_ms: u64) -> u64 {
    if unix_ms == 0 { u64::MAX } else { unix_ms / 1000 }
}

/// Returns the system's time in seconds since 1970; [`u64::MAX`] if its clock is not set.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(u64::MAX, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_valid_before_the_clock_is_set() {
        assert_eq!((seconds(0), seconds(999), seconds(1_750_000_000_999)), (u64::MAX, 0, 1_750_000_000));
    }

    #[test]
    fn now_is_a_plausible_time() {
        assert!((1_750_000_000..1 << 40).contains(&now()));
    }
}

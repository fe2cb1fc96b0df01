//! The wall clock, by which the session measures time.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the wall clock's time in milliseconds since 1970.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

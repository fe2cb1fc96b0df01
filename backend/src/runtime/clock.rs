//! System clock.

use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::hub::environment::{Clock, Timestamp};

/// Returns the wall-clock time in milliseconds since 1970.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// System clock. Its monotonic time is tokio's, which tests can pause.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Creates a clock whose monotonic time starts now.
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_start(self.start.elapsed())
    }

    fn unix_ms(&self) -> u64 {
        now_ms()
    }
}

//! System clock, and the wall clock that can replace the system's.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::environment::{Clock, Timestamp};

/// System clock. Its monotonic time is tokio's, which tests can pause.
#[derive(Clone)]
pub struct SystemClock {
    start: Instant,
    wall_clock: Arc<WallClock>,
}

/// Function that returns the milliseconds since 1970.
type WallClock = dyn Fn() -> u64 + Send + Sync;

impl SystemClock {
    /// Creates a clock whose monotonic time starts now, with this wall clock.
    pub fn with_wall_clock(unix_ms: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self { start: Instant::now(), wall_clock: Arc::new(unix_ms) }
    }
}

impl Default for SystemClock {
    /// Creates a clock whose monotonic time starts now, with the system's wall clock.
    fn default() -> Self {
        Self::with_wall_clock(system_unix_ms)
    }
}

impl fmt::Debug for SystemClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemClock").field("start", &self.start).finish_non_exhaustive()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_start(self.start.elapsed())
    }

    fn unix_ms(&self) -> u64 {
        (self.wall_clock)()
    }
}

/// Returns the system's wall-clock time in milliseconds since 1970; 0 if its clock is not set, that is, before 1970.
fn system_unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

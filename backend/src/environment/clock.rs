//! Clock of the hub.

use std::ops::Add;
use std::time::Duration;

/// Source of time.
pub trait Clock: Send + Sync {
    /// Returns the monotonic time.
    fn now(&self) -> Timestamp;

    /// Returns the wall-clock time in milliseconds since 1970.
    fn unix_ms(&self) -> u64;
}

/// Monotonic point in time, as the duration since the start of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(Duration);

/// Longest time before the start of a clock that a timestamp can express: longer than anything is kept.
const BEFORE_START: Duration = Duration::from_secs(1000 * 366 * 24 * 60 * 60);

impl Timestamp {
    /// Creates the timestamp that lies `elapsed` after the start of the clock.
    pub const fn from_start(elapsed: Duration) -> Self {
        Self(BEFORE_START.saturating_add(elapsed))
    }

    /// Returns the timestamp that lies `age` before this one, at most 1,000 years before the start of the clock.
    #[cfg(feature = "disk")]
    pub fn before(self, age: Duration) -> Self {
        Self(self.0.saturating_sub(age))
    }

    /// Returns the duration since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Default for Timestamp {
    fn default() -> Self {
        Self::from_start(Duration::ZERO)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }
}

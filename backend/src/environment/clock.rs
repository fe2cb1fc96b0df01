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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(Duration);

impl Timestamp {
    /// Creates the timestamp that lies `elapsed` after the start of the clock.
    pub const fn from_start(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    /// Returns the duration since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }
}

//! Clock of a simulation.

use tokio::time::Instant;

use crate::environment::{Clock, Timestamp};

/// Clock that runs with the time of tokio.
#[derive(Clone, Copy, Debug)]
pub struct SimulatedClock(Instant);

impl SimulatedClock {
    /// Creates a clock that starts now.
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_start(self.0.elapsed())
    }

    fn unix_ms(&self) -> u64 {
        1_700_000_000_000 + u64::try_from(self.0.elapsed().as_millis()).unwrap()
    }
}

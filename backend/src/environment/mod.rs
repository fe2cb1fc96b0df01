//! External dependencies of the hub: clock, random source and spawner.
//!
//! The hub itself uses no system clock, no random numbers and no async runtime, so a simulator can run it step
//! by step, and the same seed gives the same run.

mod clock;
mod random;
#[cfg(any(test, feature = "simulation"))]
mod simulated_random;
mod spawner;

use std::fmt;

pub use clock::{Clock, Timestamp};
pub use random::{Random, random_below, random_client_id, random_epoch, random_name};
#[cfg(any(test, feature = "simulation"))]
pub use simulated_random::SimulatedRandom;
pub use spawner::{Spawner, Task, Work};

/// Clock, random source and spawner of a hub.
pub struct Environment {
    /// Source of monotonic and wall-clock time.
    pub clock: Box<dyn Clock>,
    /// Source of random bytes.
    pub random: Box<dyn Random>,
    /// Spawner of the delivery tasks of rooms.
    pub spawner: Box<dyn Spawner>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

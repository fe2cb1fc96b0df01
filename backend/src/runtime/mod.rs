//! The hub's environment in production: system clock, system random source and tokio runtime. The rest of the
//! server takes random identifiers from here too, and wall-clock time from the hub.

pub mod clock;
mod maintenance;
pub mod memory_limit;
pub mod random;
mod spawner;

use std::sync::Arc;

use crate::environment::Environment;
use clock::SystemClock;
use random::SystemRandom;

pub use maintenance::maintain;
pub use spawner::TokioSpawner;

/// Returns the environment of a hub with this clock, whose tasks run on the runtime that `spawner` is attached to.
pub fn environment(clock: SystemClock, spawner: Arc<TokioSpawner>) -> Environment {
    Environment { clock: Box::new(clock), random: Box::new(SystemRandom), spawner: Box::new(spawner) }
}

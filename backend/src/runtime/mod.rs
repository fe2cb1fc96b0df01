//! The hub's environment in production: system clock, system random source and tokio runtime. The rest of the
//! server takes wall-clock time and random identifiers from here too.

pub mod clock;
mod maintenance;
pub mod random;
mod spawner;

use std::sync::Arc;

use crate::hub::environment::Environment;
use clock::SystemClock;
use random::SystemRandom;

pub use maintenance::maintain;
pub use spawner::TokioSpawner;

/// Returns the environment of a hub whose tasks run on the runtime that `spawner` is attached to.
pub fn environment(spawner: Arc<TokioSpawner>) -> Environment {
    Environment { clock: Box::new(SystemClock::new()), random: Box::new(SystemRandom), spawner: Box::new(spawner) }
}

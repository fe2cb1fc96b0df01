//! Checks of a simulation that need more than what one client sees.
//!
//! | content | file |
//! |---|---|
//! | everything that was published | `published` |
//! | members at the end, and who they think is present | `members` |
//! | memory, during the run and at the end | `memory` |

mod members;
pub mod memory;
mod published;

use crate::violation::Violation;
use crate::world::World;

/// Returns what is not yet, or never, as it has to be after all faults.
pub fn settled(world: &World) -> Vec<Violation> {
    let checks = [members::check(world), members::check_presence(world), memory::check_idle(world)];
    checks.into_iter().flatten().collect()
}

/// Checks what was published in the whole simulation.
pub fn history(world: &World) {
    published::check(world);
}

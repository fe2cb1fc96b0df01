//! Losses of which clients may be told.

use yodel_protocol::{Offset, Position, RoomName};
use yodel_server::simulation::Durability;

use crate::plan::Plan;
use crate::store::Store;

/// Rule for the losses of which clients may be told.
#[derive(Clone, Debug)]
pub struct LossRule {
    /// True if histories and faults lose messages.
    is_lossy: bool,
    /// Promise of the disk; `None` in a shared store.
    disk: Option<Durability>,
    /// True if the node ends and begins again.
    restarts: bool,
    store: Store,
}

impl LossRule {
    /// Creates the rule of a plan.
    pub fn new(plan: &Plan, store: &Store) -> Self {
        Self { is_lossy: plan.is_lossy(), disk: plan.disk, restarts: plan.restarts(), store: store.clone() }
    }

    /// Returns whether a client may be told of a loss.
    pub fn allows(&self, room: &RoomName, after: &Position, upto: &Position) -> bool {
        let is_lost_in_restart = match self.disk {
            None => false,
            // The beginning of a room is not waited for.
            Some(Durability::Commit) => {
                after.epoch != upto.epoch && self.store.journal().last_offset(room, &after.epoch) == Offset(0)
            }
            // One that was still requesting the messages of an epoch when that ended cannot know that it had them before.
            Some(Durability::Relaxed) => {
                let current = self.store.position(room);
                after.epoch != upto.epoch || current.is_none_or(|current| current.epoch != upto.epoch)
            }
        };
        self.is_lossy || self.restarts && is_lost_in_restart
    }
}

//! Losses of which clients may be told.

use yodel_protocol::{Offset, Position, RoomName};
use yodel_server::simulation::{Durability, Journal};

use crate::plan::Plan;

/// Rule for the losses of which clients may be told.
#[derive(Clone, Debug)]
pub struct LossRule {
    /// True if histories and faults lose messages.
    is_lossy: bool,
    /// Promise of the disk; `None` in a shared store.
    disk: Option<Durability>,
    /// True if the node ends and begins again.
    restarts: bool,
    journal: Journal,
}

impl LossRule {
    /// Creates the rule of a plan.
    pub fn new(plan: &Plan, journal: &Journal) -> Self {
        Self { is_lossy: plan.is_lossy(), disk: plan.disk, restarts: plan.restarts(), journal: journal.clone() }
    }

    /// Returns whether a client may be told of a loss.
    pub fn allows(&self, room: &RoomName, after: &Position, upto: &Position) -> bool {
        let is_other_epoch = after.epoch != upto.epoch && self.restarts;
        self.is_lossy
            || match self.disk {
                None => false,
                // The beginning of a room is not waited for.
                Some(Durability::Commit) => is_other_epoch && self.journal.last_offset(room, &after.epoch) == Offset(0),
                Some(Durability::Relaxed) => is_other_epoch,
            }
    }
}

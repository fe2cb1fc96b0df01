//! Defects of a node that keeps its rooms on a disk.

use std::sync::Arc;

use yodel_protocol::{Epoch, Position, RoomName};

use crate::backplane::journal::StoredRoom;
use crate::backplane::message::{Message, NewMessage};

/// Breach of a rule of a journal, which proves that a simulation finds its consequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskDefect {
    /// Messages are acknowledged and delivered before they are on the disk.
    DeliversEarly,
    /// After a crash that may have lost messages, rooms continue in their epochs.
    KeepsEpochs,
    /// A start does not read idempotency keys.
    ForgetsKeys,
}

impl DiskDefect {
    /// Changes the rooms that a start has read. `last` returns the epoch of a room before it.
    pub(super) fn change(self, rooms: &mut [StoredRoom], last: impl Fn(&RoomName) -> Option<Epoch>) {
        for room in rooms {
            match self {
                Self::DeliversEarly => {}
                Self::ForgetsKeys => room.keys.clear(),
                Self::KeepsEpochs => {
                    if let Some(epoch) = last(&room.name) {
                        set_epoch(room, &epoch);
                    }
                }
            }
        }
    }
}

fn set_epoch(room: &mut StoredRoom, epoch: &Epoch) {
    room.position.epoch = epoch.clone();
    for (message, _) in &mut room.messages {
        let position = message.offset().map(|offset| Position { epoch: epoch.clone(), offset });
        let content = NewMessage { body: message.body.clone(), from: message.from.clone(), key: None, order: None };
        *message = Arc::new(Message::new(message.room.clone(), position, content, message.time));
    }
}

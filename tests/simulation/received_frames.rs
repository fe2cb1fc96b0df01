//! Messages as a client receives them, before its session puts them in order.

use std::collections::{BTreeMap, BTreeSet};

use yodel_protocol::frame::{Message, ServerFrame};
use yodel_protocol::{Epoch, Offset, Position, RoomName};

/// Positions of all messages that a client has received. A session does not tell the epoch of a message.
#[derive(Debug, Default)]
pub struct ReceivedFrames {
    /// Epoch of each room that is joined on the current connection.
    epochs: BTreeMap<RoomName, Epoch>,
    positions: BTreeSet<(RoomName, Offset, Epoch)>,
}

impl ReceivedFrames {
    /// Begins another connection.
    pub fn connect(&mut self) {
        self.epochs.clear();
    }

    /// Records a frame.
    ///
    /// # Errors
    /// Returns an error for a message of a room that is not joined.
    pub fn receive(&mut self, text: &str) -> Result<(), String> {
        match ServerFrame::<Message>::decode(text) {
            Ok(ServerFrame::Joined(joined)) => {
                let offsets = joined.messages.iter().filter_map(|message| message.offset);
                self.positions.extend(offsets.map(|offset| (joined.room.clone(), offset, joined.epoch.clone())));
                self.epochs.insert(joined.room, joined.epoch);
                Ok(())
            }
            Ok(ServerFrame::Message(Message { room, offset: Some(offset), .. })) => {
                let Some(epoch) = self.epochs.get(&room).cloned() else { return Err(format!("not joined: {text}")) };
                self.positions.insert((room, offset, epoch));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Returns whether a message of a position was received.
    pub fn contains(&self, room: &RoomName, position: &Position) -> bool {
        self.positions.contains(&(room.clone(), position.offset, position.epoch.clone()))
    }
}

//! Rooms that were read from a disk.

use std::collections::HashMap;
use std::sync::Arc;

use yodel_protocol::{Offset, Position, RoomName};

use super::clock::{DiskClock, Timeline};
use super::index::Index;
use super::record::{RecordError, StoredRecord};
use super::room_index::RoomIndex;
use crate::backplane::journal::{StoredKey, StoredRoom};
use crate::backplane::message::{Message, NewMessage};

/// Messages that were read, by room.
#[derive(Debug, Default)]
pub struct StoredMessages(HashMap<Box<str>, Vec<StoredMessage>>);

#[derive(Debug)]
struct StoredMessage {
    offset: Offset,
    message: NewMessage,
    /// Time of its publish, in milliseconds since 1970.
    published: u64,
    /// Time of its append on the timeline, in milliseconds.
    time: u64,
}

impl StoredMessages {
    /// Adds a record.
    ///
    /// # Errors
    /// Returns an error if its message is damaged.
    pub fn add(&mut self, record: &StoredRecord<'_>) -> Result<(), RecordError> {
        if !record.has_message() {
            return Ok(());
        }
        let (message, published) = record.message()?;
        let stored = StoredMessage { offset: record.offset, message, published, time: record.time };
        if let Some(room) = self.0.get_mut(record.room) {
            room.push(stored);
        } else {
            self.0.insert(record.room.into(), vec![stored]);
        }
        Ok(())
    }

    /// Returns the rooms of an index with their messages, the least recently changed room first.
    pub fn into_rooms(mut self, index: &Index, timeline: &Timeline, clock: &dyn DiskClock) -> Vec<StoredRoom> {
        let mut rooms: Vec<_> = index.rooms().collect();
        rooms.sort_unstable_by_key(|(_, room)| room.latest());
        let rooms = rooms.into_iter().map(|(name, room)| {
            let messages = self.0.remove(name.as_str()).unwrap_or_default();
            stored_room(name, room, messages, timeline, clock)
        });
        rooms.collect()
    }
}

fn stored_room(
    name: &RoomName,
    room: &RoomIndex,
    stored: Vec<StoredMessage>,
    timeline: &Timeline,
    clock: &dyn DiskClock,
) -> StoredRoom {
    let (mut messages, mut keys) = (Vec::new(), Vec::new());
    for StoredMessage { offset, message, published, time } in stored {
        let age = timeline.age(clock, time);
        if let Some(key) = message.key.clone().filter(|_| offset >= room.kept.keys) {
            keys.push(StoredKey { key, from: message.from.clone(), offset, age });
        }
        if offset >= room.kept.messages {
            let position = Position { epoch: room.position.epoch.clone(), offset };
            messages.push((Arc::new(Message::new(name.clone(), Some(position), message, published)), age));
        }
    }
    StoredRoom { name: name.clone(), position: room.position.clone(), messages, keys }
}

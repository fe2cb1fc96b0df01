//! Entries of the queue.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use yodel_protocol::{Position, RoomName};

use crate::backplane::journal::{Kept, Receipt};
use crate::backplane::message::{Message, MessageKey};

/// Estimated bytes of an entry, beside those of a message.
const BYTES: usize = 96;

/// Entry of the queue.
pub enum Entry {
    /// A message.
    Append(Append),
    /// Kept messages and keys of a room.
    Trim(RoomName, Kept),
    /// A new room.
    Begin(RoomName, Position),
    /// The end of a room.
    End(RoomName),
}

/// A message that waits to be written.
pub struct Append {
    /// The message. It has a position.
    pub message: Arc<Message>,
    /// Its idempotency key.
    pub key: Option<MessageKey>,
    /// Receiver of its fate. A message without one has been delivered already.
    pub receipt: Option<Receipt>,
    /// Time of the append on the timeline of the folder, in milliseconds.
    pub time: u64,
}

impl Entry {
    /// Returns the estimated bytes of the entry in the queue.
    pub fn cost(&self) -> usize {
        if let Self::Append(append) = self { append.message.cost() + BYTES } else { BYTES }
    }

    /// Returns whether the entry is a message.
    pub fn is_message(&self) -> bool {
        matches!(self, Self::Append(_))
    }

    /// Returns the room of the entry.
    pub fn room(&self) -> &RoomName {
        match self {
            Self::Append(append) => &append.message.room,
            Self::Trim(room, _) | Self::Begin(room, _) | Self::End(room) => room,
        }
    }
}

/// Removes what a later entry of the same room replaces, so that a closed queue is bounded by the number of rooms.
pub fn without_replaced(entries: VecDeque<Entry>) -> VecDeque<Entry> {
    let (mut trimmed, mut ended) = (HashSet::new(), HashSet::new());
    let mut is_needed = |entry: &Entry| {
        let room = entry.room();
        if ended.contains(room) {
            return false;
        }
        match entry {
            Entry::Append(_) | Entry::Begin(..) => true,
            Entry::Trim(..) => trimmed.insert(room.clone()),
            Entry::End(_) => ended.insert(room.clone()),
        }
    };
    let mut kept: VecDeque<Entry> = entries.into_iter().rev().filter(|entry| is_needed(entry)).collect();
    kept.make_contiguous().reverse();
    kept
}

//! State that a room has for its journal.

use yodel_protocol::Offset;

use super::Room;
use super::prepared::PreparedMessages;
use super::state::RoomInner;
use crate::backplane::journal::Kept;

/// State of a room with a journal.
#[derive(Debug, Default)]
pub struct JournaledState {
    /// Messages that the journal has not confirmed.
    pub prepared: PreparedMessages,
    /// Offsets from which on the journal keeps messages and keys.
    kept: KeptOffsets,
}

/// Offsets of the first messages that a room keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KeptOffsets {
    /// First message of the history, or the next one of the room.
    message: Offset,
    /// Message of the first key; `None` if there is no key.
    key: Option<Offset>,
}

impl Default for KeptOffsets {
    /// Returns the offsets of a new room.
    fn default() -> Self {
        Self { message: Offset(1), key: None }
    }
}

impl RoomInner {
    /// Records what the journal keeps of the room: its last messages, and the keys from that of the message at `key` on.
    pub fn mark_kept(&mut self, messages: usize, key: Option<Offset>) {
        if let Some(journaled) = &mut self.journaled {
            journaled.kept = KeptOffsets { message: first_of(messages, self.offset), key };
        }
    }

    /// Returns what the room keeps if it has removed something since the last call.
    fn take_kept(&mut self) -> Option<Kept> {
        let (now, next) = (self.kept_offsets(), self.offset.next());
        let before = std::mem::replace(&mut self.journaled.as_mut()?.kept, now);
        let removed = now.message != before.message || (before.key.is_some() && now.key != before.key);
        removed.then(|| Kept { messages: now.message, keys: now.key.unwrap_or(next) })
    }

    fn kept_offsets(&self) -> KeptOffsets {
        KeptOffsets { message: first_of(self.history.len(), self.offset), key: self.keys.first_offset() }
    }
}

/// Returns the offset of the first of these messages up to an offset, or the next one if there are none.
fn first_of(messages: usize, last: Offset) -> Offset {
    Offset((last.0 + 1).saturating_sub(messages as u64))
}

impl<P> Room<P> {
    /// Records the position of the new room in the journal, if there is one.
    pub fn begin_in_journal(&self) {
        if let Some(journal) = &self.services.journal {
            let state = self.state.lock();
            journal.begin(&self.name, &state.position_at(state.offset));
        }
    }

    /// Removes the room, which has ended, from the journal.
    pub(super) fn end_in_journal(&self) {
        if let Some(journal) = &self.services.journal {
            journal.end(&self.name);
        }
    }

    /// Reports to the journal what the room keeps, if it has removed something. Under the lock of the room.
    pub(super) fn report_kept(&self, state: &mut RoomInner) {
        if let Some(journal) = &self.services.journal
            && !state.is_closed()
            && let Some(kept) = state.take_kept()
        {
            journal.trim(&self.name, kept);
        }
    }
}

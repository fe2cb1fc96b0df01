//! Index of the records of a room.

use std::collections::VecDeque;

use yodel_protocol::{Epoch, Offset, Position};

use super::record::StoredRecord;
use crate::backplane::journal::Kept;

/// A record on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordEntry {
    /// Sequence number, its key in the table.
    pub sequence: u64,
    /// Offset of its message.
    pub offset: Offset,
    /// Length in bytes.
    pub length: u32,
    /// True if its message has an idempotency key.
    pub has_key: bool,
}

/// Records of a room on the disk, and what the room keeps of them.
#[derive(Debug)]
pub struct RoomIndex {
    /// Position of the room.
    pub position: Position,
    /// Kept messages and keys of the room.
    pub kept: Kept,
    /// First kept message according to the newest record. Older messages come back if the server is killed.
    stored: Offset,
    /// Records from `kept.messages` on, as far as [`Self::trim`] was called.
    messages: VecDeque<RecordEntry>,
    /// Older records whose keys are kept.
    keys: VecDeque<RecordEntry>,
    /// Record of the position, if no message has it.
    marker: Option<RecordEntry>,
    /// Sequence number of the newest record.
    latest: u64,
    /// True if the room waits in the list of rooms to be trimmed.
    pub is_queued: bool,
}

impl RoomIndex {
    /// Creates the index of a room without records.
    pub fn new(position: Position) -> Self {
        let kept = Kept { messages: position.offset.next(), keys: position.offset.next() };
        Self {
            position,
            kept,
            stored: kept.messages,
            messages: VecDeque::new(),
            keys: VecDeque::new(),
            marker: None,
            latest: 0,
            is_queued: false,
        }
    }

    /// Adds the record of the next message. Returns the record of the position that it replaces.
    pub fn add_message(&mut self, entry: RecordEntry) -> Option<RecordEntry> {
        self.position.offset = entry.offset;
        self.latest = entry.sequence;
        self.messages.push_back(entry);
        self.stored = self.kept.messages;
        self.marker.take()
    }

    /// Adds the record of the position. Returns the one that it replaces.
    pub fn set_marker(&mut self, entry: RecordEntry) -> Option<RecordEntry> {
        self.latest = entry.sequence;
        self.stored = self.kept.messages;
        self.marker.replace(entry)
    }

    /// Adds a record that was read from the disk. Returns the record that it makes superfluous.
    pub fn add_stored(&mut self, entry: RecordEntry, record: &StoredRecord<'_>, epoch: &Epoch) -> Option<RecordEntry> {
        self.raise_kept(record.kept);
        self.position = Position { epoch: epoch.clone(), offset: record.offset };
        if record.has_message() { self.add_message(entry) } else { self.set_marker(entry) }
    }

    /// Raises what the room keeps; offsets never return.
    pub fn raise_kept(&mut self, kept: Kept) {
        self.kept.messages = self.kept.messages.max(kept.messages);
        self.kept.keys = self.kept.keys.max(kept.keys);
    }

    /// Removes the records that are no longer kept, and calls `remove` with each.
    pub fn trim(&mut self, mut remove: impl FnMut(RecordEntry)) {
        while let Some(entry) = self.messages.front().copied().filter(|entry| entry.offset < self.kept.messages) {
            self.messages.pop_front();
            if entry.has_key && entry.offset >= self.kept.keys {
                self.keys.push_back(entry);
            } else {
                remove(entry);
            }
        }
        while let Some(entry) = self.keys.front().copied().filter(|entry| entry.offset < self.kept.keys) {
            self.keys.pop_front();
            remove(entry);
        }
    }

    /// Returns whether a record of the position has to be written: because no message has the position, or because a
    /// message that is only on the disk for its key would return to the history.
    pub fn needs_marker(&self) -> bool {
        let last = self.messages.back().or(self.keys.back());
        let is_held = self.marker.is_some() || last.is_some_and(|entry| entry.offset == self.position.offset);
        !is_held || self.keys.back().is_some_and(|entry| entry.offset >= self.stored)
    }

    /// Returns all records.
    pub fn entries(&self) -> impl Iterator<Item = RecordEntry> {
        self.keys.iter().chain(&self.messages).chain(&self.marker).copied()
    }

    /// Returns the sequence number of the newest record.
    pub fn latest(&self) -> u64 {
        self.latest
    }

    /// Returns the first offset from which on all messages up to the position have records.
    pub fn contiguous(&self) -> Offset {
        let after = self.position.offset.next();
        let is_next = |first: &Offset, entry: &&RecordEntry| entry.offset.next() == *first;
        self.messages
            .iter()
            .rev()
            .fold(after, |first, entry| if is_next(&first, &entry) { entry.offset } else { first })
    }

    /// Returns the sequence number of the first record after a gap in the messages that are kept; `None` if they are
    /// contiguous up to the position.
    pub fn gap(&self) -> Option<u64> {
        let kept = || self.messages.iter().skip_while(|entry| entry.offset < self.kept.messages);
        let pairs = kept().zip(kept().skip(1));
        let gap = pairs.into_iter().find(|(earlier, later)| earlier.offset.next() != later.offset);
        let is_cut = kept().last().is_some_and(|last| last.offset != self.position.offset);
        gap.map(|(_, later)| later.sequence).or_else(|| is_cut.then_some(self.latest))
    }
}

//! One transaction.

use redb::Table;
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use super::entry::{Append, Entry};
use super::fault::Fault;
use super::index::Index;
use super::record::{RecordHead, encode_message, encode_position};
use super::room_index::{RecordEntry, RoomIndex};
use crate::backplane::journal::Kept;

/// Largest number of records that a transaction removes beside those of ended rooms, so that messages do not wait for
/// the removal of old ones.
const REMOVALS: usize = 8192;

/// Changes of records in one transaction, and of the index. After an error, the index is of no use.
pub struct Group<'a, 't> {
    table: Table<'t, u64, &'static [u8]>,
    index: &'a mut Index,
    next: &'a mut u64,
    now: u64,
    record: Vec<u8>,
    messages: usize,
    bytes: usize,
}

impl<'a, 't> Group<'a, 't> {
    /// Creates a transaction's changes; `next` is the next sequence number, `now` the time on the timeline.
    pub fn new(table: Table<'t, u64, &'static [u8]>, index: &'a mut Index, next: &'a mut u64, now: u64) -> Self {
        Self { table, index, next, now, record: Vec::new(), messages: 0, bytes: 0 }
    }

    /// Writes entries, in their order.
    pub fn write(&mut self, entries: &[Entry]) -> Result<(), Fault> {
        // Before the messages, so that their records say what is kept.
        for entry in entries {
            if let Entry::Trim(room, kept) = entry {
                self.index.raise_kept(room, *kept);
            }
        }
        entries.iter().try_for_each(|entry| match entry {
            Entry::Append(append) => self.append(append),
            Entry::Trim(room, kept) => {
                self.index.raise_kept(room, *kept);
                Ok(())
            }
            Entry::Begin(room, position) => self.begin(room, position),
            Entry::End(room) => self.end(room),
        })
    }

    /// Removes records that are not kept.
    pub fn remove_old(&mut self) -> Result<(), Fault> {
        for room in self.index.take_queue() {
            if self.index.trim(&room) {
                self.write_marker(&room)?;
            }
        }
        for _ in 0..REMOVALS {
            let Some(entry) = self.index.take_superfluous() else { break };
            self.remove(entry)?;
        }
        Ok(())
    }

    /// Removes all records that are not kept.
    pub fn remove_all_old(&mut self) -> Result<(), Fault> {
        while self.index.has_pending() {
            self.remove_old()?;
        }
        Ok(())
    }

    /// Stops keeping the messages of a room before its last gap.
    pub fn drop_before_gap(&mut self, room: &RoomName) {
        let Some(index) = self.index.room(room) else { return };
        let kept = Kept { messages: index.contiguous(), keys: index.kept.keys };
        self.index.raise_kept(room, kept);
    }

    /// Begins a new epoch of a room, which keeps its messages.
    pub fn renew(&mut self, room: &RoomName, epoch: Epoch) -> Result<(), Fault> {
        let Some(index) = self.index.get_mut(room) else { return Ok(()) };
        index.position.epoch = epoch;
        self.write_marker(room)
    }

    /// Removes records by sequence number that are not in the index.
    pub fn remove_unknown(&mut self, sequence: u64) -> Result<(), Fault> {
        self.table.remove(sequence)?;
        Ok(())
    }

    /// Sets the position of a room back to before messages that were refused.
    pub fn set_back(&mut self, room: &RoomName, position: &Position) -> Result<(), Fault> {
        self.index.room_mut(room, || position.clone()).position = position.clone();
        self.write_marker(room)
    }

    /// Returns the number of written messages, and the bytes of all written records.
    pub fn written(&self) -> (usize, usize) {
        (self.messages, self.bytes)
    }

    fn append(&mut self, append: &Append) -> Result<(), Fault> {
        let Some(position) = &append.message.position else { return Ok(()) };
        let room = &append.message.room;
        let before = Position { epoch: position.epoch.clone(), offset: Offset(position.offset.0.saturating_sub(1)) };
        if self.index.room(room).is_some_and(|index| index.position != before) {
            // Without this, the folder could not be opened again.
            tracing::error!(%room, "a message does not follow the last one; removing the room's history from the disk");
            self.end(room)?;
        }
        let index = self.index.room_mut(room, || before);
        let head = RecordHead { room, position, kept: index.kept, time: append.time };
        encode_message(*self.next, head, &append.message, append.key.as_ref(), &mut self.record);
        let entry = entry(self.next, position.offset, append.key.is_some(), &self.record);
        let replaced = index.add_message(entry);
        self.messages += 1;
        self.insert(entry, replaced)
    }

    fn begin(&mut self, room: &RoomName, position: &Position) -> Result<(), Fault> {
        self.end(room)?;
        self.index.room_mut(room, || position.clone());
        self.write_marker(room)
    }

    fn end(&mut self, room: &RoomName) -> Result<(), Fault> {
        self.index.remove(room).into_iter().try_for_each(|entry| self.remove(entry))
    }

    fn write_marker(&mut self, room: &RoomName) -> Result<(), Fault> {
        let Some(RoomIndex { position, kept, .. }) = self.index.room(room) else { return Ok(()) };
        encode_position(*self.next, RecordHead { room, position, kept: *kept, time: self.now }, &mut self.record);
        let entry = entry(self.next, position.offset, false, &self.record);
        let replaced = self.index.get_mut(room).and_then(|index| index.set_marker(entry));
        self.insert(entry, replaced)
    }

    fn insert(&mut self, entry: RecordEntry, replaced: Option<RecordEntry>) -> Result<(), Fault> {
        self.table.insert(entry.sequence, self.record.as_slice())?;
        self.index.count_added(entry);
        self.bytes += self.record.len();
        replaced.map_or(Ok(()), |entry| self.remove(entry))
    }

    fn remove(&mut self, entry: RecordEntry) -> Result<(), Fault> {
        self.table.remove(entry.sequence)?;
        self.index.count_removed(entry);
        Ok(())
    }
}

fn entry(next: &mut u64, offset: Offset, has_key: bool, record: &[u8]) -> RecordEntry {
    let sequence = *next;
    *next += 1;
    RecordEntry { sequence, offset, length: u32::try_from(record.len()).unwrap_or(u32::MAX), has_key }
}

//! Index of the records of all rooms.

use std::collections::{HashMap, VecDeque};

use yodel_protocol::{Epoch, Position, RoomName};

use super::footprint::Footprint;
use super::record::{RecordError, StoredRecord};
use super::room_index::{RecordEntry, RoomIndex};
use crate::backplane::journal::Kept;

/// Records of all rooms on the disk.
#[derive(Debug, Default)]
pub struct Index {
    rooms: HashMap<RoomName, RoomIndex>,
    /// Rooms whose records may have to be removed.
    queue: Vec<RoomName>,
    footprint: Footprint,
    /// Records on the disk that nothing refers to, in the order in which they have to be removed.
    superfluous: VecDeque<RecordEntry>,
    /// Number of messages that may have to be removed.
    pending: usize,
}

impl Index {
    /// Returns the estimated bytes of all records in the database.
    pub fn bytes(&self) -> u64 {
        self.footprint.bytes()
    }

    /// Returns the rooms, in no order.
    pub fn rooms(&self) -> impl Iterator<Item = (&RoomName, &RoomIndex)> {
        self.rooms.iter()
    }

    /// Returns a room.
    pub fn room(&self, name: &RoomName) -> Option<&RoomIndex> {
        self.rooms.get(name)
    }

    /// Returns a room to be changed.
    pub fn get_mut(&mut self, name: &RoomName) -> Option<&mut RoomIndex> {
        self.rooms.get_mut(name)
    }

    /// Returns a room; creates it at a position if it does not exist.
    pub fn room_mut(&mut self, name: &RoomName, position: impl FnOnce() -> Position) -> &mut RoomIndex {
        // Rooms are rarely new, and `entry` would clone the name every time.
        if !self.rooms.contains_key(name) {
            self.rooms.insert(name.clone(), RoomIndex::new(position()));
        }
        self.rooms.get_mut(name).expect("the room was inserted")
    }

    /// Removes a room. Returns its records.
    pub fn remove(&mut self, name: &RoomName) -> Vec<RecordEntry> {
        self.rooms.remove(name).map(|room| room.entries().collect()).unwrap_or_default()
    }

    /// Adds a record that was read from the disk.
    ///
    /// # Errors
    /// Returns an error if a name in it is invalid.
    pub fn add_stored(&mut self, entry: RecordEntry, record: &StoredRecord<'_>) -> Result<(), RecordError> {
        let invalid = |_| RecordError::Damaged("a name is invalid");
        let (name, epoch) = (RoomName::new(record.room).map_err(invalid)?, Epoch::new(record.epoch).map_err(invalid)?);
        let first = || Position { epoch: epoch.clone(), offset: record.offset };
        let is_new = !self.rooms.contains_key(&name);
        let room = self.room_mut(&name, first);
        if is_new {
            room.kept = record.kept;
        }
        let replaced = room.add_stored(entry, record, &epoch);
        self.superfluous.extend(replaced);
        self.footprint.add(entry);
        Ok(())
    }

    /// Raises what a room keeps, and queues it for [`Self::take_queue`].
    pub fn raise_kept(&mut self, name: &RoomName, kept: Kept) {
        if let Some(room) = self.rooms.get_mut(name) {
            let before = room.kept;
            room.raise_kept(kept);
            let passed = room.kept.messages.0 - before.messages.0 + (room.kept.keys.0 - before.keys.0);
            self.pending = self.pending.saturating_add(usize::try_from(passed).unwrap_or(usize::MAX));
            if !std::mem::replace(&mut room.is_queued, true) {
                self.queue.push(name.clone());
            }
        }
    }

    /// Returns the estimated number of records that [`Self::take_queue`] leads to.
    pub fn pending(&self) -> usize {
        self.pending + self.superfluous.len()
    }

    /// Returns whether rooms wait to be trimmed, or records to be removed.
    pub fn has_pending(&self) -> bool {
        !self.queue.is_empty() || !self.superfluous.is_empty()
    }

    /// Takes the rooms whose records may have to be removed.
    pub fn take_queue(&mut self) -> Vec<RoomName> {
        self.pending = 0;
        std::mem::take(&mut self.queue)
    }

    /// Separates the records that a room does not keep. Returns whether its position needs a record.
    pub fn trim(&mut self, name: &RoomName) -> bool {
        let Some(room) = self.rooms.get_mut(name) else { return false };
        room.is_queued = false;
        room.trim(|entry| self.superfluous.push_back(entry));
        room.needs_marker()
    }

    /// Separates the records that no room keeps, after all have been read. Rooms whose positions need records are queued.
    pub fn finish(&mut self) {
        for (name, room) in &mut self.rooms {
            room.trim(|entry| self.superfluous.push_back(entry));
            if room.needs_marker() {
                room.is_queued = true;
                self.queue.push(name.clone());
            }
        }
    }

    /// Takes a record that nothing refers to.
    pub fn take_superfluous(&mut self) -> Option<RecordEntry> {
        self.superfluous.pop_front()
    }

    /// Returns what the rooms keep.
    pub fn kept(&self) -> impl Iterator<Item = (RoomName, Kept)> {
        self.rooms.iter().map(|(name, room)| (name.clone(), room.kept))
    }

    /// Counts a record that was added to the database.
    pub fn count_added(&mut self, entry: RecordEntry) {
        self.footprint.add(entry);
    }

    /// Counts a record that was removed from the database.
    pub fn count_removed(&mut self, entry: RecordEntry) {
        self.footprint.remove(entry);
    }
}

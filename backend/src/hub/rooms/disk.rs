//! Rooms that are kept on a disk.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::room_map::RoomMap;
use crate::backplane::journal::{Excess, StoredRoom};
use crate::hub::creator::RoomAccount;
use crate::hub::lobby::LOBBY;
use crate::hub::metrics::RoomEnd;
use crate::hub::payload::Payload;
use crate::hub::room::{Room, last_used};
use crate::hub::unused_rooms::UnusedRooms;

/// Memory of a message per byte that it takes on the disk, at least: the memory counts its body twice.
const MEMORY_PER_DISK: usize = 2;

impl<P: Payload> RoomMap<P> {
    /// Adds the rooms of a journal, within the limits of rooms and memory: the most recently used rooms stay. Must be called
    /// once, before the first use. Returns the number of rooms that ended because there are too many.
    pub fn restore(&self, mut stored: Vec<StoredRoom>) -> usize {
        // The account of a restored room has one room. Of those, the room that was created last ends first.
        stored.sort_by_key(|room| last_used(room).unwrap_or(Duration::MAX));
        let mut ended = 0;
        let mut has_lobby = false;
        for stored in stored {
            if stored.name.as_str() == LOBBY {
                has_lobby = true;
                self.lobby.restore(stored);
            } else if self.count.load(Ordering::Relaxed) < self.services.retention.rooms {
                self.add_restored(stored);
            } else if let Some(journal) = &self.services.journal {
                journal.end(&stored.name);
                ended += 1;
            }
        }
        if !has_lobby {
            self.lobby.begin_in_journal();
        }
        self.free(|retained| retained.saturating_sub(self.services.retention.total_bytes), RoomEnd::Memory);
        ended
    }

    /// Frees space if the journal holds more than it may: removes the oldest messages of the largest rooms, then ends rooms
    /// without members, the least recently used one first. If that is not enough, publishes are rejected until the next
    /// call.
    pub fn free_disk(&self) {
        let Some(journal) = &self.services.journal else { return };
        let Excess { bytes, measured, begun } = journal.excess();
        if bytes > 0 {
            let is_measured = measured >= self.disk_measured_from.load(Ordering::Relaxed);
            if !is_measured && !self.disk_is_full.load(Ordering::Relaxed) {
                return; // What the last check removed is still in the measurement.
            }
            self.disk_measured_from.store(begun + 1, Ordering::Relaxed);
        }
        let excess = usize::try_from(bytes).unwrap_or(usize::MAX).saturating_mul(MEMORY_PER_DISK);
        let is_freed = excess == 0 || {
            let goal = self.services.metrics.retained_bytes().saturating_sub(excess);
            self.free(|retained| retained.saturating_sub(goal), RoomEnd::Disk)
        };
        self.disk_is_full.store(!is_freed, Ordering::Relaxed);
    }

    fn add_restored(&self, stored: StoredRoom) {
        let name = stored.name.clone();
        let account = RoomAccount::Restored(self.indexes.next_id());
        let room = Room::restored(stored, account, &self.services, &self.indexes);
        self.by_name.with(&name, |rooms| rooms.insert(name.clone(), room));
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    /// Removes messages, then ends rooms, until `excess` of the retained bytes is 0. Returns false if nothing more can be
    /// removed.
    fn free(&self, excess: impl Fn(usize) -> usize, reason: RoomEnd) -> bool {
        loop {
            let bytes = excess(self.services.metrics.retained_bytes());
            if bytes == 0 {
                return true;
            }
            if let Some(largest) = self.indexes.largest.largest() {
                largest.trim(bytes);
            } else if !self.end_unused(reason, None, UnusedRooms::take_for_memory) {
                return false;
            }
        }
    }
}

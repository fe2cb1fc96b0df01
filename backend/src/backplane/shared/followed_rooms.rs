//! Rooms that this node follows, by partition and name.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};
use yodel_protocol::RoomName;

use super::follow_state::FollowWaiter;
use super::followed_room::FollowedRoom;
use super::metrics::SharedMetrics;
use super::store::Partition;

/// Rooms that this node follows, with one lock per partition.
///
/// Lock order: the partition, then a room, then what its replica locks.
#[derive(Debug)]
pub(super) struct FollowedRooms<R> {
    partitions: Vec<Mutex<RoomsByName<R>>>,
    metrics: Arc<SharedMetrics>,
}

/// Followed rooms of a partition. Sorted, so that a simulation repeats exactly.
pub(super) type RoomsByName<R> = BTreeMap<RoomName, Arc<FollowedRoom<R>>>;

impl<R> FollowedRooms<R> {
    /// Creates the collection without rooms.
    pub fn new(partitions: Partition, metrics: Arc<SharedMetrics>) -> Self {
        Self { partitions: (0..partitions.max(1)).map(|_| Mutex::default()).collect(), metrics }
    }

    /// Locks the rooms of a partition.
    pub fn lock(&self, partition: Partition) -> MutexGuard<'_, RoomsByName<R>> {
        self.partitions[usize::from(partition) % self.partitions.len()].lock()
    }

    /// Returns a room.
    pub fn get(&self, partition: Partition, name: &RoomName) -> Option<Arc<FollowedRoom<R>>> {
        self.lock(partition).get(name).map(Arc::clone)
    }

    /// Returns all rooms of a partition, sorted by name.
    pub fn in_partition(&self, partition: Partition) -> Vec<Arc<FollowedRoom<R>>> {
        self.lock(partition).values().map(Arc::clone).collect()
    }

    /// Inserts a room, while its partition is locked.
    pub fn insert(&self, rooms: &mut RoomsByName<R>, room: Arc<FollowedRoom<R>>) {
        if rooms.insert(room.name.clone(), room).is_none() {
            self.metrics.followed_rooms.increment();
        }
    }

    /// Removes a room if `condition` is true, and calls `removed` while its partition is locked: what a later follow of
    /// the room does happens afterwards. Does nothing if the room is no longer in the collection.
    pub fn remove_if(&self, room: &Arc<FollowedRoom<R>>, condition: impl FnOnce() -> bool, removed: impl FnOnce()) {
        let mut rooms = self.lock(room.partition);
        if rooms.get(&room.name).is_some_and(|current| Arc::ptr_eq(current, room)) && condition() {
            rooms.remove(&room.name);
            self.metrics.followed_rooms.subtract(1);
            removed();
        }
    }
}

/// Answers follows without messages. A replica that is closed makes the callers look up the room again.
pub(super) fn answer_without_messages(waiters: Vec<FollowWaiter>) {
    for waiter in waiters {
        // The caller may have gone.
        drop(waiter.answer.send(Ok(Vec::new())));
    }
}

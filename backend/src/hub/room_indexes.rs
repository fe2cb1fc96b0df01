//! Indexes of the rooms of a hub.

use std::sync::atomic::{AtomicU64, Ordering};

use super::dirty_rooms::DirtyRooms;
use super::largest_rooms::LargestRooms;
use super::room_id::RoomId;
use super::unused_rooms::UnusedRooms;

/// Indexes that the rooms of a hub keep up to date. Their locks are taken last: never while one of them is held is
/// a room locked.
#[derive(Debug)]
pub struct RoomIndexes<R> {
    /// Rooms with presence changes to send.
    pub dirty: DirtyRooms<R>,
    /// Rooms by the memory of their history.
    pub largest: LargestRooms<R>,
    /// Rooms without members, and the number of rooms by account.
    pub unused: UnusedRooms<R>,
    next_id: AtomicU64,
}

impl<R> Default for RoomIndexes<R> {
    fn default() -> Self {
        let (largest, unused) = (LargestRooms::default(), UnusedRooms::default());
        Self { dirty: DirtyRooms::default(), largest, unused, next_id: AtomicU64::new(0) }
    }
}

impl<R> RoomIndexes<R> {
    /// Returns an identifier for a new room.
    pub fn next_id(&self) -> RoomId {
        RoomId(self.next_id.fetch_add(1, Ordering::Relaxed))
    }
}

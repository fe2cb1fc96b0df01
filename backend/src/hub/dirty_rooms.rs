//! RoomMap with presence changes to send.

use std::sync::Arc;

use parking_lot::Mutex;

/// List of rooms with presence changes to send. Generic over the room, which holds this list.
#[derive(Debug)]
pub struct DirtyRooms<R>(Mutex<Vec<Arc<R>>>);

impl<R> Default for DirtyRooms<R> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<R> DirtyRooms<R> {
    /// Adds a room. The caller sees to it that it is not listed already.
    pub fn push(&self, room: Arc<R>) {
        self.0.lock().push(room);
    }

    /// Visits all listed rooms without holding the lock, and keeps those for which `visit` returns true.
    pub fn retain(&self, visit: impl FnMut(&Arc<R>) -> bool) {
        let mut rooms = std::mem::take(&mut *self.0.lock());
        rooms.retain(visit);
        self.0.lock().append(&mut rooms);
    }
}

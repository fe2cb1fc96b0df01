//! Rooms with presence changes to send.

use std::sync::Arc;

use parking_lot::Mutex;

/// List of rooms with presence changes to send. Generic over the room type, which in turn refers to this list.
#[derive(Debug)]
pub struct DirtyRooms<R>(Mutex<Vec<Arc<R>>>);

impl<R> Default for DirtyRooms<R> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<R> DirtyRooms<R> {
    /// Adds a room. The caller ensures that it is not in the list already.
    pub fn push(&self, room: Arc<R>) {
        self.0.lock().push(room);
    }

    /// Calls `visit` for each listed room, and removes the rooms for which it returns false. The lock is not held
    /// during the calls.
    pub fn retain(&self, visit: impl FnMut(&Arc<R>) -> bool) {
        let mut rooms = std::mem::take(&mut *self.0.lock());
        rooms.retain(visit);
        self.0.lock().append(&mut rooms);
    }
}

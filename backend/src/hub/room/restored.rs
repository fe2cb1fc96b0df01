//! Rooms that were read from a disk.

use std::sync::Arc;
use std::time::Duration;

use super::Room;
use super::state::RoomInner;
use crate::backplane::journal::StoredRoom;
use crate::environment::Timestamp;
use crate::hub::creator::RoomAccount;
use crate::hub::payload::Payload;
use crate::hub::room_indexes::RoomIndexes;
use crate::hub::services::HubServices;

impl<P: Payload> Room<P> {
    /// Creates a room with the content that it had before a restart, within the limits of now.
    pub fn restored(
        stored: StoredRoom,
        account: RoomAccount,
        services: &Arc<HubServices>,
        indexes: &Arc<RoomIndexes<Self>>,
    ) -> Arc<Self> {
        let room = Self::new(stored.name.clone(), Some(account), Arc::clone(services), Arc::clone(indexes));
        room.restore(stored);
        room
    }

    /// Replaces the content of an empty room by what it was before a restart, within the limits of now.
    pub fn restore(&self, stored: StoredRoom) {
        let now = self.services.now();
        let mut state = self.state.lock();
        state.restore(stored, now, &self.services);
        self.update(&mut state);
    }
}

/// Returns the time since the last publish into a room, as far as its messages and keys show.
pub fn last_used(stored: &StoredRoom) -> Option<Duration> {
    let message = stored.messages.last().map(|(_, age)| *age);
    let key = stored.keys.last().map(|key| key.age);
    message.into_iter().chain(key).min()
}

impl RoomInner {
    fn restore(&mut self, stored: StoredRoom, now: Timestamp, services: &HubServices) {
        self.last_used = last_used(&stored).map_or(now, |age| now.before(age));
        (self.epoch, self.offset) = (stored.position.epoch, stored.position.offset);
        self.mark_kept(stored.messages.len(), stored.keys.first().map(|key| key.offset));
        for (message, age) in stored.messages {
            self.history.push(message, now.before(age));
        }
        for stored in stored.keys {
            self.keys.insert(stored.key, stored.from.as_deref(), stored.offset, now.before(stored.age));
        }
        services.metrics.replace_retained(0, self.cost());
        self.expire(now, services);
    }
}

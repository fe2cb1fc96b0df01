//! The rooms that one connection is in.

use std::collections::HashMap;
use std::sync::Arc;

use yodel_protocol::RoomName;

use crate::encode::Push;
use crate::hub::{Membership, Recipients, Room};

/// Seats, by room; dropping them leaves.
#[derive(Debug, Default)]
pub struct JoinedRooms(HashMap<RoomName, Membership<Push>>);

impl JoinedRooms {
    /// Whether one more room would be too many.
    pub fn would_exceed(&self, room: &RoomName, max_rooms: usize) -> bool {
        self.0.len() >= max_rooms && !self.0.contains_key(room)
    }

    /// The membership that it has there already, to be given for a new one.
    pub fn take(&mut self, room: &RoomName) -> Option<Membership<Push>> {
        self.0.remove(room)
    }

    /// Gives up the seats in all rooms but these.
    pub fn retain(&mut self, is_allowed: impl Fn(&RoomName) -> bool) {
        self.0.retain(|room, _| is_allowed(room));
    }

    /// Takes a membership.
    pub fn insert(&mut self, room: RoomName, membership: Membership<Push>) {
        self.0.insert(room, membership);
    }

    /// Gives up a membership; false when there is none.
    pub fn remove(&mut self, room: &RoomName) -> bool {
        self.0.remove(room).is_some()
    }

    /// Whom a message is for, that is not to come back.
    pub fn recipients_except_self(&self, room: &RoomName) -> Recipients {
        self.0.get(room).map_or(Recipients::All, Membership::others)
    }

    /// All of them.
    pub fn rooms(&self) -> Vec<Arc<Room<Push>>> {
        self.0.values().map(|membership| Arc::clone(&membership.room)).collect()
    }
}

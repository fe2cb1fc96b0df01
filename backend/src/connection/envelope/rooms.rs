//! The rooms that one connection is in.

use std::collections::HashMap;
use std::sync::Arc;

use yodel_protocol::RoomName;

use crate::encode::SharedPayload;
use crate::hub::{Membership, Recipients, Room};

/// Seats, by room; dropping them leaves.
#[derive(Debug, Default)]
pub struct Rooms(HashMap<RoomName, Membership<SharedPayload>>);

impl Rooms {
    /// Whether one more room would be too many.
    pub fn is_full(&self, room: &RoomName, most: usize) -> bool {
        self.0.len() >= most && !self.0.contains_key(room)
    }

    /// The seat that it has there already, to be given for a new one.
    pub fn take(&mut self, room: &RoomName) -> Option<Membership<SharedPayload>> {
        self.0.remove(room)
    }

    /// Gives up the seats in all rooms but these.
    pub fn keep(&mut self, may: impl Fn(&RoomName) -> bool) {
        self.0.retain(|room, _| may(room));
    }

    /// Takes a seat.
    pub fn enter(&mut self, room: RoomName, seat: Membership<SharedPayload>) {
        self.0.insert(room, seat);
    }

    /// Gives up a seat; false when there is none.
    pub fn leave(&mut self, room: &RoomName) -> bool {
        self.0.remove(room).is_some()
    }

    /// Whom a message is for, that is not to come back.
    pub fn others(&self, room: &RoomName) -> Recipients {
        self.0.get(room).map_or(Recipients::All, Membership::others)
    }

    /// All of them.
    pub fn all(&self) -> Vec<Arc<Room<SharedPayload>>> {
        self.0.values().map(|seat| Arc::clone(&seat.room)).collect()
    }
}

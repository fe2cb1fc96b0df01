//! The rooms of one connection.

use std::collections::HashMap;
use std::sync::Arc;

use yodel_protocol::RoomName;

use crate::auth::Action;
use crate::backplane::recipients::Recipients;
use crate::encode::SharedPayload;
use crate::hub::{Membership, Room};
use crate::identity_session::Principal;

/// Memberships by room; dropping one leaves its room.
#[derive(Debug, Default)]
pub struct JoinedRooms(HashMap<RoomName, Membership<SharedPayload>>);

impl JoinedRooms {
    /// Returns whether joining the room would exceed `max_rooms`.
    pub fn would_exceed(&self, room: &RoomName, max_rooms: usize) -> bool {
        self.0.len() >= max_rooms && !self.0.contains_key(room)
    }

    /// Removes and returns the membership of a room, so that a new one can replace it.
    pub fn take(&mut self, room: &RoomName) -> Option<Membership<SharedPayload>> {
        self.0.remove(room)
    }

    /// Applies a renewed identity: leaves the rooms that it may not join, ends the presence changes that it may not
    /// watch, and replaces the info that other members see. Afterwards nothing is delivered from the rooms that were
    /// left.
    pub fn renew(&mut self, principal: &Principal) {
        let may = |action, room: &RoomName| principal.identity.may(action, room.as_str());
        for (_, membership) in self.0.extract_if(|room, _| !may(Action::Join, room)) {
            membership.leave();
        }
        let info = principal.info();
        for (room, membership) in &self.0 {
            membership.renew(info.as_ref(), may(Action::Presence, room));
        }
    }

    /// Adds the membership of a room.
    pub fn insert(&mut self, room: RoomName, membership: Membership<SharedPayload>) {
        self.0.insert(room, membership);
    }

    /// Leaves a room. Returns false if the connection is not in the room. Afterwards nothing is delivered from it.
    pub fn remove(&mut self, room: &RoomName) -> bool {
        self.0.remove(room).map(Membership::leave).is_some()
    }

    /// Returns the recipients of a message without echo: the members of the room except this connection.
    pub fn recipients_except_self(&self, room: &RoomName) -> Recipients {
        self.0.get(room).map_or(Recipients::All, Membership::others)
    }

    /// Returns all rooms of the connection.
    pub fn rooms(&self) -> Vec<Arc<Room<SharedPayload>>> {
        self.0.values().map(|membership| Arc::clone(&membership.room)).collect()
    }
}

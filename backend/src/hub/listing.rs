//! Listings of rooms and users, on other nodes as well.

use std::sync::Arc;

use yodel_protocol::frame::Target;
use yodel_protocol::{RoomName, UserId};

use super::Hub;
use super::directory::Client;
use super::payload::Payload;
use super::room::Room;
use crate::backplane::answer::Answer;
use crate::backplane::listing::{RoomPage, RoomSummary, RoomUsers, UserConnection};
use crate::backplane::unavailable::Unavailable;

impl<P: Payload> Hub<P> {
    /// Returns at most `limit` rooms whose names are greater than `after`, sorted by name. With several nodes, a snapshot
    /// of the rooms of all of them.
    pub fn list_rooms(&self, after: Option<&RoomName>, limit: usize) -> Answer<RoomPage, Unavailable> {
        self.0.backplane.rooms(after, limit).unwrap_or_else(|| {
            let (rooms, more) = self.0.rooms.after(after, limit);
            Answer::ready(Ok(RoomPage { rooms: rooms.iter().map(|room| room.summary()).collect(), more }))
        })
    }

    /// Returns a room, if it exists, as [`list_rooms`](Self::list_rooms) does.
    pub fn describe_room(&self, name: &RoomName) -> Answer<Option<RoomSummary>, Unavailable> {
        let here = || Answer::ready(Ok(self.find_room(name).map(|room| room.summary())));
        self.0.backplane.room(name).unwrap_or_else(here)
    }

    /// Returns the users in a room up to the limit of a presence list, as [`list_rooms`](Self::list_rooms) does. A room
    /// that does not exist has none.
    pub fn list_users(&self, room: &RoomName) -> Answer<RoomUsers, Unavailable> {
        let here = || Answer::ready(Ok(self.find_room(room).map(|room| room.users()).unwrap_or_default()));
        self.0.backplane.users(room, self.0.services.retention.presence_max).unwrap_or_else(here)
    }

    /// Returns the connections of a user, the oldest ones first, as [`list_rooms`](Self::list_rooms) does.
    pub fn list_connections(&self, user: &UserId) -> Answer<Vec<UserConnection>, Unavailable> {
        self.0.backplane.connections(user).unwrap_or_else(|| {
            let mut here = self.connections_here(user);
            here.sort_unstable_by_key(|connection| connection.since);
            Answer::ready(Ok(here))
        })
    }

    /// Returns the connections of a user to this node, in no particular order.
    pub(super) fn connections_here(&self, user: &UserId) -> Vec<UserConnection> {
        let describe = |client: &Arc<Client<P>>| UserConnection {
            client: client.id.clone(),
            peer: client.peer,
            since: client.since,
        };
        self.find(&Target::User(user.clone())).iter().map(describe).collect()
    }

    /// Returns the users in a room, as [`list_users`](Self::list_users) does. The members of a room on this node get their
    /// own view of it, which the presence changes that they receive continue.
    pub fn presence(&self, room: &RoomName) -> Answer<RoomUsers, Unavailable> {
        match self.find_room(room).filter(|room| room.is_current()) {
            Some(room) => Answer::ready(Ok(room.users())),
            None => self.list_users(room),
        }
    }
}

impl<P: Payload> Room<P> {
    fn summary(&self) -> RoomSummary {
        let stats = self.stats();
        RoomSummary {
            name: self.name.clone(),
            position: stats.position,
            members: stats.clients,
            messages: stats.retained_messages,
        }
    }

    fn users(&self) -> RoomUsers {
        let present = self.presence();
        RoomUsers { clients: present.clients, users: present.users, more: present.more }
    }
}

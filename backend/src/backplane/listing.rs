//! Listings of rooms and of the connections of users.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{ClientId, Position, RoomName};

/// Room in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomSummary {
    /// Name of the room.
    pub name: RoomName,
    /// Position of the room.
    pub position: Position,
    /// Number of connections in the room, on all nodes.
    pub members: u64,
    /// Number of messages in its history.
    pub messages: usize,
}

/// Page of rooms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomPage {
    /// Rooms, sorted by name.
    pub rooms: Vec<RoomSummary>,
    /// True if more rooms follow this page.
    pub more: bool,
}

/// Users in a room, up to a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomUsers {
    /// Number of connections, those of unlisted users as well.
    pub clients: u64,
    /// Users, in no particular order.
    pub users: Vec<PresenceEntry>,
    /// True if there are more users.
    pub more: bool,
}

/// Connection of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserConnection {
    /// Identifier of the connection.
    pub client: ClientId,
    /// Address of the peer.
    pub peer: SocketAddr,
    /// Time at which the client connected, in milliseconds since 1970.
    pub since: u64,
}

//! Records of the store: presence, connections of users, rooms.

use bytes::Bytes;
use yodel_protocol::{Position, RoomName};

/// Entry in the presence of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceRecord {
    /// Node of the entry.
    pub node: String,
    /// Key of the entry.
    pub key: Bytes,
    /// Value of the entry.
    pub value: Bytes,
}

/// Connections of a user to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord {
    /// The node.
    pub node: String,
    /// List of the connections; opaque to the store.
    pub connections: Bytes,
}

/// Room in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRecord {
    /// Name of the room.
    pub name: RoomName,
    /// Position of the room.
    pub position: Position,
    /// Number of messages in its history.
    pub messages: usize,
    /// Number of connections to the other nodes with a valid lease.
    pub members_elsewhere: u64,
}

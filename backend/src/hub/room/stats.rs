//! Statistics of a room.

use yodel_protocol::Position;

/// Statistics of a room: its members, messages and position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomStats {
    /// Connections in the room.
    pub clients: u64,
    /// Users in the room; a connection without a user counts as one.
    pub users: usize,
    /// Position of the last message.
    pub position: Position,
    /// Messages in the history.
    pub retained_messages: usize,
    /// Presence changes that are not sent yet.
    pub pending_presence: usize,
}

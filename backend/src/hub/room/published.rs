//! Result of a publish.

use yodel_protocol::Position;

/// Result of a publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishOutcome {
    /// Position of the message.
    pub position: Position,
    /// Whether the message had been published before, with the same idempotency key.
    pub duplicate: bool,
}

/// Error of a room that is closed: a room of the same name has to be looked up again. Returns what was
/// given to the room.
#[derive(Debug)]
pub struct RoomClosed<T = ()>(pub T);

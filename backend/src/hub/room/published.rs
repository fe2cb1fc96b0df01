//! Result of a publish.

use yodel_protocol::Position;

/// Result of a publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishOutcome {
    /// Position of the message.
    pub position: Position,
    /// True if a message with the same idempotency key was published before; `position` is the position of that
    /// message.
    pub duplicate: bool,
}

/// Error of a closed room. The caller has to look up the room by its name again. Contains the rejected value.
#[derive(Debug)]
pub struct RoomClosed<T = ()>(pub T);

//! Result of a publish.

use yodel_protocol::Position;

use super::message::NewMessage;
use super::unavailable::Unavailable;

/// Result of a publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishOutcome {
    /// Position of the message.
    pub position: Position,
    /// True if a message with the same idempotency key was published before; `position` is the position of that
    /// message.
    pub duplicate: bool,
}

/// Reason why the local side of a room rejected a message at once.
#[derive(Debug)]
pub enum RoomRejection {
    /// The room is closed. The caller has to look up the room by its name again.
    Closed(NewMessage),
    /// The key was used for another message.
    KeyConflict,
    /// No memory for the message. Older messages of the room would not make enough space.
    NoMemory(NewMessage),
}

/// Reason why a message was not published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// The room does not exist, the server has reached its limit of rooms, and every room has members.
    #[error("the server has reached its limit of rooms")]
    RoomLimit,
    /// The key was used for another message.
    #[error("another message was published with this `key`")]
    KeyConflict,
    /// The histories of all rooms have reached their limit, and no message or room can be removed.
    #[error("the server has reached its limit of history")]
    HistoryLimit,
    /// The backplane cannot be reached. The message may be published nevertheless.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl PublishError {
    /// Returns whether the same message may be published later, so that clients repeat it.
    pub fn is_temporary(self) -> bool {
        match self {
            Self::RoomLimit | Self::HistoryLimit | Self::Unavailable(_) => true,
            Self::KeyConflict => false,
        }
    }
}

//! Result of a publish.

use yodel_protocol::Position;

use crate::hub::message::NewMessage;
use crate::hub::room_limit::RoomLimitReached;

/// Result of a publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishOutcome {
    /// Position of the message.
    pub position: Position,
    /// True if a message with the same idempotency key was published before; `position` is the position of that
    /// message.
    pub duplicate: bool,
}

/// Error: the sender has published another message with the same idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyConflict;

/// Reason why a room did not publish a message.
#[derive(Debug)]
pub enum RoomRejection {
    /// The room is closed. The caller has to look up the room by its name again.
    Closed(NewMessage),
    /// The key was used for another message.
    KeyConflict,
    /// No memory for the message. Older messages of the room would not make enough space.
    NoMemory(NewMessage),
}

impl From<KeyConflict> for RoomRejection {
    fn from(_: KeyConflict) -> Self {
        Self::KeyConflict
    }
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
}

impl From<RoomLimitReached> for PublishError {
    fn from(_: RoomLimitReached) -> Self {
        Self::RoomLimit
    }
}

/// Error of a closed room. The caller has to look up the room by its name again. Contains the rejected value.
#[derive(Debug)]
pub struct RoomClosed<T = ()>(pub T);

//! Errors of the server handle.

use crate::backplane::publish::PublishError;
use crate::backplane::unavailable::Unavailable;
use crate::hub::{JoinError, ReceiversBusy, SendError};

/// The error of a method of a server handle.
///
/// ```
/// use yodel_server::{HandleError, InvalidName, ReceiversBusy};
///
/// /// Returns whether the same call can succeed later.
/// fn is_temporary(error: &HandleError) -> bool {
///     match error {
///         HandleError::RoomLimit | HandleError::HistoryLimit | HandleError::ReceiversBusy(ReceiversBusy) => true,
///         HandleError::Name(InvalidName { .. }) => false,
///         _ => false,
///     }
/// }
/// # assert!(is_temporary(&ReceiversBusy.into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// A name is empty, too long, or contains control characters.
    #[error(transparent)]
    Name(#[from] yodel_protocol::id::InvalidName),
    /// The data cannot be serialized as JSON.
    #[error("cannot serialize the data as JSON: {0}")]
    Data(String),
    /// The server has reached its limit of rooms, and every room has members.
    #[error("the server has reached its limit of rooms")]
    RoomLimit,
    /// The histories of all rooms have reached their limit, and no message or room can be removed.
    #[error("the server has reached its limit of history")]
    HistoryLimit,
    /// Another message was published with the idempotency key.
    #[error("another message was published with this `key`")]
    KeyConflict,
    /// The message store that several nodes share cannot be reached. The operation may have been carried out nevertheless;
    /// it is safe to repeat a publish that has a key.
    #[error("the message store does not answer: repeat the request")]
    Unavailable,
    /// Every receiver of a direct message reads too slowly.
    #[error(transparent)]
    ReceiversBusy(#[from] ReceiversBusy),
    /// The room is `*`, which is reserved for broadcasts.
    #[error("`*` is reserved for broadcasts and is not a room")]
    ReservedRoom,
    /// The close code is not in 4000 to 4999.
    #[error("`code` must be in the range 4000 to 4999")]
    InvalidCode,
    /// The close reason has more than 123 bytes.
    #[error("`reason` must not exceed 123 bytes")]
    ReasonTooLong,
}

impl From<PublishError> for HandleError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::RoomLimit => Self::RoomLimit,
            PublishError::HistoryLimit => Self::HistoryLimit,
            PublishError::KeyConflict => Self::KeyConflict,
            PublishError::Unavailable(_) => Self::Unavailable,
        }
    }
}

impl From<JoinError> for HandleError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::RoomLimit => Self::RoomLimit,
            JoinError::Unavailable(_) => Self::Unavailable,
        }
    }
}

impl From<SendError> for HandleError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Busy(error) => error.into(),
            SendError::Unavailable(error) => error.into(),
        }
    }
}

impl From<Unavailable> for HandleError {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

//! Errors of a handle's methods.

use crate::hub::RoomLimitReached;

/// Why a method of a handle fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// A name is too long, empty, or has control characters.
    #[error(transparent)]
    Name(#[from] yodel_protocol::id::InvalidName),
    /// The data has something that JSON lacks.
    #[error("this cannot be JSON: {0}")]
    Data(String),
    /// The server has as many rooms as it may have.
    #[error("the server has as many rooms as it may have")]
    Rooms,
    /// `*` stands for everybody.
    #[error("`*` is no room")]
    Everyone,
    /// The close code is not one for applications.
    #[error("`code` must be one from 4000 to 4999.")]
    Code,
    /// The close reason does not fit into a close frame.
    #[error("`reason` may have at most 123 bytes.")]
    Reason,
}

impl From<RoomLimitReached> for HandleError {
    fn from(_: RoomLimitReached) -> Self {
        Self::Rooms
    }
}

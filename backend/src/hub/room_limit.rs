//! The limit of rooms.

use crate::backplane::publish::PublishError;

/// Error of a room that cannot be created because the limit of rooms is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomLimitReached;

impl From<RoomLimitReached> for PublishError {
    fn from(_: RoomLimitReached) -> Self {
        Self::RoomLimit
    }
}

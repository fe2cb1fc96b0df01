//! The limit of rooms.

/// Error of a room that cannot be created because the limit of rooms is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomLimitReached;

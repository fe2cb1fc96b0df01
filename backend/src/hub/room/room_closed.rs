//! Error of a closed room.

/// The room is closed, or is not followed. The caller has to look up the room by its name again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomClosed;

//! Identifiers of rooms.

/// Identifier of a room object, in the order of creation. A room that is created again has another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomId(pub u64);

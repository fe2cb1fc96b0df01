//! Recipients of a content.

use serde::{Deserialize, Serialize};

/// Key of a member of a room. Never used again for another member of the room, so that a message that excludes a member
/// reaches one that has joined in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberKey {
    /// Place among the members; free after the member has left.
    pub place: usize,
    /// Serial number of the member. Wraps around after 2^32 joins.
    pub serial: u32,
}

/// Members of a room that receive a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipients {
    /// All members.
    All,
    /// All members except the one with this key.
    AllBut(MemberKey),
    /// Members that receive presence changes.
    Watchers,
}

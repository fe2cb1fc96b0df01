//! Recipients of a content.

/// Members of a room that receive a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipients {
    /// All members.
    All,
    /// All members except the one with this key.
    AllBut(usize),
    /// Members that receive presence changes.
    Watchers,
}

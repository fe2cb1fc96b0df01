//! The room of plain mode.

/// Name of the room of all connections that broadcast in plain mode.
pub const LOBBY: &str = "lobby";

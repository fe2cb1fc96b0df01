//! Name of the lobby.

/// Name of the room in which plain connections broadcast.
pub const LOBBY: &str = "lobby";

//! Modes of connections, as they are limited, counted and logged.

/// The mode of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Plain WebSocket that receives its own messages.
    Echo,
    /// Plain WebSocket in the lobby.
    Broadcast,
    /// WebSocket with the subprotocol `yodel.v1`.
    Envelope,
    /// Server-Sent Events.
    Sse,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 4] = [Self::Echo, Self::Broadcast, Self::Envelope, Self::Sse];

    /// Returns the name in logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Broadcast => "broadcast",
            Self::Envelope => yodel_protocol::SUBPROTOCOL,
            Self::Sse => "sse",
        }
    }
}

//! What a connection is for.

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A plain WebSocket that gets back what it sends.
    Echo,
    /// A plain WebSocket in the lobby.
    Broadcast,
    /// A WebSocket that speaks `yodel.v1`.
    Envelope,
    /// Server-Sent Events.
    Sse,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Echo, Self::Broadcast, Self::Envelope, Self::Sse];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Broadcast => "broadcast",
            Self::Envelope => yodel_protocol::SUBPROTOCOL,
            Self::Sse => "sse",
        }
    }
}

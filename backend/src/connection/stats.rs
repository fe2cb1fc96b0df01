//! What a connection carried, for the handle that is logged when it closes.

use std::fmt;

/// Messages and their payload, in one direction.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConnectionStats {
    messages: u64,
    bytes: u64,
}

impl ConnectionStats {
    /// Some messages, with so many bytes of payload together.
    pub fn add(&mut self, messages: u64, bytes: u64) {
        self.messages += messages;
        self.bytes += bytes;
    }

    /// How many bytes of payload there were.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl fmt::Display for ConnectionStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}B", self.messages, self.bytes)
    }
}

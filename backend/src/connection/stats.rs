//! Statistics of a connection, for its line in the log.

use std::fmt;

/// Messages and payload bytes in one direction.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConnectionStats {
    messages: u64,
    bytes: u64,
}

impl ConnectionStats {
    /// Adds messages, and the sum of their payload bytes.
    pub fn add(&mut self, messages: u64, bytes: u64) {
        self.messages += messages;
        self.bytes += bytes;
    }

    /// Returns the number of payload bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl fmt::Display for ConnectionStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}B", self.messages, self.bytes)
    }
}

//! What a connection carried, for the line that is logged when it closes.

use std::fmt;

use crate::message::Message;

/// Messages and bytes of payload, both ways.
#[derive(Debug, Default)]
pub struct Traffic {
    received: Count,
    sent: Count,
}

#[derive(Debug, Default)]
struct Count {
    messages: u64,
    bytes: u64,
}

impl Traffic {
    /// A message came in.
    pub fn received(&mut self, message: &Message) {
        self.received.add(message);
    }

    /// A message went out.
    pub fn sent(&mut self, message: &Message) {
        self.sent.add(message);
    }
}

impl Count {
    fn add(&mut self, message: &Message) {
        self.messages += 1;
        self.bytes += message.payload.len() as u64;
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in {} out {}", self.received, self.sent)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}B", self.messages, self.bytes)
    }
}

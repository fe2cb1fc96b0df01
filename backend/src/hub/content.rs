//! What is handed out to the members of a room.

use std::sync::Arc;

use super::message::Message;

/// Something to hear.
#[derive(Clone, Debug)]
pub enum Content {
    /// For everybody, each in its own mode.
    Message(Arc<Message>),
    /// A frame for those who speak `yodel.v1`; the others hear nothing of it.
    Frame(Arc<str>),
    /// A text for those in plain mode alone.
    Text(Arc<str>),
}

impl Content {
    /// What it costs to keep, in bytes.
    pub fn cost(&self) -> usize {
        match self {
            Self::Message(message) => message.cost(),
            Self::Frame(text) | Self::Text(text) => text.len(),
        }
    }
}

//! A message on its way: shared bytes, cheap to clone.

use bytes::Bytes;

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// Anything.
    Binary,
}

/// A whole message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What the bytes are.
    pub kind: Kind,
    /// The bytes, shared by all who get them.
    pub payload: Bytes,
}

impl Message {
    /// A text message.
    pub fn text(text: impl Into<String>) -> Self {
        Self { kind: Kind::Text, payload: Bytes::from(text.into()) }
    }

    /// What it costs to keep: the payload and the place in a queue, so that a flood of empty
    /// messages is bounded as well.
    pub fn cost(&self) -> usize {
        self.payload.len() + size_of::<Self>()
    }
}

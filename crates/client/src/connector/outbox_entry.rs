//! Messages in the queue.

use std::sync::Arc;

use yodel_protocol::{Id, IdempotencyKey, Verb};

use crate::MessageId;

/// Content of a message.
#[derive(Debug)]
pub(crate) enum Content {
    /// A text: sent as it is in plain mode, in a frame in envelope mode.
    Text(String),
    /// A binary message, which only plain mode has.
    Binary(Arc<[u8]>),
    /// A request without its frame id.
    Verb(Verb),
}

impl Content {
    /// Returns the size of the payload in bytes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
            Self::Verb(Verb::Echo(echo)) => echo.data.text().len(),
            Self::Verb(Verb::Publish(publish)) => publish.data.text().len(),
            Self::Verb(Verb::Broadcast(broadcast)) => broadcast.data.text().len(),
            Self::Verb(Verb::Send(send)) => send.data.text().len(),
            Self::Verb(Verb::Call(call)) => call.data.text().len(),
            Self::Verb(_) => 0,
        }
    }

    /// Returns whether the server handles repetitions of this message as one.
    pub(crate) fn is_idempotent(&self) -> bool {
        matches!(self, Self::Verb(Verb::Publish(publish)) if publish.key.is_some())
    }
}

/// A message in the queue and its delivery state.
#[derive(Debug)]
pub(crate) struct OutboxEntry {
    pub(crate) id: MessageId,
    pub(crate) content: Content,
    /// Idempotency key of a text that is sent as a publish.
    pub(crate) key: Option<IdempotencyKey>,
    pub(super) bytes: usize,
    pub(crate) expires_ms: u64,
    /// `true` if the message was ever sent.
    pub(crate) sent: bool,
    /// The id of the frame that is not answered yet.
    pub(crate) frame: Option<Id>,
}

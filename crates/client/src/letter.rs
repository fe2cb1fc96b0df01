//! A message that is kept, and what is known about it.

use yodel_protocol::{Id, Key, Verb};

use crate::MessageId;

/// What a message says.
#[derive(Debug)]
pub(crate) enum Content {
    /// A text, for plain mode and for what a server makes of it.
    Text(String),
    /// A frame without its id.
    Verb(Verb),
}

impl Content {
    /// About how many bytes it is.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Verb(Verb::Echo(echo)) => echo.data.text().len(),
            Self::Verb(Verb::Publish(publish)) => publish.data.text().len(),
            Self::Verb(Verb::Broadcast(broadcast)) => broadcast.data.text().len(),
            Self::Verb(Verb::Send(send)) => send.data.text().len(),
            Self::Verb(Verb::Call(call)) => call.data.text().len(),
            Self::Verb(_) => 0,
        }
    }

    /// Whether it does no harm to say it twice.
    pub(crate) fn may_repeat(&self) -> bool {
        matches!(self, Self::Verb(Verb::Publish(publish)) if publish.key.is_some())
    }
}

/// A message and what is known about it.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) id: MessageId,
    pub(crate) content: Content,
    /// The key that it gets if it turns out to be a publish.
    pub(crate) key: Option<Key>,
    pub(crate) bytes: usize,
    pub(crate) expires_ms: u64,
    /// Whether it was ever sent.
    pub(crate) sent: bool,
    /// The frame that is not answered yet.
    pub(crate) frame: Option<Id>,
}

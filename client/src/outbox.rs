//! Messages not yet sent, and their caps.

use std::collections::VecDeque;

use crate::MessageId;

/// How many messages wait at most: more than a person types, less than a page can hold.
pub const OUTBOX_MESSAGES: usize = 1_000;

/// How many bytes of text wait at most.
pub const OUTBOX_BYTES: usize = 1024 * 1024;

/// How long a message waits at most, in milliseconds: later it would come out of the blue.
pub const OUTBOX_AGE_MS: u64 = 5 * 60 * 1000;

#[derive(Debug)]
struct Waiting {
    id: MessageId,
    text: String,
    expires_ms: u64,
}

/// Messages in the order they were typed; what does not fit is refused, never dropped.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: VecDeque<Waiting>,
    bytes: usize,
}

impl Outbox {
    /// Whether the message was taken.
    pub(crate) fn push(&mut self, now_ms: u64, id: MessageId, text: String) -> bool {
        if self.waiting.len() >= OUTBOX_MESSAGES || text.len() > OUTBOX_BYTES - self.bytes {
            return false;
        }
        self.bytes += text.len();
        self.waiting.push_back(Waiting { id, text, expires_ms: now_ms.saturating_add(OUTBOX_AGE_MS) });
        true
    }

    /// The oldest message.
    pub(crate) fn pop(&mut self) -> Option<(MessageId, String)> {
        let Waiting { id, text, .. } = self.waiting.pop_front()?;
        self.bytes -= text.len();
        Some((id, text))
    }

    /// The oldest message if it has waited too long.
    pub(crate) fn pop_expired(&mut self, now_ms: u64) -> Option<MessageId> {
        self.expires_ms().filter(|at_ms| *at_ms <= now_ms)?;
        self.pop().map(|(id, _)| id)
    }

    /// Takes a message out.
    pub(crate) fn delete(&mut self, id: MessageId) {
        let found = self.waiting.iter().position(|waiting| waiting.id == id);
        if let Some(deleted) = found.and_then(|index| self.waiting.remove(index)) {
            self.bytes -= deleted.text.len();
        }
    }

    /// When the oldest message will have waited too long.
    pub(crate) fn expires_ms(&self) -> Option<u64> {
        Some(self.waiting.front()?.expires_ms)
    }
}

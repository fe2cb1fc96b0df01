//! The outbox: messages that are not sent or not acknowledged, and their limits.

use std::collections::VecDeque;

use yodel_protocol::{Id, IdempotencyKey, Verb};

use super::outbox_entry::{Content, OutboxEntry};
use crate::{Delivery, MessageId, Mode};

/// Largest number of messages in the outbox: more than a user types, less than fills a page's memory.
pub const OUTBOX_MESSAGES: usize = 1_000;

/// Largest total size of the payloads in the outbox, in bytes.
pub const OUTBOX_BYTES: usize = 1024 * 1024;

/// Longest time that a message waits, in milliseconds. After five minutes a late message confuses more than it helps.
pub const OUTBOX_AGE_MS: u64 = 5 * 60 * 1000;

/// The messages in the order in which they were sent by the caller. A message that does not fit is rejected; none is
/// dropped.
///
/// The oldest [`sent`](Self::sent) entries await a reply from the server. In plain mode there are none.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    entries: VecDeque<OutboxEntry>,
    /// Number of entries, from the oldest, that were sent over the current connection.
    pub(crate) sent: usize,
    /// Total size of the payloads in bytes.
    pub(crate) bytes: usize,
}

impl Queue {
    /// Appends a message; returns whether it fits.
    pub(crate) fn push(&mut self, now_ms: u64, id: MessageId, content: Content, key: Option<IdempotencyKey>) -> bool {
        let bytes = content.bytes();
        if self.entries.len() >= OUTBOX_MESSAGES || bytes > OUTBOX_BYTES - self.bytes {
            return false;
        }
        self.bytes += bytes;
        let expires_ms = now_ms.saturating_add(OUTBOX_AGE_MS);
        self.entries.push_back(OutboxEntry { id, content, key, bytes, expires_ms, sent: false, frame: None });
        true
    }

    /// Returns the number of messages.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether any message waits to be sent over the current connection.
    pub(crate) fn has_waiting(&self) -> bool {
        self.sent < self.entries.len()
    }

    /// Returns whether this message waits to be sent over the current connection.
    pub(crate) fn is_waiting(&self, id: MessageId) -> bool {
        self.entries.iter().skip(self.sent).any(|entry| entry.id == id)
    }

    /// Returns the entry at an index, counted from the oldest.
    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut OutboxEntry> {
        self.entries.get_mut(index)
    }

    /// Returns the index of the unanswered entry with this frame id.
    pub(crate) fn index_of(&self, frame: Id) -> Option<usize> {
        self.entries.iter().take(self.sent).position(|entry| entry.frame == Some(frame))
    }

    /// Returns whether any request that matches was sent and is still in the queue.
    pub(crate) fn has_sent(&self, mut matches: impl FnMut(&Verb) -> bool) -> bool {
        self.entries.iter().any(|entry| match &entry.content {
            Content::Verb(verb) => entry.sent && matches(verb),
            Content::Text(_) | Content::Binary(_) => false,
        })
    }

    /// Removes and returns the entry at an index.
    pub(crate) fn take(&mut self, index: usize) -> Option<OutboxEntry> {
        let entry = self.entries.remove(index)?;
        self.bytes -= entry.bytes;
        Some(entry)
    }

    /// Removes the entries for which `keep` returns false.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&mut OutboxEntry) -> bool) {
        self.entries.retain_mut(keep);
        self.bytes = self.entries.iter().map(|entry| entry.bytes).sum();
    }

    /// Removes and returns the oldest message, unless it is a request.
    pub(super) fn pop_plain(&mut self) -> Option<(MessageId, Content)> {
        if let Content::Verb(_) = self.entries.front()?.content {
            return None;
        }
        self.take(0).map(|entry| (entry.id, entry.content))
    }

    /// Removes and returns the waiting messages that a connection in this mode cannot send: requests in plain mode,
    /// binary messages in envelope mode.
    pub(super) fn drop_unsendable(&mut self, mode: Mode) -> Vec<MessageId> {
        let mut dropped = Vec::new();
        let mut index = self.sent;
        while let Some(entry) = self.entries.get(index) {
            let is_sendable = match entry.content {
                Content::Text(_) => true,
                Content::Binary(_) => mode == Mode::Plain,
                Content::Verb(_) => mode != Mode::Plain,
            };
            if is_sendable {
                index += 1;
            } else {
                dropped.push(entry.id);
                self.take(index);
            }
        }
        dropped
    }

    /// Removes the oldest waiting message if it has waited too long.
    pub(super) fn pop_expired(&mut self, now_ms: u64) -> Option<(MessageId, Delivery)> {
        self.expires_ms().filter(|at_ms| *at_ms <= now_ms)?;
        let entry = self.take(self.sent)?;
        Some((entry.id, if entry.sent { Delivery::Unconfirmed } else { Delivery::Failed }))
    }

    /// Removes a message that waits.
    pub(super) fn delete(&mut self, id: MessageId) {
        if let Some(index) = self.entries.iter().position(|entry| entry.id == id)
            && index >= self.sent
        {
            self.take(index);
        }
    }

    /// Returns when the oldest waiting message expires.
    pub(super) fn expires_ms(&self) -> Option<u64> {
        Some(self.entries.get(self.sent)?.expires_ms)
    }
}

//! The messages that await a reply, and the loss of their connection.

use std::mem;

use yodel_protocol::Id;

use crate::connector::{OUTBOX_AGE_MS, OutboxEntry, Queue};
use crate::{Delivery, MessageId};

/// Longest time from the first to the last transmission of a message, in milliseconds: less than the five minutes for
/// which the server remembers a key, because the last transmission takes a while to arrive.
pub const RETRY_WINDOW_MS: u64 = OUTBOX_AGE_MS - 30_000;

/// Largest number of unanswered messages. A slow server is not flooded, and a fast one never waits.
pub const MAX_IN_FLIGHT: usize = 256;

/// The state of the entries that a [`Queue`] has sent over the current connection.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// Number of unanswered messages.
    in_flight: usize,
    /// `true` after a message was deferred: no other message is sent until all sent ones are answered.
    is_paused: bool,
}

impl Outbox {
    /// Returns the oldest message that may be sent now.
    pub(super) fn next<'a>(&self, queue: &'a mut Queue) -> Option<&'a mut OutboxEntry> {
        if !self.has_next(queue) {
            return None;
        }
        queue.get_mut(queue.sent)
    }

    /// Returns whether any message may be sent now.
    pub(super) fn has_next(&self, queue: &Queue) -> bool {
        !self.is_paused && self.in_flight < MAX_IN_FLIGHT && queue.has_waiting()
    }

    /// Marks the next message as sent in this frame.
    pub(super) fn mark_sent(&mut self, queue: &mut Queue, now_ms: u64, frame: Id) {
        let Some(entry) = queue.get_mut(queue.sent) else { return };
        if !entry.sent {
            entry.sent = true;
            entry.expires_ms = entry.expires_ms.min(now_ms.saturating_add(RETRY_WINDOW_MS));
        }
        entry.frame = Some(frame);
        queue.sent += 1;
        self.in_flight += 1;
    }

    /// Removes and returns the message whose frame got its final reply.
    pub(super) fn complete(&mut self, queue: &mut Queue, frame: Id) -> Option<OutboxEntry> {
        let index = queue.index_of(frame)?;
        self.in_flight -= 1;
        queue.sent -= 1;
        let entry = queue.take(index);
        self.release(queue);
        entry
    }

    /// Keeps the message whose frame was rejected temporarily; returns its id. No later message is sent before it.
    pub(super) fn defer(&mut self, queue: &mut Queue, frame: Id) -> Option<MessageId> {
        let index = queue.index_of(frame)?;
        let entry = queue.get_mut(index)?;
        entry.frame = None;
        // The server rejected this transmission. Only an earlier one may have succeeded.
        entry.sent &= entry.content.is_idempotent();
        let id = entry.id;
        self.in_flight -= 1;
        self.is_paused = true;
        self.release(queue);
        Some(id)
    }

    /// Handles a lost connection; returns the changed delivery states. An idempotent message waits again if the next
    /// connection goes to the same server.
    pub(super) fn connection_lost(&mut self, queue: &mut Queue, is_same_server: bool) -> Vec<(MessageId, Delivery)> {
        let mut changes = Vec::new();
        let sent = mem::take(&mut queue.sent);
        *self = Self::default();
        let mut index = 0;
        queue.retain(|entry| {
            index += 1;
            let is_in_flight = entry.frame.take().is_some() && index <= sent;
            let keep = if is_in_flight {
                is_same_server && entry.content.is_idempotent()
            } else {
                is_same_server || !entry.sent
            };
            if !keep {
                changes.push((entry.id, Delivery::Unconfirmed));
            } else if is_in_flight {
                changes.push((entry.id, Delivery::Waiting));
            }
            keep
        });
        changes
    }

    /// Restarts with the deferred messages when no reply is outstanding.
    fn release(&mut self, queue: &mut Queue) {
        if self.is_paused && self.in_flight == 0 {
            self.is_paused = false;
            queue.sent = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use yodel_protocol::frame::Echo;
    use yodel_protocol::{Json, Verb};

    use super::*;
    use crate::connector::{Content, OUTBOX_BYTES};

    fn echo(bytes: usize) -> Content {
        Content::Verb(Verb::Echo(Echo { data: Json::string(&"x".repeat(bytes - 2)) }))
    }

    #[test]
    fn frees_the_space_of_removed_messages() {
        let (mut outbox, mut queue) = (Outbox::default(), Queue::default());
        let frame = Id::new(1).expect("valid frame id");
        for lost in [false, true] {
            assert!(queue.push(0, MessageId(1), echo(OUTBOX_BYTES), None));
            assert!(!queue.push(0, MessageId(2), echo(10), None));
            outbox.mark_sent(&mut queue, 0, frame);
            if lost {
                assert_eq!(outbox.connection_lost(&mut queue, true), [(MessageId(1), Delivery::Unconfirmed)]);
            } else {
                assert!(outbox.complete(&mut queue, frame).is_some());
            }
            assert_eq!((queue.len(), queue.bytes, outbox.has_next(&queue)), (0, 0, false));
        }
    }

    #[test]
    fn completes_only_the_message_of_the_reply() {
        let (mut outbox, mut queue) = (Outbox::default(), Queue::default());
        let frame = |number| Id::new(number).expect("valid frame id");
        for id in 1..=3 {
            assert!(queue.push(0, MessageId(id), echo(10), None));
            outbox.mark_sent(&mut queue, 0, frame(id));
        }
        assert_eq!(outbox.complete(&mut queue, frame(2)).map(|entry| entry.id), Some(MessageId(2)));
        assert!(outbox.complete(&mut queue, frame(2)).is_none());
        assert_eq!(outbox.defer(&mut queue, frame(1)), Some(MessageId(1)));
        assert!(!outbox.has_next(&queue), "the third message is in flight");
        assert!(outbox.complete(&mut queue, frame(3)).is_some());
        assert_eq!(outbox.next(&mut queue).map(|entry| entry.id), Some(MessageId(1)));
    }
}

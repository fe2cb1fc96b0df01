//! The messages that wait for an answer, and what a lost connection does to them.

use std::mem;

use yodel_protocol::Id;

use crate::connector::{OUTBOX_AGE_MS, OutboxEntry, Queue};
use crate::{Delivery, MessageId};

/// Longest time after which a message is sent again, in milliseconds from its first time: the server knows
/// its key for five minutes, and the last repetition takes a while to get there.
pub const REPEAT_MS: u64 = OUTBOX_AGE_MS - 30_000;

/// Largest number of messages without an answer. A slow server gets no more, a fast one never waits.
pub const IN_FLIGHT: usize = 256;

/// The state of the entries that a [`Queue`] has sent over the present connection.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// Number of these without an answer.
    in_flight: usize,
    /// Whether one of these was put off: the rest is held back until all of them are answered.
    is_held: bool,
}

impl Outbox {
    /// Returns the oldest message that may be sent now.
    pub(super) fn next<'a>(&self, queue: &'a mut Queue) -> Option<&'a mut OutboxEntry> {
        if !self.has_next(queue) {
            return None;
        }
        queue.get_mut(queue.sent)
    }

    /// Returns whether there is one.
    pub(super) fn has_next(&self, queue: &Queue) -> bool {
        !self.is_held && self.in_flight < IN_FLIGHT && queue.has_waiting()
    }

    /// Notes that the next message is sent, in this frame.
    pub(super) fn mark_sent(&mut self, queue: &mut Queue, now_ms: u64, frame: Id) {
        let Some(entry) = queue.get_mut(queue.sent) else { return };
        if !entry.sent {
            entry.sent = true;
            entry.expires_ms = entry.expires_ms.min(now_ms.saturating_add(REPEAT_MS));
        }
        entry.frame = Some(frame);
        queue.sent += 1;
        self.in_flight += 1;
    }

    /// Removes and returns the message whose frame is answered for good.
    pub(super) fn answered(&mut self, queue: &mut Queue, frame: Id) -> Option<OutboxEntry> {
        let index = queue.index_of(frame)?;
        self.in_flight -= 1;
        queue.sent -= 1;
        let entry = queue.take(index);
        self.release(queue);
        entry
    }

    /// Keeps the message whose frame was rejected for now. None behind it is sent before it.
    pub(super) fn put_off(&mut self, queue: &mut Queue, frame: Id) -> Option<MessageId> {
        let index = queue.index_of(frame)?;
        let entry = queue.get_mut(index)?;
        entry.frame = None;
        // The server said that it did not do it; only a repetition may have been done before.
        entry.sent &= entry.content.is_idempotent();
        let id = entry.id;
        self.in_flight -= 1;
        self.is_held = true;
        self.release(queue);
        Some(id)
    }

    /// Handles a lost connection; returns what changed. An idempotent message waits again if the next connection is to
    /// the same server.
    pub(super) fn connection_lost(&mut self, queue: &mut Queue, is_same_server: bool) -> Vec<(MessageId, Delivery)> {
        let mut changes = Vec::new();
        let sent = mem::take(&mut queue.sent);
        *self = Self::default();
        let mut index = 0;
        queue.retain(|entry| {
            index += 1;
            let is_unanswered = entry.frame.take().is_some() && index <= sent;
            let keep = if is_unanswered {
                is_same_server && entry.content.is_idempotent()
            } else {
                is_same_server || !entry.sent
            };
            if !keep {
                changes.push((entry.id, Delivery::Doubtful));
            } else if is_unanswered {
                changes.push((entry.id, Delivery::Waiting));
            }
            keep
        });
        changes
    }

    /// Sends the messages that were put off next, if everything is answered.
    fn release(&mut self, queue: &mut Queue) {
        if self.is_held && self.in_flight == 0 {
            self.is_held = false;
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
    fn what_is_gone_takes_no_room() {
        let (mut outbox, mut queue) = (Outbox::default(), Queue::default());
        let frame = Id::new(1).expect("a number");
        for lost in [false, true] {
            assert!(queue.push(0, MessageId(1), echo(OUTBOX_BYTES), None));
            assert!(!queue.push(0, MessageId(2), echo(10), None));
            outbox.mark_sent(&mut queue, 0, frame);
            if lost {
                assert_eq!(outbox.connection_lost(&mut queue, true), [(MessageId(1), Delivery::Doubtful)]);
            } else {
                assert!(outbox.answered(&mut queue, frame).is_some());
            }
            assert_eq!((queue.len(), queue.bytes, outbox.has_next(&queue)), (0, 0, false));
        }
    }

    #[test]
    fn an_answer_is_to_one_message_only() {
        let (mut outbox, mut queue) = (Outbox::default(), Queue::default());
        let frame = |number| Id::new(number).expect("a number");
        for id in 1..=3 {
            assert!(queue.push(0, MessageId(id), echo(10), None));
            outbox.mark_sent(&mut queue, 0, frame(id));
        }
        assert_eq!(outbox.answered(&mut queue, frame(2)).map(|entry| entry.id), Some(MessageId(2)));
        assert!(outbox.answered(&mut queue, frame(2)).is_none());
        assert_eq!(outbox.put_off(&mut queue, frame(1)), Some(MessageId(1)));
        assert!(!outbox.has_next(&queue), "the third is not answered");
        assert!(outbox.answered(&mut queue, frame(3)).is_some());
        assert_eq!(outbox.next(&mut queue).map(|entry| entry.id), Some(MessageId(1)));
    }
}

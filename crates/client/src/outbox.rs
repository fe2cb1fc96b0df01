//! Messages not yet sent, or sent and not yet acknowledged, and their caps.

use std::collections::VecDeque;

use yodel_protocol::{Id, Key, Verb};

use crate::letter::{Content, Letter};
use crate::{Delivery, MessageId};

/// How many messages are kept at most: more than a person types, less than a page can hold.
pub const OUTBOX_MESSAGES: usize = 1_000;

/// How many bytes of text are kept at most.
pub const OUTBOX_BYTES: usize = 1024 * 1024;

/// How long a message waits at most, in milliseconds: later it would come out of the blue.
pub const OUTBOX_AGE_MS: u64 = 5 * 60 * 1000;

/// How long after it was first sent a message may be sent again, in milliseconds: the server knows
/// its key for five minutes, and the last repetition takes a while to get there.
pub const REPEAT_MS: u64 = OUTBOX_AGE_MS - 30_000;

/// How many messages may be without an answer. A slow server gets no more, a fast one never waits.
pub const IN_FLIGHT: usize = 256;

/// Messages in the order they were typed; what does not fit is refused, never dropped.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    letters: VecDeque<Letter>,
    /// So many of them, the oldest, are sent over the present connection.
    sent: usize,
    /// So many of these are without an answer.
    in_flight: usize,
    /// One of these was put off: the rest is held back until all of them are answered.
    held: bool,
    bytes: usize,
}

impl Outbox {
    /// Whether the message was taken.
    pub(crate) fn push(&mut self, now_ms: u64, id: MessageId, content: Content, key: Option<Key>) -> bool {
        let bytes = content.bytes();
        if self.letters.len() >= OUTBOX_MESSAGES || bytes > OUTBOX_BYTES - self.bytes {
            return false;
        }
        self.bytes += bytes;
        let expires_ms = now_ms.saturating_add(OUTBOX_AGE_MS);
        self.letters.push_back(Letter { id, content, key, bytes, expires_ms, sent: false, frame: None });
        true
    }

    /// How many messages there are.
    pub(crate) fn len(&self) -> usize {
        self.letters.len()
    }

    /// Takes out the oldest text, which nobody will answer.
    pub(crate) fn pop_text(&mut self) -> Option<(MessageId, String)> {
        let Content::Text(_) = self.letters.front()?.content else { return None };
        let letter = self.take(0)?;
        let Content::Text(text) = letter.content else { return None };
        Some((letter.id, text))
    }

    /// The oldest message that may be sent now.
    pub(crate) fn next(&mut self) -> Option<&mut Letter> {
        if self.held || self.in_flight >= IN_FLIGHT {
            return None;
        }
        self.letters.get_mut(self.sent)
    }

    /// Whether there is one.
    pub(crate) fn has_next(&self) -> bool {
        !self.held && self.in_flight < IN_FLIGHT && self.sent < self.letters.len()
    }

    /// Whether that message is not sent over the present connection.
    pub(crate) fn is_waiting(&self, id: MessageId) -> bool {
        self.letters.iter().skip(self.sent).any(|letter| letter.id == id)
    }

    /// The next message is sent, as this frame.
    pub(crate) fn mark_sent(&mut self, now_ms: u64, frame: Id) {
        let Some(letter) = self.letters.get_mut(self.sent) else { return };
        if !letter.sent {
            letter.sent = true;
            letter.expires_ms = letter.expires_ms.min(now_ms.saturating_add(REPEAT_MS));
        }
        letter.frame = Some(frame);
        self.sent += 1;
        self.in_flight += 1;
    }

    /// The next message cannot be sent at all.
    pub(crate) fn drop_next(&mut self) {
        self.take(self.sent);
    }

    /// A frame is answered for good: the message that it was.
    pub(crate) fn answered(&mut self, frame: Id) -> Option<Letter> {
        let index = self.find(frame)?;
        self.in_flight -= 1;
        self.sent -= 1;
        let letter = self.take(index);
        self.release();
        letter
    }

    /// A frame was not wanted now: its message stays, and none behind it goes before it.
    pub(crate) fn put_off(&mut self, frame: Id) -> Option<MessageId> {
        let index = self.find(frame)?;
        let letter = self.letters.get_mut(index)?;
        letter.frame = None;
        // The server said that it did not do it; only a repetition may have been done before.
        letter.sent &= letter.content.may_repeat();
        let id = letter.id;
        self.in_flight -= 1;
        self.held = true;
        self.release();
        Some(id)
    }

    /// The connection is gone. What may be repeated waits again if the next one is to the same server.
    pub(crate) fn connection_lost(&mut self, same_server: bool) -> Vec<(MessageId, Delivery)> {
        let mut changes = Vec::new();
        let mut bytes = 0;
        let sent = std::mem::take(&mut self.sent);
        let mut index = 0;
        self.letters.retain_mut(|letter| {
            index += 1;
            let unanswered = letter.frame.take().is_some() && index <= sent;
            let keep =
                if unanswered { same_server && letter.content.may_repeat() } else { same_server || !letter.sent };
            if !keep {
                changes.push((letter.id, Delivery::Doubtful));
            } else if unanswered {
                changes.push((letter.id, Delivery::Waiting));
            }
            bytes += if keep { letter.bytes } else { 0 };
            keep
        });
        self.bytes = bytes;
        self.in_flight = 0;
        self.held = false;
        changes
    }

    /// Takes out the frames: the next connection is a plain one.
    pub(crate) fn drop_frames(&mut self) -> Vec<MessageId> {
        let mut gone = Vec::new();
        let mut index = self.sent;
        while let Some(letter) = self.letters.get(index) {
            if let Content::Text(_) = letter.content {
                index += 1;
            } else {
                gone.push(letter.id);
                self.take(index);
            }
        }
        gone
    }

    /// The oldest message that waits, if it has waited too long.
    pub(crate) fn pop_expired(&mut self, now_ms: u64) -> Option<(MessageId, Delivery)> {
        self.expires_ms().filter(|at_ms| *at_ms <= now_ms)?;
        let letter = self.take(self.sent)?;
        Some((letter.id, if letter.sent { Delivery::Doubtful } else { Delivery::Failed }))
    }

    /// Takes a message out that waits.
    pub(crate) fn delete(&mut self, id: MessageId) {
        if let Some(index) = self.letters.iter().position(|letter| letter.id == id)
            && index >= self.sent
        {
            self.take(index);
        }
    }

    /// When the oldest message that waits will have waited too long.
    pub(crate) fn expires_ms(&self) -> Option<u64> {
        Some(self.letters.get(self.sent)?.expires_ms)
    }

    /// Whether one of the messages that were sent is like this.
    pub(crate) fn any_sent(&self, mut is_it: impl FnMut(&Verb) -> bool) -> bool {
        self.letters.iter().any(|letter| match &letter.content {
            Content::Verb(verb) => letter.sent && is_it(verb),
            Content::Text(_) => false,
        })
    }

    fn find(&self, frame: Id) -> Option<usize> {
        self.letters.iter().take(self.sent).position(|letter| letter.frame == Some(frame))
    }

    fn take(&mut self, index: usize) -> Option<Letter> {
        let letter = self.letters.remove(index)?;
        self.bytes -= letter.bytes;
        Some(letter)
    }

    /// Everything is answered: what was put off goes first now.
    fn release(&mut self) {
        if self.held && self.in_flight == 0 {
            self.held = false;
            self.sent = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use yodel_protocol::Json;
    use yodel_protocol::frame::Echo;

    use super::*;

    fn echo(bytes: usize) -> Content {
        Content::Verb(Verb::Echo(Echo { data: Json::string(&"x".repeat(bytes - 2)) }))
    }

    #[test]
    fn what_is_gone_takes_no_room() {
        let mut outbox = Outbox::default();
        let frame = Id::new(1).expect("a number");
        for lost in [false, true] {
            assert!(outbox.push(0, MessageId(1), echo(OUTBOX_BYTES), None));
            assert!(!outbox.push(0, MessageId(2), echo(10), None));
            outbox.mark_sent(0, frame);
            if lost {
                assert_eq!(outbox.connection_lost(true), [(MessageId(1), Delivery::Doubtful)]);
            } else {
                assert!(outbox.answered(frame).is_some());
            }
            assert_eq!((outbox.len(), outbox.bytes, outbox.has_next()), (0, 0, false));
        }
    }

    #[test]
    fn an_answer_is_to_one_message_only() {
        let mut outbox = Outbox::default();
        let frame = |number| Id::new(number).expect("a number");
        for id in 1..=3 {
            assert!(outbox.push(0, MessageId(id), echo(10), None));
            outbox.mark_sent(0, frame(id));
        }
        assert_eq!(outbox.answered(frame(2)).map(|letter| letter.id), Some(MessageId(2)));
        assert!(outbox.answered(frame(2)).is_none());
        assert_eq!(outbox.put_off(frame(1)), Some(MessageId(1)));
        assert!(!outbox.has_next(), "the third is not answered");
        assert!(outbox.answered(frame(3)).is_some());
        assert_eq!(outbox.next().map(|letter| letter.id), Some(MessageId(1)));
    }
}

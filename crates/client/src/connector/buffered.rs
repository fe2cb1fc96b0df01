//! Bytes that were handed to a socket and that it has not written yet.

use std::collections::VecDeque;

use crate::MessageId;

/// Above so many unwritten bytes nothing more is handed over: the rest stays where it can be deleted.
pub const BUFFERED_HIGH: u64 = 1024 * 1024;

/// Below so many it goes on: low enough not to stop again at once, high enough to keep the network busy.
pub const BUFFERED_LOW: u64 = BUFFERED_HIGH / 4;

/// So many messages that may be unwritten are remembered; then it stops as well. Bounds the memory
/// that a stream of tiny messages takes.
pub const BUFFERED_MESSAGES: usize = 10_000;

/// How often to look, in milliseconds, while there is something to hand over.
pub const BUSY_POLL_MS: u64 = 50;

/// How often to look, in milliseconds, while there is only something to forget.
pub const QUIET_POLL_MS: u64 = 1_000;

#[derive(Debug)]
struct Handed {
    id: Option<MessageId>,
    bytes: u64,
}

/// An estimate, never too low: the last figure of the socket and what was handed over since.
#[derive(Debug, Default)]
pub(super) struct Buffered {
    bytes: u64,
    full: bool,
    /// The messages that the unwritten bytes belong to, and the bytes of all these.
    trail: VecDeque<Handed>,
    trail_bytes: u64,
    poll_ms: Option<u64>,
}

impl Buffered {
    /// Whether one more message may be handed over.
    pub(super) fn has_room(&self) -> bool {
        !self.full
    }

    /// When the socket's own figure is needed.
    pub(super) fn poll_ms(&self) -> Option<u64> {
        self.poll_ms
    }

    /// A message is handed over.
    pub(super) fn add(&mut self, now_ms: u64, id: Option<MessageId>, text: &str) {
        let bytes = text.len() as u64;
        self.trail.push_back(Handed { id, bytes });
        self.trail_bytes += bytes;
        self.bytes = self.bytes.saturating_add(bytes);
        self.full = self.is_over();
        let next_ms = now_ms.saturating_add(self.poll_every_ms());
        self.poll_ms = Some(self.poll_ms.map_or(next_ms, |at_ms| at_ms.min(next_ms)));
    }

    /// The socket's own figure.
    pub(super) fn measure(&mut self, now_ms: u64, bytes: u64) {
        self.bytes = bytes;
        self.forget_written();
        let stays_full = self.full && bytes >= BUFFERED_LOW;
        self.full = stays_full || self.is_over();
        let idle = self.trail.is_empty() && !self.full;
        self.poll_ms = (!idle).then(|| now_ms.saturating_add(self.poll_every_ms()));
    }

    /// The messages that may not be written, at least not to their end; oldest first.
    pub(super) fn unwritten(&self) -> impl Iterator<Item = MessageId> {
        self.trail.iter().filter_map(|handed| handed.id)
    }

    fn is_over(&self) -> bool {
        self.bytes > BUFFERED_HIGH || self.trail.len() >= BUFFERED_MESSAGES
    }

    fn forget_written(&mut self) {
        while let Some(oldest) = self.trail.front()
            && self.trail_bytes - oldest.bytes >= self.bytes
        {
            self.trail_bytes -= oldest.bytes;
            self.trail.pop_front();
        }
    }

    fn poll_every_ms(&self) -> u64 {
        if self.full { BUSY_POLL_MS } else { QUIET_POLL_MS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of these messages it takes.
    fn fill(buffered: &mut Buffered, text: &str) -> usize {
        let mut taken = 0;
        while buffered.has_room() && taken < 2 * BUFFERED_MESSAGES {
            buffered.add(0, Some(MessageId(0)), text);
            taken += 1;
        }
        taken
    }

    #[test]
    fn it_is_full_above_the_high_mark_and_until_below_the_low_one() {
        let mut buffered = Buffered::default();
        assert_eq!(fill(&mut buffered, &"x".repeat(1024)), 1025);
        buffered.measure(0, BUFFERED_LOW);
        assert!(!buffered.has_room());
        buffered.measure(0, BUFFERED_LOW - 1);
        assert!(buffered.has_room());
    }

    #[test]
    fn a_stream_of_tiny_messages_is_held_back_too() {
        for text in ["", "x"] {
            let mut buffered = Buffered::default();
            assert_eq!(fill(&mut buffered, text), BUFFERED_MESSAGES);
            buffered.measure(0, 0);
            assert!(buffered.has_room());
            assert_eq!(buffered.unwritten().count(), 0);
        }
    }

    #[test]
    fn a_message_is_written_when_its_last_byte_is() {
        let mut buffered = Buffered::default();
        for id in 0..4 {
            buffered.add(0, Some(MessageId(id)), "12345");
        }
        buffered.measure(0, 11);
        assert_eq!(buffered.unwritten().collect::<Vec<_>>(), [MessageId(1), MessageId(2), MessageId(3)]);
        buffered.measure(0, 10);
        assert_eq!(buffered.unwritten().collect::<Vec<_>>(), [MessageId(2), MessageId(3)]);
    }
}

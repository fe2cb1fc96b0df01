//! Bytes that were handed to a socket and not yet written to the network.

use std::collections::VecDeque;

use crate::MessageId;

/// High-water mark in bytes: above it no message is handed to the socket. Messages stay in the outbox, where they can
/// be deleted.
pub const BUFFERED_HIGH: u64 = 1024 * 1024;

/// Low-water mark in bytes: below it messages are handed over again. Low enough not to stop again immediately, high
/// enough to keep the network busy.
pub const BUFFERED_LOW: u64 = BUFFERED_HIGH / 4;

/// Largest number of messages that may be unwritten. Bounds the memory that a stream of tiny messages takes.
pub const BUFFERED_MESSAGES: usize = 10_000;

/// Poll interval in milliseconds while messages wait for the socket.
pub const BUSY_POLL_MS: u64 = 50;

/// Poll interval in milliseconds while no message waits and some bytes are unwritten.
pub const IDLE_POLL_MS: u64 = 1_000;

#[derive(Debug)]
struct SentMessage {
    id: Option<MessageId>,
    bytes: u64,
}

/// An upper bound of the unwritten bytes: the socket's last measurement plus the bytes handed over since.
#[derive(Debug, Default)]
pub(super) struct Buffered {
    bytes: u64,
    full: bool,
    /// The messages that the unwritten bytes belong to, and their total size in bytes.
    pending: VecDeque<SentMessage>,
    pending_bytes: u64,
    poll_ms: Option<u64>,
}

impl Buffered {
    /// Returns whether one more message may be handed to the socket.
    pub(super) fn has_room(&self) -> bool {
        !self.full
    }

    /// Returns when the socket's unwritten bytes must be polled next.
    pub(super) fn poll_ms(&self) -> Option<u64> {
        self.poll_ms
    }

    /// Counts a message that is handed to the socket.
    pub(super) fn add(&mut self, now_ms: u64, id: Option<MessageId>, bytes: usize) {
        let bytes = bytes as u64;
        self.pending.push_back(SentMessage { id, bytes });
        self.pending_bytes += bytes;
        self.bytes = self.bytes.saturating_add(bytes);
        self.full = self.exceeds_limit();
        let next_ms = now_ms.saturating_add(self.poll_interval_ms());
        self.poll_ms = Some(self.poll_ms.map_or(next_ms, |at_ms| at_ms.min(next_ms)));
    }

    /// Replaces the estimate by the number of unwritten bytes that the socket reports.
    pub(super) fn measure(&mut self, now_ms: u64, bytes: u64) {
        self.bytes = bytes;
        self.drop_written();
        let stays_full = self.full && bytes >= BUFFERED_LOW;
        self.full = stays_full || self.exceeds_limit();
        let idle = self.pending.is_empty() && !self.full;
        self.poll_ms = (!idle).then(|| now_ms.saturating_add(self.poll_interval_ms()));
    }

    /// Returns the messages that may be unwritten, wholly or in part; oldest first.
    pub(super) fn unwritten(&self) -> impl Iterator<Item = MessageId> {
        self.pending.iter().filter_map(|message| message.id)
    }

    fn exceeds_limit(&self) -> bool {
        self.bytes > BUFFERED_HIGH || self.pending.len() >= BUFFERED_MESSAGES
    }

    fn drop_written(&mut self) {
        while let Some(oldest) = self.pending.front()
            && self.pending_bytes - oldest.bytes >= self.bytes
        {
            self.pending_bytes -= oldest.bytes;
            self.pending.pop_front();
        }
    }

    fn poll_interval_ms(&self) -> u64 {
        if self.full { BUSY_POLL_MS } else { IDLE_POLL_MS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds messages while there is room; returns their number.
    fn fill(buffered: &mut Buffered, text: &str) -> usize {
        let mut count = 0;
        while buffered.has_room() && count < 2 * BUFFERED_MESSAGES {
            buffered.add(0, Some(MessageId(0)), text.len());
            count += 1;
        }
        count
    }

    #[test]
    fn stays_full_from_the_high_water_mark_to_the_low_water_mark() {
        let mut buffered = Buffered::default();
        assert_eq!(fill(&mut buffered, &"x".repeat(1024)), 1025);
        buffered.measure(0, BUFFERED_LOW);
        assert!(!buffered.has_room());
        buffered.measure(0, BUFFERED_LOW - 1);
        assert!(buffered.has_room());
    }

    #[test]
    fn limits_the_number_of_tiny_messages() {
        for text in ["", "x"] {
            let mut buffered = Buffered::default();
            assert_eq!(fill(&mut buffered, text), BUFFERED_MESSAGES);
            buffered.measure(0, 0);
            assert!(buffered.has_room());
            assert_eq!(buffered.unwritten().count(), 0);
        }
    }

    #[test]
    fn keeps_a_message_until_its_last_byte_is_written() {
        let mut buffered = Buffered::default();
        for id in 0..4 {
            buffered.add(0, Some(MessageId(id)), 5);
        }
        buffered.measure(0, 11);
        assert_eq!(buffered.unwritten().collect::<Vec<_>>(), [MessageId(1), MessageId(2), MessageId(3)]);
        buffered.measure(0, 10);
        assert_eq!(buffered.unwritten().collect::<Vec<_>>(), [MessageId(2), MessageId(3)]);
    }
}

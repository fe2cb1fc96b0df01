//! Tracks which messages of a broadcast are delivered to every receiver, and when each was sent.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Context;
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;

/// Tracker of the messages in flight, shared by all connections without locks.
#[derive(Debug)]
pub struct DeliveryTracker {
    /// Number of receivers of each message.
    receivers: u64,
    /// Numbers of the messages.
    messages: Range<u64>,
    /// One slot per message in flight; the index is the message's number modulo the number of slots.
    slots: Vec<Slot>,
    /// Number of the first message that has not reached every receiver.
    first_undelivered: AtomicU64,
    /// Waker of the sender, which waits until `first_undelivered` grows.
    sender: AtomicWaker,
    start: Instant,
}

/// State of one message in flight.
#[derive(Debug, Default)]
struct Slot {
    /// Time of sending, in nanoseconds after `start`.
    sent: AtomicU64,
    /// Number of receivers that have the message.
    received: AtomicU64,
}

impl DeliveryTracker {
    /// Creates a tracker of these messages to this number of receivers. At most `outstanding` are in flight.
    pub fn new(receivers: u64, outstanding: u64, messages: Range<u64>) -> Self {
        let slots = outstanding.min(messages.end - messages.start).max(1);
        Self {
            receivers,
            slots: (0..slots).map(|_| Slot::default()).collect(),
            first_undelivered: AtomicU64::new(messages.start),
            messages,
            sender: AtomicWaker::new(),
            start: Instant::now(),
        }
    }

    /// Returns the numbers of the messages.
    pub fn messages(&self) -> Range<u64> {
        self.messages.clone()
    }

    /// Returns the messages that may be sent now, starting at `next`, and marks them as sent. Registers the sender's
    /// waker, which is woken when more may be sent.
    pub fn take_sendable(&self, next: u64, context: &Context<'_>) -> Range<u64> {
        self.sender.register(context.waker());
        let first = self.first_undelivered.load(Ordering::Acquire);
        let sendable = next..(first + self.slots.len() as u64).min(self.messages.end);
        if !sendable.is_empty() {
            let now = self.now();
            sendable.clone().for_each(|number| self.slot(number).sent.store(now, Ordering::Relaxed));
        }
        sendable
    }

    /// Records that one receiver has received these messages now. Returns the latency of each. Each receiver must
    /// record its messages in order.
    pub fn record_received(&self, messages: Range<u64>) -> impl Iterator<Item = Duration> {
        let now = self.now();
        messages.map(move |number| {
            let slot = self.slot(number);
            let sent = slot.sent.load(Ordering::Relaxed);
            if slot.received.fetch_add(1, Ordering::AcqRel) + 1 == self.receivers {
                slot.received.store(0, Ordering::Relaxed);
                // Receivers record messages in order, so this was the first undelivered one.
                self.first_undelivered.store(number + 1, Ordering::Release);
                self.sender.wake();
            }
            Duration::from_nanos(now.saturating_sub(sent))
        })
    }

    /// Returns whether every receiver has received every message.
    pub fn is_complete(&self) -> bool {
        self.first_undelivered.load(Ordering::Acquire) == self.messages.end
    }

    fn slot(&self, number: u64) -> &Slot {
        let index = number % self.slots.len() as u64;
        &self.slots[usize::try_from(index).unwrap_or(0)]
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn sendable(tracker: &DeliveryTracker, next: u64) -> Range<u64> {
        tracker.take_sendable(next, &Context::from_waker(Waker::noop()))
    }

    #[test]
    fn allows_more_when_every_receiver_has_a_message() {
        let tracker = DeliveryTracker::new(3, 2, 10..15);
        assert_eq!(sendable(&tracker, 10), 10..12);
        assert!(sendable(&tracker, 12).is_empty());
        for _ in 0..2 {
            assert_eq!(tracker.record_received(10..12).count(), 2);
            assert!(sendable(&tracker, 12).is_empty(), "one receiver lacks them");
        }
        assert_eq!(tracker.record_received(10..11).count(), 1);
        assert_eq!(sendable(&tracker, 12), 12..13);
        assert_eq!(tracker.record_received(11..12).count(), 1);
        assert_eq!(sendable(&tracker, 13), 13..14);
        for _ in 0..3 {
            assert_eq!(tracker.record_received(12..14).count(), 2);
        }
        assert_eq!(sendable(&tracker, 14), 14..15);
        for _ in 0..3 {
            assert!(!tracker.is_complete());
            assert_eq!(tracker.record_received(14..15).count(), 1);
        }
        assert!(tracker.is_complete());
        assert!(sendable(&tracker, 15).is_empty(), "all messages were sent");
    }

    #[test]
    fn allows_nothing_without_messages() {
        assert!(sendable(&DeliveryTracker::new(1, 8, 0..0), 0).is_empty());
    }
}

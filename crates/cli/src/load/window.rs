//! Messages in flight of one connection.

use std::collections::VecDeque;
use std::iter;
use std::time::{Duration, Instant};

/// Flow control of one connection, with the send times of its messages in flight.
#[derive(Debug)]
pub struct Window {
    /// Largest number of messages in flight.
    size: u64,
    /// Number of messages that are not sent yet.
    left: u64,
    /// Number of messages in flight.
    in_flight: u64,
    /// Send times with the number of messages sent together, oldest first.
    sent: VecDeque<(Instant, u64)>,
}

impl Window {
    /// Creates a window of `size` messages in flight, over `total` messages.
    pub fn new(size: u64, total: u64) -> Self {
        Self { size, left: total, in_flight: 0, sent: VecDeque::new() }
    }

    /// Returns whether every reply has arrived.
    pub fn is_done(&self) -> bool {
        self.left == 0 && self.in_flight == 0
    }

    /// Returns the number of messages that may be sent now, and marks them as sent.
    pub fn take_sendable(&mut self, now: Instant) -> u64 {
        let sent = (self.size - self.in_flight).min(self.left);
        if sent > 0 {
            self.sent.push_back((now, sent));
            self.in_flight += sent;
            self.left -= sent;
        }
        sent
    }

    /// Returns the number of messages in flight.
    pub fn in_flight(&self) -> u64 {
        self.in_flight
    }

    /// Records replies, in the order of sending and at most those in flight. Returns each latency with its number of
    /// replies.
    pub fn record_replies(&mut self, replies: u64, now: Instant) -> impl Iterator<Item = (Duration, u64)> {
        let mut replies = replies.min(self.in_flight);
        self.in_flight -= replies;
        iter::from_fn(move || {
            let (sent, in_flight) = self.sent.front_mut().filter(|_| replies > 0)?;
            let (latency, taken) = (now.saturating_duration_since(*sent), replies.min(*in_flight));
            replies -= taken;
            *in_flight -= taken;
            if *in_flight == 0 {
                self.sent.pop_front();
            }
            Some((latency, taken))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn limits_the_messages_in_flight() {
        let now = Instant::now();
        let mut window = Window::new(4, 10);
        assert_eq!(window.take_sendable(now), 4);
        assert_eq!(window.take_sendable(now), 0);
        assert_eq!(window.record_replies(3, now).count(), 1);
        assert_eq!(window.take_sendable(now), 3);
        window.record_replies(4, now).for_each(drop);
        assert_eq!(window.take_sendable(now), 3, "the rest");
        assert!(!window.is_done());
        window.record_replies(3, now).for_each(drop);
        assert!(window.is_done());
    }

    #[test]
    fn measures_the_latency_of_each_reply() {
        let start = Instant::now();
        let mut window = Window::new(3, 100);
        window.take_sendable(start);
        let first: Vec<_> = window.record_replies(2, start + SECOND).collect();
        assert_eq!(first, [(SECOND, 2)]);
        window.take_sendable(start + SECOND);
        let second: Vec<_> = window.record_replies(3, start + 3 * SECOND).collect();
        assert_eq!(second, [(3 * SECOND, 1), (2 * SECOND, 2)]);
        assert_eq!(window.in_flight(), 0);
    }

    #[test]
    fn is_done_without_messages() {
        assert!(Window::new(1, 0).is_done());
    }
}

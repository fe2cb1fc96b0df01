//! Who has heard which message of a broadcast, and since when it is on its way.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Context;
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;

/// What is on its way, shared by all connections.
#[derive(Debug)]
pub struct Audience {
    /// How many hear each message.
    listeners: u64,
    /// The numbers of the messages.
    messages: Range<u64>,
    /// Of each message on its way, in the place of its number modulo how many these are.
    places: Vec<Place>,
    /// The number of the first message that not everybody has heard.
    unheard: AtomicU64,
    /// The sender, who waits for that.
    sender: AtomicWaker,
    begin: Instant,
}

#[derive(Debug, Default)]
struct Place {
    /// When it was sent, in nanoseconds after the begin.
    sent: AtomicU64,
    heard: AtomicU64,
}

impl Audience {
    /// So many listeners to these messages, of which `outstanding` may be on their way.
    pub fn new(listeners: u64, outstanding: u64, messages: Range<u64>) -> Self {
        let places = outstanding.min(messages.end - messages.start).max(1);
        Self {
            listeners,
            places: (0..places).map(|_| Place::default()).collect(),
            unheard: AtomicU64::new(messages.start),
            messages,
            sender: AtomicWaker::new(),
            begin: Instant::now(),
        }
    }

    /// The numbers of the messages.
    pub fn messages(&self) -> Range<u64> {
        self.messages.clone()
    }

    /// What the sender, who is at `next`, may send now; they count as sent. It is woken when it may
    /// send more.
    pub fn allowed(&self, next: u64, context: &Context<'_>) -> Range<u64> {
        self.sender.register(context.waker());
        let unheard = self.unheard.load(Ordering::Acquire);
        let allowed = next..(unheard + self.places.len() as u64).min(self.messages.end);
        if !allowed.is_empty() {
            let now = self.now();
            allowed.clone().for_each(|number| self.place(number).sent.store(now, Ordering::Relaxed));
        }
        allowed
    }

    /// One listener has heard these just now: how long each took.
    pub fn heard(&self, messages: Range<u64>) -> impl Iterator<Item = Duration> {
        let now = self.now();
        messages.map(move |number| {
            let place = self.place(number);
            let sent = place.sent.load(Ordering::Relaxed);
            if place.heard.fetch_add(1, Ordering::AcqRel) + 1 == self.listeners {
                place.heard.store(0, Ordering::Relaxed);
                // Everybody hears them in order, so this one was the first unheard.
                self.unheard.store(number + 1, Ordering::Release);
                self.sender.wake();
            }
            Duration::from_nanos(now.saturating_sub(sent))
        })
    }

    /// Whether everybody has heard every message.
    pub fn has_heard_all(&self) -> bool {
        self.unheard.load(Ordering::Acquire) == self.messages.end
    }

    fn place(&self, number: u64) -> &Place {
        let place = number % self.places.len() as u64;
        &self.places[usize::try_from(place).unwrap_or(0)]
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn allowed(audience: &Audience, next: u64) -> Range<u64> {
        audience.allowed(next, &Context::from_waker(Waker::noop()))
    }

    #[test]
    fn more_is_sent_when_everybody_has_heard() {
        let audience = Audience::new(3, 2, 10..15);
        assert_eq!(allowed(&audience, 10), 10..12);
        assert!(allowed(&audience, 12).is_empty());
        for _ in 0..2 {
            assert_eq!(audience.heard(10..12).count(), 2);
            assert!(allowed(&audience, 12).is_empty(), "one has not heard them");
        }
        assert_eq!(audience.heard(10..11).count(), 1);
        assert_eq!(allowed(&audience, 12), 12..13);
        assert_eq!(audience.heard(11..12).count(), 1);
        assert_eq!(allowed(&audience, 13), 13..14);
        for _ in 0..3 {
            assert_eq!(audience.heard(12..14).count(), 2);
        }
        assert_eq!(allowed(&audience, 14), 14..15);
        for _ in 0..3 {
            assert!(!audience.has_heard_all());
            assert_eq!(audience.heard(14..15).count(), 1);
        }
        assert!(audience.has_heard_all());
        assert!(allowed(&audience, 15).is_empty(), "that was the last");
    }

    #[test]
    fn no_message_is_on_its_way_when_there_is_none() {
        assert!(allowed(&Audience::new(1, 8, 0..0), 0).is_empty());
    }
}

//! How it stands with what was sent: whether it can end now, and how.

use std::collections::VecDeque;

use tokio::time::Instant;
use yodel_client::{Delivery, Effect};
use yodel_protocol::{CloseCode, RoomName};

use super::words;
use crate::dial::DialError;

/// What matters for the end.
#[derive(Debug, Default)]
pub struct Tally {
    /// Whether there ever was a connection.
    pub opened: bool,
    /// Messages that did not arrive, or perhaps not.
    pub lost: usize,
    /// Rooms whose joins are not answered.
    pub joining: Vec<RoomName>,
    /// What the last connection or dial ended with, in words.
    pub last_end: String,
    /// The server cannot be reached at all.
    pub hopeless: Option<DialError>,
    /// Texts that a plain server has not sent back, and whether there were too many to know.
    pub unechoed: Unechoed,
}

impl Tally {
    /// The session said something.
    pub fn note(&mut self, effect: &Effect) {
        match effect {
            Effect::Up { .. } => self.opened = true,
            Effect::Down { code, reason, .. } => self.last_end = words::closed(CloseCode(*code), reason),
            Effect::Delivery(_, Delivery::Failed | Delivery::Unconfirmed) | Effect::OutboxFull(_) => self.lost += 1,
            Effect::Joined { room, .. } | Effect::Left { room, .. } => self.joining.retain(|joining| joining != room),
            _ => {}
        }
    }
}

/// Texts that an echo would send back, in their order.
#[derive(Debug, Default)]
pub struct Unechoed {
    texts: VecDeque<u64>,
    given_up: bool,
    last: Option<Instant>,
}

impl Unechoed {
    const MOST: usize = 100_000;

    /// A text is sent.
    pub fn sent(&mut self, text: &str) {
        if self.texts.len() < Self::MOST {
            self.texts.push_back(digest(text));
        } else {
            self.given_up = true;
        }
    }

    /// A text came.
    pub fn came(&mut self, text: &str) {
        if self.texts.front() == Some(&digest(text)) {
            self.texts.pop_front();
            self.last = Some(Instant::now());
        }
    }

    /// When one came back last.
    pub fn last(&self) -> Option<Instant> {
        self.last
    }

    /// Whether everything came back.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && !self.given_up
    }
}

fn digest(text: &str) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_told_apart_from_what_else_comes() {
        let mut unechoed = Unechoed::default();
        for text in ["a", "b", "b"] {
            unechoed.sent(text);
        }
        for text in ["hello", "a", "b"] {
            unechoed.came(text);
            assert!(!unechoed.is_empty());
        }
        assert!(unechoed.last().is_some());
        unechoed.came("b");
        assert!(unechoed.is_empty());
    }

    #[test]
    fn more_than_can_be_remembered_is_never_known_to_be_back() {
        let mut unechoed = Unechoed::default();
        (0..=Unechoed::MOST).for_each(|_| unechoed.sent("a"));
        (0..=Unechoed::MOST).for_each(|_| unechoed.came("a"));
        assert!(!unechoed.is_empty());
    }

    #[test]
    fn what_was_lost_is_counted() {
        let mut tally = Tally::default();
        let id = yodel_client::MessageId(1);
        for delivery in
            [Delivery::Waiting, Delivery::Sent, Delivery::Unconfirmed, Delivery::Failed, Delivery::Acknowledged]
        {
            tally.note(&Effect::Delivery(id, delivery));
        }
        tally.note(&Effect::OutboxFull(id));
        assert_eq!(tally.lost, 3);
    }
}

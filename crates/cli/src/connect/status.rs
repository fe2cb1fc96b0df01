//! Status of a session: determines when it ends, and the exit status.

use std::collections::VecDeque;

use tokio::time::Instant;
use yodel_client::{Delivery, Effect};
use yodel_protocol::{CloseCode, RoomName};

use super::text_output;
use crate::dial::DialError;

/// Status of the session so far.
#[derive(Debug, Default)]
pub struct SessionStatus {
    /// Whether a connection has ever been open.
    pub opened: bool,
    /// Number of messages that failed or whose delivery is unknown.
    pub lost: usize,
    /// Rooms whose joins are not answered yet.
    pub joining: Vec<RoomName>,
    /// Description of how the last connection or dial ended.
    pub last_close: String,
    /// The error of a dial that will not be repeated.
    pub dial_error: Option<DialError>,
    /// Texts that a plain server has not echoed yet.
    pub pending_echoes: PendingEchoes,
}

impl SessionStatus {
    /// Updates the status with an effect of the session.
    pub fn record(&mut self, effect: &Effect) {
        match effect {
            Effect::Up { .. } => self.opened = true,
            Effect::Down { code, reason, .. } => {
                self.last_close = text_output::describe_close(CloseCode(*code), reason);
            }
            Effect::Delivery(_, Delivery::Failed | Delivery::Unconfirmed) | Effect::OutboxFull(_) => self.lost += 1,
            Effect::Joined { room, .. } | Effect::Left { room, .. } => self.joining.retain(|joining| joining != room),
            _ => {}
        }
    }
}

/// Texts that an echo server has not returned yet, in order; each as a 64-bit hash.
#[derive(Debug, Default)]
pub struct PendingEchoes {
    texts: VecDeque<u64>,
    overflowed: bool,
    last_received: Option<Instant>,
}

impl PendingEchoes {
    const MAX: usize = 100_000;

    /// Records a sent text.
    pub fn sent(&mut self, text: &str) {
        if self.texts.len() < Self::MAX {
            self.texts.push_back(hash(text));
        } else {
            self.overflowed = true;
        }
    }

    /// Records a received text; only the next expected echo counts.
    pub fn received(&mut self, text: &str) {
        if self.texts.front() == Some(&hash(text)) {
            self.texts.pop_front();
            self.last_received = Some(Instant::now());
        }
    }

    /// Returns the time of the last echo.
    pub fn last_received(&self) -> Option<Instant> {
        self.last_received
    }

    /// Returns whether every text was echoed. Always false after more than 100,000 were pending.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && !self.overflowed
    }
}

fn hash(text: &str) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_echoes_in_order_among_other_messages() {
        let mut echoes = PendingEchoes::default();
        for text in ["a", "b", "b"] {
            echoes.sent(text);
        }
        for text in ["hello", "a", "b"] {
            echoes.received(text);
            assert!(!echoes.is_empty());
        }
        assert!(echoes.last_received().is_some());
        echoes.received("b");
        assert!(echoes.is_empty());
    }

    #[test]
    fn never_completes_after_an_overflow() {
        let mut echoes = PendingEchoes::default();
        (0..=PendingEchoes::MAX).for_each(|_| echoes.sent("a"));
        (0..=PendingEchoes::MAX).for_each(|_| echoes.received("a"));
        assert!(!echoes.is_empty());
    }

    #[test]
    fn counts_lost_messages() {
        let mut status = SessionStatus::default();
        let id = yodel_client::MessageId(1);
        for delivery in
            [Delivery::Waiting, Delivery::Sent, Delivery::Unconfirmed, Delivery::Failed, Delivery::Acknowledged]
        {
            status.record(&Effect::Delivery(id, delivery));
        }
        status.record(&Effect::OutboxFull(id));
        assert_eq!(status.lost, 3);
    }
}

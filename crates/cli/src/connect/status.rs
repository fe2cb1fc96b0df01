//! Status of a session: determines when it ends, and the exit status.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;
use yodel_client::{Delivery, Effect, State, StopReason};
use yodel_protocol::frame::ErrorReply;
use yodel_protocol::{CloseCode, RoomName};

use super::expectations::Expectations;
use super::failure_text;
use crate::dial::DialError;

/// Status of the session so far.
#[derive(Debug, Default)]
pub struct SessionStatus {
    /// `true` if a connection has ever been open.
    pub opened: bool,
    /// Number of messages that failed or whose delivery is unknown.
    pub lost: usize,
    /// Rooms whose joins are not answered yet.
    pub joining: Vec<RoomName>,
    /// `true` while the connection is open.
    pub is_up: bool,
    /// Description of how the last connection or dial ended.
    pub last_close: String,
    /// Description of the unexpected end of the last connection, until another one is open.
    pub unexpected_end: Option<String>,
    /// Time of the first failure since the last stable connection.
    pub failing_since: Option<Instant>,
    /// The first room that the server rejected, and the error.
    pub rejected_room: Option<(RoomName, ErrorReply)>,
    /// The error of a dial that will not be repeated.
    pub dial_error: Option<DialError>,
    /// Texts that a plain server has not echoed yet.
    pub pending_echoes: PendingEchoes,
    /// Messages of --expect that are still missing.
    pub expectations: Expectations,
}

impl SessionStatus {
    /// Updates the status with an effect of the session.
    pub fn record(&mut self, effect: &Effect) {
        match effect {
            Effect::Up { .. } => {
                (self.opened, self.is_up) = (true, true);
                self.unexpected_end = None;
            }
            Effect::Down { code, reason, requested, .. } => self.record_end(CloseCode(*code), reason, *requested),
            Effect::State(
                State::Backoff { last_failure, .. } | State::Stopped(StopReason::Exhausted(last_failure)),
            ) => {
                self.last_close = failure_text::describe_failure(last_failure.code, &last_failure.reason, self.is_up);
                if last_failure.attempt == 1 {
                    self.failing_since = Some(Instant::now());
                }
                self.is_up = false;
            }
            Effect::Delivery(_, Delivery::Failed | Delivery::Unconfirmed) | Effect::OutboxFull(_) => self.lost += 1,
            Effect::Joined { room, .. } | Effect::Left { room, error: None } => self.settle_join(room),
            Effect::Left { room, error: Some(error) } => {
                self.settle_join(room);
                self.rejected_room.get_or_insert_with(|| (room.clone(), error.clone()));
            }
            _ => {}
        }
    }

    /// Returns the time since the first failure at this instant, or zero without a failure.
    pub fn failing_for(&self, at: Instant) -> Duration {
        self.failing_since.map_or(Duration::ZERO, |since| at.saturating_duration_since(since))
    }

    /// Records the end of a connection or the first failed dial. The server may respond to this client's close frame
    /// without a code (1005), or with 1001.
    fn record_end(&mut self, code: CloseCode, reason: &str, requested: bool) {
        self.last_close = failure_text::describe_failure(code, reason, self.is_up || requested);
        let is_expected = code == CloseCode::NORMAL || (requested && matches!(code.0, 1001 | 1005));
        self.unexpected_end = (self.opened && !is_expected).then(|| self.last_close.clone());
    }

    fn settle_join(&mut self, room: &RoomName) {
        self.joining.retain(|joining| joining != room);
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
    use yodel_client::LastFailure;

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

    fn down(code: u16, requested: bool) -> Effect {
        Effect::Down { url: String::new(), code, reason: String::new(), requested }
    }

    fn up() -> Effect {
        Effect::Up { url: String::new(), away_ms: None }
    }

    #[test]
    fn remembers_an_unexpected_end_until_the_next_connection() {
        for (code, requested, is_unexpected) in [
            (1000, true, false),
            (1005, true, false),
            (1001, true, false),
            (1006, true, true),
            (1009, true, true),
            (4500, true, true),
            (1000, false, false),
            (1001, false, true),
            (1006, false, true),
        ] {
            let mut status = SessionStatus::default();
            status.record(&up());
            status.record(&down(code, requested));
            assert_eq!(status.unexpected_end.is_some(), is_unexpected, "{code} {requested}");
            status.record(&up());
            assert_eq!(status.unexpected_end, None);
        }
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

    #[test]
    fn the_last_failure_is_that_of_the_last_attempt() {
        let failure = |reason: &str, attempt| LastFailure { code: CloseCode(1006), reason: reason.to_owned(), attempt };
        let mut status = SessionStatus::default();
        status.record(&Effect::State(State::Backoff { until_ms: 1, last_failure: failure("refused", 1) }));
        status.record(&Effect::State(State::Stopped(StopReason::Exhausted(failure("no response", 2)))));
        assert_eq!(status.last_close, "connection failed: no response");
    }
}

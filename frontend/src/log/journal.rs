//! What happens -> rows and counts.

use super::{
    ring::Ring,
    row::{Away, Body, RowId},
};
use client::{Delivery, Effect, MessageId};
use protocol::CloseCode;
use std::sync::Arc;

/// How much of a binary message is kept.
const HEAD: usize = 32;

/// The rows, and counts that stay exact when rows are trimmed.
#[derive(Debug, Default)]
pub struct Journal {
    /// The rows.
    pub rows: Ring,
    /// Messages handed to a socket.
    pub sent: u64,
    /// Messages that arrived.
    pub received: u64,
    /// A message of this outage was given up, or may not have arrived.
    lost: bool,
    /// A connection that just came back while messages waited.
    back: Option<RowId>,
}

impl Journal {
    /// A message of one's own. Its row's id is the session's name for it as well.
    pub fn write(&mut self, at_ms: u64, text: &str) -> MessageId {
        let row = self.rows.push(at_ms, Body::Sent { text: text.into(), delivery: Delivery::Waiting });
        MessageId(row.0)
    }

    /// A text message arrived.
    pub fn receive_text(&mut self, at_ms: u64, text: String) {
        self.received += 1;
        self.rows.push(at_ms, Body::Received(text.into()));
    }

    /// A binary message arrived.
    pub fn receive_binary(&mut self, at_ms: u64, bytes: usize, head: &[u8]) {
        self.received += 1;
        let head = head[..head.len().min(HEAD)].into();
        self.rows.push(at_ms, Body::Binary { bytes, head });
    }

    /// The session said so.
    pub fn apply(&mut self, at_ms: u64, effect: &Effect) {
        match effect {
            Effect::Delivery(message, delivery) => self.deliver(RowId(message.0), *delivery),
            Effect::Full(message) => drop(self.rows.remove(RowId(message.0))),
            Effect::Up { url, away_ms } => self.up(at_ms, url, *away_ms),
            Effect::Down { url, code, reason } => {
                let reason: Arc<str> = reason.as_str().into();
                self.rows.push(at_ms, Body::Closed { url: url.as_str().into(), code: CloseCode(*code), reason });
            }
            _ => {}
        }
    }

    /// The session has said all it had to say for now: what waited for the connection is sent, or not.
    pub fn settle(&mut self) {
        let Some(row) = self.back.take() else { return };
        let kept = !self.lost && !self.rows.iter().any(super::Row::is_waiting);
        self.lost = false;
        self.rows.change(row, |body| {
            if let Body::Opened { away: Some(away), .. } = body {
                away.kept = kept;
            }
        });
    }

    /// Marks what waits as not sent, and says which rows these are.
    pub fn give_up_waiting(&mut self) -> Vec<RowId> {
        let waiting: Vec<_> = self.rows.iter().filter(|row| row.is_waiting()).map(|row| row.id).collect();
        for row in &waiting {
            self.deliver(*row, Delivery::Failed);
        }
        waiting
    }

    fn up(&mut self, at_ms: u64, url: &str, away_ms: Option<u64>) {
        let waited = self.rows.iter().any(super::Row::is_waiting);
        self.lost &= waited;
        let away = away_ms.map(|ms| Away { ms, kept: false });
        let row = self.rows.push(at_ms, Body::Opened { url: url.into(), away });
        self.back = waited.then_some(row);
    }

    fn deliver(&mut self, row: RowId, now: Delivery) {
        self.sent += u64::from(now == Delivery::Sent);
        self.lost |= matches!(now, Delivery::Doubtful | Delivery::Failed);
        self.rows.change(row, |body| {
            if let Body::Sent { delivery, .. } = body {
                *delivery = now;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(away_ms: Option<u64>) -> Effect {
        Effect::Up { url: "ws://a/ws".into(), away_ms }
    }

    fn last_away(journal: &Journal) -> Option<Away> {
        let opened = |body: &Body| if let Body::Opened { away, .. } = body { Some(*away) } else { None };
        journal.rows.iter().filter_map(|row| opened(&row.body)).last().flatten()
    }

    /// A message is written while the connection is away; then it comes back.
    fn back(deliveries: &[Delivery]) -> Journal {
        let mut journal = Journal::default();
        let id = journal.write(1, "hello");
        journal.apply(2, &up(Some(6_000)));
        for delivery in deliveries {
            journal.apply(2, &Effect::Delivery(id, *delivery));
        }
        journal.settle();
        journal
    }

    #[test]
    fn nothing_lost_is_said_when_all_that_waited_was_sent() {
        assert_eq!(last_away(&back(&[Delivery::Sent])), Some(Away { ms: 6_000, kept: true }));
    }

    #[test]
    fn nothing_lost_is_not_said_otherwise() {
        for deliveries in [&[][..], &[Delivery::Failed], &[Delivery::Sent, Delivery::Doubtful]] {
            assert_eq!(last_away(&back(deliveries)), Some(Away { ms: 6_000, kept: false }), "{deliveries:?}");
        }
        let mut journal = Journal::default();
        journal.apply(1, &up(Some(6_000)));
        journal.settle();
        assert_eq!(last_away(&journal), Some(Away { ms: 6_000, kept: false }), "nothing waited");
    }

    #[test]
    fn one_outage_says_nothing_about_the_next() {
        let mut journal = Journal::default();
        let doubtful = journal.write(1, "in the first");
        journal.apply(1, &Effect::Delivery(doubtful, Delivery::Sent));
        journal.apply(2, &Effect::Delivery(doubtful, Delivery::Doubtful));
        journal.apply(3, &up(Some(1_000)));
        journal.settle();
        let id = journal.write(4, "in the second");
        journal.apply(5, &up(Some(6_000)));
        journal.apply(5, &Effect::Delivery(id, Delivery::Sent));
        journal.settle();
        assert_eq!(last_away(&journal), Some(Away { ms: 6_000, kept: true }));
    }

    #[test]
    fn what_is_given_up_waits_no_more() {
        let mut journal = Journal::default();
        let sent = journal.write(1, "sent");
        journal.apply(1, &Effect::Delivery(sent, Delivery::Sent));
        let waiting = journal.write(2, "waits");
        assert_eq!(journal.give_up_waiting(), [RowId(waiting.0)]);
        assert!(journal.give_up_waiting().is_empty());
    }

    #[test]
    fn a_message_is_counted_when_it_is_handed_to_the_socket() {
        let mut journal = Journal::default();
        let id = journal.write(1, "hello");
        assert_eq!(journal.sent, 0);
        journal.apply(1, &Effect::Delivery(id, Delivery::Sent));
        journal.apply(2, &Effect::Delivery(id, Delivery::Doubtful));
        assert_eq!(journal.sent, 1);
    }

    #[test]
    fn a_refused_message_leaves_no_row() {
        let mut journal = Journal::default();
        let id = journal.write(1, "hello");
        journal.apply(1, &Effect::Full(id));
        assert!(journal.rows.is_empty());
    }

    #[test]
    fn a_close_is_one_row_with_its_code_and_words() {
        let mut journal = Journal::default();
        journal.apply(1, &Effect::Down { url: "ws://a/ws".into(), code: 1006, reason: "gone".into() });
        let rows: Vec<_> = journal.rows.iter().collect();
        assert_eq!(rows.len(), 1);
        let closed = Body::Closed { url: "ws://a/ws".into(), code: CloseCode::ABNORMAL, reason: "gone".into() };
        assert_eq!(rows[0].body, closed);
    }

    #[test]
    fn of_a_binary_message_the_size_and_the_beginning_stay() {
        let mut journal = Journal::default();
        journal.receive_binary(1, 500, &[9; 500]);
        let row = journal.rows.iter().next().unwrap();
        assert_eq!(row.body, Body::Binary { bytes: 500, head: [9; 32].into() });
        assert_eq!(journal.received, 1);
    }
}

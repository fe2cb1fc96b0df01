//! What happens -> rows and counts.

use super::{
    Destination, Shown, base64,
    ring::Ring,
    row::{Away, Body, Envelope, RowId},
    timeline::Timeline,
};
use client::{Delivery, Effect, MessageId};
use protocol::{
    CloseCode, Json, RoomName, ServerFrame,
    frame::{Direct, Message},
};
use std::sync::Arc;

/// The event of a binary message, which is in base64.
const BINARY: &str = "binary";

/// The rows, and counts that stay exact when rows are trimmed.
#[derive(Debug, Default)]
pub struct Journal {
    /// The rows.
    pub rows: Ring,
    /// Which of them the list shows.
    pub shown: Shown,
    /// Messages handed to a socket.
    pub sent: u64,
    /// Their bytes.
    pub sent_bytes: u64,
    /// Messages that arrived.
    pub received: u64,
    /// Their bytes.
    pub received_bytes: u64,
    /// When there was a connection.
    pub timeline: Timeline,
    /// How long the server took to answer the last time, in milliseconds.
    pub latency_ms: Option<u64>,
    /// A message of this outage was given up, or may not have arrived.
    lost: bool,
    /// A connection that just came back while messages waited.
    back: Option<RowId>,
    /// The last message in an envelope: the next one mostly has the same names.
    last: Option<Arc<Envelope>>,
    /// A room that was just joined, and the row about what was missed there.
    joined: Option<(RoomName, Option<RowId>)>,
}

impl Journal {
    /// A message of one's own. Its row's id is the session's name for it as well.
    pub fn write(&mut self, at_ms: u64, text: &str, to: Option<Destination>) -> MessageId {
        let (delivery, text) = (Delivery::Waiting, text.into());
        let body = Body::Sent { text, delivery, counted: false, why: None, to, nobody: false };
        MessageId(self.rows.push(at_ms, body).0)
    }

    /// Bytes of one's own were handed to the socket.
    pub fn wrote(&mut self, at_ms: u64, shown: &str, bytes: usize) {
        let body = Body::Sent {
            text: shown.into(),
            delivery: Delivery::Sent,
            counted: true,
            why: None,
            to: None,
            nobody: false,
        };
        self.rows.push(at_ms, body);
        self.sent += 1;
        self.sent_bytes += bytes as u64;
    }

    /// A text message arrived.
    pub fn receive_text(&mut self, at_ms: u64, text: &str) {
        self.receive(at_ms, text.into(), None);
    }

    /// A binary message arrived.
    pub fn receive_binary(&mut self, at_ms: u64, bytes: Arc<[u8]>) {
        self.arrive(at_ms, bytes.len(), Body::Binary { bytes, envelope: None });
    }

    /// The session said so.
    pub fn apply(&mut self, at_ms: u64, effect: &Effect) {
        match effect {
            Effect::Delivery(message, delivery) => self.deliver(RowId(message.0), *delivery),
            Effect::Full(message) => drop(self.rows.remove(RowId(message.0))),
            Effect::Up { url, away_ms } => self.up(at_ms, url, *away_ms),
            Effect::Down { url, code, reason } => {
                self.latency_ms = None;
                self.timeline.down(at_ms, url, *code);
                let reason: Arc<str> = reason.as_str().into();
                self.rows.push(at_ms, Body::Closed { url: url.as_str().into(), code: CloseCode(*code), reason });
            }
            Effect::Message(message) => self.receive_message(at_ms, message),
            Effect::Direct(direct) => self.receive_direct(at_ms, direct),
            Effect::Reply(message, reply) => self.reply(at_ms, *message, reply),
            Effect::Joined { room, .. } => self.joined = Some((room.clone(), None)),
            Effect::Gap { room, after, upto } => {
                let lost = (after.epoch == upto.epoch).then(|| upto.offset.0.saturating_sub(after.offset.0));
                self.rows.push(at_ms, Body::Gap { room: room.clone(), lost });
            }
            Effect::Latency(ms) => self.latency_ms = Some(*ms),
            Effect::Error(failed) => drop(self.rows.push(at_ms, Body::Said(failed.message.as_str().into()))),
            Effect::Strange(text) => drop(self.rows.push(at_ms, Body::Said(text.as_str().into()))),
            _ => {}
        }
    }

    /// The session has said all it had to say for now: what waited for the connection is sent, or not,
    /// and what was missed has come.
    pub fn settle(&mut self) {
        self.joined = None;
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

    fn receive(&mut self, at_ms: u64, text: Arc<str>, envelope: Option<Arc<Envelope>>) {
        self.arrive(at_ms, text.len(), Body::Received { text, envelope });
    }

    fn arrive(&mut self, at_ms: u64, bytes: usize, body: Body) {
        self.received += 1;
        self.received_bytes += bytes as u64;
        self.rows.push(at_ms, body);
    }

    fn receive_envelope(&mut self, at_ms: u64, mut envelope: Envelope, data: &Json) {
        if let Some(last) = &self.last {
            envelope.share(last);
        }
        let envelope = Arc::new(envelope);
        self.last = Some(envelope.clone());
        let bytes = data.as_string().filter(|_| envelope.event.as_str() == BINARY);
        match bytes.and_then(|text| base64::decode(&text)) {
            Some(bytes) => {
                self.arrive(at_ms, bytes.len(), Body::Binary { bytes: bytes.into(), envelope: Some(envelope) });
            }
            None => self.receive(at_ms, words(data), Some(envelope)),
        }
    }

    fn receive_message(&mut self, at_ms: u64, message: &Message) {
        self.recover(at_ms, &message.room);
        let envelope = Envelope {
            room: Some(message.room.clone()),
            offset: message.offset,
            event: message.event.clone(),
            from: message.from.clone(),
            time: message.time,
        };
        self.receive_envelope(at_ms, envelope, &message.data);
    }

    fn receive_direct(&mut self, at_ms: u64, direct: &Direct) {
        let Direct { from, event, time, .. } = direct.clone();
        let envelope = Envelope { room: None, offset: None, event, from, time };
        self.receive_envelope(at_ms, envelope, &direct.data);
    }

    /// What a server answers to a text, or why it does not take it.
    fn reply(&mut self, at_ms: u64, message: MessageId, reply: &ServerFrame) {
        match reply {
            ServerFrame::Echo(echo) => self.receive(at_ms, words(&echo.data), None),
            ServerFrame::Result(result) => self.receive(at_ms, words(&result.data), None),
            ServerFrame::Error(failed) => self.rows.change(RowId(message.0), |body| {
                if let Body::Sent { why, .. } = body {
                    *why = Some(failed.message.as_str().into());
                }
            }),
            ServerFrame::Ok(done) if done.delivered == Some(0) => self.rows.change(RowId(message.0), |body| {
                if let Body::Sent { nobody, .. } = body {
                    *nobody = true;
                }
            }),
            _ => {}
        }
    }

    /// A message that comes with the join was missed.
    fn recover(&mut self, at_ms: u64, room: &RoomName) {
        let Some((joined, row)) = &mut self.joined else { return };
        if joined != room {
            return;
        }
        let rows = &mut self.rows;
        let row = *row.get_or_insert_with(|| rows.push(at_ms, Body::Recovered { room: room.clone(), messages: 0 }));
        rows.change(row, |body| {
            if let Body::Recovered { messages, .. } = body {
                *messages += 1;
            }
        });
    }

    fn up(&mut self, at_ms: u64, url: &str, away_ms: Option<u64>) {
        self.timeline.up(at_ms, url);
        let waited = self.rows.iter().any(super::Row::is_waiting);
        self.lost &= waited;
        let away = away_ms.map(|ms| Away { ms, kept: false });
        let row = self.rows.push(at_ms, Body::Opened { url: url.into(), away });
        self.back = waited.then_some(row);
    }

    fn deliver(&mut self, row: RowId, now: Delivery) {
        if self.rows.get(row).is_none() {
            return; // A question of the page's own, nobody's message.
        }
        self.lost |= matches!(now, Delivery::Doubtful | Delivery::Failed);
        let mut first = None;
        self.rows.change(row, |body| {
            if let Body::Sent { delivery, counted, text, .. } = body {
                *delivery = now;
                if now == Delivery::Sent && !std::mem::replace(counted, true) {
                    first = Some(text.len() as u64);
                }
            }
        });
        self.sent += u64::from(first.is_some());
        self.sent_bytes += first.unwrap_or_default();
    }
}

/// A text as it is; anything else as its JSON.
fn words(data: &Json) -> Arc<str> {
    data.as_string().as_deref().unwrap_or(data.text()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(away_ms: Option<u64>) -> Effect {
        Effect::Up { url: "ws://a/ws".into(), away_ms }
    }

    fn last_away(journal: &Journal) -> Option<Away> {
        let opened = |body: &Body| if let Body::Opened { away, .. } = body { Some(*away) } else { None };
        journal.rows.iter().rev().find_map(|row| opened(&row.body)).flatten()
    }

    /// A message is written while the connection is away; then it comes back.
    fn back(deliveries: &[Delivery]) -> Journal {
        let mut journal = Journal::default();
        let id = journal.write(1, "hello", None);
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
        let doubtful = journal.write(1, "in the first", None);
        journal.apply(1, &Effect::Delivery(doubtful, Delivery::Sent));
        journal.apply(2, &Effect::Delivery(doubtful, Delivery::Doubtful));
        journal.apply(3, &up(Some(1_000)));
        journal.settle();
        let id = journal.write(4, "in the second", None);
        journal.apply(5, &up(Some(6_000)));
        journal.apply(5, &Effect::Delivery(id, Delivery::Sent));
        journal.settle();
        assert_eq!(last_away(&journal), Some(Away { ms: 6_000, kept: true }));
    }

    #[test]
    fn what_is_given_up_waits_no_more() {
        let mut journal = Journal::default();
        let sent = journal.write(1, "sent", None);
        journal.apply(1, &Effect::Delivery(sent, Delivery::Sent));
        let waiting = journal.write(2, "waits", None);
        assert_eq!(journal.give_up_waiting(), [RowId(waiting.0)]);
        assert!(journal.give_up_waiting().is_empty());
    }

    #[test]
    fn a_message_is_counted_when_it_is_handed_to_the_socket() {
        let mut journal = Journal::default();
        let id = journal.write(1, "hello", None);
        assert_eq!(journal.sent, 0);
        journal.apply(1, &Effect::Delivery(id, Delivery::Sent));
        journal.apply(2, &Effect::Delivery(id, Delivery::Doubtful));
        assert_eq!(journal.sent, 1);
    }

    #[test]
    fn a_message_that_is_sent_again_is_counted_once() {
        let mut journal = Journal::default();
        let id = journal.write(1, "hello", None);
        for delivery in [Delivery::Sent, Delivery::Waiting, Delivery::Sent, Delivery::Acknowledged] {
            journal.apply(1, &Effect::Delivery(id, delivery));
        }
        assert_eq!((journal.sent, journal.sent_bytes), (1, 5));
    }

    fn message(offset: u64, data: &str) -> Effect {
        let text =
            format!(r#"{{"type":"message","room":"lobby","offset":{offset},"event":"text","data":{data},"time":9}}"#);
        match ServerFrame::decode(&text) {
            Ok(ServerFrame::Message(message)) => Effect::Message(Box::new(message)),
            other => panic!("{other:?}"),
        }
    }

    fn joined() -> Effect {
        let position = protocol::Position { epoch: protocol::Epoch::new("e").unwrap(), offset: protocol::Offset(4) };
        Effect::Joined { room: RoomName::new("lobby").unwrap(), position, users: None, more_users: false }
    }

    #[test]
    fn a_text_in_an_envelope_is_the_text_and_anything_else_its_json() {
        let mut journal = Journal::default();
        journal.apply(1, &message(1, r#""it's \"so\"""#));
        journal.apply(1, &message(2, r#"{"b":1.0,"a":2}"#));
        let texts = journal.rows.iter().map(|row| match &row.body {
            Body::Received { text, envelope: Some(_) } => text.to_string(),
            other => panic!("{other:?}"),
        });
        let texts: Vec<_> = texts.collect();
        assert_eq!(texts, [r#"it's "so""#, r#"{"b":1.0,"a":2}"#]);
        assert_eq!(journal.received, 2);
    }

    #[test]
    fn binary_in_an_envelope_is_its_bytes_again() {
        let mut journal = Journal::default();
        let event = |data: &str| {
            let text = format!(r#"{{"type":"message","room":"lobby","event":"binary","data":{data},"time":9}}"#);
            match ServerFrame::decode(&text) {
                Ok(ServerFrame::Message(message)) => Effect::Message(Box::new(message)),
                other => panic!("{other:?}"),
            }
        };
        journal.apply(1, &event(r#""Ch+c""#));
        journal.apply(1, &event(r#""no base64""#));
        let bodies: Vec<_> = journal.rows.iter().map(|row| &row.body).collect();
        assert!(matches!(bodies[0], Body::Binary { bytes, envelope: Some(_) } if **bytes == [0x0a, 0x1f, 0x9c]));
        assert!(matches!(bodies[1], Body::Received { text, .. } if &**text == "no base64"));
        assert_eq!((journal.received, journal.received_bytes), (2, 12));
    }

    #[test]
    fn messages_of_one_kind_share_their_names() {
        let mut journal = Journal::default();
        journal.apply(1, &message(1, "1"));
        journal.apply(1, &message(2, "2"));
        let events = journal.rows.iter().filter_map(|row| match &row.body {
            Body::Received { envelope, .. } => envelope.as_ref().map(|envelope| envelope.event.as_str().as_ptr()),
            _ => None,
        });
        let events: Vec<_> = events.collect();
        assert_eq!(events[0], events[1]);
    }

    #[test]
    fn what_was_missed_is_marked_with_how_much_it_was() {
        let mut journal = Journal::default();
        for effect in [joined(), message(5, "1"), message(6, "2")] {
            journal.apply(1, &effect);
        }
        journal.settle();
        let first = &journal.rows.iter().next().unwrap().body;
        assert_eq!(*first, Body::Recovered { room: RoomName::new("lobby").unwrap(), messages: 2 });
        journal.apply(2, &joined());
        journal.settle();
        assert_eq!(journal.rows.len(), 3, "nothing was missed the second time");
    }

    #[test]
    fn a_direct_message_that_found_nobody_says_so() {
        let mut journal = Journal::default();
        let ada = Destination::User(protocol::UserId::new("ada").unwrap());
        for (delivered, expected) in [(0, true), (1, false)] {
            let id = journal.write(1, "hello", Some(ada.clone()));
            let reply = format!(r#"{{"id":1,"type":"ok","delivered":{delivered}}}"#);
            journal.apply(1, &Effect::Reply(id, Box::new(ServerFrame::decode(&reply).unwrap())));
            let row = journal.rows.get(RowId(id.0)).unwrap();
            assert!(matches!(row.body, Body::Sent { nobody, .. } if nobody == expected), "{row:?}");
        }
    }

    #[test]
    fn a_question_of_the_page_that_fails_is_no_lost_message() {
        let mut journal = Journal::default();
        let id = journal.write(1, "waits", None);
        journal.apply(2, &up(Some(6_000)));
        journal.apply(2, &Effect::Delivery(MessageId(1 << 52), Delivery::Failed));
        journal.apply(2, &Effect::Delivery(id, Delivery::Sent));
        journal.settle();
        assert_eq!(last_away(&journal), Some(Away { ms: 6_000, kept: true }));
    }

    #[test]
    fn a_refused_message_leaves_no_row() {
        let mut journal = Journal::default();
        let id = journal.write(1, "hello", None);
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
    fn a_binary_message_is_kept_whole() {
        let mut journal = Journal::default();
        journal.receive_binary(1, [9; 500].into());
        let row = journal.rows.iter().next().unwrap();
        assert_eq!(row.body, Body::Binary { bytes: [9; 500].into(), envelope: None });
        assert_eq!((journal.received, journal.received_bytes), (1, 500));
    }
}

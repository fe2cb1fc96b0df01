//! What happens -> rows and counts.

use super::{
    Envelope, LogFilter,
    entry::{Body, EntryId, Outage},
    envelope::{FieldCache, SharedFields},
    ring_buffer::RingBuffer,
    timeline::Timeline,
};
use crate::{
    model::{Destination, well_known::BINARY},
    platform::encoding,
};
use std::sync::Arc;
use yodel_client::{Delivery, Effect, MessageId};
use yodel_protocol::{
    CloseCode, Json, RoomName, ServerFrame,
    frame::{Direct, Message},
};

/// The rows, and counts that stay exact when rows are trimmed.
#[derive(Debug, Default)]
pub struct Log {
    /// The rows.
    pub rows: RingBuffer,
    /// Which of them the list shows.
    pub shown: LogFilter,
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
    reconnected: Option<EntryId>,
    /// The names of the last messages: the next one mostly has some of them.
    field_cache: FieldCache,
    /// A room that was just joined, and the row about what was missed there.
    joined: Option<(RoomName, Option<EntryId>)>,
}

impl Log {
    /// A message of one's own. Its row's id is the session's name for it as well.
    pub fn add_outgoing(&mut self, at_ms: u64, text: &str, to: Option<Destination>) -> MessageId {
        let (delivery, text) = (Delivery::Waiting, text.into());
        let body = Body::Sent { text, delivery, counted: false, error: None, to, no_recipient: false };
        MessageId(self.rows.push(at_ms, body).0)
    }

    /// Bytes of one's own were handed to the socket.
    pub fn add_sent_binary(&mut self, at_ms: u64, shown: &str, bytes: usize) {
        let body = Body::Sent {
            text: shown.into(),
            delivery: Delivery::Sent,
            counted: true,
            error: None,
            to: None,
            no_recipient: false,
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
        self.add_received(at_ms, bytes.len(), Body::Binary { bytes, envelope: None });
    }

    /// The session said so.
    pub fn apply(&mut self, at_ms: u64, effect: &Effect) {
        match effect {
            Effect::Delivery(message, delivery) => self.set_delivery(EntryId(message.0), *delivery),
            Effect::OutboxFull(message) => drop(self.rows.remove(EntryId(message.0))),
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
            Effect::Error(failed) => drop(self.rows.push(at_ms, Body::Notice(failed.message.as_str().into()))),
            Effect::UnrecognizedFrame(text) => drop(self.rows.push(at_ms, Body::Notice(text.as_str().into()))),
            _ => {}
        }
    }

    /// The session has said all it had to say for now: what waited for the connection is sent, or not,
    /// and what was missed has come.
    pub fn settle(&mut self) {
        self.joined = None;
        let Some(row) = self.reconnected.take() else { return };
        let all_sent = !self.lost && !self.rows.iter().any(super::LogEntry::is_waiting);
        self.lost = false;
        self.rows.change(row, |body| {
            if let Body::Opened { outage: Some(outage), .. } = body {
                outage.all_sent = all_sent;
            }
        });
    }

    /// Marks what waits as not sent, and says which rows these are.
    pub fn fail_waiting(&mut self) -> Vec<EntryId> {
        let waiting: Vec<_> = self.rows.iter().filter(|row| row.is_waiting()).map(|row| row.id).collect();
        for row in &waiting {
            self.set_delivery(*row, Delivery::Failed);
        }
        waiting
    }

    fn receive(&mut self, at_ms: u64, text: Arc<str>, envelope: Option<Envelope>) {
        self.add_received(at_ms, text.len(), Body::Received { text, envelope });
    }

    fn add_received(&mut self, at_ms: u64, bytes: usize, body: Body) {
        self.received += 1;
        self.received_bytes += bytes as u64;
        self.rows.push(at_ms, body);
    }

    fn receive_envelope(&mut self, at_ms: u64, envelope: Envelope, data: &Json) {
        let bytes = data.as_string().filter(|_| envelope.event.as_str() == BINARY);
        match bytes.and_then(|text| encoding::decode(&text)) {
            Some(bytes) => {
                self.add_received(at_ms, bytes.len(), Body::Binary { bytes: bytes.into(), envelope: Some(envelope) });
            }
            None => self.receive(at_ms, display_text(data), Some(envelope)),
        }
    }

    fn receive_message(&mut self, at_ms: u64, message: &Message) {
        self.count_recovered(at_ms, &message.room);
        let Message { room, offset, event, from, data, time } = message;
        let names = SharedFields { room: Some(room.clone()), event: event.clone(), from: from.clone() };
        let envelope = Envelope::new(self.field_cache.intern(names), *offset, *time);
        self.receive_envelope(at_ms, envelope, data);
    }

    fn receive_direct(&mut self, at_ms: u64, direct: &Direct) {
        let Direct { from, event, data, time } = direct;
        let names = SharedFields { room: None, event: event.clone(), from: from.clone() };
        let envelope = Envelope::new(self.field_cache.intern(names), None, *time);
        self.receive_envelope(at_ms, envelope, data);
    }

    /// What a server answers to a text, or why it does not take it.
    fn reply(&mut self, at_ms: u64, message: MessageId, reply: &ServerFrame) {
        match reply {
            ServerFrame::Echo(echo) => self.receive(at_ms, display_text(&echo.data), None),
            ServerFrame::Result(result) => self.receive(at_ms, display_text(&result.data), None),
            ServerFrame::Error(failed) => self.rows.change(EntryId(message.0), |body| {
                if let Body::Sent { error, .. } = body {
                    *error = Some(failed.message.as_str().into());
                }
            }),
            ServerFrame::Ok(done) if done.delivered == Some(0) => self.rows.change(EntryId(message.0), |body| {
                if let Body::Sent { no_recipient, .. } = body {
                    *no_recipient = true;
                }
            }),
            _ => {}
        }
    }

    /// A message that comes with the join was missed.
    fn count_recovered(&mut self, at_ms: u64, room: &RoomName) {
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
        let waited = self.rows.iter().any(super::LogEntry::is_waiting);
        self.lost &= waited;
        let outage = away_ms.map(|ms| Outage { ms, all_sent: false });
        let row = self.rows.push(at_ms, Body::Opened { url: url.into(), outage });
        self.reconnected = waited.then_some(row);
    }

    fn set_delivery(&mut self, row: EntryId, now: Delivery) {
        if self.rows.get(row).is_none() {
            return; // A question of the page's own, no_recipient's message.
        }
        self.lost |= matches!(now, Delivery::Unconfirmed | Delivery::Failed);
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
fn display_text(data: &Json) -> Arc<str> {
    data.as_string().as_deref().unwrap_or(data.text()).into()
}

#[cfg(test)]
mod tests;

//! The log: session effects -> entries and counts.

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

/// The entries, and counts that stay exact when entries are trimmed.
#[derive(Debug, Default)]
pub struct Log {
    /// The entries.
    pub entries: RingBuffer,
    /// The entries that the list shows.
    pub filter: LogFilter,
    /// Number of messages handed to a socket.
    pub sent: u64,
    /// Bytes of the sent messages.
    pub sent_bytes: u64,
    /// Number of received messages.
    pub received: u64,
    /// Bytes of the received messages.
    pub received_bytes: u64,
    /// Times of connects and disconnects.
    pub timeline: Timeline,
    /// The last round-trip time in milliseconds.
    pub latency_ms: Option<u64>,
    /// `true` if a message of this outage failed or its delivery is unconfirmed.
    lost: bool,
    /// The entry of a reconnect with waiting messages, until the step ends.
    reconnected: Option<EntryId>,
    /// Shared fields of the last messages.
    pub(super) field_cache: FieldCache,
    /// A room that was joined in this step, and the entry that counts its missed messages.
    joined: Option<(RoomName, Option<EntryId>)>,
}

impl Log {
    /// Appends a message of the user; returns its id, which is the entry's id as well.
    pub fn add_outgoing(&mut self, at_ms: u64, text: &str, to: Option<Destination>) -> MessageId {
        let (delivery, text) = (Delivery::Waiting, text.into());
        let body = Body::Sent { text, delivery, counted: false, error: None, to, no_recipient: false };
        MessageId(self.entries.push(at_ms, body).0)
    }

    /// Appends a binary message of the user; returns its id.
    pub fn add_outgoing_binary(&mut self, at_ms: u64, bytes: Arc<[u8]>) -> MessageId {
        let body = Body::SentBinary { bytes, delivery: Delivery::Waiting, counted: false, error: None };
        MessageId(self.entries.push(at_ms, body).0)
    }

    /// Appends a received text message.
    pub fn receive_text(&mut self, at_ms: u64, text: &str) {
        self.receive(at_ms, text.into(), None);
    }

    /// Appends a received binary message.
    pub fn receive_binary(&mut self, at_ms: u64, bytes: Arc<[u8]>) {
        self.add_received(at_ms, bytes.len(), Body::Binary { bytes, envelope: None });
    }

    /// Marks a message of the user as not sent, for this reason.
    pub fn reject(&mut self, id: EntryId, reason: &str) {
        self.set_error(id, reason);
        self.set_delivery(id, Delivery::Failed);
    }

    /// Applies an effect of the session.
    pub fn apply(&mut self, at_ms: u64, effect: &Effect) {
        match effect {
            Effect::Delivery(message, delivery) => self.set_delivery(EntryId(message.0), *delivery),
            Effect::OutboxFull(message) => drop(self.entries.remove(EntryId(message.0))),
            Effect::Up { url, away_ms } => self.up(at_ms, url, *away_ms),
            Effect::Down { url, code, reason, requested } => {
                self.latency_ms = None;
                self.timeline.down(at_ms, url, *code);
                let reason: Arc<str> = reason.as_str().into();
                let (url, code) = (url.as_str().into(), CloseCode(*code));
                self.entries.push(at_ms, Body::Closed { url, code, reason, requested: *requested });
            }
            Effect::Message(message) => self.receive_message(at_ms, message),
            Effect::Direct(direct) => self.receive_direct(at_ms, direct),
            Effect::Reply(message, reply) => self.reply(at_ms, *message, reply),
            Effect::Joined { room, .. } => self.joined = Some((room.clone(), None)),
            Effect::Gap { room, after, upto } => {
                let lost = (after.epoch == upto.epoch).then(|| upto.offset.0.saturating_sub(after.offset.0));
                self.entries.push(at_ms, Body::Gap { room: room.clone(), lost });
            }
            Effect::Latency(ms) => self.latency_ms = Some(*ms),
            Effect::Error(reply) => drop(self.entries.push(at_ms, Body::Notice(reply.message.as_str().into()))),
            Effect::JoinDelayed { room, error } => {
                let text = [room.as_str(), ": ", &error.message].concat();
                self.entries.push(at_ms, Body::Notice(text.into()));
            }
            Effect::UnrecognizedFrame(text) => drop(self.entries.push(at_ms, Body::Notice(text.as_str().into()))),
            _ => {}
        }
    }

    /// Ends a step of the session, after which the outcome of waiting messages is known and all missed messages
    /// have arrived.
    pub fn settle(&mut self) {
        self.joined = None;
        let Some(id) = self.reconnected.take() else { return };
        let all_sent = !self.lost && !self.entries.iter().any(super::LogEntry::is_waiting);
        self.lost = false;
        self.entries.change(id, |body| {
            if let Body::Opened { outage: Some(outage), .. } = body {
                outage.all_sent = all_sent;
            }
        });
    }

    /// Marks the waiting messages as failed; returns their ids.
    pub fn fail_waiting(&mut self) -> Vec<EntryId> {
        let waiting: Vec<_> = self.entries.iter().filter(|entry| entry.is_waiting()).map(|entry| entry.id).collect();
        for id in &waiting {
            self.set_delivery(*id, Delivery::Failed);
        }
        waiting
    }

    pub(super) fn receive(&mut self, at_ms: u64, text: Arc<str>, envelope: Option<Envelope>) {
        self.add_received(at_ms, text.len(), Body::Received { text, envelope });
    }

    fn add_received(&mut self, at_ms: u64, bytes: usize, body: Body) {
        self.received += 1;
        self.received_bytes += bytes as u64;
        self.entries.push(at_ms, body);
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
        let fields =
            SharedFields { room: Some(room.clone()), event: event.clone(), from: from.clone(), stream_id: None };
        let envelope = Envelope::new(self.field_cache.intern(fields), *offset, *time);
        self.receive_envelope(at_ms, envelope, data);
    }

    fn receive_direct(&mut self, at_ms: u64, direct: &Direct) {
        let Direct { from, event, data, time } = direct;
        let fields = SharedFields { room: None, event: event.clone(), from: from.clone(), stream_id: None };
        let envelope = Envelope::new(self.field_cache.intern(fields), None, *time);
        self.receive_envelope(at_ms, envelope, data);
    }

    /// Applies the reply to a message or request.
    fn reply(&mut self, at_ms: u64, message: MessageId, reply: &ServerFrame) {
        match reply {
            ServerFrame::Echo(echo) => self.receive(at_ms, display_text(&echo.data), None),
            ServerFrame::Result(result) => self.receive(at_ms, display_text(&result.data), None),
            ServerFrame::Error(reply) => self.set_error(EntryId(message.0), &reply.message),
            ServerFrame::Ok(ack) if ack.delivered == Some(0) => self.entries.change(EntryId(message.0), |body| {
                if let Body::Sent { no_recipient, .. } = body {
                    *no_recipient = true;
                }
            }),
            _ => {}
        }
    }

    /// Counts a message that follows a join as missed.
    fn count_recovered(&mut self, at_ms: u64, room: &RoomName) {
        let Some((joined, entry)) = &mut self.joined else { return };
        if joined != room {
            return;
        }
        let entries = &mut self.entries;
        let id = *entry.get_or_insert_with(|| entries.push(at_ms, Body::Recovered { room: room.clone(), messages: 0 }));
        entries.change(id, |body| {
            if let Body::Recovered { messages, .. } = body {
                *messages += 1;
            }
        });
    }

    fn up(&mut self, at_ms: u64, url: &str, away_ms: Option<u64>) {
        self.timeline.up(at_ms, url);
        let waited = self.entries.iter().any(super::LogEntry::is_waiting);
        self.lost &= waited;
        let outage = away_ms.map(|ms| Outage { ms, all_sent: false });
        let id = self.entries.push(at_ms, Body::Opened { url: url.into(), outage });
        self.reconnected = waited.then_some(id);
    }

    fn set_error(&mut self, id: EntryId, reason: &str) {
        self.entries.change(id, |body| {
            if let Body::Sent { error, .. } | Body::SentBinary { error, .. } = body {
                *error = Some(reason.into());
            }
        });
    }

    fn set_delivery(&mut self, id: EntryId, new: Delivery) {
        if self.entries.get(id).is_none() {
            return; // A request of the page, not a message.
        }
        self.lost |= matches!(new, Delivery::Unconfirmed | Delivery::Failed);
        let mut newly_sent = None;
        self.entries.change(id, |body| {
            let (delivery, counted, bytes) = match body {
                Body::Sent { delivery, counted, text, .. } => (delivery, counted, text.len()),
                Body::SentBinary { delivery, counted, bytes, .. } => (delivery, counted, bytes.len()),
                _ => return,
            };
            *delivery = new;
            if new == Delivery::Sent && !std::mem::replace(counted, true) {
                newly_sent = Some(bytes as u64);
            }
        });
        self.sent += u64::from(newly_sent.is_some());
        self.sent_bytes += newly_sent.unwrap_or_default();
    }
}

/// Returns the text of a JSON string, or the JSON text of any other value.
fn display_text(data: &Json) -> Arc<str> {
    data.as_string().as_deref().unwrap_or(data.text()).into()
}

#[cfg(test)]
mod tests;

//! Snapshots of the log for a reload: the newest entries within limits, and the exact counts.

mod record;

use super::{Body, EntryId, Envelope, Log, LogEntry, annotations::Annotation, entry::Outage, envelope::SharedFields};
use crate::model::Destination;
use std::{fmt::Display, sync::Arc};
use yodel_client::Delivery;
use yodel_protocol::{ClientId, CloseCode, EventName, Offset, RoomName, UserId, frame};

/// Largest number of stored entries.
pub const MAX_ENTRIES: usize = 1_000;
/// Largest size of the stored entries in bytes. With the other fields it is less than half of the 2.5 million
/// characters that the browser with the smallest storage accepts.
pub const MAX_BYTES: usize = 1 << 20;

/// Kind of the record with the pin and the note of the entry before it.
const ANNOTATION: &str = "k";

impl Log {
    /// Returns a snapshot of the entries with a pin or a note and of the newest ones, of at most `max_bytes` in total: the counts, then the entries, oldest
    /// first. An entry is its kind (one letter), its time and its values; its pin and note follow as a record of their
    /// own, which older pages ignore.
    ///
    /// `keep_waiting` keeps waiting messages for [`Self::restore`], which returns them; otherwise they are restored as
    /// failed.
    pub fn save(&self, max_bytes: usize, keep_waiting: bool) -> String {
        let mut bytes = 0;
        let is_note = |entry: &LogEntry| matches!(entry.body, Body::Trimmed { .. });
        // A large entry that does not fit does not exclude smaller ones.
        let mut fits = |entry: &&LogEntry| {
            let fits = bytes + entry.cost() <= max_bytes;
            bytes += if fits { entry.cost() } else { 0 };
            fits
        };
        let annotations = &self.entries.annotations;
        let annotated = annotations.all().iter().filter_map(|annotation| self.entries.get(annotation.entry));
        let annotated: Vec<_> = annotated.filter(&mut fits).collect();
        let others = self.entries.iter().rev().filter(|entry| !is_note(entry) && annotations.get(entry.id).is_none());
        // The newest one first.
        let mut kept: Vec<_> = others.filter(fits).take(MAX_ENTRIES - annotated.len()).collect();
        for entry in annotated {
            kept.insert(kept.partition_point(|other| other.id > entry.id), entry);
        }
        let notes = usize::from(self.entries.iter().next().is_some_and(is_note));
        let left_out = self.entries.len() - notes - kept.len();
        let mut saved = String::with_capacity(bytes);
        record::write(&[&self.sent, &self.sent_bytes, &self.received, &self.received_bytes, &left_out], &mut saved);
        for entry in kept.into_iter().rev() {
            save(entry, keep_waiting, &mut saved);
            if let Some(Annotation { is_pinned, note, .. }) = annotations.get(entry.id) {
                record::write(&[&ANNOTATION, &u8::from(*is_pinned), note], &mut saved);
            }
        }
        saved
    }

    /// Appends the entries of a snapshot, and a note about the reload. Returns the waiting messages.
    pub fn restore(&mut self, at_ms: u64, mut saved: &str) -> Vec<EntryId> {
        let counts = record::read(&mut saved).unwrap_or_default();
        let count = |index: usize| counts.get(index).and_then(|count| count.parse().ok()).unwrap_or_default();
        (self.sent, self.sent_bytes, self.received, self.received_bytes) = (count(0), count(1), count(2), count(3));
        let mut waiting = Vec::new();
        while let Some(fields) = record::read(&mut saved) {
            if let Some((at_ms, body)) = restore(&fields) {
                let is_waiting = body.delivery() == Some(Delivery::Waiting);
                let id = self.entries.push(at_ms, body);
                waiting.extend(is_waiting.then_some(id));
            } else if let [ANNOTATION, pinned, note] = fields[..] {
                let (entry, is_pinned) = (EntryId(self.entries.pushed()), pinned == "1");
                self.entries.annotations.add(Annotation { entry, is_pinned, note: note.to_owned() });
            }
        }
        if !self.entries.is_empty() || count(4) > 0 {
            self.entries.push(at_ms, Body::Reloaded { left_out: count(4) });
        }
        waiting
    }
}

fn save(entry: &LogEntry, keep_waiting: bool, saved: &mut String) {
    let some = |value: Option<&dyn Display>| value.map(ToString::to_string).unwrap_or_default();
    let mut add = |kind: &str, values: &[&dyn Display]| {
        let mut fields: Vec<&dyn Display> = vec![&kind, &entry.at_ms];
        fields.extend(values);
        record::write(&fields, saved);
    };
    match &entry.body {
        Body::Opened { url, outage } => {
            let (ms, all_sent) =
                outage.map_or((String::new(), false), |outage| (outage.ms.to_string(), outage.all_sent));
            add("o", &[url, &ms, &u8::from(all_sent)]);
        }
        Body::Closed { url, code, reason, requested } => add("c", &[url, &code.0, reason, &u8::from(*requested)]),
        Body::Sent { text, to, delivery, counted, error, no_recipient } => {
            let (kind, name) = to.as_ref().map(encode_destination).unwrap_or_default();
            let delivery = encode_delivery(*delivery, *counted, keep_waiting);
            let error = error.as_deref().unwrap_or_default();
            add("s", &[text, &delivery, &error, &kind, &name, &u8::from(*no_recipient)]);
        }
        Body::SentBinary { bytes, delivery, counted, error } => {
            let delivery = encode_delivery(*delivery, *counted, keep_waiting);
            add("n", &[&latin1(bytes), &delivery, &error.as_deref().unwrap_or_default()]);
        }
        Body::Received { text, envelope: None } => add("r", &[text]),
        Body::Binary { bytes, envelope: None } => add("b", &[&latin1(bytes)]),
        Body::Received { envelope: Some(envelope), .. } | Body::Binary { envelope: Some(envelope), .. } => {
            let SharedFields { room, event, from, stream_id } = &**envelope;
            let user = from.as_ref().and_then(|from| from.user.as_ref());
            let room = some(room.as_ref().map(|value| value as _));
            let offset = envelope.offset().map(|offset| offset.0.to_string()).unwrap_or_default();
            let client = some(from.as_ref().map(|value| &value.client as _));
            let (kind, text) = match &entry.body {
                Body::Binary { bytes, .. } => ("f", latin1(bytes)),
                Body::Received { text, .. } => ("e", text.to_string()),
                _ => return,
            };
            let user = some(user.map(|value| value as _));
            // The mark distinguishes an event without an id from other messages.
            let id = stream_id.as_ref().map(|id| ["#", id].concat()).unwrap_or_default();
            add(kind, &[&text, &room, &offset, event, &client, &user, &envelope.time(), &id]);
        }
        Body::Gap { room, lost } => add("g", &[room, &lost.map(|lost| lost.to_string()).unwrap_or_default()]),
        Body::Recovered { room, messages } => add("m", &[room, messages]),
        Body::Notice(text) => add("w", &[text]),
        Body::Rule { text, is_error } => add("a", &[text, &u8::from(*is_error)]),
        Body::Reloaded { left_out } => add("p", &[left_out]),
        Body::Trimmed { .. } => {}
    }
}

fn restore(saved: &[&str]) -> Option<(u64, Body)> {
    let value = |index: usize| saved.get(index + 2).copied().filter(|value| !value.is_empty());
    let text = |index| value(index).unwrap_or_default();
    let number = |index| value(index)?.parse::<u64>().ok();
    let body = match *saved.first()? {
        "o" => {
            let outage = number(1).map(|ms| Outage { ms, all_sent: text(2) == "1" });
            Body::Opened { url: text(0).into(), outage }
        }
        "c" => {
            let (code, requested) = (CloseCode(text(1).parse().ok()?), text(3) == "1");
            Body::Closed { url: text(0).into(), code, reason: text(2).into(), requested }
        }
        "s" => {
            let (delivery, counted) = decode_delivery(text(1));
            Body::Sent {
                text: text(0).into(),
                to: decode_destination(text(3), text(4)),
                delivery,
                counted,
                error: value(2).map(Into::into),
                no_recipient: text(5) == "1",
            }
        }
        "n" => {
            let (delivery, counted) = decode_delivery(text(1));
            let (bytes, error) = (bytes_from_latin1(text(0)), value(2).map(Into::into));
            Body::SentBinary { bytes, delivery, counted, error }
        }
        "r" => Body::Received { text: text(0).into(), envelope: None },
        "b" => Body::Binary { bytes: bytes_from_latin1(text(0)), envelope: None },
        kind @ ("e" | "f") => {
            let client = value(4).and_then(|client| ClientId::new(client).ok());
            let user = value(5).and_then(|user| UserId::new(user).ok());
            let fields = SharedFields {
                room: value(1).and_then(|room| RoomName::new(room).ok()),
                event: EventName::new(text(3)).ok()?,
                from: client.map(|client| frame::From { client, user }),
                stream_id: value(7).and_then(|id| id.strip_prefix('#')).map(Into::into),
            };
            let envelope = Some(Envelope::new(fields.into(), number(2).map(Offset), number(6)?));
            match kind {
                "e" => Body::Received { text: text(0).into(), envelope },
                _ => Body::Binary { bytes: bytes_from_latin1(text(0)), envelope },
            }
        }
        "g" => Body::Gap { room: RoomName::new(text(0)).ok()?, lost: number(1) },
        "m" => Body::Recovered { room: RoomName::new(text(0)).ok()?, messages: number(1)? },
        "w" => Body::Notice(text(0).into()),
        "a" => Body::Rule { text: text(0).into(), is_error: text(1) == "1" },
        "p" => Body::Reloaded { left_out: number(0).unwrap_or_default() },
        _ => return None,
    };
    Some((saved.get(1)?.parse().ok()?, body))
}

/// Returns the kind and name of a recipient.
fn encode_destination(to: &Destination) -> (&'static str, &str) {
    match to {
        Destination::Room(room) => ("r", room.as_str()),
        Destination::User(user) => ("u", user.as_str()),
        Destination::Client(client) => ("c", client.as_str()),
    }
}

fn decode_destination(kind: &str, name: &str) -> Option<Destination> {
    match kind {
        "r" => RoomName::new(name).ok().map(Destination::Room),
        "u" => UserId::new(name).ok().map(Destination::User),
        "c" => ClientId::new(name).ok().map(Destination::Client),
        _ => None,
    }
}

/// Returns a string with one character U+0000 to U+00FF per byte, which storage can hold.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn bytes_from_latin1(latin1: &str) -> Arc<[u8]> {
    latin1.chars().filter_map(|char| u8::try_from(char).ok()).collect()
}

/// Returns the delivery state after a reload. A waiting message is sent only if `keep_waiting` was set; a message that
/// was handed to a socket may have arrived.
fn encode_delivery(delivery: Delivery, counted: bool, keep_waiting: bool) -> &'static str {
    match delivery {
        Delivery::Sent => "s",
        Delivery::Acknowledged => "a",
        Delivery::Waiting if !counted && keep_waiting => "w",
        Delivery::Waiting if !counted => "f",
        Delivery::Failed => "f",
        Delivery::Waiting | Delivery::Unconfirmed => "d",
    }
}

/// Returns a delivery state, and whether the message was ever handed to a socket.
fn decode_delivery(state: &str) -> (Delivery, bool) {
    match state {
        "s" => (Delivery::Sent, true),
        "a" => (Delivery::Acknowledged, true),
        "d" => (Delivery::Unconfirmed, true),
        "w" => (Delivery::Waiting, false),
        _ => (Delivery::Failed, false),
    }
}

#[cfg(test)]
mod tests;

//! Snapshots of the log for a reload: the newest entries within limits, and the exact counts.

use super::{Body, Envelope, Log, LogEntry, entry::Outage, envelope::SharedFields};
use crate::model::Destination;
use std::{fmt::Display, sync::Arc};
use yodel_client::Delivery;
use yodel_protocol::{ClientId, CloseCode, EventName, Offset, RoomName, UserId, frame};

/// Largest number of stored entries.
pub const MAX_ENTRIES: usize = 1_000;
/// Largest size of the stored entries in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// The counts, then the entries, oldest first. An entry is its kind (one letter), its time and its values.
pub type LogSnapshot = Vec<Vec<String>>;

impl Log {
    /// Returns a snapshot.
    pub fn save(&self) -> LogSnapshot {
        let mut bytes = 0;
        // A large entry that does not fit does not exclude smaller ones.
        let fits = |entry: &&LogEntry| {
            let fits = bytes + entry.cost() <= MAX_BYTES;
            bytes += if fits { entry.cost() } else { 0 };
            fits
        };
        let mut saved: LogSnapshot =
            self.entries.iter().rev().filter(fits).take(MAX_ENTRIES).filter_map(save).collect();
        let left_out = (self.entries.len() - saved.len()) as u64;
        let counts = [self.sent, self.sent_bytes, self.received, self.received_bytes, left_out];
        saved.push(counts.map(|n| n.to_string()).into());
        saved.reverse();
        saved
    }

    /// Appends the entries of a snapshot, and a note about the reload.
    pub fn restore(&mut self, at_ms: u64, saved: LogSnapshot) {
        let mut saved = saved.into_iter();
        let counts = saved.next().unwrap_or_default();
        let count = |index: usize| counts.get(index).and_then(|count| count.parse().ok()).unwrap_or_default();
        (self.sent, self.sent_bytes, self.received, self.received_bytes) = (count(0), count(1), count(2), count(3));
        for entry in saved {
            if let Some((at_ms, body)) = restore(&entry) {
                self.entries.push(at_ms, body);
            }
        }
        if !self.entries.is_empty() || count(4) > 0 {
            self.entries.push(at_ms, Body::Reloaded { left_out: count(4) });
        }
    }
}

fn save(entry: &LogEntry) -> Option<Vec<String>> {
    let some = |value: Option<&dyn Display>| value.map(ToString::to_string).unwrap_or_default();
    let mut saved = vec![String::new(), entry.at_ms.to_string()];
    let mut add = |kind: &str, values: &[&dyn Display]| {
        kind.clone_into(&mut saved[0]);
        saved.extend(values.iter().map(ToString::to_string));
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
            let error = error.as_deref().unwrap_or_default();
            add("s", &[text, &encode_delivery(*delivery, *counted), &error, &kind, &name, &u8::from(*no_recipient)]);
        }
        Body::Received { text, envelope: None } => add("r", &[text]),
        Body::Binary { bytes, envelope: None } => add("b", &[&latin1(bytes)]),
        Body::Received { envelope: Some(envelope), .. } | Body::Binary { envelope: Some(envelope), .. } => {
            let SharedFields { room, event, from } = &**envelope;
            let user = from.as_ref().and_then(|from| from.user.as_ref());
            let room = some(room.as_ref().map(|value| value as _));
            let offset = envelope.offset().map(|offset| offset.0.to_string()).unwrap_or_default();
            let client = some(from.as_ref().map(|value| &value.client as _));
            let (kind, text) = match &entry.body {
                Body::Binary { bytes, .. } => ("f", latin1(bytes)),
                Body::Received { text, .. } => ("e", text.to_string()),
                _ => return None,
            };
            add(kind, &[&text, &room, &offset, event, &client, &some(user.map(|value| value as _)), &envelope.time()]);
        }
        Body::Gap { room, lost } => add("g", &[room, &lost.map(|lost| lost.to_string()).unwrap_or_default()]),
        Body::Recovered { room, messages } => add("m", &[room, messages]),
        Body::Notice(text) => add("w", &[text]),
        Body::Reloaded { left_out } => add("p", &[left_out]),
        Body::Trimmed { .. } => return None,
    }
    Some(saved)
}

fn restore(saved: &[String]) -> Option<(u64, Body)> {
    let value = |index: usize| saved.get(index + 2).map(String::as_str).filter(|value| !value.is_empty());
    let text = |index| value(index).unwrap_or_default();
    let number = |index| value(index)?.parse::<u64>().ok();
    let body = match saved.first()?.as_str() {
        "o" => {
            let outage = number(1).map(|ms| Outage { ms, all_sent: text(2) == "1" });
            Body::Opened { url: text(0).into(), outage }
        }
        "c" => {
            let (code, requested) = (CloseCode(text(1).parse().ok()?), text(3) == "1");
            Body::Closed { url: text(0).into(), code, reason: text(2).into(), requested }
        }
        "s" => {
            let (delivery, error) = (decode_delivery(text(1)), value(2).map(Into::into));
            let counted = delivery != Delivery::Failed;
            Body::Sent {
                text: text(0).into(),
                to: decode_destination(text(3), text(4)),
                delivery,
                counted,
                error,
                no_recipient: text(5) == "1",
            }
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

/// Returns a string with one character U+0000 to U+00FF per byte, which JSON can store.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn bytes_from_latin1(latin1: &str) -> Arc<[u8]> {
    latin1.chars().filter_map(|char| u8::try_from(char).ok()).collect()
}

/// Returns the delivery state after a reload. The new page does not send waiting messages; one that was handed to a
/// socket may have arrived.
fn encode_delivery(delivery: Delivery, counted: bool) -> &'static str {
    match delivery {
        Delivery::Sent => "s",
        Delivery::Acknowledged => "a",
        Delivery::Waiting if !counted => "f",
        Delivery::Failed => "f",
        Delivery::Waiting | Delivery::Unconfirmed => "d",
    }
}

fn decode_delivery(state: &str) -> Delivery {
    match state {
        "s" => Delivery::Sent,
        "a" => Delivery::Acknowledged,
        "d" => Delivery::Unconfirmed,
        _ => Delivery::Failed,
    }
}

#[cfg(test)]
mod tests;

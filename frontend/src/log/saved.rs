//! The log as texts that outlast the page: the newest rows within bounds, and the exact counts.

use super::{
    Body, Destination, Journal, Row,
    row::{Away, Envelope},
};
use client::Delivery;
use protocol::{ClientId, CloseCode, EventName, Offset, RoomName, UserId, frame};
use std::{fmt::Display, sync::Arc};

/// Rows that are kept at most.
pub const MAX_ROWS: usize = 1_000;
/// Bytes that are kept at most.
pub const MAX_BYTES: usize = 1 << 20;

/// The counts, then the rows, oldest first. A row is what it is, when it was, and its values.
pub type Saved = Vec<Vec<String>>;

impl Journal {
    /// What is kept of it.
    pub fn save(&self) -> Saved {
        let mut bytes = 0;
        let newest = self.rows.iter().rev().take(MAX_ROWS).take_while(|row| {
            bytes += row.cost();
            bytes <= MAX_BYTES
        });
        let mut rows: Saved = newest.filter_map(save).collect();
        rows.push([self.sent, self.sent_bytes, self.received, self.received_bytes].map(|n| n.to_string()).into());
        rows.reverse();
        rows
    }

    /// Begins with what was kept, and a row that says so.
    pub fn restore(&mut self, at_ms: u64, saved: Saved) {
        let mut saved = saved.into_iter();
        let counts = saved.next().unwrap_or_default();
        let count = |place: usize| counts.get(place).and_then(|count| count.parse().ok()).unwrap_or_default();
        (self.sent, self.sent_bytes, self.received, self.received_bytes) = (count(0), count(1), count(2), count(3));
        for row in saved {
            if let Some((at_ms, body)) = restore(&row) {
                self.rows.push(at_ms, body);
            }
        }
        if !self.rows.is_empty() {
            self.rows.push(at_ms, Body::Reloaded);
        }
    }
}

fn save(row: &Row) -> Option<Vec<String>> {
    let some = |value: Option<&dyn Display>| value.map(ToString::to_string).unwrap_or_default();
    let mut saved = vec![String::new(), row.at_ms.to_string()];
    let mut add = |kind: &str, values: &[&dyn Display]| {
        kind.clone_into(&mut saved[0]);
        saved.extend(values.iter().map(ToString::to_string));
    };
    match &row.body {
        Body::Opened { url, away } => {
            let (ms, kept) = away.map_or((String::new(), false), |away| (away.ms.to_string(), away.kept));
            add("o", &[url, &ms, &u8::from(kept)]);
        }
        Body::Closed { url, code, reason } => add("c", &[url, &code.0, reason]),
        Body::Sent { text, to, delivery, counted, why, nobody } => {
            let (kind, name) = to.as_ref().map(whom).unwrap_or_default();
            let why = why.as_deref().unwrap_or_default();
            add("s", &[text, &state(*delivery, *counted), &why, &kind, &name, &u8::from(*nobody)]);
        }
        Body::Received { text, envelope: None } => add("r", &[text]),
        Body::Binary { bytes, envelope: None } => add("b", &[&letters(bytes)]),
        Body::Received { envelope: Some(envelope), .. } | Body::Binary { envelope: Some(envelope), .. } => {
            let Envelope { room, offset, event, from, time } = &**envelope;
            let user = from.as_ref().and_then(|from| from.user.as_ref());
            let room = some(room.as_ref().map(|it| it as _));
            let offset = offset.map(|offset| offset.0.to_string()).unwrap_or_default();
            let client = some(from.as_ref().map(|it| &it.client as _));
            let (kind, text) = match &row.body {
                Body::Binary { bytes, .. } => ("f", letters(bytes)),
                Body::Received { text, .. } => ("e", text.to_string()),
                _ => return None,
            };
            add(kind, &[&text, &room, &offset, event, &client, &some(user.map(|it| it as _)), time]);
        }
        Body::Gap { room, lost } => add("g", &[room, &lost.map(|lost| lost.to_string()).unwrap_or_default()]),
        Body::Recovered { room, messages } => add("m", &[room, messages]),
        Body::Said(text) => add("w", &[text]),
        Body::Reloaded => add("p", &[]),
        Body::Trimmed { .. } => return None,
    }
    Some(saved)
}

fn restore(saved: &[String]) -> Option<(u64, Body)> {
    let value = |place: usize| saved.get(place + 2).map(String::as_str).filter(|value| !value.is_empty());
    let text = |place| value(place).unwrap_or_default();
    let number = |place| value(place)?.parse::<u64>().ok();
    let body = match saved.first()?.as_str() {
        "o" => {
            let away = number(1).map(|ms| Away { ms, kept: text(2) == "1" });
            Body::Opened { url: text(0).into(), away }
        }
        "c" => Body::Closed { url: text(0).into(), code: CloseCode(text(1).parse().ok()?), reason: text(2).into() },
        "s" => {
            let (delivery, why) = (delivery(text(1)), value(2).map(Into::into));
            let counted = delivery != Delivery::Failed;
            Body::Sent {
                text: text(0).into(),
                to: destination(text(3), text(4)),
                delivery,
                counted,
                why,
                nobody: text(5) == "1",
            }
        }
        "r" => Body::Received { text: text(0).into(), envelope: None },
        "b" => Body::Binary { bytes: bytes(text(0)), envelope: None },
        kind @ ("e" | "f") => {
            let client = value(4).and_then(|client| ClientId::new(client).ok());
            let user = value(5).and_then(|user| UserId::new(user).ok());
            let envelope = Envelope {
                room: value(1).and_then(|room| RoomName::new(room).ok()),
                offset: number(2).map(Offset),
                event: EventName::new(text(3)).ok()?,
                from: client.map(|client| frame::From { client, user }),
                time: number(6)?,
            };
            let envelope = Some(envelope.into());
            match kind {
                "e" => Body::Received { text: text(0).into(), envelope },
                _ => Body::Binary { bytes: bytes(text(0)), envelope },
            }
        }
        "g" => Body::Gap { room: RoomName::new(text(0)).ok()?, lost: number(1) },
        "m" => Body::Recovered { room: RoomName::new(text(0)).ok()?, messages: number(1)? },
        "w" => Body::Said(text(0).into()),
        "p" => Body::Reloaded,
        _ => return None,
    };
    Some((saved.get(1)?.parse().ok()?, body))
}

/// A destination: what it is, and its name.
fn whom(to: &Destination) -> (&'static str, &str) {
    match to {
        Destination::Room(room) => ("r", room.as_str()),
        Destination::User(user) => ("u", user.as_str()),
        Destination::Client(client) => ("c", client.as_str()),
    }
}

fn destination(kind: &str, name: &str) -> Option<Destination> {
    match kind {
        "r" => RoomName::new(name).ok().map(Destination::Room),
        "u" => UserId::new(name).ok().map(Destination::User),
        "c" => ClientId::new(name).ok().map(Destination::Client),
        _ => None,
    }
}

/// Bytes as the letters of these numbers, which a text can keep.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn bytes(letters: &str) -> Arc<[u8]> {
    letters.chars().filter_map(|letter| u8::try_from(letter).ok()).collect()
}

/// What waits is not sent by the next page; what was handed to a socket before may have arrived.
fn state(delivery: Delivery, counted: bool) -> &'static str {
    match delivery {
        Delivery::Sent => "s",
        Delivery::Acknowledged => "a",
        Delivery::Waiting if !counted => "f",
        Delivery::Failed => "f",
        Delivery::Waiting | Delivery::Doubtful => "d",
    }
}

fn delivery(state: &str) -> Delivery {
    match state {
        "s" => Delivery::Sent,
        "a" => Delivery::Acknowledged,
        "d" => Delivery::Doubtful,
        _ => Delivery::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::RowId;

    fn again(journal: &Journal) -> Journal {
        let json = serde_json::to_string(&journal.save()).unwrap();
        let mut restored = Journal::default();
        restored.restore(99, serde_json::from_str(&json).unwrap());
        restored
    }

    fn bodies(journal: &Journal) -> Vec<Body> {
        journal.rows.iter().map(|row| row.body.clone()).collect()
    }

    #[test]
    fn every_row_is_what_it_was() {
        let mut journal = Journal::default();
        let room = RoomName::new("lobby").unwrap();
        let from = frame::From { client: ClientId::new("c_1").unwrap(), user: Some(UserId::new("ana").unwrap()) };
        let event = EventName::new("text").unwrap();
        let envelope = Envelope { room: Some(room.clone()), offset: Some(Offset(4)), event, from: Some(from), time: 5 };
        let sent = |delivery| Body::Sent {
            text: "sent".into(),
            delivery,
            counted: delivery != Delivery::Failed,
            why: Some("why".into()),
            to: destination("u", "bo"),
            nobody: delivery == Delivery::Acknowledged,
        };
        for body in [
            Body::Opened { url: "ws://a".into(), away: None },
            Body::Opened { url: "ws://a".into(), away: Some(Away { ms: 5, kept: true }) },
            Body::Closed { url: "ws://a".into(), code: CloseCode(1006), reason: "".into() },
            sent(Delivery::Sent),
            sent(Delivery::Acknowledged),
            sent(Delivery::Doubtful),
            sent(Delivery::Failed),
            Body::Received { text: "{\"a\": \"\u{1f}\"}\n".into(), envelope: None },
            Body::Received { text: "".into(), envelope: Some(Arc::new(envelope.clone())) },
            Body::Binary { bytes: (0..=255).collect(), envelope: None },
            Body::Binary { bytes: [7, 200].into(), envelope: Some(envelope.into()) },
            Body::Gap { room: room.clone(), lost: None },
            Body::Gap { room: room.clone(), lost: Some(3) },
            Body::Recovered { room, messages: 2 },
            Body::Said("said".into()),
            Body::Reloaded,
        ] {
            journal.rows.push(7, body);
        }
        let restored = again(&journal);
        let mut expected = bodies(&journal);
        expected.push(Body::Reloaded);
        assert_eq!(bodies(&restored), expected);
        assert_eq!(restored.rows.get(RowId(1)).unwrap().at_ms, 7);
    }

    #[test]
    fn the_counts_stay_exact_and_the_rows_within_bounds() {
        let mut journal = Journal::default();
        for _ in 0..MAX_ROWS + 5 {
            journal.receive_text(1, "abc");
        }
        let restored = again(&journal);
        assert_eq!((restored.received, restored.received_bytes), (1_005, 3_015));
        assert_eq!(restored.rows.len(), MAX_ROWS + 1);
        for _ in 0..3 {
            journal.receive_text(1, &"x".repeat(MAX_BYTES / 2));
        }
        assert_eq!(again(&journal).rows.len(), 2, "the last one that fits, and the note");
    }

    #[test]
    fn what_waited_is_not_sent_and_what_was_on_its_way_may_have_arrived() {
        let mut journal = Journal::default();
        journal.write(1, "waits", None);
        let id = journal.write(2, "on its way", None);
        for delivery in [Delivery::Sent, Delivery::Waiting] {
            journal.apply(3, &client::Effect::Delivery(id, delivery));
        }
        let restored = again(&journal);
        let states: Vec<_> = bodies(&restored)
            .into_iter()
            .filter_map(|body| if let Body::Sent { delivery, .. } = body { Some(delivery) } else { None })
            .collect();
        assert_eq!(states, [Delivery::Failed, Delivery::Doubtful]);
        assert_eq!(restored.sent, 1);
    }

    #[test]
    fn nothing_kept_is_nothing_said_and_nonsense_is_left_out() {
        let mut journal = Journal::default();
        journal.restore(1, Saved::default());
        journal.restore(1, vec![vec![], vec!["x".into()], vec!["r".into(), "late".into()]]);
        assert!(journal.rows.is_empty());
    }
}

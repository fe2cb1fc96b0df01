//! The first event of a stream, `joined`, and the missed messages after it.

use bytes::Bytes;
use serde::Serialize;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use crate::encode::event_stream;
use crate::hub;

/// The data of the first event: a `joined` frame without its messages, which are separate events.
#[derive(Serialize)]
#[serde(tag = "type", rename = "joined")]
struct JoinedEvent<'a> {
    room: &'a RoomName,
    epoch: &'a Epoch,
    offset: Offset,
    recovered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<&'a [PresenceEntry]>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more_users: bool,
}

/// Encodes the first event and the missed messages. `retry_ms` is the reconnect delay in milliseconds. It is
/// always sent, because browsers keep the last value, which may come from a server that shut down.
pub fn events(room: &RoomName, since: Option<&Position>, joined: &hub::JoinReply, retry_ms: u64) -> Bytes {
    let present = joined.present.as_ref();
    let data = JoinedEvent {
        room,
        epoch: &joined.position.epoch,
        offset: joined.position.offset,
        recovered: joined.recovered,
        users: present.map(|present| &*present.users),
        more_users: present.is_some_and(|present| present.more),
    };
    let data = serde_json::to_vec(&data).unwrap_or_default(); // Cannot fail: all keys are strings.
    // A client that disconnects during the missed messages has to resume from its own position.
    let position = since.filter(|_| joined.recovered).unwrap_or(&joined.position);
    let mut out = format!("retry: {retry_ms}\n").into_bytes();
    out.extend(event_stream::event(Some(position), &[&data]));
    for message in &joined.messages {
        out.extend(event_stream::message(message));
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use yodel_protocol::{EventName, Json};

    use super::*;
    use crate::backplane::message::{Body, Message, NewMessage};

    fn at(offset: u64) -> Position {
        Position { epoch: Epoch::new("k3f9").unwrap(), offset: Offset(offset) }
    }

    fn encode(since: Option<u64>, recovered: bool, missed: &[u64]) -> String {
        let room = RoomName::new("chat").unwrap();
        let message = |offset: &u64| {
            let body = Body::Json(EventName::new("msg").unwrap(), Json::string("hi"));
            let new_message = NewMessage { body, from: None, key: None, order: None };
            Arc::new(Message::new(room.clone(), Some(at(*offset)), new_message, 5))
        };
        let messages = missed.iter().map(message).collect();
        let joined = hub::JoinReply { position: at(44), recovered, messages, present: None };
        String::from_utf8(events(&room, since.map(at).as_ref(), &joined, 1500).to_vec()).unwrap()
    }

    const JOINED: &str = r#"data: {"type":"joined","room":"chat","epoch":"k3f9","offset":44,"recovered":"#;

    #[test]
    fn sends_missed_messages_after_the_position_of_the_request() {
        let message = r#"data: {"type":"message","room":"chat","offset":44,"event":"msg","data":"hi","time":5}"#;
        let expected = format!("retry: 1500\nid: k3f9:43\n{JOINED}true}}\n\nid: k3f9:44\n{message}\n\n");
        assert_eq!(encode(Some(43), true, &[44]), expected);
    }

    #[test]
    fn starts_at_the_current_position_without_recovery() {
        for since in [None, Some(7)] {
            assert_eq!(encode(since, false, &[]), format!("retry: 1500\nid: k3f9:44\n{JOINED}false}}\n\n"));
        }
    }
}

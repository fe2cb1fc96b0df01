//! What is said first: where the room is, and whether what was missed comes next.

use bytes::Bytes;
use serde::Serialize;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use crate::encode::event_stream;
use crate::hub;

/// The data of the first event: that of a `joined` frame, with the messages as events of their own.
#[derive(Serialize)]
#[serde(tag = "type", rename = "joined")]
struct Joined<'a> {
    room: &'a RoomName,
    epoch: &'a Epoch,
    offset: Offset,
    recovered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<&'a [PresenceEntry]>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more_users: bool,
}

/// The first event, and what was missed. `retry_ms` is how long to wait before coming back: browsers
/// keep the last time they were told, which may be that of a server that stopped.
pub fn events(room: &RoomName, since: Option<&Position>, joined: &hub::JoinReply, retry_ms: u64) -> Bytes {
    let present = joined.present.as_ref();
    let data = Joined {
        room,
        epoch: &joined.position.epoch,
        offset: joined.position.offset,
        recovered: joined.recovered,
        users: present.map(|present| &*present.users),
        more_users: present.is_some_and(|present| present.more),
    };
    let data = serde_json::to_vec(&data).unwrap_or_default(); // Its keys are strings.
    // Who is cut off in the middle of what was missed comes back for the rest of it.
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
    use crate::hub::message::{Body, Message, NewMessage};

    fn at(offset: u64) -> Position {
        Position { epoch: Epoch::new("k3f9").unwrap(), offset: Offset(offset) }
    }

    fn told(since: Option<u64>, recovered: bool, missed: &[u64]) -> String {
        let room = RoomName::new("chat").unwrap();
        let message = |offset: &u64| {
            let body = Body::Json(EventName::new("msg").unwrap(), Json::string("hi"));
            let draft = NewMessage { body, from: None, key: None };
            Arc::new(Message::new(room.clone(), Some(at(*offset)), draft, 5))
        };
        let messages = missed.iter().map(message).collect();
        let joined = hub::JoinReply { position: at(44), recovered, messages, present: None };
        String::from_utf8(events(&room, since.map(at).as_ref(), &joined, 1500).to_vec()).unwrap()
    }

    const JOINED: &str = r#"data: {"type":"joined","room":"chat","epoch":"k3f9","offset":44,"recovered":"#;

    #[test]
    fn what_was_missed_follows_and_who_is_cut_off_in_it_loses_nothing() {
        let message = r#"data: {"type":"message","room":"chat","offset":44,"event":"msg","data":"hi","time":5}"#;
        let expected = format!("retry: 1500\nid: k3f9:43\n{JOINED}true}}\n\nid: k3f9:44\n{message}\n\n");
        assert_eq!(told(Some(43), true, &[44]), expected);
    }

    #[test]
    fn who_cannot_be_helped_begins_where_the_room_is() {
        for since in [None, Some(7)] {
            assert_eq!(told(since, false, &[]), format!("retry: 1500\nid: k3f9:44\n{JOINED}false}}\n\n"));
        }
    }
}

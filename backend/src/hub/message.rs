//! What is said in a room, whoever said it and in whichever mode.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use yodel_protocol::{ClientId, EventName, Json, Key, Offset, Position, RoomName, UserId, frame};

/// What it costs to keep a message beside its body and names, in bytes.
const OVERHEAD: usize = 384;

/// Who says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub client: ClientId,
    pub user: Option<UserId>,
    /// What plain listeners hear before a text: the tutorials' servers name the sender like that.
    pub prefix: Option<Box<str>>,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// By somebody who speaks `yodel.v1`.
    Json(EventName, Json),
    /// A plain text.
    Text(Box<str>),
    /// Plain bytes.
    Binary(Bytes),
}

/// What somebody wants to say in a room.
#[derive(Clone, Debug)]
pub struct Draft {
    pub body: Body,
    /// Nobody: the server itself.
    pub from: Option<Arc<Sender>>,
    /// Makes it safe to repeat.
    pub key: Option<Key>,
}

/// What was said in a room, at its place.
#[derive(Debug)]
pub struct Message {
    pub room: RoomName,
    /// None when everybody was told.
    pub position: Option<Position>,
    pub body: Body,
    pub from: Option<Arc<Sender>>,
    /// In milliseconds since 1970.
    pub time: u64,
    json: OnceLock<Json>,
}

/// A message as those in plain mode get it.
#[derive(Debug, PartialEq, Eq)]
pub enum Plain<'a> {
    Text(Cow<'a, str>),
    Binary(&'a [u8]),
}

impl Body {
    /// How much it says, in bytes.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Json(_, data) => data.text().len(),
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

impl Message {
    /// A message at its place.
    pub fn new(room: RoomName, position: Option<Position>, draft: Draft, time: u64) -> Self {
        Self { room, position, body: draft.body, from: draft.from, time, json: OnceLock::new() }
    }

    /// Its place in the room.
    pub fn offset(&self) -> Option<Offset> {
        self.position.as_ref().map(|position| position.offset)
    }

    /// What it costs to keep, in bytes.
    pub fn cost(&self) -> usize {
        let sender = self.from.as_ref().map_or(0, |from| from.user.as_ref().map_or(0, |user| user.as_str().len()));
        let event = if let Body::Json(event, _) = &self.body { event.as_str().len() } else { 0 };
        // Twice: as it was said, and as it is told.
        2 * (self.body.len() + event) + self.room.as_str().len() + sender + OVERHEAD
    }

    /// The message as those who speak `yodel.v1` get it, but for the `type`; made once.
    pub fn json(&self) -> &Json {
        self.json.get_or_init(|| Json::of(&self.frame()).unwrap_or_default())
    }

    /// The message as those in plain mode get it: a text as it is, other JSON as its text.
    pub fn plain(&self) -> Plain<'_> {
        let text = match &self.body {
            Body::Binary(bytes) => return Plain::Binary(bytes),
            Body::Text(text) => Cow::Borrowed(&**text),
            Body::Json(_, data) => data.as_string().unwrap_or(Cow::Borrowed(data.text())),
        };
        match self.from.as_ref().and_then(|from| from.prefix.as_ref()) {
            Some(prefix) => Plain::Text(Cow::Owned(format!("{prefix}{text}"))),
            None => Plain::Text(text),
        }
    }

    fn frame(&self) -> frame::Message {
        let (event, data) = match &self.body {
            Body::Json(event, data) => (event.clone(), data.clone()),
            Body::Text(text) => (named("text"), Json::string(text)),
            Body::Binary(bytes) => (named("binary"), Json::string(&STANDARD.encode(bytes))),
        };
        let from = self.from.as_ref().map(|from| from.frame());
        frame::Message { room: self.room.clone(), offset: self.offset(), event, from, data, time: self.time }
    }
}

impl Sender {
    /// Who it is, on the wire.
    pub fn frame(&self) -> frame::From {
        frame::From { client: self.client.clone(), user: self.user.clone() }
    }
}

fn named(event: &str) -> EventName {
    EventName::new(event).expect("a name of ours")
}

#[cfg(test)]
mod tests {
    use yodel_protocol::Epoch;

    use super::*;

    fn message(body: Body, prefix: Option<&str>) -> Message {
        let sender = Sender { client: ClientId::new("c_1").unwrap(), user: None, prefix: prefix.map(Into::into) };
        let draft = Draft { body, from: Some(Arc::new(sender)), key: None };
        let position = Position { epoch: Epoch::new("e").unwrap(), offset: Offset(7) };
        Message::new(RoomName::new("lobby").unwrap(), Some(position), draft, 1000)
    }

    fn json(text: &str) -> Body {
        Body::Json(named("msg"), Json::parse(text).unwrap())
    }

    #[test]
    fn plain_listeners_get_a_string_as_its_text_and_other_data_as_json() {
        for (data, text) in [(r#""a\n\u00e9""#, "a\né"), (r#"{ "a": 1.0}"#, r#"{ "a": 1.0}"#), ("null", "null")] {
            assert_eq!(message(json(data), None).plain(), Plain::Text(text.into()));
        }
        assert_eq!(message(Body::Text("hi".into()), None).plain(), Plain::Text("hi".into()));
        assert_eq!(message(Body::Binary(Bytes::from_static(b"\0")), Some("x: ")).plain(), Plain::Binary(b"\0"));
    }

    #[test]
    fn a_sender_is_named_where_that_is_wanted() {
        assert_eq!(message(Body::Text("hi".into()), Some("me: ")).plain(), Plain::Text("me: hi".into()));
    }

    #[test]
    fn others_get_plain_messages_as_events() {
        for (body, event_and_data) in [
            (Body::Text("a\"b".into()), r#""event":"text","from":{"client":"c_1"},"data":"a\"b""#),
            (Body::Binary(Bytes::from_static(b"\0\xff")), r#""event":"binary","from":{"client":"c_1"},"data":"AP8=""#),
            (json("{ }"), r#""event":"msg","from":{"client":"c_1"},"data":{ }"#),
        ] {
            let expected = format!(r#"{{"room":"lobby","offset":7,{event_and_data},"time":1000}}"#);
            assert_eq!(message(body, Some("me: ")).json().text(), expected);
        }
    }
}

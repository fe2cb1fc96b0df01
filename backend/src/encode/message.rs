//! Encoding of messages for `yodel.v1` and plain mode.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use yodel_protocol::{EventName, Json, frame};

use crate::backplane::message::{Body, Message};

/// Message in plain mode.
#[derive(Debug, PartialEq, Eq)]
pub enum PlainMessage<'a> {
    /// Text message.
    Text(Cow<'a, str>),
    /// Binary message.
    Binary(&'a [u8]),
}

/// Returns the `message` frame of a message without its `type`. The result is cached in the message.
pub fn json(message: &Message) -> &Json {
    message.encoded(|message| Json::from_value(&frame(message)).unwrap_or_default())
}

/// Returns the message for plain mode: the content of a text or a JSON string; other JSON unchanged.
pub fn plain(message: &Message) -> PlainMessage<'_> {
    let text = match &message.body {
        Body::Binary(bytes) => return PlainMessage::Binary(bytes),
        Body::Text(text) => Cow::Borrowed(&**text),
        Body::Json(_, data) => data.as_string().unwrap_or(Cow::Borrowed(data.text())),
    };
    match message.from.as_ref().and_then(|from| from.prefix.as_ref()) {
        Some(prefix) => PlainMessage::Text(Cow::Owned(format!("{prefix}{text}"))),
        None => PlainMessage::Text(text),
    }
}

fn frame(message: &Message) -> frame::Message {
    let (event, data) = match &message.body {
        Body::Json(event, data) => (event.clone(), data.clone()),
        Body::Text(text) => (built_in("text"), Json::string(text)),
        Body::Binary(bytes) => (built_in("binary"), Json::string(&STANDARD.encode(bytes))),
    };
    let from = message.from.as_ref().map(|from| from.frame());
    let (room, offset, time) = (message.room.clone(), message.offset(), message.time);
    frame::Message { room, offset, event, from, data, time }
}

fn built_in(event: &str) -> EventName {
    EventName::new(event).expect("a built-in name is valid")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use yodel_protocol::{ClientId, Epoch, Offset, Position, RoomName};

    use super::*;
    use crate::backplane::message::{NewMessage, Sender};

    fn message(body: Body, prefix: Option<&str>) -> Message {
        let sender = Sender { client: ClientId::new("c_1").unwrap(), user: None, prefix: prefix.map(Into::into) };
        let new = NewMessage { body, from: Some(Arc::new(sender)), key: None, order: None };
        let position = Position { epoch: Epoch::new("e").unwrap(), offset: Offset(7) };
        Message::new(RoomName::new("lobby").unwrap(), Some(position), new, 1000)
    }

    fn event(text: &str) -> Body {
        Body::Json(built_in("msg"), Json::parse(text).unwrap())
    }

    #[test]
    fn plain_mode_receives_strings_as_text_and_other_data_as_json() {
        for (data, text) in [(r#""a\n\u00e9""#, "a\né"), (r#"{ "a": 1.0}"#, r#"{ "a": 1.0}"#), ("null", "null")] {
            assert_eq!(plain(&message(event(data), None)), PlainMessage::Text(text.into()));
        }
        assert_eq!(plain(&message(Body::Text("hi".into()), None)), PlainMessage::Text("hi".into()));
        assert_eq!(plain(&message(Body::Binary(Bytes::from_static(b"\0")), Some("x: "))), PlainMessage::Binary(b"\0"));
    }

    #[test]
    fn adds_the_prefix_of_the_sender() {
        assert_eq!(plain(&message(Body::Text("hi".into()), Some("me: "))), PlainMessage::Text("me: hi".into()));
    }

    #[test]
    fn envelope_clients_receive_plain_messages_as_events() {
        for (body, event_and_data) in [
            (Body::Text("a\"b".into()), r#""event":"text","from":{"client":"c_1"},"data":"a\"b""#),
            (Body::Binary(Bytes::from_static(b"\0\xff")), r#""event":"binary","from":{"client":"c_1"},"data":"AP8=""#),
            (event("{ }"), r#""event":"msg","from":{"client":"c_1"},"data":{ }"#),
        ] {
            let expected = format!(r#"{{"room":"lobby","offset":7,{event_and_data},"time":1000}}"#);
            assert_eq!(json(&message(body, Some("me: "))).text(), expected);
        }
    }
}

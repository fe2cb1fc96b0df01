//! Encoding of a room's contents: at most once per wire format, shared by all receivers.

pub mod event_stream;
mod frame;
pub mod message;

use std::sync::{Arc, OnceLock};

use yodel_websocket::batch::{Batch, BatchBuilder};
use yodel_websocket::message::Kind;

use crate::hub::{Content, Payload};
use message::PlainMessage;

/// Wire format of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireFormat {
    /// Raw WebSocket messages (plain mode).
    Plain,
    /// WebSocket messages with `yodel.v1` frames.
    Envelope,
    /// Server-Sent Events, without a WebSocket.
    Events,
}

/// Contents that are delivered together, encoded once per wire format; a handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct SharedPayload(Arc<LazyEncodings>);

#[derive(Debug)]
struct LazyEncodings {
    contents: Vec<Content>,
    /// Each is encoded when the first receiver of the format needs it.
    plain: OnceLock<Batch>,
    envelope: OnceLock<Batch>,
    events: OnceLock<Batch>,
}

impl SharedPayload {
    /// Returns the contents in a wire format, which may have no frames. Encodes them on the first call.
    pub fn batch(&self, format: WireFormat) -> &Batch {
        match format {
            WireFormat::Plain => self.0.plain.get_or_init(|| self.build(plain)),
            WireFormat::Envelope => self.0.envelope.get_or_init(|| self.build(envelope)),
            WireFormat::Events => self.0.events.get_or_init(|| self.build(event)),
        }
    }

    fn build(&self, add: impl Fn(&Content, &mut BatchBuilder)) -> Batch {
        let mut builder = BatchBuilder::default();
        for content in &self.0.contents {
            add(content, &mut builder);
        }
        builder.finish()
    }
}

fn plain(content: &Content, builder: &mut BatchBuilder) {
    match content {
        Content::Message(message) => match message::plain(message) {
            PlainMessage::Text(text) => builder.push(Kind::Text, &[text.as_bytes()]),
            PlainMessage::Binary(bytes) => builder.push(Kind::Binary, &[bytes]),
        },
        Content::Text(text) => builder.push(Kind::Text, &[text.as_bytes()]),
        Content::Presence(_) | Content::Frame(_) => {}
    }
}

fn envelope(content: &Content, builder: &mut BatchBuilder) {
    match content {
        Content::Message(message) => builder.push(Kind::Text, &frame::parts(message)),
        Content::Presence(diff) => builder.push(Kind::Text, &[frame::presence(diff).as_bytes()]),
        Content::Frame(frame) => builder.push(Kind::Text, &[frame.as_bytes()]),
        Content::Text(_) => {}
    }
}

/// Adds the `yodel.v1` frames as events, with positions as their ids.
fn event(content: &Content, builder: &mut BatchBuilder) {
    match content {
        Content::Message(message) => builder.push_framed(&event_stream::message(message)),
        Content::Presence(diff) => {
            builder.push_framed(&event_stream::event(None, &[frame::presence(diff).as_bytes()]));
        }
        Content::Frame(frame) => builder.push_framed(&event_stream::event(None, &[frame.as_bytes()])),
        Content::Text(_) => {}
    }
}

impl Payload for SharedPayload {
    fn of(contents: Vec<Content>) -> Self {
        let (plain, envelope, events) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self(Arc::new(LazyEncodings { contents, plain, envelope, events }))
    }
}

#[cfg(test)]
mod tests {
    use yodel_protocol::{Epoch, EventName, Json, Offset, Position, RoomName};

    use super::*;
    use crate::backplane::message::{Body, Message, NewMessage};

    #[test]
    fn each_wire_format_contains_its_contents() {
        let body = Body::Json(EventName::new("msg").unwrap(), Json::string("hi"));
        let new = NewMessage { body, from: None, key: None, order: None };
        let position = Position { epoch: Epoch::new("e").unwrap(), offset: Offset(1) };
        let message = Message::new(RoomName::new("lobby").unwrap(), Some(position), new, 5);
        let contents = vec![
            Content::Message(Arc::new(message)),
            Content::Frame(r#"{"type":"pong"}"#.into()),
            Content::Text("tick".into()),
        ];
        let payload = SharedPayload::of(contents);
        let plain = payload.batch(WireFormat::Plain);
        assert_eq!((plain.frames(None).as_ref(), plain.messages()), (&b"\x81\x02hi\x81\x04tick"[..], 2));
        let envelope = payload.batch(WireFormat::Envelope);
        let frame = r#"{"type":"message","room":"lobby","offset":1,"event":"msg","data":"hi","time":5}"#;
        let expected =
            [b"\x81", &[u8::try_from(frame.len()).unwrap()][..], frame.as_bytes(), b"\x81\x0f{\"type\":\"pong\"}"];
        assert_eq!((envelope.frames(None).as_ref(), envelope.messages()), (&expected.concat()[..], 2));
        let events = payload.batch(WireFormat::Events);
        let expected = format!("id: e:1\ndata: {frame}\n\ndata: {{\"type\":\"pong\"}}\n\n");
        assert_eq!((events.frames(None).as_ref(), events.messages()), (expected.as_bytes(), 2));
    }
}

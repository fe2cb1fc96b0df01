//! Messages of clients before they are published.

use std::borrow::Cow;

use yodel_protocol::RoomName;

use crate::backplane::message::Body;

/// A message of a client before it is published, as an argument of the `on_publish` hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    room: RoomName,
    /// Payload of the message. The hook may replace it, even with a payload of another kind.
    pub body: Body,
}

impl Publication {
    pub(crate) fn new(room: RoomName, body: Body) -> Self {
        Self { room, body }
    }

    /// Returns the room of the message; [`RoomName::EVERYONE`] for a broadcast.
    pub fn room(&self) -> &RoomName {
        &self.room
    }

    /// Returns the text of a text message, or of JSON data that is a string; `None` for other data.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match &self.body {
            Body::Text(text) => Some(Cow::Borrowed(text)),
            Body::Json(_, data) => data.as_string(),
            Body::Binary(_) => None,
        }
    }

    /// Replaces the text, and keeps kind and event of the message. Binary data becomes a text message.
    pub fn set_text(&mut self, text: &str) {
        match &mut self.body {
            Body::Json(_, data) => *data = yodel_protocol::Json::string(text),
            body => *body = Body::Text(text.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use yodel_protocol::{EventName, Json};

    use super::*;

    #[test]
    fn reads_and_replaces_the_text_of_every_kind() {
        let json = |data| Body::Json(EventName::new("msg").unwrap(), data);
        for (body, text, replaced) in [
            (Body::Text("hi".into()), Some("hi"), Body::Text("bye".into())),
            (json(Json::string("hi")), Some("hi"), json(Json::string("bye"))),
            (json(Json::null()), None, json(Json::string("bye"))),
            (Body::Binary(bytes::Bytes::from_static(b"hi")), None, Body::Text("bye".into())),
        ] {
            let mut publication = Publication::new(RoomName::new("r").unwrap(), body);
            assert_eq!(publication.text().as_deref(), text);
            publication.set_text("bye");
            assert_eq!(publication.body, replaced);
        }
    }
}

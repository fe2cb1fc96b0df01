//! Messages.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use yodel_protocol::{ClientId, EventName, IdempotencyKey, Json, Offset, Position, RoomName, UserId, frame};

use super::digest::Fnv1a;
use super::publish_order::PublishOrder;

/// Estimated memory of a message in bytes, without its body and names.
const OVERHEAD: usize = 384;

/// Sender of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Connection of the sender.
    pub client: ClientId,
    /// User of the sender; `None` if it is anonymous.
    pub user: Option<UserId>,
    /// Prefix of its texts in plain mode, with which the tutorials' servers name the sender.
    pub prefix: Option<Box<str>>,
}

/// Body of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Event and its data, as in `yodel.v1`.
    Json(EventName, Json),
    /// Text message from plain mode.
    Text(Box<str>),
    /// Binary message from plain mode.
    Binary(Bytes),
}

/// Message that does not have an offset yet.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Body of the message.
    pub body: Body,
    /// Sender; `None` for the server itself.
    pub from: Option<Arc<Sender>>,
    /// Idempotency key, which makes it safe to repeat the publish.
    pub key: Option<MessageKey>,
    /// Place among the publishes of its connection; `None` if its sender repeats nothing.
    pub order: Option<PublishOrder>,
}

/// Idempotency key of a message, and a digest of the payload that its sender chose it for. A hook may replace the
/// payload afterwards, and differently for a repetition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageKey {
    /// The key.
    pub key: IdempotencyKey,
    digest: u64,
}

impl MessageKey {
    /// Creates the key of a message with this payload.
    pub fn new(key: IdempotencyKey, body: &Body) -> Self {
        let hash = Fnv1a::new();
        let hash = match body {
            // Names contain no control characters, so the 0 ends the event.
            Body::Json(event, data) => {
                hash.with(b"j").with(event.as_str().as_bytes()).with(&[0]).with(data.text().as_bytes())
            }
            Body::Text(text) => hash.with(b"t").with(text.as_bytes()),
            Body::Binary(bytes) => hash.with(b"b").with(bytes),
        };
        Self { key, digest: hash.finish() }
    }

    /// Creates a key from its parts, as another node or run of the server stored them.
    #[cfg(feature = "disk")]
    pub(crate) fn from_parts(key: IdempotencyKey, digest: u64) -> Self {
        Self { key, digest }
    }

    /// Returns the digest of the payload, which is the same on every node.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// Returns whether both were created for the same payload.
    pub fn has_payload_of(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

/// Published message.
#[derive(Debug)]
pub struct Message {
    /// Room of the message.
    pub room: RoomName,
    /// Position in the room; `None` for a broadcast to all connections.
    pub position: Option<Position>,
    /// Body of the message.
    pub body: Body,
    /// Sender; `None` for the server itself.
    pub from: Option<Arc<Sender>>,
    /// Time at which the message was published, in milliseconds since 1970.
    pub time: u64,
    encoded: OnceLock<Json>,
}

impl NewMessage {
    /// Returns the estimated memory of the message in a room, in bytes.
    pub fn cost(&self, room: &RoomName) -> usize {
        cost(&self.body, self.from.as_deref(), room)
    }
}

impl Body {
    /// Returns the length of the data, in bytes.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Json(_, data) => data.text().len(),
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

impl Message {
    /// Creates a message at a position.
    pub fn new(room: RoomName, position: Option<Position>, message: NewMessage, time: u64) -> Self {
        Self { room, position, body: message.body, from: message.from, time, encoded: OnceLock::new() }
    }

    /// Returns the offset in the room.
    pub fn offset(&self) -> Option<Offset> {
        self.position.as_ref().map(|position| position.offset)
    }

    /// Returns the estimated memory, in bytes.
    pub fn cost(&self) -> usize {
        cost(&self.body, self.from.as_deref(), &self.room)
    }

    /// Returns the cached JSON of the message; the first call creates it with `encode`.
    pub fn encoded(&self, encode: impl FnOnce(&Self) -> Json) -> &Json {
        self.encoded.get_or_init(|| encode(self))
    }
}

fn cost(body: &Body, from: Option<&Sender>, room: &RoomName) -> usize {
    let sender = from.and_then(|from| from.user.as_ref()).map_or(0, |user| user.as_str().len());
    let event = if let Body::Json(event, _) = body { event.as_str().len() } else { 0 };
    // Twice, for the body and its JSON.
    2 * (body.len() + event) + room.as_str().len() + sender + OVERHEAD
}

impl Sender {
    /// Returns the sender as in a `yodel.v1` frame.
    pub fn frame(&self) -> frame::From {
        frame::From { client: self.client.clone(), user: self.user.clone() }
    }
}

//! Requests that permissions and hooks have allowed.

use yodel_protocol::frame::Join;
use yodel_protocol::{Key, RoomName};

use crate::hub::message::Body;

/// A request that is carried out now.
#[derive(Debug)]
pub enum Granted {
    /// Join a room.
    Join(Join),
    /// Publish into a room.
    Publish {
        /// Room of the message.
        room: RoomName,
        /// Payload of the message.
        body: Body,
        /// Idempotency key.
        key: Option<Key>,
        /// Whether the publisher receives the message, too.
        echo: bool,
    },
    /// Send to all connections.
    Broadcast(Body),
}

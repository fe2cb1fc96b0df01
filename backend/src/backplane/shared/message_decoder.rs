//! Stored messages as messages of a room.

use std::sync::Arc;

use bytes::Bytes;
use tracing::error;
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use super::metrics::SharedMetrics;
use super::stored_message::StoredMessage;
use crate::backplane::message::Message;
use crate::backplane::recipients::Recipients;

/// Decoder of the messages that the store returns.
#[derive(Clone, Debug)]
pub struct MessageDecoder {
    /// Name of this node.
    pub node: Arc<str>,
    /// Counter of messages that cannot be read.
    pub metrics: Arc<SharedMetrics>,
}

impl MessageDecoder {
    /// Decodes a message. Counts and logs one that cannot be read, and returns `None`.
    pub fn decode(&self, room: &RoomName, position: Position, payload: &[u8]) -> Option<(Arc<Message>, Recipients)> {
        match StoredMessage::decode(payload) {
            Ok(stored) => {
                let recipients = stored.recipients(&self.node);
                let message = Message::new(room.clone(), Some(position), stored.message, stored.time);
                Some((Arc::new(message), recipients))
            }
            Err(error) => {
                self.metrics.damaged_messages.increment();
                error!(%room, offset = position.offset.0, %error, "cannot read a stored message; it is not delivered");
                None
            }
        }
    }

    /// Decodes the messages of a page, and leaves out those that cannot be read.
    pub fn decode_page(&self, room: &RoomName, epoch: &Epoch, page: &[(Offset, Bytes)]) -> Vec<Arc<Message>> {
        let position = |offset: &Offset| Position { epoch: epoch.clone(), offset: *offset };
        let decoded = page.iter().filter_map(|(offset, payload)| self.decode(room, position(offset), payload));
        decoded.map(|(message, _)| message).collect()
    }
}

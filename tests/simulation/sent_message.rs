//! Messages that a client has sent.

use yodel_client::Delivery;
use yodel_protocol::RoomName;

/// A message that a client has sent.
#[derive(Debug)]
pub struct SentMessage {
    /// Room of the message.
    pub room: RoomName,
    /// Text of the message.
    pub text: String,
    /// State of its delivery.
    pub delivery: Option<Delivery>,
}

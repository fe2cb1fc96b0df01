//! Frames of `yodel.v1` that are the same for all receivers.

use yodel_protocol::frame::{self, PresenceDiff, ServerFrame};

use super::message;
use crate::hub::message::Message;

/// Start of a `message` frame; the JSON of the message without its first brace follows.
const MESSAGE: &[u8] = br#"{"type":"message","#;

/// Returns the `message` frame of a message, in parts.
pub fn parts(message: &Message) -> [&[u8]; 2] {
    [MESSAGE, &message::json(message).text().as_bytes()[1..]]
}

/// Returns the frame of a presence change.
pub fn presence(diff: &PresenceDiff) -> String {
    ServerFrame::<frame::Message>::PresenceDiff(diff.clone()).encode()
}

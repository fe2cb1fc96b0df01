//! `yodel.v1` frames that are the same for all receivers.

use yodel_protocol::frame::{self, PresenceDiff, ServerFrame};

use super::message;
use crate::backplane::message::Message;

/// Start of a `message` frame. The JSON of the message follows, without its opening brace.
const MESSAGE: &[u8] = br#"{"type":"message","#;

/// Returns the `message` frame of a message as two slices.
pub fn parts(message: &Message) -> [&[u8]; 2] {
    [MESSAGE, &message::json(message).text().as_bytes()[1..]]
}

/// Returns the `presence_diff` frame of a presence change.
pub fn presence(diff: &PresenceDiff) -> String {
    ServerFrame::<frame::Message>::PresenceDiff(diff.clone()).encode()
}

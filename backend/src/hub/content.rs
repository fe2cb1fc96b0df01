//! Contents that a room delivers, before they are encoded.

use std::sync::Arc;

use yodel_protocol::frame::{PresenceDiff, PresenceEntry};

use crate::backplane::message::Message;

/// Estimated memory of one presence entry, in bytes, without its name and info.
const PRESENT_OVERHEAD: usize = 32;

/// Content that is delivered to the members of a room.
#[derive(Clone, Debug)]
pub enum Content {
    /// Message, for all members.
    Message(Arc<Message>),
    /// Presence change, for members that use `yodel.v1`.
    Presence(Arc<PresenceDiff>),
    /// Encoded frame, for members that use `yodel.v1`.
    Frame(Arc<str>),
    /// Text, for members in plain mode.
    Text(Arc<str>),
}

impl Content {
    /// Returns the estimated memory, in bytes.
    pub fn cost(&self) -> usize {
        match self {
            Self::Message(message) => message.cost(),
            Self::Presence(diff) => {
                diff.room.as_str().len() + diff.joined.iter().chain(&diff.left).map(present_cost).sum::<usize>()
            }
            Self::Frame(text) | Self::Text(text) => text.len(),
        }
    }
}

fn present_cost(present: &PresenceEntry) -> usize {
    let user = present.user.as_ref().map_or(0, |user| user.as_str().len());
    let client = present.client.as_ref().map_or(0, |client| client.as_str().len());
    let info = present.info.as_ref().map_or(0, |info| info.text().len());
    PRESENT_OVERHEAD + user + client + info
}

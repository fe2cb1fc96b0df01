//! Request and reply of a join.

use std::sync::Arc;

use yodel_protocol::{Json, Position};

use crate::backplane::message::Message;
use crate::hub::presence::{PresenceKey, PresenceSnapshot};

/// Request to join a room.
#[derive(Clone, Copy, Debug)]
pub struct JoinRequest<'a> {
    /// Identity in the presence of the room.
    pub presence_key: &'a PresenceKey,
    /// Public information of the user, which other members see.
    pub info: Option<&'a Json>,
    /// True if the member receives presence changes.
    pub watches: bool,
    /// Last position that the client received; `None` to recover nothing.
    pub since: Option<&'a Position>,
}

/// Reply to a join.
#[derive(Debug)]
pub struct JoinReply {
    /// Position of the room.
    pub position: Position,
    /// True if `messages` contains all messages after the client's last position. If false, it is empty.
    pub recovered: bool,
    /// Messages published after the client's last position.
    pub messages: Vec<Arc<Message>>,
    /// Users in the room, for members that receive presence changes.
    pub present: Option<PresenceSnapshot>,
}

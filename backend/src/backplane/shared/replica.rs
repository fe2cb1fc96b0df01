//! The local side of a room that follows the store.

use std::sync::Arc;

use yodel_protocol::{Position, RoomName};

use crate::backplane::message::Message;
use crate::backplane::recipients::Recipients;
use crate::backplane::replica::Replica;

/// Local side of a room whose positions and messages come from the store.
pub trait FollowingReplica: Replica {
    /// Returns the name of the room.
    fn name(&self) -> &RoomName;

    /// Begins to follow the room of the backplane at a position, without messages before it. Members that have joined at
    /// another position have missed something and are disconnected, so that they join again. Returns false if the room
    /// is closed.
    fn begin(&self, position: Position) -> bool;

    /// Delivers and keeps a published message, if it is the next one of the room.
    fn append(&self, message: Arc<Message>, recipients: Recipients);

    /// Stops following the room, so that joins have to follow it again. Does nothing and returns false while the room
    /// has members.
    fn end(&self) -> bool;

    /// Returns whether messages wait for slow members, so that no more should be delivered now.
    fn is_full(&self) -> bool;

    /// Returns whether the room keeps all messages after a position.
    fn has_since(&self, position: &Position) -> bool;
}

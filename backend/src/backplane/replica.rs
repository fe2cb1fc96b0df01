//! The local side of a room.

use yodel_protocol::{Offset, Position};

use super::history::HistoryPage;
use super::message::NewMessage;
use super::publish::{PublishOutcome, RoomRejection};
use super::recipients::Recipients;

/// Local side of a room: what its members on this node receive, and the messages that it keeps for them.
pub trait Replica: Send + Sync + 'static {
    /// Publishes a message at the next offset, which the room itself assigns. `reserved` is true if the memory of the
    /// message is reserved.
    ///
    /// # Errors
    /// Returns an error if the room is closed, the key was used for another message, or there is no memory.
    fn publish(
        &self,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
    ) -> Result<PublishOutcome, RoomRejection>;

    /// Returns the position of the room, and a page of the messages that it keeps.
    fn page(&self, before: Option<Offset>, limit: usize) -> (Position, HistoryPage);
}

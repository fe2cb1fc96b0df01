//! The local side of a room that is kept on a disk.

use std::sync::Arc;

use crate::backplane::PublishAnswer;
use crate::backplane::journal::Journal;
use crate::backplane::message::NewMessage;
use crate::backplane::publish::RoomRejection;
use crate::backplane::recipients::Recipients;
use crate::backplane::replica::Replica;

/// Local side of a room that appends its messages to a journal. It reports to the journal what it keeps, and its end.
pub trait DurableReplica: Replica {
    /// Publishes a message as [`Replica::publish`] does, if the journal accepts it. Answers at once.
    ///
    /// # Errors
    /// As for [`Replica::publish`]. The answer is an error if the journal does not accept the message.
    fn publish_at_once(
        &self,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
        journal: &dyn Journal,
    ) -> Result<PublishAnswer, RoomRejection>;

    /// Gives a message the next offset, and publishes it when the journal has confirmed it. Until then nobody sees it, and
    /// the room is in use.
    ///
    /// # Errors
    /// As for [`publish_at_once`](Self::publish_at_once). The answer is an error as well if the message is not durable.
    fn publish_when_durable(
        self: &Arc<Self>,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
        journal: &dyn Journal,
    ) -> Result<PublishAnswer, RoomRejection>;
}

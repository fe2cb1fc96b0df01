//! A room as the local side of a room of the backplane.

use yodel_protocol::{Offset, Position};

use super::Room;
use crate::backplane::history::HistoryPage;
use crate::backplane::message::NewMessage;
use crate::backplane::publish::{PublishOutcome, RoomRejection};
use crate::backplane::recipients::Recipients;
use crate::backplane::replica::Replica;
use crate::hub::payload::Payload;

impl<P: Payload> Replica for Room<P> {
    fn publish(
        &self,
        message: NewMessage,
        recipients: Recipients,
        reserved: bool,
    ) -> Result<PublishOutcome, RoomRejection> {
        self.publish(message, recipients, reserved)
    }

    fn page(&self, before: Option<Offset>, limit: usize) -> (Position, HistoryPage) {
        self.history(before, limit)
    }
}

//! Position and messages of a room that follows the store of several nodes.

use std::sync::Arc;

use yodel_protocol::Position;

use super::state::RoomInner;
use crate::backplane::message::Message;
use crate::environment::Timestamp;
use crate::hub::services::HubServices;

impl RoomInner {
    /// Begins at a position of the backplane, without messages. Returns whether something before it was missed.
    pub fn begin(&mut self, position: Position, services: &HubServices) -> bool {
        let missed = !self.current || self.epoch != position.epoch || self.offset != position.offset;
        if missed {
            services.metrics.replace_retained(self.cost(), 0);
            self.history.clear();
            (self.epoch, self.offset) = (position.epoch, position.offset);
        }
        self.current = true;
        missed
    }

    /// Appends a message of the backplane. Returns false if it is not the next one.
    pub fn append_next(&mut self, message: &Arc<Message>, now: Timestamp, services: &HubServices) -> bool {
        let next = Position { epoch: self.epoch.clone(), offset: self.offset.next() };
        if self.closed || !self.current || message.position.as_ref() != Some(&next) {
            return false;
        }
        let (before, available) =
            (self.cost(), services.retention.total_bytes.saturating_sub(self.bytes_of_others(services)));
        (self.offset, self.last_used) = (next.offset, now);
        self.history.push(Arc::clone(message), now);
        while self.cost() > available && self.history.len() > 0 {
            self.history.remove_oldest();
        }
        services.metrics.replace_retained(before, self.cost());
        true
    }

    /// Gives up the position of the backplane, the messages of the room and the users of other nodes.
    pub fn end(&mut self, services: &HubServices) {
        self.presence.forget_remote(services.now());
        services.metrics.replace_retained(self.cost(), 0);
        self.history.clear();
        self.current = false;
    }

    /// Returns whether the room keeps all messages after a position.
    pub fn has_since(&self, since: &Position) -> bool {
        self.current && since.epoch == self.epoch && self.history.has_since(since.offset, self.offset)
    }
}

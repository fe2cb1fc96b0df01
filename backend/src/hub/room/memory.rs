//! Memory that a room takes for messages and idempotency keys.

use yodel_protocol::RoomName;

use super::state::RoomInner;
use crate::backplane::message::NewMessage;
use crate::config::RetentionConfig;
use crate::hub::idempotency;
use crate::hub::largest_rooms::SizeClass;
use crate::hub::services::HubServices;
use crate::hub::unused_rooms::RoomContent;

impl RoomInner {
    /// Returns the memory that a message will take, in bytes.
    pub fn retained_cost(message: &NewMessage, room: &RoomName, retention: &RetentionConfig) -> usize {
        let (cost, history) = (message.cost(room), retention.history);
        let kept = if history.messages > 0 && cost <= history.bytes { cost } else { 0 };
        let key = if message.key.is_some() { idempotency::COST } else { 0 };
        (kept + key).min(retention.total_bytes)
    }

    /// Returns whether a message that takes `bytes` fits into the memory of all rooms in place of the older messages
    /// and keys of this room.
    pub fn fits_in_place(&self, bytes: usize, services: &HubServices) -> bool {
        self.bytes_of_others(services) + bytes <= services.retention.total_bytes
    }

    /// Returns whether messages are prepared that the journal has not confirmed.
    #[cfg(feature = "disk")]
    pub fn has_prepared(&self) -> bool {
        self.journaled.as_ref().is_some_and(|journaled| !journaled.prepared.is_empty())
    }

    /// Removes the oldest messages, then keys, until `bytes` are free or the room is no longer one of the largest.
    /// The newest message and the newest key stay.
    pub fn trim(&mut self, bytes: usize, services: &HubServices) {
        let (before, class) = (self.cost(), self.current_size_class());
        while before - self.cost() < bytes && self.current_size_class() == class && self.remove_oldest() {}
        services.metrics.replace_retained(before, self.cost());
    }

    /// Returns the class of the room in the index of rooms by size.
    pub fn current_size_class(&self) -> SizeClass {
        if self.has_removable() { SizeClass::of(self.cost()) } else { SizeClass::default() }
    }

    /// Returns the content of the room.
    pub fn content(&self) -> RoomContent {
        if self.cost() > 0 { RoomContent::History } else { RoomContent::Empty }
    }

    pub(super) fn cost(&self) -> usize {
        self.history.bytes() + self.keys.len() * idempotency::COST
    }

    pub(super) fn bytes_of_others(&self, services: &HubServices) -> usize {
        services.metrics.retained_bytes().saturating_sub(self.cost())
    }

    pub(super) fn has_removable(&self) -> bool {
        self.history.len() > 1 || self.keys.len() > 1
    }

    /// Removes the oldest message, or if only one is left, the oldest key: only idempotency keys make it safe to repeat
    /// a publish. Returns false if the newest message and the newest key are left.
    pub(super) fn remove_oldest(&mut self) -> bool {
        let removable = self.has_removable();
        if self.history.len() > 1 {
            self.history.remove_oldest();
        } else if removable {
            self.keys.remove_oldest();
        }
        removable
    }
}

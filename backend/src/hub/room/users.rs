//! Users of a room on this node and on others.

#[cfg(feature = "redis")]
use std::collections::BTreeMap;

use yodel_protocol::Json;
use yodel_protocol::frame::PresenceEntry;

use super::state::RoomInner;
use crate::environment::Timestamp;
use crate::hub::presence::{DiffLimits, PresenceChanges, PresenceKey, PresenceSnapshot};

impl RoomInner {
    /// Replaces the info of a user in the presence.
    pub fn update_info(&mut self, presence: &PresenceKey, info: Option<&Json>) {
        self.presence.update_info_here(presence, info);
    }

    /// Removes a connection from the presence.
    pub fn leave(&mut self, presence: &PresenceKey, now: Timestamp) {
        self.last_used = now;
        self.presence.leave(presence, now);
    }

    /// Takes the users whose connections on this node have changed.
    pub fn take_presence_here(&mut self) -> Vec<PresenceEntry> {
        self.presence.take_changes_here()
    }

    /// Updates the users of another node.
    #[cfg(feature = "redis")]
    pub fn set_remote_presence(&mut self, node: &str, entries: &[PresenceEntry], complete: bool, now: Timestamp) {
        self.presence.set_remote(node, entries, complete, now);
    }

    /// Replaces the users of all other nodes.
    #[cfg(feature = "redis")]
    pub fn replace_remote_presence(&mut self, nodes: &BTreeMap<String, Vec<PresenceEntry>>, now: Timestamp) {
        self.presence.replace_remote(nodes, now);
    }

    /// Returns the users that have connections to this node.
    #[cfg(feature = "redis")]
    pub fn presence_here(&self) -> Vec<PresenceEntry> {
        self.presence.all_here()
    }

    /// Takes presence changes within the limits, and returns them and whether changes remain.
    pub fn presence_diff(&mut self, now: Timestamp, limits: DiffLimits) -> (PresenceChanges, bool) {
        let diff = self.presence.diff(now, limits);
        self.dirty = self.presence.pending_changes() > 0;
        (diff, self.dirty)
    }

    /// Returns at most `limit` users in the room.
    pub fn presence(&mut self, limit: usize) -> PresenceSnapshot {
        self.presence.snapshot(limit, None)
    }
}

//! Presence of a room: its users on this node and on others.

#[cfg(feature = "redis")]
use std::collections::BTreeMap;
use std::sync::Arc;

use yodel_protocol::Json;
use yodel_protocol::frame::{PresenceDiff, PresenceEntry};

use super::Room;
use crate::backplane::recipients::{MemberKey, Recipients};
use crate::environment::Timestamp;
use crate::hub::content::Content;
use crate::hub::payload::Payload;
use crate::hub::presence::{DiffLimits, PresenceKey, PresenceSnapshot};

impl<P: Payload> Room<P> {
    /// Replaces the info of a member's user, and ends the member's presence changes unless it may watch them.
    pub(in crate::hub) fn renew(&self, key: MemberKey, presence: &PresenceKey, info: Option<&Json>, may_watch: bool) {
        if !may_watch && self.fanout.stop_watching(key) {
            self.fanout.finish_turn(); // The turn in progress may still deliver a change.
        }
        let mut state = self.state.lock();
        state.update_info(presence, info);
        self.entry.mark_dirty(&mut state);
    }

    /// Takes the users whose connections on this node have changed. One that has left has zero clients.
    pub fn take_presence_here(&self) -> Vec<PresenceEntry> {
        self.state.lock().take_presence_here()
    }

    /// Updates the users that another node has in the room. With `complete`, those without an entry have left.
    #[cfg(feature = "redis")]
    pub fn set_remote_presence(&self, node: &str, entries: &[PresenceEntry], complete: bool) {
        let now = self.services.now();
        let mut state = self.state.lock();
        if state.is_current() && !state.is_closed() {
            state.set_remote_presence(node, entries, complete, now);
            self.entry.mark_dirty(&mut state);
        }
    }

    /// Replaces the users that all other nodes have in the room, by node.
    #[cfg(feature = "redis")]
    pub fn replace_remote_presence(&self, nodes: &BTreeMap<String, Vec<PresenceEntry>>) {
        let now = self.services.now();
        let mut state = self.state.lock();
        if state.is_current() && !state.is_closed() {
            state.replace_remote_presence(nodes, now);
            self.entry.mark_dirty(&mut state);
        }
    }

    /// Returns the users that have connections to this node.
    #[cfg(feature = "redis")]
    pub fn presence_here(&self) -> Vec<PresenceEntry> {
        self.state.lock().presence_here()
    }

    /// Queues pending presence changes for the members that receive them, and returns whether changes remain.
    pub fn publish_presence(&self, now: Timestamp) -> bool {
        let mut state = self.state.lock();
        let retention = &self.services.retention;
        let limits = DiffLimits { users: retention.presence_max.max(1), bytes: retention.presence_bytes };
        let (diff, remaining) = state.presence_diff(now, limits);
        if !diff.is_empty() {
            let diff = PresenceDiff { room: self.name.clone(), joined: diff.joined, left: diff.left };
            self.fanout.publish(Content::Presence(Arc::new(diff)), Recipients::Watchers, now);
        }
        remaining
    }
}

impl<P> Room<P> {
    /// Returns the users in the room, up to the limit of a presence list.
    pub fn presence(&self) -> PresenceSnapshot {
        self.state.lock().presence(self.services.retention.presence_max)
    }
}

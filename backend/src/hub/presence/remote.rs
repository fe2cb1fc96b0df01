//! Users that other nodes have in a room.

use std::collections::{BTreeSet, HashMap};

use yodel_protocol::frame::PresenceEntry;

use super::{Presence, PresenceKey};

/// Presence of a room on other nodes, and what they have to be told about this one.
#[derive(Debug, Default)]
pub(super) struct RemotePresence {
    /// Number of connections by user, for each node.
    pub(super) nodes: HashMap<Box<str>, HashMap<PresenceKey, u32>>,
    /// Users whose connections on this node have changed.
    pub(super) changed_here: BTreeSet<PresenceKey>,
}

impl RemotePresence {
    /// Returns the number of users to tell other nodes about.
    pub fn pending(&self) -> usize {
        self.changed_here.len()
    }

    /// Records a change on this node.
    pub fn change_here(&mut self, key: &PresenceKey) {
        self.changed_here.insert(key.clone());
    }
}

impl Presence {
    /// Takes the users whose connections on this node have changed. One that has left has zero clients.
    pub fn take_changes_here(&mut self) -> Vec<PresenceEntry> {
        let Some(remote) = &mut self.remote else { return Vec::new() };
        let changed = std::mem::take(&mut remote.changed_here);
        changed.into_iter().map(|key| self.present_here(&key)).collect()
    }

    /// Returns the entry of a user with its connections on this node.
    pub(super) fn present_here(&self, key: &PresenceKey) -> PresenceEntry {
        let all = self.users.get(key);
        let elsewhere: u32 =
            self.remote.iter().flat_map(|remote| remote.nodes.values()).filter_map(|users| users.get(key)).sum();
        let here = all.map_or(0, |user| user.clients.saturating_sub(elsewhere));
        key.present(here, all.filter(|_| here > 0).and_then(|user| user.info.clone()))
    }
}

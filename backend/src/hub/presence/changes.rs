//! Presence changes to publish, within limits.

use yodel_protocol::frame::PresenceEntry;

use super::Presence;
use crate::environment::Timestamp;

/// Limits of a diff.
#[derive(Clone, Copy, Debug)]
pub struct DiffLimits {
    /// Maximum number of joins, and of leaves.
    pub users: usize,
    /// Maximum size of all entries in bytes; a larger single entry is published nevertheless.
    pub bytes: usize,
}

/// Presence changes to publish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresenceChanges {
    /// Users that joined, or whose info changed.
    pub joined: Vec<PresenceEntry>,
    /// Users that left.
    pub left: Vec<PresenceEntry>,
}

impl PresenceChanges {
    /// Returns whether there are no changes.
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.left.is_empty()
    }
}

impl Presence {
    /// Takes the changes to publish: joins, and users whose grace period has ended. What exceeds the limits follows
    /// with the next calls. While joins are pending, leaves take at most half of the bytes.
    pub fn diff(&mut self, now: Timestamp, limits: DiffLimits) -> PresenceChanges {
        let for_leaves = if self.pending_joins.is_empty() { limits.bytes } else { limits.bytes / 2 };
        let (left, bytes) = self.take_leaves(now, DiffLimits { bytes: for_leaves, ..limits });
        let for_joins = limits.bytes.saturating_sub(bytes);
        PresenceChanges { joined: self.take_joins(DiffLimits { bytes: for_joins, ..limits }), left }
    }

    /// Takes leaves that are due, and returns them and their size in bytes.
    fn take_leaves(&mut self, now: Timestamp, limits: DiffLimits) -> (Vec<PresenceEntry>, usize) {
        let (mut left, mut bytes) = (Vec::new(), 0);
        while let Some(entry) = self.pending_leaves.first_entry().filter(|entry| entry.key().0 <= now) {
            let announced = self.users.get(entry.get()).filter(|user| user.announced);
            let cost = announced.map_or(0, |user| entry.get().cost(user.info.as_ref()));
            if left.len() >= limits.users || !left.is_empty() && bytes + cost > limits.bytes {
                break;
            }
            bytes += cost;
            let key = entry.remove();
            let user = self.remove(&key).filter(|user| user.announced);
            left.extend(user.map(|user| key.present(0, user.info)));
        }
        (left, bytes)
    }

    fn take_joins(&mut self, limits: DiffLimits) -> Vec<PresenceEntry> {
        let (mut joined, mut bytes) = (Vec::new(), 0);
        while let Some(entry) = self.pending_joins.first_entry() {
            let Some(user) = self.users.get_mut(entry.get()) else {
                entry.remove();
                continue;
            };
            bytes += entry.get().cost(user.info.as_ref());
            if joined.len() >= limits.users || !joined.is_empty() && bytes > limits.bytes {
                break;
            }
            (user.info_published, user.announced, user.pending) = (true, true, None);
            joined.push(entry.remove().present(user.clients, user.info.clone()));
        }
        joined
    }
}

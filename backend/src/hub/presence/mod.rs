//! Presence: the users in a room, each with its number of connections.

mod key;

use std::collections::{BTreeMap, HashMap};

use yodel_protocol::Json;
use yodel_protocol::frame::PresenceEntry;

use super::compaction;
use super::environment::Timestamp;

pub use key::PresenceKey;

/// Users in a room, and the changes that are not published yet.
#[derive(Debug, Default)]
pub struct Presence {
    users: HashMap<PresenceKey, UserState>,
    clients: u64,
    /// Users that joined or changed since the last diff, in the order of the changes.
    pending_joins: BTreeMap<u64, PresenceKey>,
    /// Users whose last connection left and whose leave is not published yet, by the time from which it is published.
    pending_leaves: BTreeMap<(Timestamp, u64), PresenceKey>,
    /// Number of changes so far.
    changes: u64,
}

#[derive(Debug)]
struct UserState {
    clients: u32,
    info: Option<Json>,
    /// True if the current info was published.
    info_published: bool,
    /// True if a diff or a snapshot contained the user, so that its leave has to be published.
    announced: bool,
    pending: Option<PendingChange>,
}

/// Key of a user's change in `pending_joins` or `pending_leaves`. A user has at most one: a join and a leave cancel
/// each other out.
#[derive(Clone, Copy, Debug)]
enum PendingChange {
    Join(u64),
    Leave(Timestamp, u64),
}

/// Limits of a diff.
#[derive(Clone, Copy, Debug)]
pub struct DiffLimits {
    /// Maximum number of joins, and of leaves.
    pub users: usize,
    /// Maximum size of all entries in bytes; a larger single entry is published nevertheless.
    pub bytes: usize,
}

/// Snapshot of the users in a room, up to a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresenceSnapshot {
    /// Number of connections.
    pub clients: u64,
    /// Users, in no particular order.
    pub users: Vec<PresenceEntry>,
    /// True if there are more users.
    pub more: bool,
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
    /// Adds a connection of a user.
    pub fn enter(&mut self, key: &PresenceKey, info: Option<&Json>) {
        self.clients += 1;
        self.changes += 1;
        let new = || UserState { clients: 0, info: None, info_published: false, announced: false, pending: None };
        let user = self.users.entry(key.clone()).or_insert_with(new);
        user.clients += 1;
        if user.info.as_ref() != info {
            (user.info, user.info_published) = (info.cloned(), false);
        }
        if let Some(PendingChange::Leave(due, change)) = user.pending {
            self.pending_leaves.remove(&(due, change));
            user.pending = None;
        }
        self.queue_join(key);
    }

    /// Replaces the info of a user in the room. A changed info is published like a join.
    pub fn update_info(&mut self, key: &PresenceKey, info: Option<&Json>) {
        let Some(user) = self.users.get_mut(key).filter(|user| user.info.as_ref() != info) else { return };
        (user.info, user.info_published) = (info.cloned(), false);
        self.changes += 1;
        self.queue_join(key);
    }

    /// Removes a connection of a user.
    pub fn leave(&mut self, key: &PresenceKey, now: Timestamp) {
        let Some(user) = self.users.get_mut(key) else { return };
        self.clients -= 1;
        self.changes += 1;
        user.clients -= 1;
        if user.clients > 0 {
            return;
        }
        if let Some(PendingChange::Join(change)) = user.pending.take() {
            self.pending_joins.remove(&change);
        }
        let grace = key.grace();
        if !user.announced && grace.is_zero() {
            self.remove(key);
            return;
        }
        let due = now + grace;
        user.pending = Some(PendingChange::Leave(due, self.changes));
        self.pending_leaves.insert((due, self.changes), key.clone());
    }

    /// Returns the number of changes that are not published yet.
    pub fn pending_changes(&self) -> usize {
        self.pending_joins.len() + self.pending_leaves.len()
    }

    /// Returns whether the room is empty. Users within their grace period count as present.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Takes the changes to publish: joins, and users whose grace period has ended. What exceeds the limits follows
    /// with the next calls. While joins are pending, leaves take at most half of the bytes.
    pub fn diff(&mut self, now: Timestamp, limits: DiffLimits) -> PresenceChanges {
        let for_leaves = if self.pending_joins.is_empty() { limits.bytes } else { limits.bytes / 2 };
        let (left, bytes) = self.take_leaves(now, DiffLimits { bytes: for_leaves, ..limits });
        let for_joins = limits.bytes.saturating_sub(bytes);
        PresenceChanges { joined: self.take_joins(DiffLimits { bytes: for_joins, ..limits }), left }
    }

    /// Adds a user whose info is not published to the pending joins.
    fn queue_join(&mut self, key: &PresenceKey) {
        let Some(user) = self.users.get_mut(key) else { return };
        if !user.info_published && user.pending.is_none() {
            user.pending = Some(PendingChange::Join(self.changes));
            self.pending_joins.insert(self.changes, key.clone());
        }
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

    fn remove(&mut self, key: &PresenceKey) -> Option<UserState> {
        let removed = self.users.remove(key);
        compaction::shrink(&mut self.users);
        removed
    }

    /// Returns at most `limit` users. Except for the `receiver` itself, they are marked as announced, so that
    /// their leaves are published.
    pub fn snapshot(&mut self, limit: usize, receiver: Option<&PresenceKey>) -> PresenceSnapshot {
        let (clients, more) = (self.clients, self.users.len() > limit);
        let users = self.users.iter_mut().take(limit).map(|(key, user)| {
            user.announced |= receiver != Some(key);
            key.present(user.clients, user.info.clone())
        });
        PresenceSnapshot { clients, users: users.collect(), more }
    }

    /// Returns the number of users; a connection without a user counts as one.
    pub fn users(&self) -> usize {
        self.users.len()
    }

    /// Returns the number of connections.
    pub fn clients(&self) -> u64 {
        self.clients
    }
}

#[cfg(test)]
mod tests;

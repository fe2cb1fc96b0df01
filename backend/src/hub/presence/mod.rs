//! Presence: the users in a room, each with its number of connections.

mod key;

use std::collections::HashMap;

use yodel_protocol::Json;
use yodel_protocol::frame::PresenceEntry;

use super::environment::Timestamp;

pub use key::PresenceKey;

/// Users in a room, and the changes that are not published yet.
#[derive(Debug, Default)]
pub struct Presence {
    users: HashMap<PresenceKey, UserState>,
    clients: u64,
    /// Users that joined or changed since the last diff.
    pending_joins: Vec<PresenceKey>,
    /// Users whose last connection left and whose leave is not published yet.
    pending_leaves: Vec<PresenceKey>,
}

#[derive(Debug)]
struct UserState {
    clients: u32,
    info: Option<Json>,
    /// True if the current info was published; otherwise the user is in `pending_joins`.
    info_published: bool,
    /// True if a diff or a snapshot contained the user, so that its leave has to be published.
    announced: bool,
    /// Time at which the last connection left; `None` while there is one.
    left_at: Option<Timestamp>,
    /// True if the user is in `pending_leaves`.
    leave_pending: bool,
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
        let (info_published, announced, leave_pending) = (true, false, false);
        let new =
            UserState { clients: 0, info: info.cloned(), info_published, announced, left_at: None, leave_pending };
        let is_new = !self.users.contains_key(key);
        let user = self.users.entry(key.clone()).or_insert(new);
        (user.clients, user.left_at) = (user.clients + 1, None);
        // A changed info is published like a join.
        if is_new || user.info.as_ref() != info {
            user.info = info.cloned();
            if std::mem::take(&mut user.info_published) {
                self.pending_joins.push(key.clone());
            }
        }
    }

    /// Removes a connection of a user.
    pub fn leave(&mut self, key: &PresenceKey, now: Timestamp) {
        let Some(user) = self.users.get_mut(key) else { return };
        self.clients -= 1;
        user.clients -= 1;
        if user.clients == 0 {
            user.left_at = Some(now);
            if !std::mem::replace(&mut user.leave_pending, true) {
                self.pending_leaves.push(key.clone());
            }
        }
    }

    /// Returns whether changes are pending.
    pub fn has_pending_changes(&self) -> bool {
        !self.pending_joins.is_empty() || !self.pending_leaves.is_empty()
    }

    /// Returns whether the room is empty. Users within their grace period count as present.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Takes the changes to publish: joins, and users whose grace period has ended. Returns at most `limit` of
    /// each; the rest follows with the next call.
    pub fn diff(&mut self, now: Timestamp, limit: usize) -> PresenceChanges {
        let mut diff = PresenceChanges::default();
        let mut remaining = Vec::new();
        for key in std::mem::take(&mut self.pending_leaves) {
            let Some(user) = self.users.get_mut(&key) else { continue };
            let Some(since) = user.left_at else {
                user.leave_pending = false;
                continue;
            };
            if now.since(since) < key.grace() || diff.left.len() >= limit {
                remaining.push(key);
            } else if let Some(user) = self.users.remove(&key).filter(|user| user.announced) {
                diff.left.push(key.present(0, user.info));
            }
        }
        self.pending_leaves = remaining;
        let publishable = self.pending_joins.len().min(limit);
        for key in self.pending_joins.drain(..publishable) {
            if let Some(user) = self.users.get_mut(&key).filter(|user| !user.info_published) {
                (user.info_published, user.announced) = (true, true);
                diff.joined.push(key.present(user.clients, user.info.clone()));
            }
        }
        diff
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

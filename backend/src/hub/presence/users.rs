//! Users of a room, and their changes.

use std::collections::{BTreeMap, HashMap};

use yodel_protocol::Json;
use yodel_protocol::frame::PresenceEntry;

use crate::environment::Timestamp;
use crate::hub::compaction;

use super::key::PresenceKey;
use super::remote::RemotePresence;

/// Users in a room, and the changes that are not published yet.
#[derive(Debug, Default)]
pub struct Presence {
    pub(super) users: HashMap<PresenceKey, UserState>,
    pub(super) clients: u64,
    /// Users that joined or changed since the last diff, in the order of the changes.
    pub(super) pending_joins: BTreeMap<u64, PresenceKey>,
    /// Users whose last connection left and whose leave is not published yet, by the time from which it is published.
    pub(super) pending_leaves: BTreeMap<(Timestamp, u64), PresenceKey>,
    /// Number of changes so far.
    pub(super) changes: u64,
    /// Users of other nodes; `None` while this is the only one.
    pub(super) remote: Option<Box<RemotePresence>>,
}

#[derive(Debug)]
pub(super) struct UserState {
    pub(super) clients: u32,
    pub(super) info: Option<Json>,
    /// True if the current info was published.
    pub(super) info_published: bool,
    /// True if a diff or a snapshot contained the user, so that its leave has to be published.
    pub(super) announced: bool,
    pub(super) pending: Option<PendingChange>,
}

/// Key of a user's change in `pending_joins` or `pending_leaves`. A user has at most one: a join and a leave cancel
/// each other out.
#[derive(Clone, Copy, Debug)]
pub(super) enum PendingChange {
    Join(u64),
    Leave(Timestamp, u64),
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

impl Presence {
    /// Creates an empty presence of a room that other nodes have as well.
    pub fn shared() -> Self {
        Self { remote: Some(Box::default()), ..Self::default() }
    }

    /// Adds a connection of a user to this node.
    pub fn enter(&mut self, key: &PresenceKey, info: Option<&Json>) {
        self.add(key, info, 1);
        self.change_here(key);
    }

    /// Adds connections of a user.
    pub(super) fn add(&mut self, key: &PresenceKey, info: Option<&Json>, clients: u32) {
        if clients == 0 {
            return;
        }
        self.clients += u64::from(clients);
        self.changes += 1;
        let new = || UserState { clients: 0, info: None, info_published: false, announced: false, pending: None };
        let user = self.users.entry(key.clone()).or_insert_with(new);
        user.clients += clients;
        if user.info.as_ref() != info {
            (user.info, user.info_published) = (info.cloned(), false);
        }
        if let Some(PendingChange::Leave(due, change)) = user.pending {
            self.pending_leaves.remove(&(due, change));
            user.pending = None;
        }
        self.queue_join(key);
    }

    /// Replaces the info of a user on this node.
    pub fn update_info_here(&mut self, key: &PresenceKey, info: Option<&Json>) {
        self.update_info(key, info);
        self.change_here(key);
    }

    /// Replaces the info of a user in the room. A changed info is published like a join.
    pub(super) fn update_info(&mut self, key: &PresenceKey, info: Option<&Json>) {
        let Some(user) = self.users.get_mut(key).filter(|user| user.info.as_ref() != info) else { return };
        (user.info, user.info_published) = (info.cloned(), false);
        self.changes += 1;
        self.queue_join(key);
    }

    /// Removes a connection of a user from this node.
    pub fn leave(&mut self, key: &PresenceKey, now: Timestamp) {
        self.subtract(key, 1, now);
        self.change_here(key);
    }

    /// Removes connections of a user.
    pub(super) fn subtract(&mut self, key: &PresenceKey, clients: u32, now: Timestamp) {
        let Some(user) = self.users.get_mut(key).filter(|_| clients > 0) else { return };
        let clients = clients.min(user.clients);
        self.clients -= u64::from(clients);
        self.changes += 1;
        user.clients -= clients;
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
        let for_others = self.remote.as_ref().map_or(0, |remote| remote.pending());
        self.pending_joins.len() + self.pending_leaves.len() + for_others
    }

    /// Records a change on this node, for the others.
    fn change_here(&mut self, key: &PresenceKey) {
        if let Some(remote) = &mut self.remote {
            remote.change_here(key);
        }
    }

    /// Returns whether the room is empty. Users within their grace period count as present.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Adds a user whose info is not published to the pending joins.
    fn queue_join(&mut self, key: &PresenceKey) {
        let Some(user) = self.users.get_mut(key) else { return };
        if !user.info_published && user.pending.is_none() {
            user.pending = Some(PendingChange::Join(self.changes));
            self.pending_joins.insert(self.changes, key.clone());
        }
    }

    pub(super) fn remove(&mut self, key: &PresenceKey) -> Option<UserState> {
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

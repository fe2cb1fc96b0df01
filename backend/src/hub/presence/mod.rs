//! Presence: the users of a room, each with its number of connections.

mod key;

use std::collections::HashMap;

use yodel_protocol::Json;
use yodel_protocol::frame::PresenceEntry;

use super::environment::Timestamp;

pub use key::PresenceKey;

/// Users in a room, and the changes that are not yet published.
#[derive(Debug, Default)]
pub struct Presence {
    users: HashMap<PresenceKey, UserState>,
    clients: u64,
    /// Users that joined or changed since the last diff.
    pending_joins: Vec<PresenceKey>,
    /// Users whose last connection left.
    pending_leaves: Vec<PresenceKey>,
}

#[derive(Debug)]
struct UserState {
    clients: u32,
    info: Option<Json>,
    /// Whether the current info was published.
    known: bool,
    /// Whether a diff or a snapshot showed the user to others, so that its leave has to be published.
    announced: bool,
    /// Time at which the last connection left.
    away: Option<Timestamp>,
    /// Whether it is in `pending_leaves`.
    listed: bool,
}

/// Users in a room, up to a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresenceSnapshot {
    /// Number of connections.
    pub clients: u64,
    /// Users, in no particular order.
    pub users: Vec<PresenceEntry>,
    /// Whether there are more users.
    pub more: bool,
}

/// Presence changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Users that joined, or whose info changed.
    pub joined: Vec<PresenceEntry>,
    /// Users that left.
    pub left: Vec<PresenceEntry>,
}

impl Diff {
    /// Returns whether there are no changes.
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.left.is_empty()
    }
}

impl Presence {
    /// Adds a connection of a user.
    pub fn enter(&mut self, who: &PresenceKey, info: Option<&Json>) {
        self.clients += 1;
        let (known, announced, listed) = (true, false, false);
        let new = UserState { clients: 0, info: info.cloned(), known, announced, away: None, listed };
        let is_new = !self.users.contains_key(who);
        let here = self.users.entry(who.clone()).or_insert(new);
        (here.clients, here.away) = (here.clients + 1, None);
        // A change of the info is published like a join.
        if is_new || here.info.as_ref() != info {
            here.info = info.cloned();
            if std::mem::take(&mut here.known) {
                self.pending_joins.push(who.clone());
            }
        }
    }

    /// Removes a connection of a user.
    pub fn leave(&mut self, who: &PresenceKey, now: Timestamp) {
        let Some(here) = self.users.get_mut(who) else { return };
        self.clients -= 1;
        here.clients -= 1;
        if here.clients == 0 {
            here.away = Some(now);
            if !std::mem::replace(&mut here.listed, true) {
                self.pending_leaves.push(who.clone());
            }
        }
    }

    /// Returns whether changes are pending.
    pub fn is_changing(&self) -> bool {
        !self.pending_joins.is_empty() || !self.pending_leaves.is_empty()
    }

    /// Returns whether the room is empty, without users who left within the grace period.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Takes the changes since the last call: joins, and users away for longer than the grace period; at
    /// most `limit` of each, the others with the next call.
    pub fn diff(&mut self, now: Timestamp, limit: usize) -> Diff {
        let mut diff = Diff::default();
        let mut away = Vec::new();
        for who in std::mem::take(&mut self.pending_leaves) {
            let Some(here) = self.users.get_mut(&who) else { continue };
            let Some(since) = here.away else {
                here.listed = false;
                continue;
            };
            if now.since(since) < who.grace() || diff.left.len() >= limit {
                away.push(who);
            } else if let Some(here) = self.users.remove(&who).filter(|here| here.announced) {
                diff.left.push(who.present(0, here.info));
            }
        }
        self.pending_leaves = away;
        let publishable = self.pending_joins.len().min(limit);
        for who in self.pending_joins.drain(..publishable) {
            if let Some(here) = self.users.get_mut(&who).filter(|here| !here.known) {
                (here.known, here.announced) = (true, true);
                diff.joined.push(who.present(here.clients, here.info.clone()));
            }
        }
        diff
    }

    /// Returns the users, at most `limit` of them, for `receiver` or, if `None`, for anybody. Users that
    /// the receiver sees here are announced: it has to be told when they leave.
    pub fn snapshot(&mut self, limit: usize, receiver: Option<&PresenceKey>) -> PresenceSnapshot {
        let (clients, more) = (self.clients, self.users.len() > limit);
        let users = self.users.iter_mut().take(limit).map(|(who, here)| {
            here.announced |= receiver != Some(who);
            who.present(here.clients, here.info.clone())
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

//! Updates of the users that other nodes have in a room.

use std::collections::BTreeMap;

use yodel_protocol::frame::PresenceEntry;

use super::{Presence, PresenceKey};
use crate::environment::Timestamp;

impl Presence {
    /// Updates the users of another node. With `complete`, those without an entry have left it.
    pub fn set_remote(&mut self, node: &str, entries: &[PresenceEntry], complete: bool, now: Timestamp) {
        let known = self.remote.as_mut().and_then(|remote| remote.nodes.remove(node)).unwrap_or_default();
        let mut users = known.clone();
        if complete {
            users.clear();
        }
        let keyed = entries.iter().filter_map(|entry| Some((PresenceKey::of(entry)?, entry)));
        for (key, entry) in keyed.clone() {
            users.insert(key, entry.clients);
        }
        for (key, entry) in keyed.filter(|(_, entry)| entry.clients > 0) {
            let before = known.get(&key).copied().unwrap_or_default();
            self.add(&key, entry.info.as_ref(), entry.clients.saturating_sub(before));
            self.update_info(&key, entry.info.as_ref());
        }
        for (key, before) in known {
            let after = users.get(&key).copied().unwrap_or_default();
            self.subtract(&key, before.saturating_sub(after), now);
        }
        users.retain(|_, clients| *clients > 0);
        if !users.is_empty() {
            self.remote.get_or_insert_default().nodes.insert(node.into(), users);
        }
    }

    /// Replaces the users of all other nodes.
    pub fn replace_remote(&mut self, nodes: &BTreeMap<String, Vec<PresenceEntry>>, now: Timestamp) {
        let known: Vec<Box<str>> = self.remote.iter().flat_map(|remote| remote.nodes.keys().cloned()).collect();
        for node in known.iter().filter(|node| !nodes.contains_key(&***node)) {
            self.set_remote(node, &[], true, now);
        }
        for (node, entries) in nodes {
            self.set_remote(node, entries, true, now);
        }
    }

    /// Returns the users that have connections to this node.
    pub fn all_here(&self) -> Vec<PresenceEntry> {
        self.users.keys().map(|key| self.present_here(key)).filter(|entry| entry.clients > 0).collect()
    }

    /// Removes the users of other nodes, of which this one no longer learns.
    pub fn forget_remote(&mut self, now: Timestamp) {
        let nodes: Vec<Box<str>> = self.remote.iter().flat_map(|remote| remote.nodes.keys().cloned()).collect();
        for node in nodes {
            self.set_remote(&node, &[], true, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use yodel_protocol::{Json, UserId};

    use super::*;
    use crate::hub::presence::DiffLimits;
    use crate::hub::presence::key::GRACE;

    const LIMITS: DiffLimits = DiffLimits { users: 100, bytes: 10_000 };

    fn ada() -> PresenceKey {
        PresenceKey::User(UserId::new("ada").unwrap())
    }

    fn present(clients: u32) -> Vec<PresenceEntry> {
        vec![ada().present(clients, None)]
    }

    /// Returns the numbers of connections of the users that joined, and the number of users that left.
    fn diff(presence: &mut Presence, now: Timestamp) -> (Vec<u32>, usize) {
        let changes = presence.diff(now, LIMITS);
        (changes.joined.iter().map(|entry| entry.clients).collect(), changes.left.len())
    }

    #[test]
    fn counts_the_connections_of_all_nodes() {
        let (mut presence, now) = (Presence::shared(), Timestamp::default());
        presence.set_remote("b", &present(2), false, now);
        assert_eq!(diff(&mut presence, now), (vec![2], 0));
        presence.enter(&ada(), None);
        assert_eq!((presence.users(), presence.clients()), (1, 3));
        assert_eq!(presence.take_changes_here(), present(1), "only the connection on this node");
        assert_eq!(presence.take_changes_here(), []);
        presence.set_remote("b", &present(0), false, now);
        assert_eq!((presence.users(), presence.clients()), (1, 1));
        presence.leave(&ada(), now);
        assert_eq!(presence.take_changes_here(), present(0));
        let later = now + GRACE;
        assert_eq!(diff(&mut presence, later), (vec![], 1));
        assert!(presence.is_empty());
    }

    #[test]
    fn a_complete_list_replaces_the_users_of_a_node() {
        let (mut presence, now) = (Presence::shared(), Timestamp::default());
        let bob = PresenceKey::User(UserId::new("bob").unwrap());
        presence.set_remote("b", &[ada().present(1, None), bob.present(1, None)], false, now);
        presence.set_remote("c", &present(1), false, now);
        assert_eq!((presence.users(), presence.clients()), (2, 3));
        presence.set_remote("b", &present(3), true, now);
        assert_eq!(presence.clients(), 4, "bob has left, ada has four connections");
        presence.forget_remote(now);
        assert_eq!(presence.clients(), 0);
        presence.diff(now + GRACE + Duration::from_secs(1), LIMITS);
        assert!(presence.is_empty());
    }

    #[test]
    fn takes_over_the_info_of_another_node() {
        let (mut presence, now) = (Presence::shared(), Timestamp::default());
        presence.set_remote("b", &present(1), false, now);
        assert_eq!(diff(&mut presence, now).0, [1]);
        let renamed = ada().present(1, Some(Json::string("Ada")));
        presence.set_remote("b", &[renamed], false, now);
        assert_eq!(diff(&mut presence, now).0, [1], "a changed info is published like a join");
        assert_eq!(presence.clients(), 1);
    }
}

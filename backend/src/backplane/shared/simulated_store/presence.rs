//! Presence of rooms and connections of users on a simulated server.

use bytes::Bytes;
use tokio::time::Instant;
use yodel_protocol::{RoomName, UserId};

use super::server::SimulatedServer;
use crate::backplane::shared::store::{PresenceRecord, UserRecord};

impl SimulatedServer {
    /// Replaces entries of a node.
    pub fn set_presence(&mut self, room: &RoomName, node: &str, entries: &[(Bytes, Option<Bytes>)]) {
        let presence = &mut self.of(room).presence;
        for (key, value) in entries {
            let field = (room.clone(), node.to_owned(), key.clone());
            match value {
                Some(value) => drop(presence.insert(field, value.clone())),
                None => drop(presence.remove(&field)),
            }
        }
    }

    /// Returns the entries of all nodes with a valid lease.
    pub fn presence(&mut self, room: &RoomName) -> Vec<PresenceRecord> {
        let (state, now) = (self.of(room), Instant::now());
        let leases = &state.leases;
        state.presence.retain(|(_, node, _), _| leases.get(node).is_some_and(|expires| *expires > now));
        let fields = state.presence.iter().filter(|((name, _, _), _)| name == room);
        let record = |((_, node, key), value): (&(RoomName, String, Bytes), &Bytes)| PresenceRecord {
            node: node.clone(),
            key: key.clone(),
            value: value.clone(),
        };
        fields.map(record).collect()
    }

    /// Replaces the list of a node in the connections of a user, if there is one, and returns those with a valid lease.
    pub fn connections(&mut self, user: &UserId, set: Option<(String, Option<Bytes>)>) -> Vec<UserRecord> {
        let (state, now) = (self.named(user.as_str()), Instant::now());
        let own = set.as_ref().map(|(node, _)| node.clone());
        match set {
            Some((node, Some(list))) => drop(state.users.insert((user.clone(), node), list)),
            Some((node, None)) => drop(state.users.remove(&(user.clone(), node))),
            None => {}
        }
        let leases = &state.leases;
        let is_valid = |node: &String| leases.get(node).is_some_and(|expires| *expires > now);
        let of_user = state.users.range((user.clone(), String::new())..).take_while(|((listed, _), _)| listed == user);
        let lists: Vec<_> = of_user.map(|((_, node), list)| (node.clone(), list.clone())).collect();
        let (valid, ended): (Vec<_>, Vec<_>) =
            lists.into_iter().partition(|(node, _)| own.as_ref() == Some(node) || is_valid(node));
        for (node, _) in ended {
            state.users.remove(&(user.clone(), node));
        }
        valid.into_iter().map(|(node, connections)| UserRecord { node, connections }).collect()
    }
}

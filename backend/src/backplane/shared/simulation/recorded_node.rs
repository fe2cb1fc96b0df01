//! Memory of a process of a simulated node.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{ClientId, RoomName, UserId};

use crate::backplane::listing::UserConnection;
use crate::backplane::shared::node::Node;
use crate::backplane::shared::recorded_replica::RecordedReplica;
use crate::backplane::shared::simulated_store::Journal;
use crate::backplane::signal::Signal;

/// Clients that a node has in a room, by node.
pub type ClientsByNode = BTreeMap<String, BTreeSet<String>>;

/// Rooms of a process, and what it knows about the clients of other nodes.
#[derive(Debug, Default)]
pub struct RecordedNode {
    rooms: Mutex<BTreeMap<RoomName, Arc<RecordedReplica>>>,
    remote: Mutex<BTreeMap<RoomName, ClientsByNode>>,
    signals: Mutex<Vec<Signal>>,
    users: Mutex<BTreeMap<UserId, Vec<UserConnection>>>,
}

impl RecordedNode {
    /// Returns a room, which is created if it does not exist.
    pub fn room(&self, name: &RoomName, journal: &Journal) -> Arc<RecordedReplica> {
        let mut rooms = self.rooms.lock();
        Arc::clone(rooms.entry(name.clone()).or_insert_with(|| RecordedReplica::new(name.clone(), journal)))
    }

    /// Returns all rooms.
    pub fn rooms(&self) -> Vec<Arc<RecordedReplica>> {
        self.rooms.lock().values().map(Arc::clone).collect()
    }

    /// Removes a room if it has no members.
    pub fn close(&self, name: &RoomName) {
        let mut rooms = self.rooms.lock();
        if rooms.get(name).is_some_and(|room| room.close()) {
            rooms.remove(name);
        }
    }

    /// Returns the clients that other nodes have in a room.
    pub fn remote(&self, room: &RoomName) -> ClientsByNode {
        self.remote.lock().get(room).cloned().unwrap_or_default()
    }

    /// Adds a connection of a user, with its time in place of its identifier.
    pub fn connect(&self, user: &UserId, since: u64) {
        let client = ClientId::new(&format!("c{since}")).unwrap();
        let connection = UserConnection { client, peer: ([127, 0, 0, 1], 1).into(), since };
        self.users.lock().entry(user.clone()).or_default().push(connection);
    }

    /// Returns the number of received signals.
    pub fn signals(&self) -> usize {
        self.signals.lock().len()
    }
}

fn clients(entries: &[PresenceEntry]) -> impl Iterator<Item = (String, bool)> {
    entries.iter().filter_map(|entry| Some((entry.client.as_ref()?.to_string(), entry.clients > 0)))
}

impl Node for RecordedNode {
    fn on_signal(&self, signal: Signal) {
        self.signals.lock().push(signal);
    }

    fn on_presence(&self, room: &RoomName, node: &str, entries: &[PresenceEntry], complete: bool) {
        let mut remote = self.remote.lock();
        let nodes = remote.entry(room.clone()).or_default();
        let mut known = nodes.remove(node).filter(|_| !complete).unwrap_or_default();
        for (client, present) in clients(entries) {
            if present {
                known.insert(client)
            } else {
                known.remove(&client)
            };
        }
        if !known.is_empty() {
            nodes.insert(node.to_owned(), known);
        }
    }

    fn on_all_presence(&self, room: &RoomName, nodes: BTreeMap<String, Vec<PresenceEntry>>) {
        let present = |entries: Vec<PresenceEntry>| clients(&entries).map(|(client, _)| client).collect();
        let nodes = nodes.into_iter().map(|(node, entries)| (node, present(entries))).collect();
        self.remote.lock().insert(room.clone(), nodes);
    }

    fn presence_here(&self, room: &RoomName) -> Vec<PresenceEntry> {
        self.rooms.lock().get(room).map(|room| room.presence()).unwrap_or_default()
    }

    fn connections_here(&self, user: &UserId) -> Vec<UserConnection> {
        self.users.lock().get(user).cloned().unwrap_or_default()
    }

    fn close_excess(&self, clients: &[ClientId]) {
        let mut users = self.users.lock();
        users.values_mut().for_each(|listed| listed.retain(|connection| !clients.contains(&connection.client)));
    }

    fn clients_here(&self, room: &RoomName) -> u64 {
        self.presence_here(room).iter().map(|entry| u64::from(entry.clients)).sum()
    }
}

//! Presence of other nodes, and corrections of what the store has of this one.
//!
//! A change is sent at once and applied by the nodes that receive it. Whatever is lost on the way is repaired by a
//! synchronization of the room: when this node begins to follow it, after an interruption, and at an interval.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use tokio::time::Instant;
use tracing::debug;
use yodel_protocol::RoomName;
use yodel_protocol::frame::PresenceEntry;

use super::SharedBackplane;
use super::followed_room::FollowedRoom;
use super::presence_changes::{EntriesByKey, RoomChanges};
use super::presence_entry::{decode_change, encode_count, encode_entry};
use super::store::{Partition, PresenceRecord, Store, StoreError};
use crate::backplane::shared::replica::FollowingReplica;

/// Changes of the presence of a room on other nodes that arrive while it is read.
#[derive(Debug, Default)]
pub(super) struct PresenceEvents {
    /// The changes; `None` while the presence is not read.
    received: Option<Vec<PresenceEvent>>,
    /// True if the presence has to be read once more.
    again: bool,
}

/// Change of the presence of a room on another node.
#[derive(Clone, Debug)]
struct PresenceEvent {
    node: String,
    entries: Vec<PresenceEntry>,
    /// True if users without an entry have left.
    complete: bool,
}

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Applies changes that a node has sent, unless it was this one.
    pub(super) fn receive_presence(&self, room: &RoomName, node: String, entries: &[(Bytes, Option<Bytes>)]) {
        let followed = self.rooms.get(self.store.partition(room), room);
        if let Some(room) = followed.filter(|_| node != *self.config.node) {
            let entries = entries.iter().filter_map(|(key, value)| decode_change(key, value.as_ref())).collect();
            self.apply_event(&room, PresenceEvent { node, entries, complete: false });
        }
    }

    fn apply_event(&self, room: &FollowedRoom<R>, event: PresenceEvent) {
        // Locked until it is applied, so that events are applied in their order.
        let mut events = room.presence.lock();
        self.node.on_presence(&room.name, &event.node, &event.entries, event.complete);
        if let Some(received) = &mut events.received {
            received.push(event);
        }
    }

    /// Replaces what this node knows about the others in a room, and corrects what they know about this one. If that
    /// fails, the upkeep of the room repeats it.
    pub(super) async fn synchronize_presence(&self, room: &FollowedRoom<R>) {
        loop {
            {
                let mut events = room.presence.lock();
                if events.received.is_some() {
                    events.again = true;
                    return;
                }
                events.received = Some(Vec::new());
            }
            let records = self.read_presence(&room.name).await;
            let mut events = room.presence.lock();
            let received = events.received.take().unwrap_or_default();
            match records {
                Ok(records) => self.replace_presence(room, records, received),
                Err(error) => {
                    debug!(room = %room.name, %error, "cannot read the presence of a room; trying again");
                    room.set_synchronized(None);
                }
            }
            if !std::mem::take(&mut events.again) {
                return;
            }
        }
    }

    pub(super) async fn read_presence(&self, room: &RoomName) -> Result<Vec<PresenceRecord>, StoreError> {
        // Never closed. Without a permit, too much is read at a time, which is not wrong.
        let _permit = self.reads.acquire().await.ok();
        self.store.presence(room).await
    }

    /// Applies the entries of all nodes, and again what was received while they were read: it may be newer.
    fn replace_presence(&self, room: &FollowedRoom<R>, records: Vec<PresenceRecord>, received: Vec<PresenceEvent>) {
        let (own, others): (Vec<_>, Vec<_>) = records.into_iter().partition(|record| *record.node == *self.config.node);
        let mut nodes: BTreeMap<String, Vec<PresenceEntry>> = BTreeMap::new();
        for record in others {
            let entry = decode_change(&record.key, Some(&record.value));
            nodes.entry(record.node).or_default().extend(entry);
        }
        self.node.on_all_presence(&room.name, nodes);
        for event in received {
            self.node.on_presence(&room.name, &event.node, &event.entries, event.complete);
        }
        room.set_synchronized(Some(Instant::now()));
        self.correct_own(&room.name, &own);
    }

    /// Corrects what the store has of this node in a room that may not be followed any more.
    pub(super) async fn correct_presence(&self, room: &RoomName) {
        match self.read_presence(room).await {
            Ok(mut records) => {
                records.retain(|record| *record.node == *self.config.node);
                self.correct_own(room, &records);
            }
            Err(_) => self.presence_changes(self.store.partition(room)).doubt(room),
        }
    }

    /// Sends the changes that turn the entries of this node in the store into those that it has.
    fn correct_own(&self, room: &RoomName, own: &[PresenceRecord]) {
        let corrections = corrections(own, &self.node.presence_here(room), self.node.clients_here(room));
        if !corrections.is_empty() {
            let changes = self.presence_changes(self.store.partition(room));
            // A user may join or leave at this moment.
            changes.doubt(room);
            self.note_queued(changes.add_missing(room, RoomChanges::Entries(corrections)));
        }
    }

    /// Forgets the users of nodes whose leases in a partition have ended.
    pub(super) fn forget_nodes(&self, partition: Partition, ended: &BTreeSet<String>) {
        for room in self.rooms.in_partition(partition) {
            for node in ended {
                self.apply_event(&room, PresenceEvent { node: node.clone(), entries: Vec::new(), complete: true });
            }
        }
    }
}

/// Returns the changes that turn the entries of this node in the store into those that it has.
fn corrections(stored: &[PresenceRecord], here: &[PresenceEntry], clients: u64) -> EntriesByKey {
    let count = Some(encode_count(clients)).filter(|(_, value)| value.is_some());
    let mut corrections: EntriesByKey = here.iter().map(encode_entry).chain(count).collect();
    for record in stored {
        match corrections.get(&record.key) {
            Some(Some(value)) if *value == record.value => drop(corrections.remove(&record.key)),
            Some(_) => {}
            None => drop(corrections.insert(record.key.clone(), None)),
        }
    }
    corrections
}

#[cfg(test)]
mod tests {
    use yodel_protocol::UserId;

    use super::*;

    fn entry(user: &str, clients: u32) -> PresenceEntry {
        PresenceEntry { user: UserId::new(user).ok(), client: None, clients, info: None }
    }

    fn stored(user: &str, clients: u32) -> PresenceRecord {
        let (key, value) = encode_entry(&entry(user, clients));
        PresenceRecord { node: "a".to_owned(), key, value: value.expect("has clients") }
    }

    #[test]
    fn corrects_only_what_differs() {
        let stored = [stored("ada", 1), stored("bob", 1), stored("eve", 1)];
        let here = [entry("ada", 1), entry("bob", 2), entry("zoe", 1)];
        let mut expected: EntriesByKey =
            [entry("bob", 2), entry("eve", 0), entry("zoe", 1)].iter().map(encode_entry).collect();
        expected.extend([encode_count(4)]);
        assert_eq!(corrections(&stored, &here, 4), expected);
    }

    #[test]
    fn corrects_the_number_of_connections() {
        let count = |clients| {
            let (key, value) = encode_count(clients);
            PresenceRecord { node: "a".to_owned(), key, value: value.expect("has clients") }
        };
        let stored = [stored("ada", 1), count(2)];
        assert_eq!(corrections(&stored, &[entry("ada", 1)], 2), EntriesByKey::new());
        assert_eq!(corrections(&stored, &[entry("ada", 1)], 1), EntriesByKey::from([encode_count(1)]));
        assert_eq!(corrections(&stored[1..], &[], 0), EntriesByKey::from([encode_count(0)]));
    }
}

//! Names of keys and channels.

use yodel_protocol::{RoomName, UserId};

use crate::backplane::shared::store::{Partition, StoreKey, partition_of};

use super::partition::tags;
use super::slot::slot_of;

/// Names of the keys and channels of a deployment, with the slots of its partitions.
#[derive(Debug)]
pub(super) struct Keys {
    prefix: String,
    /// `PREFIX:{TAG}:` of each partition.
    roots: Vec<String>,
    slots: Vec<u16>,
    /// The part of the name of a channel that says which database it belongs to: channels are common to all databases of
    /// a server.
    channel_infix: String,
}

impl Keys {
    pub fn new(prefix: &str, partitions: Partition, database: i64) -> Self {
        let roots: Vec<String> = tags(partitions).iter().map(|tag| format!("{prefix}:{{{tag}}}:")).collect();
        let slots = roots.iter().map(|root| slot_of(root.as_bytes())).collect();
        Self { prefix: prefix.to_owned(), roots, slots, channel_infix: format!("c{database}:") }
    }

    pub fn partitions(&self) -> Partition {
        // Created from a `Partition`.
        Partition::try_from(self.roots.len()).unwrap_or(Partition::MAX)
    }

    pub fn partition_of(&self, room: &RoomName) -> Partition {
        partition_of(room.as_str(), self.partitions())
    }

    pub fn partition_of_user(&self, user: &UserId) -> Partition {
        partition_of(user.as_str(), self.partitions())
    }

    pub fn slot(&self, partition: Partition) -> u16 {
        self.slots.get(usize::from(partition)).copied().unwrap_or_default()
    }

    /// Returns the key that holds the number of partitions. It has no tag: the tags depend on the number.
    pub fn partition_count(&self) -> String {
        format!("{}:partitions", self.prefix)
    }

    /// Returns the key of the generation and of the numbers of changes.
    pub fn state(&self, partition: Partition) -> String {
        self.key(partition, "state", "")
    }

    pub fn leases(&self, partition: Partition) -> String {
        self.key(partition, "leases", "")
    }

    pub fn changes(&self, partition: Partition) -> String {
        self.key(partition, "changes", "")
    }

    pub fn rooms(&self, partition: Partition) -> String {
        self.key(partition, "rooms", "")
    }

    /// Returns the key of a room's position, or the first part of such keys for an empty `room`.
    pub fn meta(&self, partition: Partition, room: &str) -> String {
        self.key(partition, "m:", room)
    }

    /// Returns the key of a room's history, or the first part of such keys for an empty `room`.
    pub fn stream(&self, partition: Partition, room: &str) -> String {
        self.key(partition, "s:", room)
    }

    /// Returns the key of a room's presence, or the first part of such keys for an empty `room`.
    pub fn presence(&self, partition: Partition, room: &str) -> String {
        self.key(partition, "p:", room)
    }

    /// Returns the key that is written before a wait for the disk.
    pub fn disk_wait(&self, partition: Partition) -> String {
        self.key(partition, "disk", "")
    }

    /// Returns a key, or the channel, of probes.
    pub fn probe(&self, partition: Partition, name: &str) -> String {
        self.key(partition, "probe:", name)
    }

    /// Returns the key of the connections of a user.
    pub fn user(&self, partition: Partition, user: &str) -> String {
        self.key(partition, "u:", user)
    }

    /// Returns the key of the result of a publish. Names of rooms contain no control characters, so the first NUL ends
    /// the name.
    pub fn idempotency(&self, partition: Partition, room: &RoomName, key: &StoreKey) -> Vec<u8> {
        let mut name = self.key(partition, "k:", room.as_str()).into_bytes();
        name.push(0);
        name.extend_from_slice(&key.name);
        name
    }

    pub fn room_channel(&self, partition: Partition, room: &RoomName) -> String {
        self.key(partition, &self.channel_infix, room.as_str())
    }

    /// Returns the channel of signals, which is in partition 0. Names of rooms are not empty.
    pub fn signal_channel(&self) -> String {
        self.key(0, &self.channel_infix, "")
    }

    fn key(&self, partition: Partition, kind: &str, name: &str) -> String {
        let root = self.roots.get(usize::from(partition)).map_or("", String::as_str);
        [root, kind, name].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_keys_of_a_partition_are_in_its_slot() {
        let keys = Keys::new("test", 16, 0);
        let room = RoomName::new("a{b}c").unwrap();
        let idempotency = StoreKey { name: bytes::Bytes::from_static(b"{x}"), digest: 0 };
        for partition in 0..16 {
            for key in [
                keys.state(partition).into_bytes(),
                keys.meta(partition, room.as_str()).into_bytes(),
                keys.idempotency(partition, &room, &idempotency),
                keys.room_channel(partition, &room).into_bytes(),
            ] {
                assert_eq!(slot_of(&key), keys.slot(partition));
            }
        }
        assert_eq!(slot_of(keys.signal_channel().as_bytes()), keys.slot(0));
    }

    #[test]
    fn channels_of_databases_differ() {
        assert_ne!(Keys::new("test", 1, 0).signal_channel(), Keys::new("test", 1, 1).signal_channel());
    }
}

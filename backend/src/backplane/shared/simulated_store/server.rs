//! One server of a simulated store.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use yodel_protocol::{Epoch, Offset, Position, RoomName, UserId};

use super::Defect;
use crate::backplane::shared::store::{
    Check, Page, Partition, Range, Refusal, RoomRecord, StoreMessage, StorePublication, partition_of,
};

/// Contents of a server.
#[derive(Clone, Debug)]
pub struct SimulatedServer {
    pub(super) partitions: Vec<SimulatedPartition>,
    /// Maximum number of messages in a history.
    pub history: usize,
    /// Lifetime of a position that is not kept.
    pub room_lifetime: Duration,
    /// Defect of a store that breaks its contract.
    pub defect: Option<Defect>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct SimulatedPartition {
    pub(super) generation: u64,
    pub(super) number: u64,
    pub(super) rooms: BTreeMap<RoomName, SimulatedRoom>,
    /// Number of the last change of each room.
    pub(super) changes: BTreeMap<RoomName, u64>,
    /// Changes up to this number are forgotten.
    pub(super) floor: u64,
    pub(super) keys: BTreeMap<(RoomName, Bytes), (u64, Position)>,
    pub(super) leases: BTreeMap<String, Instant>,
    pub(super) presence: BTreeMap<(RoomName, String, Bytes), Bytes>,
    pub(super) users: BTreeMap<(UserId, String), Bytes>,
}

#[derive(Clone, Debug)]
pub(super) struct SimulatedRoom {
    pub(super) generation: u64,
    pub(super) position: Position,
    pub(super) history: VecDeque<(Offset, Bytes)>,
    pub(super) expires: Instant,
}

impl SimulatedServer {
    /// Creates an empty server.
    pub fn new(partitions: Partition, history: usize, room_lifetime: Duration) -> Self {
        let first = SimulatedPartition { generation: 1, ..SimulatedPartition::default() };
        Self { partitions: vec![first; usize::from(partitions)], history, room_lifetime, defect: None }
    }

    /// Returns the generation of a partition.
    pub fn generation(&self, partition: Partition) -> u64 {
        self.partitions[usize::from(partition)].generation
    }

    /// Raises all generations above those of another server. Every room begins anew, without presence.
    pub fn raise_generations(&mut self, other: &Self) {
        if self.defect == Some(Defect::KeepsGenerations) {
            return;
        }
        for (partition, other) in self.partitions.iter_mut().zip(&other.partitions) {
            partition.generation = other.generation + 1;
            partition.presence.clear();
            partition.users.clear();
        }
    }

    /// Publishes a message. Returns the publication.
    ///
    /// # Errors
    /// As for the store.
    pub fn publish(
        &mut self,
        partition: Partition,
        generation: u64,
        message: &StoreMessage,
    ) -> Result<StorePublication, Refusal> {
        let (history, lifetime) = (self.history, self.room_lifetime);
        let state = &mut self.partitions[usize::from(partition)];
        if generation != state.generation {
            return Err(Refusal::Generation(state.generation));
        }
        if let Some(key) = message.key.as_ref().filter(|_| self.defect != Some(Defect::ForgetsKeys)) {
            match state.keys.get(&(message.room.clone(), key.name.clone())) {
                Some((digest, _)) if *digest != key.digest => return Err(Refusal::KeyConflict),
                Some((_, position)) => return Ok(StorePublication { position: position.clone(), duplicate: true }),
                None => {}
            }
        }
        let room = state.room(&message.room, &message.new_epoch, lifetime);
        room.position.offset = room.position.offset.next();
        room.history.push_back((room.position.offset, message.payload.clone()));
        while room.history.len() > history {
            room.history.pop_front();
        }
        room.expires = Instant::now() + lifetime;
        let position = room.position.clone();
        state.number += 1;
        state.changes.insert(message.room.clone(), state.number);
        if let Some(key) = &message.key {
            state.keys.insert((message.room.clone(), key.name.clone()), (key.digest, position.clone()));
        }
        Ok(StorePublication { position, duplicate: false })
    }

    /// Reads a room.
    pub fn read(&mut self, name: &RoomName, new_epoch: &Epoch, range: Range) -> Page {
        let lifetime = self.room_lifetime;
        let room = self.of(name).room(name, new_epoch, lifetime);
        let (position, all) = (room.position.clone(), room.history.iter().cloned());
        let messages: Vec<_> = match range {
            Range::After(after, limit) => all.filter(|(offset, _)| *offset > after).take(limit).collect(),
            Range::Before(before, limit) => {
                let older: Vec<_> = all.filter(|(offset, _)| before.is_none_or(|before| *offset < before)).collect();
                older[older.len().saturating_sub(limit)..].to_vec()
            }
        };
        let oldest = room.history.front().map(|(offset, _)| *offset);
        let more = messages.first().map_or(oldest.is_some(), |(first, _)| oldest < Some(*first));
        Page { position, messages, more }
    }

    /// Renews a lease and returns the changes after `number`.
    pub fn check(&mut self, partition: Partition, number: u64, node: &str, lease: Duration) -> Check {
        let state = &mut self.partitions[usize::from(partition)];
        let now = Instant::now();
        state.leases.insert(node.to_owned(), now + lease);
        state.leases.retain(|_, expires| *expires > now);
        let nodes = state.leases.keys().cloned().collect();
        if self.defect == Some(Defect::HidesChanges) {
            return Check { generation: state.generation, number: state.number, changed: Some(Vec::new()), nodes };
        }
        let changed = (state.floor..=state.number).contains(&number).then(|| {
            let changed = state.changes.iter().filter(|(_, change)| **change > number);
            changed.filter_map(|(room, _)| Some((room.clone(), state.rooms.get(room)?.position.clone()))).collect()
        });
        Check { generation: state.generation, number: state.number, changed, nodes }
    }

    /// Keeps the positions of rooms.
    pub fn keep(&mut self, rooms: &[RoomName]) {
        let expires = Instant::now() + self.room_lifetime;
        for name in rooms {
            if let Some(room) = self.of(name).rooms.get_mut(name) {
                room.expires = room.expires.max(expires);
            }
        }
    }

    /// Removes a room, its history and its keys.
    pub fn evict(&mut self, name: &RoomName) {
        let state = self.of(name);
        state.rooms.remove(name);
        state.keys.retain(|(room, _), _| room != name);
    }

    /// Removes the history of a room, not its position.
    pub fn trim(&mut self, name: &RoomName) {
        if let Some(room) = self.of(name).rooms.get_mut(name) {
            room.history.clear();
        }
    }

    /// Forgets which rooms have changed.
    pub fn forget_changes(&mut self) {
        for partition in &mut self.partitions {
            partition.floor = partition.number;
            partition.changes.clear();
        }
    }

    /// Returns rooms of a partition by name. The connections to `node` are not counted.
    pub fn rooms(&self, partition: Partition, node: &str, after: Option<&RoomName>, limit: usize) -> Vec<RoomRecord> {
        let state = &self.partitions[usize::from(partition)];
        let later = state.rooms.iter().filter(|(name, _)| after.is_none_or(|after| *name > after));
        later.filter_map(|(name, room)| state.record(name, room, node)).take(limit).collect()
    }

    /// Returns a room.
    pub fn room(&mut self, name: &RoomName, node: &str) -> Option<RoomRecord> {
        let state = self.of(name);
        state.rooms.get(name).and_then(|room| state.record(name, room, node))
    }

    /// Returns the position of a room.
    pub fn position(&mut self, name: &RoomName) -> Option<Position> {
        let state = self.of(name);
        state.rooms.get(name).filter(|room| room.generation == state.generation).map(|room| room.position.clone())
    }

    pub(super) fn of(&mut self, room: &RoomName) -> &mut SimulatedPartition {
        self.named(room.as_str())
    }

    pub(super) fn named(&mut self, name: &str) -> &mut SimulatedPartition {
        let partitions = Partition::try_from(self.partitions.len()).unwrap();
        &mut self.partitions[usize::from(partition_of(name, partitions))]
    }
}

impl SimulatedPartition {
    /// Describes a room, unless it has expired or is of another generation.
    fn record(&self, name: &RoomName, room: &SimulatedRoom, node: &str) -> Option<RoomRecord> {
        let now = Instant::now();
        let elsewhere = self.presence.iter().filter(|((room, other, key), _)| {
            let counts = key.is_empty() && room == name && other != node;
            counts && self.leases.get(other).is_some_and(|expires| *expires > now)
        });
        let clients = |count: &Bytes| std::str::from_utf8(count).unwrap().parse::<u64>().unwrap();
        (room.expires > now && room.generation == self.generation).then(|| RoomRecord {
            name: name.clone(),
            position: room.position.clone(),
            messages: room.history.len(),
            members_elsewhere: elsewhere.map(|(_, count)| clients(count)).sum(),
        })
    }

    /// Returns a room, which begins if it does not exist, has expired, or is of another generation.
    fn room(&mut self, name: &RoomName, new_epoch: &Epoch, lifetime: Duration) -> &mut SimulatedRoom {
        let (now, generation) = (Instant::now(), self.generation);
        self.rooms.retain(|_, room| room.expires > now && room.generation == generation);
        self.rooms.entry(name.clone()).or_insert_with(|| SimulatedRoom {
            generation,
            position: Position { epoch: Epoch::new(&format!("{new_epoch}.{generation}")).unwrap(), offset: Offset(0) },
            history: VecDeque::new(),
            expires: now + lifetime,
        })
    }
}

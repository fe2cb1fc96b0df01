//! Store that several nodes share, as the shared backplane uses it.

use std::future::Future;

use bytes::Bytes;
use yodel_protocol::{Epoch, Offset, Position, RoomName, UserId};

use crate::backplane::digest::Fnv1a;

pub use super::store_check::{Check, Lease};
pub use super::store_record::{PresenceRecord, RoomRecord, UserRecord};

/// Number of a partition. All keys of a room are in one partition, and each partition is on one server of the store.
pub type Partition = u16;

/// Store of histories, positions, idempotency keys and presence, which also carries messages between nodes.
///
/// Every operation has a deadline, after which it returns [`StoreError`]; it may have been executed nevertheless.
/// Dropping a future abandons the answer, not the operation.
///
/// A *generation* belongs to a partition. The store raises it when the latest changes of the partition may be lost, for
/// example after a failover, and before it answers the first operation after that. A room whose generation is older than
/// that of its partition begins anew: with an empty history, at offset 0 and with another epoch.
pub trait Store: Send + Sync + 'static {
    /// Name of the implementation.
    const NAME: &'static str;

    /// Returns whether the store has answered lately, as far as this node knows.
    fn is_available(&self) -> bool;

    /// Returns the number of partitions. It never changes while the store has data.
    fn partitions(&self) -> Partition;

    /// Returns the partition of a room. Every node computes the same.
    fn partition(&self, room: &RoomName) -> Partition {
        partition_of(room.as_str(), self.partitions())
    }

    /// Returns the generation of a partition.
    fn generation(&self, partition: Partition) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Publishes messages of rooms of one partition, in their order: each gets the next offset of its room, is appended
    /// to the history, and is sent to the subscribers of the room. One round trip for all.
    ///
    /// # Errors
    /// The outer error means that each message may or may not be published. Otherwise there is one result per message.
    fn publish(
        &self,
        partition: Partition,
        generation: u64,
        messages: Vec<StoreMessage>,
    ) -> impl Future<Output = Result<Vec<Result<StorePublication, Refusal>>, StoreError>> + Send;

    /// Finds out whether messages of a partition can be published, without publishing any. With the generation of the
    /// partition, it writes what a publish writes, and waits until that is as safe as a message; without it, nothing is
    /// written, and only what the store refuses at once is found.
    fn probe(
        &self,
        partition: Partition,
        generation: Option<u64>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Reads the position of a room and a part of its history. A room that does not exist begins with `new_epoch`.
    fn read(
        &self,
        room: &RoomName,
        new_epoch: &Epoch,
        range: Range,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send;

    /// Renews the lease of this node in a partition, and returns what has changed there since `number` of the last
    /// check (0 in the first one).
    fn check(
        &self,
        partition: Partition,
        number: u64,
        lease: Lease<'_>,
    ) -> impl Future<Output = Result<Check, StoreError>> + Send;

    /// Keeps the positions of rooms for another lifetime although nothing is published there.
    fn keep(&self, partition: Partition, rooms: Vec<RoomName>) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Subscribes to a room. When this returns, everything that is published later is received as [`Event`], except in an
    /// interruption. The store subscribes again after an interruption, until [`unsubscribe`](Self::unsubscribe).
    fn subscribe(&self, room: &RoomName) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Ends a subscription.
    fn unsubscribe(&self, room: &RoomName);

    /// Sends bytes to all nodes that run, this one included: [`Event::Signal`]. Best effort.
    fn signal(&self, signal: Bytes) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Replaces entries of this node in the presence of a room, and sends them to the subscribers of the room:
    /// [`Event::Presence`]. An entry without a value is removed. The value of the entry with an empty key is the number
    /// of connections, as decimal digits; nothing is known of the others.
    fn set_presence(
        &self,
        room: &RoomName,
        node: &str,
        entries: Vec<(Bytes, Option<Bytes>)>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Returns the entries of all nodes with a valid lease in the presence of a room. Entries of an older generation, and
    /// of nodes whose leases have ended, are removed: nodes set theirs again.
    fn presence(&self, room: &RoomName) -> impl Future<Output = Result<Vec<PresenceRecord>, StoreError>> + Send;

    /// Replaces the list of this node in the connections of a user, and returns those of all nodes as
    /// [`connections`](Self::connections) does, its own one in any case. Without a list, it is removed.
    fn set_connections(
        &self,
        user: &UserId,
        node: &str,
        list: Option<Bytes>,
    ) -> impl Future<Output = Result<Vec<UserRecord>, StoreError>> + Send;

    /// Returns the lists of the nodes with a valid lease in the connections of a user. The others are removed.
    fn connections(&self, user: &UserId) -> impl Future<Output = Result<Vec<UserRecord>, StoreError>> + Send;

    /// Returns at most `limit` rooms of a partition whose names are greater than `after`, sorted by name: a snapshot. The
    /// connections to `node` are not counted.
    fn rooms(
        &self,
        partition: Partition,
        node: &str,
        after: Option<&RoomName>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<RoomRecord>, StoreError>> + Send;

    /// Returns a room as [`rooms`](Self::rooms) does; `None` if it does not exist.
    fn room(&self, room: &RoomName, node: &str) -> impl Future<Output = Result<Option<RoomRecord>, StoreError>> + Send;
}

/// Returns the partition of a room or user among `partitions`, which is at least 1. It never changes: stored rooms depend on it.
pub fn partition_of(name: &str, partitions: Partition) -> Partition {
    let hash = Fnv1a::new().with(name.as_bytes()).finish();
    // The low bits of FNV-1a alone are less random.
    let folded = (hash ^ (hash >> 32)) % u64::from(partitions.max(1));
    // Less than the number of partitions.
    Partition::try_from(folded).unwrap_or_default()
}

/// Message to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreMessage {
    /// Room of the message.
    pub room: RoomName,
    /// Idempotency key, unless the message has none.
    pub key: Option<StoreKey>,
    /// The encoded message; opaque to the store.
    pub payload: Bytes,
    /// Epoch of the room if it does not exist yet. The store adds the generation to it. Never proposed twice: the room may
    /// have begun with it and may have been removed since then.
    pub new_epoch: Epoch,
}

/// Idempotency key of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreKey {
    /// The key, with its owner. Any bytes.
    pub name: Bytes,
    /// Digest of the payload that the sender chose the key for.
    pub digest: u64,
}

/// A message has been published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorePublication {
    /// Position of the message.
    pub position: Position,
    /// True if a message with the same key was published before; `position` is the position of that message.
    pub duplicate: bool,
}

/// A message has not been published, for certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The key was used for another message.
    KeyConflict,
    /// The generation of the partition is another one: this one.
    Generation(u64),
}

/// Part of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// The first messages after an offset, at most `limit`.
    After(Offset, usize),
    /// The latest messages before an offset, or of all; at most `limit`.
    Before(Option<Offset>, usize),
}

/// Position of a room, and a part of its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Position of the room.
    pub position: Position,
    /// Messages with contiguous offsets, oldest first.
    pub messages: Vec<(Offset, Bytes)>,
    /// True if the history has messages before the first one.
    pub more: bool,
}

/// Event that a subscription receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message was published in a room.
    Message {
        /// Room of the message.
        room: RoomName,
        /// Position of the message.
        position: Position,
        /// The encoded message.
        payload: Bytes,
    },
    /// A node has changed the presence of a room.
    Presence {
        /// Room of the entries.
        room: RoomName,
        /// Node of the entries.
        node: String,
        /// The entries; one without a value was removed.
        entries: Vec<(Bytes, Option<Bytes>)>,
    },
    /// A node has sent a signal.
    Signal(Bytes),
    /// These rooms are subscribed again after an interruption, in which events were lost.
    Resubscribed(Vec<RoomName>),
}

/// An operation has failed or its deadline has passed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

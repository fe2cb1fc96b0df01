//! The backplane of a node that shares a store with others.

use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Semaphore, mpsc};
use yodel_protocol::RoomName;

use super::background::RoomTask;
use super::config::SharedConfig;
use super::followed_rooms::FollowedRooms;
use super::listings::CONCURRENT_LISTINGS;
use super::message_decoder::MessageDecoder;
use super::metrics::SharedMetrics;
use super::node::Node;
use super::presence_changes::PendingPresence;
use super::publish_health::PublishHealth;
use super::publish_queue::PublishQueue;
use super::replica::FollowingReplica;
use super::signals::EncodedSignal;
use super::store::{Page, Partition, Range, Store, StoreError, StoreMessage};
use super::stored_message::{ExcludedMember, StoredMessage};
use super::user_registry::UserRegistry;
use crate::backplane::message::NewMessage;
use crate::backplane::recipients::Recipients;
use crate::environment::{Clock, Random, random_epoch};

/// Maximum number of reads of rooms that are behind, at a time.
const CONCURRENT_READS: usize = 64;

/// Backplane of a node that shares a store with others. Works while [`run`](Self::run) is polled.
///
/// Calls the replicas of rooms while it locks their state, so a caller must not hold a lock that a replica needs.
pub struct SharedBackplane<R, S> {
    pub(super) store: Arc<S>,
    pub(super) config: SharedConfig,
    pub(super) clock: Box<dyn Clock>,
    pub(super) random: Box<dyn Random>,
    /// The local side of signals and presence.
    pub(super) node: Arc<dyn Node>,
    pub(super) metrics: Arc<SharedMetrics>,
    pub(super) decoder: MessageDecoder,
    /// Queue of each partition.
    pub(super) queues: Vec<PublishQueue>,
    /// Health of each partition.
    pub(super) health: Vec<PublishHealth>,
    pub(super) rooms: FollowedRooms<R>,
    pub(super) tasks: mpsc::UnboundedSender<RoomTask<R>>,
    pub(super) task_receiver: Mutex<Option<mpsc::UnboundedReceiver<RoomTask<R>>>>,
    pub(super) reads: Semaphore,
    pub(super) listings: Semaphore,
    pub(super) signals: mpsc::Sender<EncodedSignal>,
    pub(super) signal_receiver: Mutex<Option<mpsc::Receiver<EncodedSignal>>>,
    /// Changes of presence of each partition.
    pub(super) presence: Vec<PendingPresence>,
    /// Changes of the connections of users of each partition.
    pub(super) users: Vec<UserRegistry>,
}

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Creates the backplane of a node. It needs no runtime yet. `node` gets the events that are not about messages.
    pub fn new(
        store: Arc<S>,
        config: SharedConfig,
        clock: Box<dyn Clock>,
        random: Box<dyn Random>,
        node: Arc<dyn Node>,
    ) -> Arc<Self> {
        let metrics = Arc::<SharedMetrics>::default();
        let (tasks, task_receiver) = mpsc::unbounded_channel();
        let (signals, signal_receiver) = mpsc::channel(super::signals::QUEUE);
        let partitions = store.partitions();
        Arc::new(Self {
            clock,
            random,
            node,
            decoder: MessageDecoder { node: Arc::clone(&config.node), metrics: Arc::clone(&metrics) },
            queues: (0..partitions.max(1)).map(|_| PublishQueue::new(&config)).collect(),
            health: (0..partitions.max(1)).map(|_| PublishHealth::default()).collect(),
            rooms: FollowedRooms::new(partitions, Arc::clone(&metrics)),
            tasks,
            task_receiver: Mutex::new(Some(task_receiver)),
            reads: Semaphore::new(CONCURRENT_READS),
            listings: Semaphore::new(CONCURRENT_LISTINGS),
            signals,
            signal_receiver: Mutex::new(Some(signal_receiver)),
            presence: (0..partitions.max(1)).map(|_| PendingPresence::default()).collect(),
            users: (0..partitions.max(1)).map(|_| UserRegistry::default()).collect(),
            store,
            config,
            metrics,
        })
    }

    /// Returns the counters.
    pub fn metrics(&self) -> &SharedMetrics {
        &self.metrics
    }

    /// Returns the number of rooms and users whose presence or connections wait to be written.
    pub fn queued_presence(&self) -> usize {
        let rooms: usize = self.presence.iter().map(PendingPresence::len).sum();
        rooms + self.users.iter().map(UserRegistry::len).sum::<usize>()
    }

    /// Returns the store.
    pub fn store(&self) -> &Arc<S> {
        &self.store
    }

    /// Returns the partitions, each with its number.
    pub(super) fn partitions(&self) -> impl Iterator<Item = (Partition, &PublishQueue)> {
        (0..).zip(&self.queues)
    }

    /// Returns the health of a partition.
    pub(super) fn publish_health(&self, partition: Partition) -> &PublishHealth {
        &self.health[usize::from(partition) % self.health.len()]
    }

    pub(super) fn store_message(&self, room: &RoomName, message: NewMessage, recipients: Recipients) -> StoreMessage {
        let key = super::idempotency_name::store_key(&message);
        let excluded = match recipients {
            Recipients::AllBut(key) => Some(ExcludedMember { node: Arc::clone(&self.config.node), key }),
            Recipients::All | Recipients::Watchers => None,
        };
        let stored = StoredMessage { message, time: self.clock.unix_ms(), excluded };
        StoreMessage { room: room.clone(), key, payload: stored.encode(), new_epoch: random_epoch(&*self.random) }
    }

    pub(super) async fn read(&self, room: &RoomName, range: Range) -> Result<Page, StoreError> {
        self.store.read(room, &random_epoch(&*self.random), range).await
    }
}

impl<R, S> fmt::Debug for SharedBackplane<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedBackplane").field("config", &self.config).finish_non_exhaustive()
    }
}

//! The backplane of a node that shares a store with others.

use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Semaphore, mpsc};
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Offset, Position, RoomName};

use super::background::RoomTask;
use super::config::SharedConfig;
use super::followed_rooms::FollowedRooms;
use super::listings::{CONCURRENT_LISTINGS, Listing};
use super::message_decoder::MessageDecoder;
use super::metrics::SharedMetrics;
use super::node::Node;
use super::presence_changes::PendingPresence;
use super::publish_queue::PublishQueue;
use super::replica::FollowingReplica;
use super::signals::EncodedSignal;
use super::store::{Page, Partition, Range, Store, StoreError, StoreMessage};
use super::stored_message::{ExcludedMember, StoredMessage};
use crate::backplane::Backplane;
use crate::backplane::answer::Answer;
use crate::backplane::history::HistoryPage;
use crate::backplane::listing::{RoomPage, RoomSummary, RoomUsers};
use crate::backplane::message::{Message, NewMessage};
use crate::backplane::publish::{PublishError, PublishOutcome, RoomRejection};
use crate::backplane::recipients::Recipients;
use crate::backplane::signal::Signal;
use crate::backplane::unavailable::Unavailable;
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
    pub(super) rooms: FollowedRooms<R>,
    pub(super) tasks: mpsc::UnboundedSender<RoomTask<R>>,
    pub(super) task_receiver: Mutex<Option<mpsc::UnboundedReceiver<RoomTask<R>>>>,
    pub(super) reads: Semaphore,
    pub(super) listings: Semaphore,
    pub(super) signals: mpsc::Sender<EncodedSignal>,
    pub(super) signal_receiver: Mutex<Option<mpsc::Receiver<EncodedSignal>>>,
    /// Changes of presence of each partition.
    pub(super) presence: Vec<PendingPresence>,
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
            rooms: FollowedRooms::new(partitions, Arc::clone(&metrics)),
            tasks,
            task_receiver: Mutex::new(Some(task_receiver)),
            reads: Semaphore::new(CONCURRENT_READS),
            listings: Semaphore::new(CONCURRENT_LISTINGS),
            signals,
            signal_receiver: Mutex::new(Some(signal_receiver)),
            presence: (0..partitions.max(1)).map(|_| PendingPresence::default()).collect(),
            store,
            config,
            metrics,
        })
    }

    /// Returns the counters.
    pub fn metrics(&self) -> &SharedMetrics {
        &self.metrics
    }

    /// Returns the store.
    pub fn store(&self) -> &Arc<S> {
        &self.store
    }

    /// Returns the partitions, each with its number.
    pub(super) fn partitions(&self) -> impl Iterator<Item = (Partition, &PublishQueue)> {
        (0..).zip(&self.queues)
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

impl<R: FollowingReplica, S: Store> Backplane<R> for SharedBackplane<R, S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn is_available(&self) -> bool {
        self.store.is_available()
    }

    fn keeps_histories_here(&self) -> bool {
        false
    }

    fn publish(
        &self,
        room: &Arc<R>,
        message: NewMessage,
        recipients: Recipients,
        _reserved: bool,
    ) -> Result<Answer<PublishOutcome, PublishError>, RoomRejection> {
        let name = room.name();
        let queue = &self.queues[usize::from(self.store.partition(name)) % self.queues.len()];
        Ok(queue.push(self.store_message(name, message, recipients), &self.config, &self.metrics))
    }

    fn follow(&self, room: &Arc<R>, since: Option<&Position>) -> Answer<Vec<Arc<Message>>, Unavailable> {
        self.follow_room(room, since.cloned())
    }

    fn history(
        &self,
        name: &RoomName,
        room: Option<&Arc<R>>,
        before: Option<Offset>,
        limit: usize,
    ) -> Answer<Option<(Position, HistoryPage)>, Unavailable> {
        let (answer, later) = Answer::later();
        let (name, exists, range) = (name.clone(), room.is_some(), Range::Before(before, limit));
        self.start(RoomTask::ReadHistory { name, exists, range, answer });
        later
    }

    fn rooms(&self, after: Option<&RoomName>, limit: usize) -> Option<Answer<RoomPage, Unavailable>> {
        let (answer, later) = Answer::later();
        self.start(RoomTask::List(Listing::Rooms(after.cloned(), limit, answer)));
        Some(later)
    }

    fn room(&self, name: &RoomName) -> Option<Answer<Option<RoomSummary>, Unavailable>> {
        let (answer, later) = Answer::later();
        self.start(RoomTask::List(Listing::Room(name.clone(), answer)));
        Some(later)
    }

    fn users(&self, room: &RoomName, limit: usize) -> Option<Answer<RoomUsers, Unavailable>> {
        let (answer, later) = Answer::later();
        self.start(RoomTask::List(Listing::Users(room.clone(), limit, answer)));
        Some(later)
    }

    fn signal(&self, signal: Signal) -> bool {
        self.queue_signal(signal)
    }

    fn set_presence(&self, room: &Arc<R>, entries: Vec<PresenceEntry>) {
        self.send_presence(room.name(), entries.iter().map(super::presence_entry::encode_entry));
    }
}

impl<R, S> fmt::Debug for SharedBackplane<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedBackplane").field("config", &self.config).finish_non_exhaustive()
    }
}

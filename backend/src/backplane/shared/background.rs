//! Background tasks of the shared backplane.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};
use tracing::{debug, info};
use yodel_protocol::{Position, RoomName};

use super::SharedBackplane;
use super::follow_state::FollowWaiter;
use super::followed_room::FollowedRoom;
use super::listings::Listing;
use super::partition_check::PartitionCheck;
use super::publisher::Publisher;
use super::store::{Event, Range, Store, StoreError};
use crate::backplane::history::HistoryPage;
use crate::backplane::shared::replica::FollowingReplica;
use crate::backplane::unavailable::Unavailable;

/// Answer to a read of a history.
pub(super) type HistorySender = oneshot::Sender<Result<Option<(Position, HistoryPage)>, Unavailable>>;

/// Task that concerns a room.
#[derive(Debug)]
pub(super) enum RoomTask<R> {
    /// Begins to follow a room.
    Start(Arc<FollowedRoom<R>>),
    /// Reads what a joining member has missed.
    Resume(Arc<FollowedRoom<R>>, FollowWaiter),
    /// Reads what a room has missed.
    CatchUp(Arc<FollowedRoom<R>>),
    /// Synchronizes the presence of a room.
    Presence(Arc<FollowedRoom<R>>),
    /// Reads a part of a history.
    ReadHistory {
        /// Name of the room.
        name: RoomName,
        /// True if this node has the room.
        exists: bool,
        /// The part.
        range: Range,
        /// Sender of the answer.
        answer: HistorySender,
    },
    /// Lists rooms or users.
    List(Listing),
}

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Publishes, follows rooms and handles events, until `events` ends. Dropping the future ends everything; whatever is
    /// not answered then is unavailable. Only the first future of a backplane does anything.
    ///
    /// # Panics
    /// The future panics if one of its tasks has panicked.
    pub fn run(self: Arc<Self>, events: mpsc::Receiver<Event>) -> impl Future<Output = ()> + Send + use<R, S> {
        let room_tasks = self.task_receiver.lock().take();
        let background = room_tasks.map(|room_tasks| BackgroundWork { room_tasks, events, backplane: self });
        async move {
            if let Some(background) = background {
                background.run().await;
            }
        }
    }

    fn spawn_tasks(self: &Arc<Self>) -> JoinSet<()> {
        let mut running = JoinSet::new();
        if let Some(signals) = self.signal_receiver.lock().take() {
            running.spawn(Arc::clone(self).run_signals(signals));
        }
        for (partition, queue) in self.partitions() {
            if let Some(queue) = queue.take_receiver() {
                running.spawn(Publisher::new(Arc::clone(self), partition, queue).run());
            }
            running.spawn(PartitionCheck::new(Arc::clone(self), partition).run());
            running.spawn(Arc::clone(self).run_upkeep(partition));
            running.spawn(Arc::clone(self).run_presence(partition));
            running.spawn(Arc::clone(self).run_users(partition));
        }
        running
    }

    /// Starts a task. Returns false after the end of [`run`](Self::run).
    pub(super) fn start(&self, task: RoomTask<R>) -> bool {
        self.tasks.send(task).is_ok()
    }

    async fn run_task(self: Arc<Self>, task: RoomTask<R>) {
        match task {
            RoomTask::Start(room) => self.start_room(&room).await,
            RoomTask::Resume(room, waiter) => self.resume(&room, waiter).await,
            RoomTask::CatchUp(room) => self.catch_up(&room).await,
            RoomTask::Presence(room) => self.synchronize_presence(&room).await,
            RoomTask::ReadHistory { name, exists, range, answer } => {
                let page = self.read_history(&name, exists, range).await;
                // The caller may have gone.
                drop(answer.send(page));
            }
            RoomTask::List(listing) => self.answer_listing(listing).await,
        }
    }

    async fn read_history(
        &self,
        name: &RoomName,
        exists: bool,
        range: Range,
    ) -> Result<Option<(Position, HistoryPage)>, Unavailable> {
        let unavailable = |error: StoreError| {
            debug!(room = %name, %error, "cannot read a history");
            Unavailable
        };
        // The store begins a room when it is read.
        if !exists && self.find_room(name).await.map_err(unavailable)?.is_none() {
            return Ok(None);
        }
        let page = self.read(name, range).await.map_err(unavailable)?;
        let messages = self.decoder.decode_page(name, &page.position.epoch, &page.messages);
        Ok(Some((page.position, HistoryPage { messages, more: page.more })))
    }

    fn handle(&self, event: Event) {
        match event {
            Event::Message { room, position, payload } => {
                if let Some(room) = self.rooms.get(self.store.partition(&room), &room)
                    && room.receive(&position, &payload, &self.decoder)
                {
                    self.start(RoomTask::CatchUp(room));
                }
            }
            Event::Resubscribed(rooms) => self.resubscribed(&rooms),
            Event::Signal(signals) => self.receive_signals(&signals),
            Event::Presence { room, node, entries } => self.receive_presence(&room, node, &entries),
        }
    }

    fn resubscribed(&self, rooms: &[RoomName]) {
        info!(rooms = rooms.len(), "subscribed again after an interruption; reading what was missed");
        let followed = rooms.iter().filter_map(|room| self.rooms.get(self.store.partition(room), room));
        for room in followed {
            self.start(RoomTask::Presence(Arc::clone(&room)));
            self.doubt(room);
        }
    }
}

/// Background work of a backplane. Dropping it ends all rooms, so that no follow waits for its answer forever.
struct BackgroundWork<R: FollowingReplica, S: Store> {
    room_tasks: mpsc::UnboundedReceiver<RoomTask<R>>,
    events: mpsc::Receiver<Event>,
    backplane: Arc<SharedBackplane<R, S>>,
}

impl<R: FollowingReplica, S: Store> BackgroundWork<R, S> {
    async fn run(mut self) {
        let mut running = self.backplane.spawn_tasks();
        loop {
            tokio::select! {
                biased;
                Some(ended) = running.join_next() => propagate_panic(ended),
                Some(task) = self.room_tasks.recv() => drop(running.spawn(Arc::clone(&self.backplane).run_task(task))),
                event = self.events.recv() => match event {
                    Some(event) => self.backplane.handle(event),
                    None => break,
                },
            }
        }
        info!("the store has ended its events; the backplane ends");
    }
}

impl<R: FollowingReplica, S: Store> Drop for BackgroundWork<R, S> {
    fn drop(&mut self) {
        // From now on, no room is added.
        self.room_tasks.close();
        while self.room_tasks.try_recv().is_ok() {}
        for (partition, _) in self.backplane.partitions() {
            for room in self.backplane.rooms.in_partition(partition) {
                self.backplane.abandon(&room);
            }
        }
    }
}

fn propagate_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && let Ok(panic) = error.try_into_panic()
    {
        std::panic::resume_unwind(panic);
    }
}

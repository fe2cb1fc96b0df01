//! Sends changes of the presence on this node to the store and the other nodes.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::sleep;
use tracing::debug;
use yodel_protocol::RoomName;

use super::SharedBackplane;
use super::background::RoomTask;
use super::backoff::Backoff;
use super::presence_changes::{EntriesByKey, PendingPresence, RoomChanges};
use super::presence_entry::{encode_count, encode_entry};
use super::store::{Partition, PresenceRecord, Store, StoreError};
use crate::backplane::shared::replica::FollowingReplica;

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Sends changes of the presence in a partition, one room at a time, for ever.
    pub(super) async fn run_presence(self: Arc<Self>, partition: Partition) {
        let changes = self.presence_changes(partition);
        let mut backoff = Backoff::new();
        loop {
            let (room, unsent) = changes.next().await;
            match self.send_changes(&room, &unsent).await {
                Ok(()) => backoff = Backoff::new(),
                Err(error) => {
                    debug!(%room, %error, "cannot send changes of presence; trying again");
                    // The failed one may be carried out later than its repetition.
                    changes.doubt(&room);
                    self.note_queued(changes.add_missing(&room, unsent));
                    sleep(backoff.next(&*self.random)).await;
                }
            }
        }
    }

    /// Queues changes of the presence on this node.
    pub(super) fn send_presence(&self, room: &RoomName, entries: impl IntoIterator<Item = (Bytes, Option<Bytes>)>) {
        self.note_queued(self.presence_changes(self.store.partition(room)).add(room, entries));
    }

    /// Counts changes that were dropped instead of queued. While the room has members, they are found when its presence is
    /// synchronized.
    pub(super) fn note_queued(&self, is_queued: bool) {
        if !is_queued {
            self.metrics.dropped_presence.increment();
        }
    }

    pub(super) fn presence_changes(&self, partition: Partition) -> &PendingPresence {
        &self.presence[usize::from(partition) % self.presence.len()]
    }

    /// Takes the rooms of a partition in which the store may have wrong entries of this node for some time.
    pub(super) fn take_doubtful_presence(&self, partition: Partition) -> Vec<RoomName> {
        self.presence_changes(partition).take_doubtful(self.config.presence_interval)
    }

    /// Synchronizes the presence of all followed rooms of a partition, and sends that of this node again: the others may
    /// have forgotten it although the store has not.
    pub(super) fn renew_presence(&self, partition: Partition) {
        for room in self.rooms.in_partition(partition) {
            let here = self.node.presence_here(&room.name);
            if !here.is_empty() {
                self.send_presence(&room.name, here.iter().map(encode_entry));
            }
            self.start(RoomTask::Presence(room));
        }
    }

    async fn send_changes(&self, room: &RoomName, changes: &RoomChanges) -> Result<(), StoreError> {
        let mut entries = match changes {
            RoomChanges::Entries(entries) => entries.clone(),
            RoomChanges::All => self.all_changes(room, &self.read_presence(room).await?),
        };
        entries.extend([encode_count(self.node.clients_here(room))]);
        self.store.set_presence(room, &self.config.node, entries.into_iter().collect()).await
    }

    /// Returns the entries of this node in a room, and the removals of all others that the store has of it.
    fn all_changes(&self, room: &RoomName, stored: &[PresenceRecord]) -> EntriesByKey {
        let own = stored.iter().filter(|record| *record.node == *self.config.node);
        let mut changes: EntriesByKey = own.map(|record| (record.key.clone(), None)).collect();
        changes.extend(self.node.presence_here(room).iter().map(encode_entry));
        changes
    }
}

//! Reads of messages that a room has missed.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tracing::debug;
use yodel_protocol::{Offset, Position};

use super::SharedBackplane;
use super::background::RoomTask;
use super::backoff::Backoff;
use super::followed_room::{CatchUpStep, FollowedRoom};
use super::store::{Page, Partition, Range, Store, StoreError};
use crate::backplane::shared::replica::FollowingReplica;

/// Maximum number of messages that are read at a time.
const PAGE_MESSAGES: usize = 256;

/// Time between two looks at a room whose members are slow.
const FULL_INTERVAL: Duration = Duration::from_millis(20);

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Reads what a room has missed, until it is current or no longer followed.
    pub(super) async fn catch_up(&self, room: &Arc<FollowedRoom<R>>) {
        let mut backoff = Backoff::new();
        loop {
            match room.next_step() {
                CatchUpStep::Done => return,
                CatchUpStep::Wait => sleep(FULL_INTERVAL).await,
                CatchUpStep::Read(after) => match self.read_after(room, after.offset).await {
                    Ok(page) => {
                        backoff = Backoff::new();
                        if room.apply(&after, &page, &self.decoder).is_err() {
                            return self.close(room);
                        }
                    }
                    Err(error) => {
                        debug!(room = %room.name, %error, "cannot read missed messages; trying again");
                        room.doubt();
                        sleep(backoff.next(&*self.random)).await;
                    }
                },
            }
        }
    }

    async fn read_after(&self, room: &FollowedRoom<R>, offset: Offset) -> Result<Page, StoreError> {
        // Never closed. Without a permit, too much is read at a time, which is not wrong.
        let _permit = self.reads.acquire().await.ok();
        self.metrics.catch_ups.increment();
        self.read(&room.name, Range::After(offset, PAGE_MESSAGES)).await
    }

    /// Reads what a room has missed, if anything.
    pub(super) fn doubt(&self, room: Arc<FollowedRoom<R>>) {
        if room.doubt() {
            self.start(RoomTask::CatchUp(room));
        }
    }

    /// Reads what a room has missed before a position.
    pub(super) fn note(&self, room: &Arc<FollowedRoom<R>>, position: &Position) {
        if room.note(position) {
            self.start(RoomTask::CatchUp(Arc::clone(room)));
        }
    }

    /// Reads what the rooms of a partition have missed, if anything.
    pub(super) fn catch_up_partition(&self, partition: Partition) {
        for room in self.rooms.in_partition(partition) {
            self.doubt(room);
        }
    }
}

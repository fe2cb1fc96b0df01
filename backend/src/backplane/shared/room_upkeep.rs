//! End of unused rooms, and the lifetime of positions.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::debug;

use super::SharedBackplane;
use super::background::RoomTask;
use super::followed_room::FollowedRoom;
use super::store::{Partition, Store};
use crate::backplane::shared::replica::FollowingReplica;

/// Maximum number of positions that are kept with one operation.
const KEPT_ROOMS: usize = 512;

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Ends unused rooms of a partition and keeps the positions of the others, for ever.
    pub(super) async fn run_upkeep(self: Arc<Self>, partition: Partition) {
        let period = (self.config.unused_after / 2).max(Duration::from_millis(1));
        loop {
            sleep(period).await;
            let rooms = self.rooms.in_partition(partition);
            for room in &rooms {
                self.end_unused(room);
            }
            for room in rooms.iter().filter(|room| room.has_to_synchronize(self.config.presence_interval)) {
                self.start(RoomTask::Presence(Arc::clone(room)));
            }
            self.keep_positions(partition, &rooms).await;
            for room in self.take_doubtful_presence(partition) {
                self.correct_presence(&room).await;
            }
        }
    }

    fn end_unused(&self, room: &Arc<FollowedRoom<R>>) {
        let ends = || room.end_unused(self.config.unused_after);
        self.rooms.remove_if(room, ends, || self.store.unsubscribe(&room.name));
    }

    async fn keep_positions(&self, partition: Partition, rooms: &[Arc<FollowedRoom<R>>]) {
        let interval = self.config.room_lifetime / 3;
        let due: Vec<_> = rooms.iter().filter(|room| room.has_to_keep(interval)).collect();
        for rooms in due.chunks(KEPT_ROOMS) {
            let names = rooms.iter().map(|room| room.name.clone()).collect();
            match self.store.keep(partition, names).await {
                Ok(()) => rooms.iter().for_each(|room| room.set_kept(Instant::now())),
                Err(error) => debug!(partition, %error, "cannot keep the positions of rooms; trying again"),
            }
        }
    }
}

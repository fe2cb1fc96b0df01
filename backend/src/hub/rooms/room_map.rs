//! Rooms of a hub, by name.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
#[cfg(feature = "disk")]
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::atomic::{AtomicUsize, Ordering};

use yodel_protocol::RoomName;

use crate::backplane::Backplane;
use crate::environment::Timestamp;
use crate::hub::creator::{RoomAccount, RoomCreator};
use crate::hub::lobby::LOBBY;
use crate::hub::metrics::RoomEnd;
use crate::hub::payload::Payload;
use crate::hub::room::Room;
use crate::hub::room_indexes::RoomIndexes;
use crate::hub::room_limit::RoomLimitReached;
use crate::hub::services::HubServices;
use crate::hub::shards::Shards;
use crate::hub::unused_rooms::UnusedRooms;

/// All rooms of a hub: those created on demand, the lobby, and the room for broadcasts.
pub struct RoomMap<P> {
    pub(super) by_name: Shards<RoomName, Arc<Room<P>>>,
    /// Number of rooms in `by_name`, so that creating one locks a single shard.
    pub(super) count: AtomicUsize,
    pub(super) lobby: Arc<Room<P>>,
    pub(super) everyone: Arc<Room<P>>,
    pub(super) services: Arc<HubServices>,
    pub(super) indexes: Arc<RoomIndexes<Room<P>>>,
    /// True while the disk holds too much, and nothing can be removed.
    #[cfg(feature = "disk")]
    pub(super) disk_is_full: AtomicBool,
    /// Number of the first write of the journal whose measurement has what was removed last.
    #[cfg(feature = "disk")]
    pub(super) disk_measured_from: AtomicU64,
}

impl<P: Payload> RoomMap<P> {
    /// Creates the lobby and the room for broadcasts.
    pub fn new(services: Arc<HubServices>) -> Self {
        let indexes = Arc::<RoomIndexes<_>>::default();
        let room = |name| {
            let name = RoomName::new(name).expect("a built-in name is valid");
            Room::new(name, None, Arc::clone(&services), Arc::clone(&indexes))
        };
        let (lobby, everyone) = (room(LOBBY), room(RoomName::EVERYONE));
        Self {
            by_name: Shards::default(),
            count: AtomicUsize::new(0),
            lobby,
            everyone,
            services,
            indexes,
            #[cfg(feature = "disk")]
            disk_is_full: AtomicBool::new(false),
            #[cfg(feature = "disk")]
            disk_measured_from: AtomicU64::new(0),
        }
    }

    /// Returns the room with this name, which is created if it does not exist, and charged to its creator. At the limit
    /// of rooms, a room without members ends for it.
    ///
    /// # Errors
    /// Returns an error if the limit of rooms is reached, and every room has members.
    pub fn get_or_create(&self, name: &RoomName, creator: RoomCreator<'_>) -> Result<Arc<Room<P>>, RoomLimitReached> {
        self.get_or_create_for(name, || RoomAccount::of(creator))
    }

    /// As [`get_or_create`](Self::get_or_create), for an account.
    pub fn get_or_create_for(
        &self,
        name: &RoomName,
        account: impl Fn() -> RoomAccount,
    ) -> Result<Arc<Room<P>>, RoomLimitReached> {
        if name.as_str() == LOBBY {
            return Ok(Arc::clone(&self.lobby));
        }
        loop {
            if let Some(room) = self.by_name.with(name, |rooms| self.get_or_insert(rooms, name, &account)) {
                return Ok(room);
            }
            // Outside of the lock of the shard: the room that ends may be in another one.
            if !self.end_unused(RoomEnd::RoomLimit, None, UnusedRooms::take_for_rooms) {
                return Err(RoomLimitReached);
            }
        }
    }

    /// Returns the room with this name, if it exists.
    pub fn find(&self, name: &RoomName) -> Option<Arc<Room<P>>> {
        if name.as_str() == LOBBY { Some(Arc::clone(&self.lobby)) } else { self.by_name.get(name) }
    }

    /// Returns the lobby.
    pub fn lobby(&self) -> &Arc<Room<P>> {
        &self.lobby
    }

    /// Returns the room that delivers broadcasts to all connections. It has no history.
    pub fn everyone(&self) -> &Arc<Room<P>> {
        &self.everyone
    }

    /// Returns all rooms, including the lobby, in no particular order.
    pub fn all(&self) -> Vec<Arc<Room<P>>> {
        let mut all = vec![Arc::clone(&self.lobby)];
        self.by_name.each(|rooms| all.extend(rooms.values().cloned()));
        all
    }

    /// Returns at most `limit` rooms whose names are greater than `after`, sorted by name, and whether there are
    /// more. Visits every room; memory is proportional to `limit`.
    pub fn after(&self, after: Option<&RoomName>, limit: usize) -> (Vec<Arc<Room<P>>>, bool) {
        let mut first = BTreeMap::new();
        let mut more = false;
        let mut consider = |room: &Arc<Room<P>>| {
            if after.is_some_and(|after| room.name <= *after) {
                return;
            }
            first.insert(room.name.clone(), Arc::clone(room));
            if first.len() > limit {
                first.pop_last();
                more = true;
            }
        };
        consider(&self.lobby);
        self.by_name.each(|rooms| rooms.values().for_each(&mut consider));
        (first.into_values().collect(), more)
    }

    /// Sends pending presence changes of all rooms, to their members and to other nodes.
    pub fn publish_presence(&self, now: Timestamp, backplane: &dyn Backplane<Room<P>>) {
        self.indexes.dirty.retain(|room| {
            let here = room.take_presence_here();
            if !here.is_empty() {
                backplane.set_presence(room, here);
            }
            room.publish_presence(now)
        });
    }

    /// Closes and removes idle rooms. Locks one shard at a time.
    pub fn sweep(&self, now: Timestamp) {
        self.by_name.each(|rooms| {
            let before = rooms.len();
            rooms.retain(|_, room| !room.end_if_idle(now));
            self.count.fetch_sub(before - rooms.len(), Ordering::Relaxed);
        });
        // These rooms are never removed; their history still expires.
        for room in [&self.lobby, &self.everyone] {
            room.expire(now);
        }
    }

    /// Returns the room with this name from its shard, or creates it; `None` at the limit of rooms.
    fn get_or_insert(
        &self,
        rooms: &mut HashMap<RoomName, Arc<Room<P>>>,
        name: &RoomName,
        account: &impl Fn() -> RoomAccount,
    ) -> Option<Arc<Room<P>>> {
        if let Some(room) = rooms.get(name) {
            return Some(Arc::clone(room));
        }
        let limit = self.services.retention.rooms;
        let increment = |count| (count < limit).then_some(count + 1);
        self.count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, increment).ok()?;
        let account = Some(account());
        let room = Room::new(name.clone(), account, Arc::clone(&self.services), Arc::clone(&self.indexes));
        #[cfg(feature = "disk")]
        room.begin_in_journal();
        rooms.insert(name.clone(), Arc::clone(&room));
        Some(room)
    }
}

#[cfg(test)]
mod tests;

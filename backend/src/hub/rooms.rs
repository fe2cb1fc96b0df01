//! Rooms of a hub, by name.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use yodel_protocol::RoomName;

use super::dirty_rooms::DirtyRooms;
use super::environment::Timestamp;
use super::lobby::LOBBY;
use super::payload::Payload;
use super::room::Room;
use super::services::HubServices;
use super::shards::Shards;

/// Error of a room that cannot be created because the limit of rooms is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomLimitReached;

/// All rooms of a hub: those created on demand, the lobby, and the room for broadcasts.
pub struct RoomMap<P> {
    by_name: Shards<RoomName, Arc<Room<P>>>,
    /// Number of rooms in `by_name`, so that creating one locks a single shard.
    count: AtomicUsize,
    lobby: Arc<Room<P>>,
    everyone: Arc<Room<P>>,
    services: Arc<HubServices>,
    dirty: Arc<DirtyRooms<Room<P>>>,
}

impl<P: Payload> RoomMap<P> {
    /// Creates the lobby and the room for broadcasts.
    pub fn new(services: Arc<HubServices>) -> Self {
        let dirty = Arc::<DirtyRooms<_>>::default();
        let room = |name| {
            let name = RoomName::new(name).expect("a built-in name is valid");
            Arc::new(Room::new(name, Arc::clone(&services), Arc::clone(&dirty)))
        };
        let (lobby, everyone) = (room(LOBBY), room(RoomName::EVERYONE));
        Self { by_name: Shards::default(), count: AtomicUsize::new(0), lobby, everyone, services, dirty }
    }

    /// Returns the room with this name, which is created if it does not exist.
    ///
    /// # Errors
    /// Returns an error if the limit of rooms is reached.
    pub fn get_or_create(&self, name: &RoomName) -> Result<Arc<Room<P>>, RoomLimitReached> {
        if name.as_str() == LOBBY {
            return Ok(Arc::clone(&self.lobby));
        }
        self.by_name.with(name, |rooms| {
            if let Some(room) = rooms.get(name) {
                return Ok(Arc::clone(room));
            }
            self.reserve()?;
            let room = Arc::new(Room::new(name.clone(), Arc::clone(&self.services), Arc::clone(&self.dirty)));
            rooms.insert(name.clone(), Arc::clone(&room));
            Ok(room)
        })
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

    /// Sends pending presence changes of all rooms.
    pub fn publish_presence(&self, now: Timestamp) {
        self.dirty.retain(|room| room.publish_presence(now));
    }

    /// Closes and removes idle rooms. Locks one shard at a time.
    pub fn sweep(&self, now: Timestamp) {
        self.by_name.each(|rooms| {
            let before = rooms.len();
            rooms.retain(|_, room| !room.close_if_idle(now));
            self.count.fetch_sub(before - rooms.len(), Ordering::Relaxed);
        });
        // These rooms are never removed; their history still expires.
        for room in [&self.lobby, &self.everyone] {
            room.expire(now);
        }
    }

    /// Increments the number of rooms, unless the limit is reached.
    fn reserve(&self) -> Result<(), RoomLimitReached> {
        let limit = self.services.retention.rooms;
        let increment = |count| (count < limit).then_some(count + 1);
        let reserved = self.count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, increment);
        reserved.map(drop).map_err(|_| RoomLimitReached)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::{RetentionConfig, ServerConfig};
    use crate::hub::content::Content;
    use crate::hub::testing::ManualEnvironment;

    #[derive(Clone, Debug)]
    struct NoPayload;

    impl Payload for NoPayload {
        fn of(_: Vec<Content>) -> Self {
            Self
        }
    }

    fn rooms(limit: usize) -> RoomMap<NoPayload> {
        let retention = RetentionConfig { rooms: limit, ..ServerConfig::default().retention() };
        RoomMap::new(Arc::new(HubServices::new(retention, ManualEnvironment::new(1).environment())))
    }

    fn name(name: &str) -> RoomName {
        RoomName::new(name).unwrap()
    }

    #[test]
    fn pages_are_sorted_by_name() {
        let all = rooms(100);
        for room in ["pine", "ash", "zelkova", "oak", "beech"] {
            all.get_or_create(&name(room)).unwrap();
        }
        let page = |after: Option<&str>, most| {
            let (rooms, more) = all.after(after.map(name).as_ref(), most);
            (rooms.iter().map(|room| room.name.to_string()).collect::<Vec<_>>().join(" "), more)
        };
        assert_eq!(page(None, 9), ("ash beech lobby oak pine zelkova".to_owned(), false));
        assert_eq!(page(None, 2), ("ash beech".to_owned(), true));
        assert_eq!(page(Some("beech"), 2), ("lobby oak".to_owned(), true));
        assert_eq!(page(Some("oak"), 2), ("pine zelkova".to_owned(), false));
        assert_eq!(page(Some("p"), 1), ("pine".to_owned(), true), "not the name of a room");
        assert_eq!(page(Some("zelkova"), 2), (String::new(), false));
    }

    #[test]
    fn find_does_not_create_a_room() {
        let rooms = rooms(100);
        assert!(rooms.find(&name("oak")).is_none());
        assert_eq!(rooms.all().len(), 1, "the lobby");
        rooms.get_or_create(&name("oak")).unwrap();
        assert!(rooms.find(&name("oak")).is_some());
        assert!(rooms.find(&name(LOBBY)).is_some());
    }

    #[test]
    fn a_removed_room_no_longer_counts_for_the_limit() {
        let rooms = rooms(2);
        for room in ["a", "b"] {
            rooms.get_or_create(&name(room)).unwrap();
        }
        assert_eq!(rooms.get_or_create(&name("c")).unwrap_err(), RoomLimitReached);
        assert!(rooms.get_or_create(&name("a")).is_ok(), "an existing room is returned at the limit");
        rooms.sweep(Timestamp::from_start(Duration::from_secs(3600)));
        assert_eq!(rooms.all().len(), 1, "the lobby");
        for room in ["c", "d"] {
            rooms.get_or_create(&name(room)).unwrap();
        }
        assert_eq!(rooms.get_or_create(&name("e")).unwrap_err(), RoomLimitReached);
    }
}

//! The hub: a handle to rooms and directory.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use yodel_protocol::{Offset, RoomName};

use super::creator::RoomCreator;
use super::directory::Directory;
use super::metrics::HubMetrics;
use super::payload::Payload;
use super::room::Room;
use super::rooms::RoomMap;
use super::services::HubServices;
#[cfg(feature = "disk")]
use crate::backplane::journal::StoredRoom;
use crate::backplane::memory::MemoryBackplane;
use crate::backplane::message::NewMessage;
use crate::backplane::publish::{PublishError, RoomRejection};
use crate::backplane::recipients::Recipients;
use crate::backplane::{Backplane, HistoryAnswer, PublishAnswer};
use crate::config::RetentionConfig;
use crate::environment::{Environment, Random};

/// Interval at which [`Hub::tick`] has to be called, and presence changes are sent.
pub const TICK: Duration = Duration::from_secs(1);

/// Number of ticks between two sweeps of idle rooms.
const SWEEP_TICKS: u32 = 30;

/// Number of ticks between two checks of the disk: what a check removes is measured within a tick.
#[cfg(feature = "disk")]
const DISK_TICKS: u32 = 2;

/// Rooms and directory of a server. A handle that is cheap to clone and can be used on any thread.
pub struct Hub<P>(pub(super) Arc<HubInner<P>>);

/// State of a hub.
pub struct HubInner<P> {
    pub(super) rooms: RoomMap<P>,
    pub(super) directory: Arc<Directory<P>>,
    pub(super) services: Arc<HubServices>,
    pub(super) backplane: Arc<dyn Backplane<Room<P>>>,
    ticks: AtomicU32,
}

impl<P> Clone for Hub<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: Payload> Hub<P> {
    /// Creates an empty hub with the given retention limits.
    pub fn new(retention: RetentionConfig, environment: Environment) -> Self {
        Self::with_backplane(retention, environment, Arc::new(MemoryBackplane))
    }

    /// Creates an empty hub whose rooms follow a backplane.
    pub fn with_backplane(
        retention: RetentionConfig,
        environment: Environment,
        backplane: Arc<dyn Backplane<Room<P>>>,
    ) -> Self {
        let services = HubServices::new(retention, environment, !backplane.keeps_histories_here());
        #[cfg(feature = "disk")]
        let services = HubServices { journal: backplane.journal(), ..services };
        let services = Arc::new(services);
        let (rooms, directory) = (RoomMap::new(Arc::clone(&services)), Arc::new(Directory::new(services.follows)));
        Self(Arc::new(HubInner { rooms, directory, services, backplane, ticks: AtomicU32::new(0) }))
    }

    /// Adds the rooms that were read from the journal of the backplane, within the limits. Must be called once, before the
    /// first use of the hub. Returns the number of rooms that ended because there are too many.
    #[cfg(feature = "disk")]
    pub fn restore(&self, rooms: Vec<StoredRoom>) -> usize {
        self.0.rooms.restore(rooms)
    }

    /// Sends pending changes of presence and users, and, every second time, frees the disk if it holds too much; every 30th call also removes idle rooms and expired messages. Has to be
    /// called every [`TICK`].
    pub fn tick(&self) {
        let now = self.0.services.now();
        self.0.rooms.publish_presence(now, &*self.0.backplane);
        for user in self.0.directory.take_changed() {
            self.0.backplane.connections_changed(&user);
        }
        let ticks = self.0.ticks.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        #[cfg(feature = "disk")]
        if ticks.is_multiple_of(DISK_TICKS) {
            self.0.rooms.free_disk();
        }
        if ticks.is_multiple_of(SWEEP_TICKS) {
            self.0.rooms.sweep(now);
        }
    }

    /// Returns the backplane that the rooms follow.
    pub fn backplane(&self) -> &dyn Backplane<Room<P>> {
        &*self.0.backplane
    }

    /// Returns the random source.
    pub fn random(&self) -> &dyn Random {
        &*self.0.services.environment.random
    }

    /// Returns the wall-clock time in milliseconds since 1970.
    pub fn unix_ms(&self) -> u64 {
        self.0.services.clock().unix_ms()
    }

    /// Publishes a message into a room, which is created if it does not exist. Returns the answer of the backplane, and
    /// the room.
    ///
    /// # Errors
    /// Returns an error if the limit of rooms or of history is reached and nothing can be removed, or if the sender has
    /// published another message with the same idempotency key.
    pub fn publish(
        &self,
        room: &RoomName,
        creator: RoomCreator<'_>,
        mut message: NewMessage,
        recipients: Recipients,
    ) -> Result<(PublishAnswer, Arc<Room<P>>), PublishError> {
        loop {
            let room = self.0.rooms.get_or_create(room, creator)?;
            match self.0.rooms.publish_in(&room, message, recipients, &*self.0.backplane) {
                Ok(published) => return Ok((published, room)),
                Err(RoomRejection::Closed(returned)) => message = returned,
                Err(RoomRejection::KeyConflict) => return Err(PublishError::KeyConflict),
                Err(RoomRejection::NoMemory(_)) => return Err(PublishError::HistoryLimit),
            }
        }
    }

    /// Publishes a message into the lobby, and returns the answer of the backplane.
    ///
    /// # Errors
    /// As for [`publish`](Self::publish).
    pub fn publish_in_lobby(&self, message: NewMessage, recipients: Recipients) -> Result<PublishAnswer, PublishError> {
        match self.0.rooms.publish_in(self.0.rooms.lobby(), message, recipients, &*self.0.backplane) {
            Ok(published) => Ok(published),
            Err(RoomRejection::KeyConflict) => Err(PublishError::KeyConflict),
            // The lobby is never closed.
            Err(RoomRejection::NoMemory(_) | RoomRejection::Closed(_)) => Err(PublishError::HistoryLimit),
        }
    }

    /// Returns the position of a room and a page of its history; `None` if the room does not exist.
    pub fn history(&self, name: &RoomName, before: Option<Offset>, limit: usize) -> HistoryAnswer {
        self.0.backplane.history(name, self.find_room(name).as_ref(), before, limit)
    }

    /// Returns the room that delivers broadcasts to all connections. It has no history.
    pub fn everyone(&self) -> &Arc<Room<P>> {
        self.0.rooms.everyone()
    }

    /// Returns the room with this name, if it exists.
    pub fn find_room(&self, name: &RoomName) -> Option<Arc<Room<P>>> {
        self.0.rooms.find(name)
    }

    /// Returns all rooms, including the lobby, in no particular order.
    pub fn rooms(&self) -> Vec<Arc<Room<P>>> {
        self.0.rooms.all()
    }
}

impl<P> Hub<P> {
    /// Returns the counters of all rooms.
    pub fn metrics(&self) -> &HubMetrics {
        &self.0.services.metrics
    }
}

impl<P> fmt::Debug for Hub<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("clients", &self.clients()).finish_non_exhaustive()
    }
}

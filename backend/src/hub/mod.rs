//! Rooms, with their members, history and presence, and the directory of connections.
//!
//! The hub has no sockets, no HTTP, and serializes no frames. Clock, random source and spawner are passed in.
//!
//! | content | file |
//! |---|---|
//! | clock, random source, spawner | `environment` |
//! | rooms by name, their limit, and the account that each is charged to | `rooms`, `room_limit`, `creator` |
//! | rooms by presence changes to send, by size, without members | `room_indexes`, `dirty_rooms`, `largest_rooms`, `unused_rooms`, `room_id` |
//! | one room: publish, join, resume | `room` |
//! | a connection in a room; its receiving side | `membership`, `subscriber` |
//! | delivery to members | `fanout`, `content`, `recipients`, `payload` |
//! | messages, message history, idempotency keys | `message`, `history`, `idempotency` |
//! | users in a room | `presence` |
//! | connections by identifier and user; a direct message that none accepts | `directory`, `shards`, `receivers_busy` |
//! | counters; services shared by all rooms; memory after a peak | `metrics`, `services`, `compaction` |

mod compaction;
mod content;
mod creator;
mod directory;
mod dirty_rooms;
pub mod environment;
mod fanout;
pub mod history;
mod idempotency;
mod largest_rooms;
mod lobby;
mod membership;
pub mod message;
pub mod metrics;
mod payload;
pub mod presence;
mod receivers_busy;
mod recipients;
mod room;
mod room_id;
mod room_indexes;
mod room_limit;
mod rooms;
mod services;
mod shards;
mod subscriber;
mod unused_rooms;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use yodel_protocol::RoomName;
use yodel_protocol::frame::Target;

pub use content::Content;
pub use creator::RoomCreator;
pub use directory::{Client, DirectoryEntry};
pub use lobby::LOBBY;
pub use membership::{Membership, Subscription};
pub use payload::Payload;
pub use receivers_busy::ReceiversBusy;
pub use recipients::Recipients;
pub use room::{JoinReply, JoinRequest, PublishError, PublishOutcome, Room, RoomRejection};
pub use room_limit::RoomLimitReached;
pub use subscriber::Subscriber;

use crate::config::RetentionConfig;
use directory::Directory;
use environment::Environment;
use message::NewMessage;
use metrics::HubMetrics;
use rooms::RoomMap;
use services::HubServices;

/// Interval at which [`Hub::tick`] has to be called, and presence changes are sent.
pub const TICK: Duration = Duration::from_secs(1);

/// Number of ticks between two sweeps of idle rooms.
const SWEEP_TICKS: u32 = 30;

/// Rooms and directory of a server. A handle that is cheap to clone and can be used on any thread.
pub struct Hub<P>(Arc<HubInner<P>>);

struct HubInner<P> {
    rooms: RoomMap<P>,
    directory: Arc<Directory<P>>,
    services: Arc<HubServices>,
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
        let services = Arc::new(HubServices::new(retention, environment));
        let (rooms, directory) = (RoomMap::new(Arc::clone(&services)), Arc::new(Directory::default()));
        Self(Arc::new(HubInner { rooms, directory, services, ticks: AtomicU32::new(0) }))
    }

    /// Sends pending presence changes; every 30th call also removes idle rooms and expired messages. Has to be
    /// called every [`TICK`].
    pub fn tick(&self) {
        let now = self.0.services.now();
        self.0.rooms.publish_presence(now);
        let ticks = self.0.ticks.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        if ticks.is_multiple_of(SWEEP_TICKS) {
            self.0.rooms.sweep(now);
        }
    }

    /// Returns the wall-clock time in milliseconds since 1970.
    pub fn unix_ms(&self) -> u64 {
        self.0.services.clock().unix_ms()
    }

    /// Adds a connection to the directory.
    pub fn register(&self, client: Client<P>) -> DirectoryEntry<P> {
        self.0.directory.register(client)
    }

    /// Subscribes to broadcasts to all connections.
    pub fn subscribe(&self, subscriber: Arc<dyn Subscriber<P>>) -> Subscription<P> {
        Subscription::new(self.everyone(), subscriber)
    }

    /// Joins the lobby, without a reply.
    pub fn join_lobby<S: Subscriber<P> + 'static>(
        &self,
        subscriber: &Arc<S>,
        request: &JoinRequest<'_>,
    ) -> Membership<P> {
        loop {
            let subscriber: Arc<dyn Subscriber<P>> = Arc::<S>::clone(subscriber);
            if let Ok((membership, _)) = Membership::join(self.0.rooms.lobby(), subscriber, request, false, None) {
                return membership;
            }
        }
    }

    /// Joins a room, which is created if it does not exist, and returns the reply with the missed messages. The
    /// subscriber reserves the place of the reply in its outgoing order. A `previous` membership in the room is
    /// replaced.
    ///
    /// # Errors
    /// Returns an error if the limit of rooms is reached, and every room has members.
    pub fn join(
        &self,
        room: &RoomName,
        creator: RoomCreator<'_>,
        subscriber: &Arc<dyn Subscriber<P>>,
        request: &JoinRequest<'_>,
        mut previous: Option<Membership<P>>,
    ) -> Result<(Membership<P>, JoinReply), RoomLimitReached> {
        loop {
            let room = self.0.rooms.get_or_create(room, creator)?;
            if let Ok(joined) = Membership::join(&room, Arc::clone(subscriber), request, true, previous.take()) {
                return Ok(joined);
            }
        }
    }

    /// Publishes a message into a room, which is created if it does not exist.
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
    ) -> Result<(PublishOutcome, Arc<Room<P>>), PublishError> {
        loop {
            let room = self.0.rooms.get_or_create(room, creator)?;
            match self.0.rooms.publish_in(&room, message, recipients) {
                Ok(published) => return Ok((published, room)),
                Err(RoomRejection::Closed(returned)) => message = returned,
                Err(RoomRejection::KeyConflict) => return Err(PublishError::KeyConflict),
                Err(RoomRejection::NoMemory(_)) => return Err(PublishError::HistoryLimit),
            }
        }
    }

    /// Publishes a message into the lobby.
    ///
    /// # Errors
    /// As for [`publish`](Self::publish).
    pub fn publish_in_lobby(&self, message: NewMessage, recipients: Recipients) -> Result<(), PublishError> {
        match self.0.rooms.publish_in(self.0.rooms.lobby(), message, recipients) {
            // The lobby is never closed.
            Ok(_) | Err(RoomRejection::Closed(_)) => Ok(()),
            Err(RoomRejection::KeyConflict) => Err(PublishError::KeyConflict),
            Err(RoomRejection::NoMemory(_)) => Err(PublishError::HistoryLimit),
        }
    }

    /// Sends a message to all connections, and returns their number.
    pub fn broadcast(&self, message: NewMessage) -> usize {
        self.everyone().broadcast(message)
    }

    /// Sends a text to all plain-mode connections in the lobby, without history.
    pub fn broadcast_plain(&self, text: &str) {
        self.0.rooms.lobby().publish_ephemeral(Content::Text(text.into()), Recipients::All);
    }

    /// Sends an encoded `yodel.v1` frame to those connections of a target that receive direct messages, and returns the
    /// number that it was delivered to. A connection with a long queue does not receive it.
    ///
    /// # Errors
    /// Returns an error if the target has such connections, and all of them have long queues.
    pub fn send(&self, to: &Target, frame: &str) -> Result<usize, ReceiversBusy> {
        let mut clients = self.find(to);
        clients.retain(|client| client.receives_direct);
        if clients.is_empty() {
            return Ok(0);
        }
        let payload = P::of(vec![Content::Frame(frame.into())]);
        let delivered = clients.iter().filter(|client| client.subscriber.offer(&payload)).count();
        if delivered == 0 { Err(ReceiversBusy) } else { Ok(delivered) }
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

    /// Returns at most `limit` rooms whose names are greater than `after`, sorted by name, and whether there are
    /// more.
    pub fn rooms_after(&self, after: Option<&RoomName>, limit: usize) -> (Vec<Arc<Room<P>>>, bool) {
        self.0.rooms.after(after, limit)
    }
}

impl<P> Hub<P> {
    /// Returns the connections of a target: one by identifier, or all of a user.
    pub fn find(&self, target: &Target) -> Vec<Arc<Client<P>>> {
        self.0.directory.find(target)
    }

    /// Returns the number of connections in the directory.
    pub fn clients(&self) -> usize {
        self.0.directory.len()
    }

    /// Returns the number of users that have connections.
    pub fn users(&self) -> usize {
        self.0.directory.users()
    }

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

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod testing;

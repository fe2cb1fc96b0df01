//! Limits of rooms and of their histories.

mod memory;
mod names;
mod room_limit;

use std::time::Duration;

use yodel_protocol::{ClientId, CloseCode, EventName, Json, UserId};

use super::*;
use crate::backplane::memory::MemoryBackplane;
use crate::backplane::message::{Body, NewMessage, Sender};
use crate::backplane::publish::{PublishOutcome, RoomRejection};
use crate::backplane::recipients::Recipients;
use crate::config::{RetentionConfig, ServerConfig};
use crate::hub::membership::Membership;
use crate::hub::presence::PresenceKey;
use crate::hub::room::JoinRequest;
use crate::hub::subscriber::Subscriber;
use crate::hub::testing::{ManualEnvironment, NoPayload};

/// Rooms, and the clock that their uses are measured with.
struct TestRooms {
    rooms: RoomMap<NoPayload>,
    manual: ManualEnvironment,
}

impl TestRooms {
    fn new(change: impl FnOnce(&mut RetentionConfig)) -> Self {
        let mut retention = ServerConfig::default().retention();
        change(&mut retention);
        let manual = ManualEnvironment::new(1);
        Self { rooms: RoomMap::new(Arc::new(HubServices::new(retention, manual.environment(), false))), manual }
    }

    fn with_limit(limit: usize) -> Self {
        Self::new(|retention| retention.rooms = limit)
    }

    /// Creates a room for a user, one second after the last operation.
    fn create(&self, room: &str, user: &str) -> Result<Arc<Room<NoPayload>>, RoomLimitReached> {
        self.manual.advance(Duration::from_secs(1));
        let sender = sender(user);
        self.rooms.get_or_create(&name(room), RoomCreator::Client { sender: &sender, address: None })
    }

    /// Joins a room, one second after the last operation.
    fn join(&self, room: &str, user: &str) -> Membership<NoPayload> {
        let room = self.create(room, user).unwrap();
        let presence_key = PresenceKey::Client(ClientId::new("c").unwrap());
        let request = JoinRequest { presence_key: &presence_key, info: None, watches: false, since: None };
        Membership::join(&room, Arc::new(Silent), &request, &[], false, &mut None).unwrap().0
    }

    /// Publishes a message with a body of `length` bytes, one second after the last operation.
    fn publish(&self, room: &str, length: usize) -> Result<PublishOutcome, RoomRejection> {
        self.publish_message(room, message(length))
    }

    fn publish_message(&self, room: &str, message: NewMessage) -> Result<PublishOutcome, RoomRejection> {
        let room = self.create(room, "ada").unwrap();
        self.rooms.publish_in(&room, message, Recipients::All, &MemoryBackplane).map(|answer| answer.now().unwrap())
    }

    fn kept(&self, room: &str) -> Option<usize> {
        self.rooms.find(&name(room)).map(|room| room.stats().retained_messages)
    }

    fn retained(&self) -> usize {
        self.rooms.services.metrics.retained_bytes()
    }

    fn ended(&self, reason: RoomEnd) -> u64 {
        let ended = self.rooms.services.metrics.ended_rooms();
        ended.iter().find(|(other, _)| *other == reason).unwrap().1
    }
}

struct Silent;

impl Subscriber<NoPayload> for Silent {
    fn deliver(&self, _: &NoPayload) {}

    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}
}

fn name(name: &str) -> RoomName {
    RoomName::new(name).unwrap()
}

fn sender(user: &str) -> Sender {
    Sender { client: ClientId::new("c").unwrap(), user: UserId::new(user).ok(), prefix: None }
}

fn message(length: usize) -> NewMessage {
    let body = Body::Json(EventName::new("e").unwrap(), Json::string(&"x".repeat(length)));
    NewMessage { body, from: None, key: None, order: None }
}

fn cost(length: usize) -> usize {
    message(length).cost(&name("room"))
}

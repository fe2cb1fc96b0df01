//! Limits of rooms and of their histories.

use std::time::Duration;

use yodel_protocol::{ClientId, CloseCode, EventName, IdempotencyKey, Json, UserId};

use super::*;
use crate::backplane::memory::MemoryBackplane;
use crate::backplane::message::{Body, MessageKey, NewMessage, Sender};
use crate::backplane::publish::{PublishOutcome, RoomRejection};
use crate::backplane::recipients::Recipients;
use crate::config::{HistoryConfig, RetentionConfig, ServerConfig};
use crate::environment::Clock;
use crate::hub::idempotency;
use crate::hub::membership::Membership;
use crate::hub::presence::PresenceKey;
use crate::hub::room::JoinRequest;
use crate::hub::subscriber::Subscriber;
use crate::hub::testing::{ManualEnvironment, NoPayload};

struct Silent;

impl Subscriber<NoPayload> for Silent {
    fn deliver(&self, _: &NoPayload) {}

    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}
}

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

#[test]
fn pages_are_sorted_by_name() {
    let all = TestRooms::with_limit(100);
    for room in ["pine", "ash", "zelkova", "oak", "beech"] {
        all.create(room, "ada").unwrap();
    }
    let page = |after: Option<&str>, most| {
        let (rooms, more) = all.rooms.after(after.map(name).as_ref(), most);
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
    let rooms = TestRooms::with_limit(100);
    assert!(rooms.rooms.find(&name("oak")).is_none());
    assert_eq!(rooms.rooms.all().len(), 1, "the lobby");
    rooms.create("oak", "ada").unwrap();
    assert!(rooms.rooms.find(&name("oak")).is_some());
    assert!(rooms.rooms.find(&name(LOBBY)).is_some());
}

#[test]
fn a_removed_room_no_longer_counts_for_the_limit() {
    let rooms = TestRooms::with_limit(2);
    let members = ["a", "b"].map(|room| rooms.join(room, "ada"));
    assert_eq!(rooms.create("c", "bob").unwrap_err(), RoomLimitReached, "every room has members");
    assert!(rooms.create("a", "bob").is_ok(), "an existing room is returned at the limit");
    drop(members);
    rooms.rooms.publish_presence(rooms.manual.now(), &MemoryBackplane);
    rooms.rooms.sweep(Timestamp::from_start(Duration::from_secs(3600)));
    assert_eq!((rooms.rooms.all().len(), rooms.ended(RoomEnd::Idle)), (1, 2), "the lobby");
    let _members = ["c", "d"].map(|room| rooms.join(room, "ada"));
    assert_eq!(rooms.create("e", "bob").unwrap_err(), RoomLimitReached);
}

#[test]
fn at_the_limit_a_room_of_the_heaviest_creator_ends() {
    let rooms = TestRooms::with_limit(20);
    rooms.publish_message("kept", message(1)).unwrap();
    for number in 0..19 {
        rooms.create(&format!("flood{number}"), "eve").unwrap();
    }
    let epoch = rooms.rooms.find(&name("flood0")).unwrap().stats().position.epoch;
    for number in 0..50 {
        rooms.create(&format!("flood{}", 19 + number), "eve").unwrap();
        rooms.create(&format!("bob{}", number % 2), "bob").unwrap();
    }
    for room in ["kept", "bob0", "bob1"] {
        assert!(rooms.rooms.find(&name(room)).is_some(), "{room}");
    }
    assert_eq!(rooms.rooms.all().len(), 21, "the limit, and the lobby");
    let again = rooms.create("flood0", "bob").unwrap().stats().position.epoch;
    assert_ne!(again, epoch, "a room that ended starts a new epoch");
    assert_eq!(rooms.ended(RoomEnd::RoomLimit), 53);
}

#[test]
fn a_room_with_members_or_a_later_use_does_not_end() {
    let rooms = TestRooms::with_limit(3);
    let member = rooms.join("joined", "eve");
    for room in ["used", "unused"] {
        rooms.publish(room, 1).unwrap();
    }
    rooms.publish("used", 1).unwrap();
    rooms.create("new", "eve").unwrap();
    let left = |room| rooms.rooms.find(&name(room)).is_none();
    assert_eq!(["joined", "used", "unused"].map(left), [false, false, true]);
    rooms.manual.advance(Duration::from_secs(1));
    drop(member);
    rooms.create("newer", "bob").unwrap();
    assert_eq!(["joined", "used", "new"].map(left), [false, false, true], "rooms without a history end first");
    rooms.publish("newer", 1).unwrap();
    rooms.create("newest", "bob").unwrap();
    assert_eq!(["joined", "used", "newer"].map(left), [true, false, false]);
}

#[test]
fn history_is_removed_from_the_largest_room() {
    let rooms = TestRooms::new(|retention| {
        retention.total_bytes = 51 * cost(100) + 400 * cost(1) + 4 * cost(20_000);
    });
    for _ in 0..51 {
        rooms.publish("kept", 100).unwrap();
    }
    for _ in 0..8 {
        rooms.publish("large", 20_000).unwrap();
    }
    for number in 0..400 {
        rooms.publish(&format!("tiny{number}"), 1).unwrap();
    }
    assert_eq!(rooms.kept("kept"), Some(51));
    assert!((0..400).all(|number| rooms.kept(&format!("tiny{number}")) == Some(1)));
    assert!(rooms.kept("large").unwrap() <= 4, "{:?}", rooms.kept("large"));
    assert!(rooms.retained() <= rooms.rooms.services.retention.total_bytes);
}

#[test]
fn the_newest_message_is_removed_with_its_room_only() {
    let rooms = TestRooms::new(|retention| retention.total_bytes = 3 * cost(100));
    let member = rooms.join("room", "ada");
    for room in ["room", "idle", "used", "room", "room"] {
        rooms.publish(room, 100).unwrap();
    }
    assert_eq!(["room", "idle", "used"].map(|room| rooms.kept(room)), [Some(1); 3], "each keeps its newest message");
    rooms.publish("used", 100).unwrap();
    rooms.publish("more", 100).unwrap();
    let kept = |rooms: &TestRooms| ["room", "idle", "used", "more"].map(|room| rooms.kept(room));
    assert_eq!(kept(&rooms), [Some(1), None, Some(1), Some(1)], "the least recently used room ended");
    assert_eq!(rooms.ended(RoomEnd::Memory), 1);
    let _members = ["used", "more"].map(|room| rooms.join(room, "ada"));
    assert!(matches!(rooms.publish("late", 100), Err(RoomRejection::NoMemory(_))), "every room has members");
    let offset = rooms.publish("more", 100).unwrap().position.offset;
    assert_eq!((offset.0, kept(&rooms)), (2, [Some(1), None, Some(1), Some(1)]), "it replaces its own message");
    drop(member);
    rooms.publish("late", 100).unwrap();
    assert_eq!((rooms.kept("room"), rooms.kept("late")), (None, Some(1)));
    assert!(rooms.retained() <= 3 * cost(100));
}

#[test]
fn a_room_keeps_its_latest_keys_and_displaces_no_others() {
    let rooms = TestRooms::new(|retention| {
        retention.history.messages = 0;
        retention.total_bytes = 10 * idempotency::COST;
    });
    let keyed = |key: &str| {
        let message = message(1);
        NewMessage { key: Some(MessageKey::new(IdempotencyKey::new(key).unwrap(), &message.body)), ..message }
    };
    assert!(!rooms.publish_message("small", keyed("k")).unwrap().duplicate);
    for number in 0..100 {
        assert!(!rooms.publish_message("large", keyed(&format!("k{number}"))).unwrap().duplicate);
    }
    assert!(rooms.retained() <= 10 * idempotency::COST);
    for (room, key) in [("small", "k"), ("large", "k99"), ("large", "k95")] {
        assert!(rooms.publish_message(room, keyed(key)).unwrap().duplicate, "{key}");
    }
}

#[test]
fn a_limit_below_one_message_keeps_nothing() {
    let rooms = TestRooms::new(|retention| {
        retention.history = HistoryConfig { bytes: 0, ..retention.history };
        retention.total_bytes = 0;
    });
    for _ in 0..3 {
        rooms.publish("room", 1).unwrap();
    }
    assert_eq!((rooms.kept("room"), rooms.retained()), (Some(0), 0));
}

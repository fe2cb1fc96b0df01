//! The limit of the memory of histories and keys.

use yodel_protocol::IdempotencyKey;

use super::*;
use crate::backplane::message::MessageKey;
use crate::config::HistoryConfig;
use crate::hub::idempotency;

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

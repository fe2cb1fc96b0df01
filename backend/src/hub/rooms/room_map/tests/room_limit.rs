//! The limit of the number of rooms.

use super::*;
use crate::environment::Clock;

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

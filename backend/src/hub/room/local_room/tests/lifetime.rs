//! Rooms that begin and end.

use super::*;
use crate::backplane::publish::PublishError;

#[test]
fn an_idle_room_is_removed_and_recreated_with_a_new_epoch() {
    let manual = ManualEnvironment::new(1);
    let hub = Hub::new(retention(), manual.environment());
    let (_, membership, reply) = join(&hub, "r", &user("a"), None);
    publish(&hub, "r");
    advance(&hub, &manual, Duration::from_secs(600));
    assert!(hub.find_room(&name("r")).is_some(), "the room has a member");
    assert_eq!(hub.metrics().retained_bytes(), 0, "the history has expired");
    drop(membership);
    advance(&hub, &manual, Duration::from_secs(200));
    let position = hub.find_room(&name("r")).map(|room| room.stats().position);
    assert_eq!(position, Some(Position { offset: Offset(1), ..reply.position.clone() }), "members may still return");
    advance(&hub, &manual, Duration::from_secs(200));
    assert!(hub.find_room(&name("r")).is_none());
    let since = Position { offset: Offset(1), ..reply.position };
    let (_, _membership, reply) = join(&hub, "r", &user("a"), Some(&since));
    assert!(!reply.recovered && reply.position.epoch != since.epoch);
}

#[tokio::test]
async fn a_closed_room_rejects_publishes() {
    let hub = new_hub(retention());
    publish(&hub, "r");
    let old = hub.find_room(&name("r")).unwrap();
    let later = Timestamp::from_start(Duration::from_secs(3600));
    assert!(old.end_if_idle(later));
    assert!(old.publish(message(None), Recipients::All, true).is_err());
}

#[tokio::test]
async fn the_room_limit_does_not_count_the_lobby() {
    let hub = new_hub(RetentionConfig { rooms: 2, ..retention() });
    let _members = ["a", "b"].map(|room| join(&hub, room, &user("a"), None));
    let rejected = hub.publish(&name("c"), RoomCreator::Server, message(None), Recipients::All);
    assert_eq!(rejected.unwrap_err(), PublishError::RoomLimit);
    assert_eq!((publish(&hub, "lobby"), publish(&hub, "a")), (1, 1));
    assert_eq!(hub.rooms().len(), 3);
}

//! Rooms that were stored.

use yodel_protocol::Epoch;

use super::*;
use crate::backplane::journal::StoredKey;
use crate::backplane::message::Message;
use crate::config::HistoryConfig;
use crate::hub::LOBBY;

#[test]
fn restored_rooms_go_on() {
    let age = Duration::from_secs(60);
    let rooms = vec![stored("r", 4..=6, age, Some((5, "k"))), stored(LOBBY, 8..=8, age, None)];
    let (rig, ended) = Rig::with_rooms(Durability::Relaxed, |_| {}, rooms);
    assert_eq!((ended, rig.kept("r"), rig.kept(LOBBY), rig.calls()), (0, vec![4, 5, 6], vec![8], vec![]));
    let since = Position { epoch: Epoch::new("before").unwrap(), offset: Offset(4) };
    let (_, _membership, reply) = rig.join("r", Some(&since));
    assert_eq!((reply.recovered, reply.messages.len(), reply.position.offset), (true, 2, Offset(6)));
    assert_eq!(answered(&mut rig.publish("r", Some("k"))), Some(Ok((5, true))));
    assert_eq!(answered(&mut rig.publish("r", None)), Some(Ok((7, false))));
    // Messages and keys are kept for 5 minutes from their publish, not from the restart.
    rig.manual.advance(Duration::from_secs(4 * 60));
    assert_eq!((rig.kept("r"), rig.calls()), (vec![7], vec!["append r 7".to_owned(), "trim r 7 8".to_owned()]));
}

#[test]
fn the_limits_apply_to_restored_rooms() {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let rooms = vec![
        stored("old", 1..=3, minutes(4), None),
        stored("new", 1..=3, minutes(1), None),
        stored("middle", 1..=3, minutes(3), None),
    ];
    let (rig, ended) = Rig::with_rooms(
        Durability::Relaxed,
        |retention| {
            retention.rooms = 2;
            retention.history = HistoryConfig { messages: 2, ..retention.history };
        },
        rooms,
    );
    assert_eq!((ended, rig.kept("new"), rig.kept("middle")), (1, vec![2, 3], vec![2, 3]));
    assert_eq!(rig.calls(), ["trim new 2 4", "trim middle 2 4", "end old", "begin lobby 0"]);
    // The least recently used one ends first.
    rig.publish("another", None);
    assert_eq!(rig.calls(), ["end middle", "begin another 0", "append another 1"]);
}

#[test]
fn the_memory_limit_applies_to_restored_rooms() {
    let cost = message(None, "x").cost(&name("new"));
    let rooms = vec![stored("old", 1..=1, Duration::from_secs(9), None), stored("new", 1..=4, Duration::ZERO, None)];
    let (rig, _) = Rig::with_rooms(Durability::Relaxed, |retention| retention.total_bytes = cost, rooms);
    assert_eq!((rig.kept("new"), rig.hub.find_room(&name("old")).is_none()), (vec![4], true));
    assert_eq!(rig.calls(), ["begin lobby 0", "trim new 2 5", "trim new 3 5", "trim new 4 5", "end old"]);
}

fn stored(room: &str, offsets: std::ops::RangeInclusive<u64>, age: Duration, key: Option<(u64, &str)>) -> StoredRoom {
    let epoch = Epoch::new("before").unwrap();
    let at = |offset| Position { epoch: epoch.clone(), offset: Offset(offset) };
    let stored = |offset| (Arc::new(Message::new(name(room), Some(at(offset)), message(None, "x"), 0)), age);
    let keys = key.map(|(offset, key)| StoredKey {
        key: message(Some(key), "x").key.unwrap(),
        from: None,
        offset: Offset(offset),
        age,
    });
    StoredRoom {
        name: name(room),
        position: at(*offsets.end()),
        messages: offsets.map(stored).collect(),
        keys: keys.into_iter().collect(),
    }
}

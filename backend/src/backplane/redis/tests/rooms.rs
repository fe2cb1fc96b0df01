//! Checks, lifetimes and listings of rooms.

use std::time::Duration;

use yodel_protocol::{Offset, RoomName};

use super::support::{RedisProcess, TestStore, config, message, room, until};
use crate::backplane::redis::RedisConfig;
use crate::backplane::shared::store::{Check, Lease, Store};

const HOUR: Duration = Duration::from_secs(3600);

/// A store with one partition, so that all rooms are in it.
async fn start(server: &RedisProcess) -> TestStore {
    TestStore::connect(RedisConfig { partitions: 1, ..config(&server.url()) }).await
}

async fn check(store: &TestStore, node: &str, number: u64) -> Check {
    store.check(0, number, Lease { node, time: HOUR }).await.unwrap()
}

fn changed(check: &Check) -> Option<Vec<(&str, u64)>> {
    let changed = check.changed.as_ref()?;
    Some(changed.iter().map(|(room, position)| (room.as_str(), position.offset.0)).collect())
}

#[tokio::test]
async fn a_check_lists_the_changes_since_the_last_one() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    let first = check(&store, "n", 0).await;
    assert_eq!((first.number, changed(&first)), (0, Some(vec![])));
    assert_eq!(first.generation, store.generation(0).await.unwrap());

    store.publish_numbers(&room("a"), 2).await;
    store.publish_numbers(&room("b"), 1).await;
    let second = check(&store, "n", first.number).await;
    assert_eq!((second.number, changed(&second)), (3, Some(vec![("a", 2), ("b", 1)])));
    store.publish_numbers(&room("a"), 1).await;
    assert_eq!(changed(&check(&store, "n", second.number).await), Some(vec![("a", 3)]));
    let position = store.read_all(&room("a")).await.position;
    assert_eq!(check(&store, "n", second.number).await.changed, Some(vec![(room("a"), position)]));
    assert_eq!(changed(&check(&store, "n", 4).await), Some(vec![]));
}

#[tokio::test]
async fn a_check_says_if_changes_are_unknown() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    store.publish_numbers(&room("a"), 5).await;
    // The number is lower than before.
    assert_eq!(changed(&check(&store, "n", 6).await), None);
    // The log of changes does not go back far enough.
    let state = server.cli(&["keys", "test:*:state"]);
    server.cli(&["hset", &state, "floor", "3"]);
    assert_eq!(changed(&check(&store, "n", 2).await), None);
    assert_eq!(changed(&check(&store, "n", 3).await), Some(vec![("a", 5)]));
}

#[tokio::test]
async fn the_log_of_changes_is_bounded() {
    let server = RedisProcess::start_plain(&["--save", ""]);
    let store = start(&server).await;
    let generation = store.generation(0).await.unwrap();
    let rooms: Vec<RoomName> = (0..10_002).map(|number| room(&format!("r{number}"))).collect();
    for rooms in rooms.chunks(1000) {
        store.publish_in(generation, rooms.iter().map(|room| message(room, "x")).collect()).await;
    }
    assert_eq!(changed(&check(&store, "n", 1).await), None);
    let check = check(&store, "n", 2).await;
    assert_eq!((check.number, changed(&check).unwrap().len()), (10_002, 10_000));
}

#[tokio::test]
async fn a_check_lists_nodes_with_a_valid_lease() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    store.check(0, 0, Lease { node: "short", time: Duration::from_millis(1) }).await.unwrap();
    check(&store, "a", 0).await;
    until("the short lease has expired", async || (check(&store, "b", 0).await.nodes == ["a", "b"]).then_some(()))
        .await;
}

#[tokio::test]
async fn kept_rooms_live_longer() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    store.publish_numbers(&room("a"), 1).await;
    let meta = server.cli(&["keys", "test:*:m:a"]);
    server.cli(&["pexpire", &meta, "60000"]);
    store.keep(0, vec![room("missing"), room("a")]).await.unwrap();
    let lifetime: u64 = server.cli(&["pttl", &meta]).parse().unwrap();
    assert!(lifetime > 60_000, "{lifetime}");
    assert_eq!(server.cli(&["exists", &meta.replace(":a", ":missing")]), "0");
    let mut rooms: Vec<RoomName> = (0..1200).map(|number| room(&format!("r{number}"))).collect();
    rooms.push(room("a"));
    server.cli(&["pexpire", &meta, "60000"]);
    store.keep(0, rooms).await.unwrap();
    assert!(server.cli(&["pttl", &meta]).parse::<u64>().unwrap() > 60_000);
}

#[tokio::test]
async fn everything_expires() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    store.publish_one(super::support::message_with_key(&room("a"), b"k", 1)).await.unwrap();
    store.read_all(&room("b")).await;
    // Meta, stream and key of a, and meta of b.
    let script = "local names = redis.call('KEYS', 'test:*:[msk]:*'); local expiring = 0; for _, name in ipairs(names) \
        do if redis.call('PTTL', name) > 0 then expiring = expiring + 1 end end; return #names .. ' ' .. expiring";
    assert_eq!(server.cli(&["--raw", "eval", script, "0"]), "4 4");
}

#[tokio::test]
async fn lists_rooms_by_name() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    for name in ["b", "a", "日", "a b", "Z"] {
        store.publish_numbers(&room(name), 2).await;
    }
    store.read_all(&room("empty")).await;
    let list = async |after: Option<&str>, limit| {
        let after = after.map(room);
        let rooms = store.rooms(0, after.as_ref(), limit).await.unwrap();
        rooms.into_iter().map(|room| room.name.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 10).await, ["Z", "a", "a b", "b", "empty", "日"]);
    assert_eq!(list(Some("a"), 2).await, ["a b", "b"]);
    assert_eq!(list(Some("aa"), 1).await, ["b"]);
    assert!(list(Some("日"), 10).await.is_empty() && list(None, 0).await.is_empty());

    let rooms = store.rooms(0, Some(&room("b")), 2).await.unwrap();
    assert_eq!((rooms[0].position.offset, rooms[0].messages), (Offset(0), 0));
    assert_eq!((rooms[1].position.clone(), rooms[1].messages), (store.read_all(&room("日")).await.position, 2));
}

#[tokio::test]
async fn expired_rooms_are_not_listed() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    for number in 0..20 {
        store.publish_numbers(&room(&format!("r{number:02}")), 1).await;
    }
    for number in (0..20).filter(|number| *number != 13) {
        let meta = server.cli(&["keys", &format!("test:*:m:r{number:02}")]);
        server.cli(&["del", &meta]);
    }
    let rooms = store.rooms(0, None, 2).await.unwrap();
    assert_eq!(rooms.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(), ["r13"]);
    assert_eq!(server.cli(&["zcard", &server.cli(&["keys", "test:*:rooms"])]), "1");
    // A room that begins anew is listed again.
    store.publish_numbers(&room("r07"), 1).await;
    assert_eq!(store.rooms(0, None, 5).await.unwrap().len(), 2);
}

#[tokio::test]
async fn checks_forget_expired_rooms() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    for name in ["a", "b"] {
        store.publish_numbers(&room(name), 1).await;
    }
    let (meta, rooms) = (server.cli(&["keys", "test:*:m:a"]), server.cli(&["keys", "test:*:rooms"]));
    server.cli(&["del", &meta]);
    check(&store, "n", 0).await;
    assert_eq!(server.cli(&["zrange", &rooms, "0", "-1"]), "b");
}

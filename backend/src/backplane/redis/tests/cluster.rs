//! A Cluster.

use std::collections::BTreeSet;

use yodel_protocol::{Offset, RoomName};

use super::support::{ClusterProcesses, TestStore, config, message, room, until};
use crate::backplane::redis::RedisConfig;
use crate::backplane::shared::store::{Event, Lease, Partition, Store};

const PARTITIONS: Partition = 6;

async fn start(cluster: &ClusterProcesses) -> TestStore {
    TestStore::connect(RedisConfig { partitions: PARTITIONS, ..config(&cluster.url()) }).await
}

/// Returns a room of each partition.
fn rooms(store: &TestStore) -> Vec<RoomName> {
    let find = |partition| {
        (0..1000).map(|number| room(&format!("r{number}"))).find(|room| store.partition(room) == partition).unwrap()
    };
    (0..PARTITIONS).map(find).collect()
}

async fn generations(store: &TestStore) -> Vec<u64> {
    let mut generations = Vec::new();
    for partition in 0..PARTITIONS {
        generations.push(until("there is an answer", async || store.generation(partition).await.ok()).await);
    }
    generations
}

async fn resubscribed(store: &mut TestStore, mut missing: BTreeSet<RoomName>) {
    while !missing.is_empty() {
        if let Event::Resubscribed(rooms) = store.event().await {
            for room in rooms {
                missing.remove(&room);
            }
        }
    }
}

#[tokio::test]
async fn all_operations_work_on_all_servers() {
    let cluster = ClusterProcesses::start().await;
    let (mut first, second) = (start(&cluster).await, start(&cluster).await);
    assert_eq!((first.findings.len(), first.metrics().servers.len()), (0, 3));
    assert!(first.is_available());
    for room in rooms(&first) {
        first.subscribe(&room).await.unwrap();
        let position = second.publish_one(message(&room, "x")).await.unwrap().position;
        let event = Event::Message { room: room.clone(), position: position.clone(), payload: "x".into() };
        assert_eq!(first.event().await, event);
        let partition = first.partition(&room);
        assert_eq!(first.read_all(&room).await.position, position);
        let lease = Lease { node: "n", time: std::time::Duration::from_secs(3600) };
        let check = first.check(partition, 0, lease).await.unwrap();
        assert_eq!(check.changed, Some(vec![(room.clone(), position)]));
        second.set_presence(&room, "n", vec![("k".into(), Some("v".into()))]).await.unwrap();
        assert_eq!(first.presence(&room).await.unwrap().len(), 1);
        assert!(matches!(first.event().await, Event::Presence { .. }));
        first.keep(partition, vec![room.clone()]).await.unwrap();
        assert_eq!(first.rooms(partition, None, 5).await.unwrap().len(), 1);
    }
    second.signal("s".into()).await.unwrap();
    assert_eq!(first.event().await, Event::Signal("s".into()));
}

#[tokio::test]
async fn a_failover_raises_the_generations_of_one_master() {
    let mut cluster = ClusterProcesses::start().await;
    let mut store = start(&cluster).await;
    let rooms = rooms(&store);
    for room in &rooms {
        store.subscribe(room).await.unwrap();
        store.publish_numbers(room, 2).await;
    }
    let before = generations(&store).await;
    cluster.servers[0].kill();
    let after = generations(&store).await;
    // Partitions 0 and 1 were on the master that was killed.
    assert!(after[0] > before[0] && after[1] > before[1] && after[2..] == before[2..], "{before:?} {after:?}");
    resubscribed(&mut store, rooms[..2].iter().cloned().collect()).await;
    until("the store is available", async || store.is_available().then_some(())).await;
    for (index, room) in rooms.iter().enumerate() {
        let offset = store.publish_numbers(room, 1).await;
        assert_eq!(offset, Offset(if index < 2 { 1 } else { 3 }), "{room}");
        until("the message is received", async || match store.event().await {
            Event::Message { room: received, position, .. } => {
                (received == *room && position.offset == offset).then_some(())
            }
            _ => None,
        })
        .await;
    }
}

#[tokio::test]
async fn a_moved_slot_is_followed() {
    let cluster = ClusterProcesses::start().await;
    let mut store = start(&cluster).await;
    let room = rooms(&store).remove(0);
    store.subscribe(&room).await.unwrap();
    store.publish_numbers(&room, 2).await;
    let before = generations(&store).await;
    let state = cluster.servers[0].cli(&["keys", "test:*:state"]);
    let key = state.lines().find(|key| cluster.servers[0].cli(&["hget", key, "number"]) == "2").unwrap();
    let slot = cluster.servers[0].cli(&["cluster", "keyslot", key]).parse().unwrap();
    cluster.move_slot(slot, 0, 2);
    resubscribed(&mut store, BTreeSet::from([room.clone()])).await;
    // Nobody knows whether the new server has everything on its disk, so the room begins anew.
    let after = generations(&store).await;
    assert!(after[0] == before[0] + 1 && after[1..] == before[1..], "{before:?} {after:?}");
    assert_eq!(store.publish_numbers(&room, 1).await, Offset(1));
    until("the message is received", async || {
        matches!(store.event().await, Event::Message { position, .. } if position.offset == Offset(1)).then_some(())
    })
    .await;
}

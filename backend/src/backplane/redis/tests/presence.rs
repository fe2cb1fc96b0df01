//! Presence.

use std::time::Duration;

use bytes::Bytes;

use super::support::{RedisProcess, TestStore, config, room, until};
use crate::backplane::redis::RedisConfig;
use crate::backplane::shared::store::{Event, Lease, Store};

type Entry<'a> = (&'static str, Option<&'a str>);

async fn start(server: &RedisProcess) -> TestStore {
    TestStore::connect(RedisConfig { partitions: 1, ..config(&server.url()) }).await
}

async fn renew(store: &TestStore, node: &str, time: Duration) {
    store.check(0, 0, Lease { node, time }).await.unwrap();
}

fn entries(entries: &[Entry<'_>]) -> Vec<(Bytes, Option<Bytes>)> {
    let bytes = |text: &str| Bytes::copy_from_slice(text.as_bytes());
    entries.iter().map(|(key, value)| (bytes(key), value.map(bytes))).collect()
}

/// Returns node, key and value of all entries, sorted.
async fn present(store: &TestStore) -> Vec<String> {
    let records = store.presence(&room("a")).await.unwrap();
    let text = |bytes: &Bytes| String::from_utf8(bytes.to_vec()).unwrap();
    let mut present: Vec<String> =
        records.iter().map(|entry| format!("{} {} {}", entry.node, text(&entry.key), text(&entry.value))).collect();
    present.sort();
    present
}

#[tokio::test]
async fn nodes_set_their_own_entries() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    for node in ["n1", "n2"] {
        renew(&store, node, Duration::from_secs(3600)).await;
    }
    let a = room("a");
    assert!(present(&store).await.is_empty());
    store.set_presence(&a, "n1", entries(&[("k", Some("1")), ("l\n", Some(""))])).await.unwrap();
    store.set_presence(&a, "n2", entries(&[("k", Some("2"))])).await.unwrap();
    assert_eq!(present(&store).await, ["n1 k 1", "n1 l\n ", "n2 k 2"]);
    store.set_presence(&a, "n1", entries(&[("k", Some("3")), ("l\n", None), ("other", None)])).await.unwrap();
    assert_eq!(present(&store).await, ["n1 k 3", "n2 k 2"]);
    for node in ["n1", "n2"] {
        store.set_presence(&a, node, entries(&[("k", None)])).await.unwrap();
    }
    assert!(present(&store).await.is_empty());
    assert_eq!(server.cli(&["keys", "test:*:p:*"]), "");
}

#[tokio::test]
async fn entries_of_a_node_without_a_lease_are_removed() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    renew(&store, "short", Duration::from_millis(1)).await;
    renew(&store, "long", Duration::from_secs(3600)).await;
    for node in ["short", "long", "never"] {
        store.set_presence(&room("a"), node, entries(&[("k", Some("v"))])).await.unwrap();
    }
    until("the lease has expired", async || (present(&store).await == ["long k v"]).then_some(())).await;
    renew(&store, "short", Duration::from_secs(3600)).await;
    assert_eq!(present(&store).await, ["long k v"]);
}

#[tokio::test]
async fn subscribers_receive_changes() {
    let server = RedisProcess::start();
    let (mut receiver, sender) = (start(&server).await, start(&server).await);
    let a = room("a");
    receiver.subscribe(&a).await.unwrap();
    let entries = entries(&[("k", Some("v")), ("gone", None)]);
    sender.set_presence(&a, "n1", entries.clone()).await.unwrap();
    assert_eq!(receiver.event().await, Event::Presence { room: a, node: "n1".into(), entries });
}

#[tokio::test]
async fn presence_of_an_older_generation_is_dropped() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    renew(&store, "n1", Duration::from_secs(3600)).await;
    store.set_presence(&room("a"), "n1", entries(&[("k", Some("v"))])).await.unwrap();
    server.cli(&["hincrby", &server.cli(&["keys", "test:*:state"]), "generation", "1"]);
    assert!(present(&store).await.is_empty());
    store.set_presence(&room("a"), "n1", entries(&[("l", Some("w"))])).await.unwrap();
    assert_eq!(present(&store).await, ["n1 l w"]);
}

#[tokio::test]
async fn names_of_nodes_have_no_line_feed() {
    let server = RedisProcess::start();
    let store = start(&server).await;
    for node in ["", "a\nb"] {
        assert!(store.set_presence(&room("a"), node, entries(&[("k", None)])).await.is_err());
        assert!(store.check(0, 0, Lease { node, time: Duration::from_secs(1) }).await.is_err());
    }
}

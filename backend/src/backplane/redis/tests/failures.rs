//! Failures of servers and connections.

use std::time::Duration;

use super::support::{RedisProcess, TestStore, config, message, room, until};
use crate::backplane::redis::metrics::OperationCounts;
use crate::backplane::redis::operation::Operation;
use crate::backplane::redis::{RedisConfig, RedisStore};
use crate::backplane::shared::store::Store;

/// Returns the counters of an operation.
fn counts(store: &TestStore, operation: Operation) -> OperationCounts {
    store.metrics().operations.into_iter().find(|(kind, _)| *kind == operation).unwrap().1
}

async fn until_available(store: &TestStore) {
    until("the store is available", async || store.is_available().then_some(())).await;
}

#[tokio::test]
async fn a_frozen_server_fails_operations_until_it_continues() {
    let server = RedisProcess::start();
    let config = RedisConfig { deadline: Duration::from_millis(1500), ..config(&server.url()) };
    let store = TestStore::connect(config).await;
    let a = room("a");
    let generation = store.generation_of(&a).await;
    server.freeze();
    let (published, read) =
        tokio::join!(store.publish(store.partition(&a), generation, vec![message(&a, "x")]), store.presence(&a),);
    assert!(published.is_err() && read.is_err(), "{published:?} {read:?}");
    assert!(counts(&store, Operation::Publish).failures == 1 && counts(&store, Operation::Presence).failures == 1);
    assert!(store.subscribe(&room("b")).await.is_err());
    until("the store is unavailable", async || (!store.is_available()).then_some(())).await;
    server.thaw();
    until_available(&store).await;
    until("an operation succeeds", async || store.generation(0).await.ok()).await;
    assert_eq!(store.generation_of(&a).await, generation);
}

#[tokio::test]
async fn an_idle_store_notices_a_frozen_server() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    assert!(store.is_available());
    server.freeze();
    until("the store is unavailable", async || (!store.is_available()).then_some(())).await;
    server.thaw();
    until_available(&store).await;
}

#[tokio::test]
async fn a_server_that_is_away_fails_operations() {
    let mut server = RedisProcess::start();
    let store = TestStore::connect(RedisConfig { deadline: Duration::from_secs(2), ..config(&server.url()) }).await;
    server.kill();
    let error = store.generation(0).await.unwrap_err();
    assert!(error.0.contains("Redis"), "{error}");
    assert!(!store.is_available());
    assert!(!store.metrics().servers[0].is_connected);
    server.restart();
    until_available(&store).await;
    until("an operation succeeds", async || store.generation(0).await.ok()).await;
    assert!(store.metrics().reconnects >= 1);
}

#[tokio::test]
async fn operations_wait_for_a_short_restart() {
    let mut server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    server.kill();
    let (generation, ()) = tokio::join!(store.generation(0), async { server.restart() });
    generation.unwrap();
}

#[tokio::test]
async fn a_demoted_server_is_an_error() {
    let server = RedisProcess::start();
    let store = TestStore::connect(RedisConfig { deadline: Duration::from_secs(3), ..config(&server.url()) }).await;
    let a = room("a");
    server.cli(&["replicaof", "127.0.0.1", "1"]);
    let published = store.publish(store.partition(&a), 0, vec![message(&a, "x")]).await;
    assert!(published.is_err());
    until("the store is unavailable", async || (!store.is_available()).then_some(())).await;
    server.cli(&["replicaof", "no", "one"]);
    until_available(&store).await;
}

#[tokio::test]
async fn an_idle_store_notices_that_its_server_is_demoted() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    server.cli(&["replicaof", "127.0.0.1", "1"]);
    until("the store is unavailable", async || (!store.is_available()).then_some(())).await;
}

#[tokio::test]
async fn a_full_server_is_an_error() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let a = room("a");
    let generation = store.generation_of(&a).await;
    server.cli(&["config", "set", "maxmemory", "1"]);
    let error = store.publish(store.partition(&a), generation, vec![message(&a, "x")]).await.unwrap_err();
    assert!(error.0.contains("OOM"), "{error}");
    assert!(store.set_presence(&a, "n", vec![("k".into(), Some("v".into()))]).await.is_err());
    assert_eq!(store.generation_of(&a).await, generation);
    assert_eq!(store.read_all(&a).await.position.offset.0, 0);
    let refused = store.probe(store.partition(&a), None).await.unwrap_err();
    assert!(refused.0.contains("OOM"), "{refused}");
    server.cli(&["config", "set", "maxmemory", "0"]);
    store.probe(store.partition(&a), None).await.unwrap();
    assert_eq!(store.publish_numbers(&a, 1).await.0, 1);
}

#[tokio::test]
async fn a_probe_that_writes_finds_what_a_publish_would() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let a = room("a");
    let (partition, generation) = (store.partition(&a), store.generation_of(&a).await);
    for part in ["xadd", "zadd", "hincrby", "spublish"] {
        assert_eq!(server.cli(&["acl", "setuser", "default", &format!("-{part}")]), "OK");
        store.probe(partition, None).await.unwrap();
        let refused = store.probe(partition, Some(generation)).await.unwrap_err();
        assert!(refused.0.contains("can't run this command"), "{part}: {refused}");
        assert_eq!(server.cli(&["acl", "setuser", "default", &format!("+{part}")]), "OK");
        store.probe(partition, Some(generation)).await.unwrap();
    }
    assert!(store.probe(partition, Some(generation + 1)).await.is_err(), "nothing was written");
    // Neither a room nor a message.
    assert_eq!(store.read_all(&a).await.position.offset.0, 0);
    assert_eq!(store.rooms(partition, "n", None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn lost_scripts_are_loaded_again() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let a = room("a");
    store.publish_numbers(&a, 2).await;
    server.cli(&["script", "flush"]);
    assert_eq!(store.publish_numbers(&a, 3).await.0, 5);
    server.cli(&["script", "flush"]);
    let generation = store.generation_of(&a).await;
    server.cli(&["script", "flush"]);
    assert!(store.publish_in(generation, vec![message(&a, "x")]).await[0].is_ok());
}

#[tokio::test]
async fn a_lost_connection_is_replaced() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    for round in 1..=3 {
        server.cli(&["client", "kill", "type", "normal"]);
        store.generation(0).await.unwrap();
        until("the new connection is counted", async || (store.metrics().reconnects >= round).then_some(())).await;
    }
}

#[tokio::test]
async fn connecting_fails_without_a_server() {
    let mut server = RedisProcess::start();
    server.kill();
    let error = RedisStore::connect(config(&server.url())).await.err().unwrap();
    assert!(error.0.contains(&format!("127.0.0.1:{}", server.port())), "{error}");
    for invalid in ["http://host", "redis://a,b"] {
        assert!(RedisStore::connect(config(invalid)).await.is_err());
    }
}

#[tokio::test]
async fn operations_are_counted() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    store.publish_numbers(&room("a"), 5).await;
    store.publish_numbers(&room("a"), 2).await;
    let expected = OperationCounts { count: 2, failures: 0, deadline_misses: 0 };
    assert_eq!(counts(&store, Operation::Publish), expected);
    let metrics = store.metrics();
    assert_eq!(metrics.published_messages, 7);
    // Two publishes, two generations, and the subscription to signals.
    assert_eq!(metrics.round_trips.counts.iter().sum::<u64>(), 5);
    let status = &metrics.servers[0];
    assert_eq!((status.server.as_str(), status.is_connected), (&server.url()["redis://".len()..], true));
}

//! A master that Sentinel watches.

use yodel_protocol::Offset;

use super::support::{SentinelProcesses, TestStore, config, message, room, until};
use crate::backplane::redis::RedisStore;
use crate::backplane::shared::store::{Event, Refusal, Store};

#[tokio::test]
async fn a_failover_is_followed() {
    let mut group = SentinelProcesses::start().await;
    let mut store = TestStore::connect(config(&group.url("main"))).await;
    let a = room("a");
    store.subscribe(&a).await.unwrap();
    store.publish_numbers(&a, 3).await;
    let before = store.generation_of(&a).await;
    let partition = store.partition(&a);
    group.servers[0].kill();
    let after = until("the new master answers", async || store.generation(partition).await.ok()).await;
    assert_eq!(after, before + 1);
    let refused = store.publish_in(before, vec![message(&a, "x")]).await;
    assert_eq!(refused, [Err(Refusal::Generation(after))]);
    until("the room is subscribed again", async || {
        (store.event().await == Event::Resubscribed(vec![a.clone()])).then_some(())
    })
    .await;
    assert_eq!(store.publish_numbers(&a, 1).await, Offset(1));
    until("the message is received", async || {
        matches!(store.event().await, Event::Message { position, .. } if position.offset == Offset(1)).then_some(())
    })
    .await;
    assert_eq!(store.metrics().servers[0].server, "main");
}

#[tokio::test]
async fn a_planned_failover_is_followed() {
    let group = SentinelProcesses::start().await;
    let store = TestStore::connect(config(&group.url("main"))).await;
    let a = room("a");
    store.publish_numbers(&a, 1).await;
    let before = store.generation_of(&a).await;
    assert_eq!(group.sentinels[0].cli(&["sentinel", "failover", "main"]), "OK");
    until("the new master answers", async || {
        let generation = store.generation(store.partition(&a)).await.ok()?;
        (generation == before + 1).then_some(())
    })
    .await;
    assert!(group.servers[1].cli(&["info", "replication"]).contains("role:master"));
}

#[tokio::test]
async fn unknown_masters_are_an_error() {
    let group = SentinelProcesses::start().await;
    let error = RedisStore::connect(config(&group.url("other"))).await.err().unwrap();
    assert!(error.0.contains("does not know a master named other"), "{error}");
}

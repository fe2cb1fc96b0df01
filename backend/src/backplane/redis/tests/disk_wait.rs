//! Publishes wait for the disk of a server that answers earlier.

use super::support::waitaof_proxy::WaitaofProxy;
use super::support::{RedisProcess, TestStore, config, message, room, until};
use crate::backplane::redis::finding::Finding;
use crate::backplane::redis::operation::Operation;
use crate::backplane::shared::store::{Refusal, Store, StoreError, StorePublication};

const EVERY_SECOND: [&str; 2] = ["--appendfsync", "everysec"];

async fn publish(store: &TestStore) -> Result<Vec<Result<StorePublication, Refusal>>, StoreError> {
    let a = room("a");
    store.publish(store.partition(&a), store.generation_of(&a).await, vec![message(&a, "x"), message(&a, "y")]).await
}

async fn offset(store: &TestStore) -> u64 {
    store.read_all(&room("a")).await.position.offset.0
}

#[tokio::test]
async fn a_publish_is_acknowledged_when_it_is_on_the_disk() {
    let server = RedisProcess::start_with(&EVERY_SECOND);
    let proxy = WaitaofProxy::start(&server).await;
    let store = TestStore::connect(config(&proxy.url())).await;
    assert!(matches!(store.findings[..], [Finding::WeakDurability { waits: true, .. }]), "{:?}", store.findings);
    assert_eq!(publish(&store).await.unwrap().len(), 2);
    assert_eq!(publish(&store).await.unwrap().len(), 2);
    assert_eq!(proxy.waits(), 2, "one for each batch");
    let waits = store.metrics().operations.into_iter().find(|(kind, _)| *kind == Operation::DiskWait).unwrap().1;
    assert_eq!((waits.count, waits.failures), (2, 0));
}

#[tokio::test]
async fn a_wait_that_ends_too_early_is_no_acknowledgment() {
    let server = RedisProcess::start_with(&EVERY_SECOND);
    let proxy = WaitaofProxy::start(&server).await;
    let store = TestStore::connect(config(&proxy.url())).await;
    for answer in ["*2\r\n:0\r\n:0\r\n", "*2\r\n:0\r\n:3\r\n", "-ERR WAITAOF cannot be used\r\n", ":1\r\n"] {
        let before = offset(&store).await;
        proxy.answer(answer);
        publish(&store).await.unwrap_err();
        until("the store answers", async || store.generation(0).await.ok()).await;
        assert_eq!(offset(&store).await, before + 2, "the messages are published nevertheless");
        proxy.answer("*2\r\n:1\r\n:0\r\n");
        publish(&store).await.unwrap();
    }
}

#[tokio::test]
async fn a_probe_that_writes_waits_for_the_disk() {
    let server = RedisProcess::start_with(&EVERY_SECOND);
    let proxy = WaitaofProxy::start(&server).await;
    let store = TestStore::connect(config(&proxy.url())).await;
    let generation = store.generation(0).await.unwrap();
    store.probe(0, None).await.unwrap();
    assert_eq!(proxy.waits(), 0);
    proxy.answer("*2\r\n:0\r\n:0\r\n");
    let error = store.probe(0, Some(generation)).await.unwrap_err();
    assert!(error.0.contains("not on the disk"), "{error}");
    proxy.answer("*2\r\n:1\r\n:0\r\n");
    store.probe(0, Some(generation)).await.unwrap();
    assert_eq!(proxy.waits(), 2);
}

#[tokio::test]
async fn a_wait_does_not_keep_the_generation_of_a_restarted_server() {
    let mut server = RedisProcess::start_with(&EVERY_SECOND);
    let proxy = WaitaofProxy::start(&server).await;
    let store = TestStore::connect(config(&proxy.url())).await;
    publish(&store).await.unwrap();
    let before = store.generation_of(&room("a")).await;
    server.kill();
    server.restart();
    let partition = store.partition(&room("a"));
    let after = until("the server answers", async || store.generation(partition).await.ok()).await;
    assert!(after > before);
}

#[tokio::test]
async fn a_server_that_waits_itself_is_not_asked() {
    let server = RedisProcess::start();
    let proxy = WaitaofProxy::start(&server).await;
    let store = TestStore::connect(config(&proxy.url())).await;
    assert_eq!((publish(&store).await.unwrap().len(), proxy.waits()), (2, 0));
    let weakest = RedisProcess::start_with(&["--appendfsync", "no"]);
    let proxy = WaitaofProxy::start(&weakest).await;
    let store = TestStore::connect(config(&proxy.url())).await;
    assert_eq!((publish(&store).await.unwrap().len(), proxy.waits()), (2, 0));
}

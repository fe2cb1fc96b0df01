//! Which events keep a generation, and which raise it.

use yodel_protocol::Offset;

use super::support::{RedisProcess, TestStore, config, message, room, until};
use crate::backplane::redis::RedisConfig;
use crate::backplane::shared::store::{Refusal, Store};

/// Returns the generation after the store has connected again.
async fn generation(store: &TestStore) -> u64 {
    until("the server answers", async || store.generation(store.partition(&room("a"))).await.ok()).await
}

#[tokio::test]
async fn a_restart_without_loss_keeps_everything() {
    let mut server = RedisProcess::start();
    let (store, a) = (TestStore::start(&server).await, room("a"));
    let before = store.generation_of(&a).await;
    store.publish_numbers(&a, 3).await;
    let page = store.read_all(&a).await;
    for _ in 0..2 {
        server.kill();
        server.restart();
        assert_eq!(generation(&store).await, before);
        assert_eq!(store.read_all(&a).await, page);
    }
    let published = store.publish_in(before, vec![message(&a, "x")]).await;
    assert_eq!(published[0].as_ref().unwrap().position.offset, Offset(4));
}

#[tokio::test]
async fn a_restart_that_may_lose_something_raises_the_generation() {
    for weaker in [&["--appendfsync", "everysec"][..], &["--no-appendfsync-on-rewrite", "yes"]] {
        let mut server = RedisProcess::start_with(weaker);
        let (store, a) = (TestStore::start(&server).await, room("a"));
        let before = store.generation_of(&a).await;
        store.publish_numbers(&a, 3).await;
        let page = store.read_all(&a).await;
        server.kill();
        server.restart();
        // Not always `before + 1`: the first generation itself may be lost.
        let after = generation(&store).await;
        assert!(after > before);
        let refused = store.publish_in(before, vec![message(&a, "x")]).await;
        assert_eq!(refused, [Err(Refusal::Generation(after))]);
        let anew = store.read_all(&a).await;
        assert_eq!((anew.position.offset, anew.messages.len()), (Offset(0), 0));
        assert_ne!(anew.position.epoch, page.position.epoch);
        assert_eq!(store.publish_numbers(&a, 1).await, Offset(1));
    }
}

#[tokio::test]
async fn a_server_that_became_strict_only_at_the_restart_raises_the_generation() {
    let mut server = RedisProcess::start();
    server.cli(&["config", "set", "appendfsync", "everysec"]);
    let store = TestStore::start(&server).await;
    let before = generation(&store).await;
    server.kill();
    server.restart();
    assert!(generation(&store).await > before);
}

#[tokio::test]
async fn a_server_without_its_data_gets_a_later_generation() {
    let mut server = RedisProcess::start_plain(&["--save", ""]);
    let (store, a) = (TestStore::start(&server).await, room("a"));
    let before = store.generation_of(&a).await;
    store.publish_numbers(&a, 3).await;
    server.kill();
    server.restart();
    assert!(generation(&store).await > before);
    assert_eq!(store.read_all(&a).await.position.offset, Offset(0));
}

#[tokio::test]
async fn wiping_a_server_begins_another_generation() {
    let server = RedisProcess::start();
    let (store, a) = (TestStore::start(&server).await, room("a"));
    let before = store.generation_of(&a).await;
    store.publish_numbers(&a, 3).await;
    server.cli(&["flushall"]);
    let refused = store.publish_in(before, vec![message(&a, "x"), message(&a, "y")]).await;
    let Err(Refusal::Generation(after)) = refused[0] else { panic!("{refused:?}") };
    assert!(after > before && refused[1] == refused[0]);
    assert_eq!(store.publish_in(after, vec![message(&a, "x")]).await[0].as_ref().unwrap().position.offset, Offset(1));
    server.cli(&["flushall"]);
    assert!(store.generation_of(&a).await > after);
    server.cli(&["flushall"]);
    assert_eq!(store.read_all(&a).await.position.offset, Offset(0));
}

#[tokio::test]
async fn another_address_raises_the_generation() {
    let mut server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let before = generation(&store).await;
    drop(store);
    server.kill();
    server.restart();
    let url = server.url().replace("127.0.0.1", "localhost");
    assert_eq!(generation(&TestStore::connect(config(&url)).await).await, before + 1);
    // The same process under another name is the same.
    assert_eq!(generation(&TestStore::start(&server).await).await, before + 1);
}

#[tokio::test]
async fn a_promoted_replica_raises_the_generation() {
    let (master, replica) = (RedisProcess::start(), RedisProcess::start());
    let store = TestStore::start(&master).await;
    let before = generation(&store).await;
    store.publish_numbers(&room("a"), 3).await;
    replicate(&replica, &master).await;
    replica.cli(&["replicaof", "no", "one"]);
    let promoted = TestStore::start(&replica).await;
    assert_eq!(generation(&promoted).await, before + 1);
    // Also if it is a master again that was one before.
    replicate(&master, &replica).await;
    assert!(store.publish(store.partition(&room("a")), before, vec![message(&room("a"), "x")]).await.is_err());
    master.cli(&["replicaof", "no", "one"]);
    assert_eq!(generation(&store).await, before + 2);
}

#[tokio::test]
async fn a_master_that_was_a_replica_before_anybody_noticed_raises_the_generation() {
    let (master, replica) = (RedisProcess::start(), RedisProcess::start());
    let store = TestStore::start(&master).await;
    let before = generation(&store).await;
    replicate(&replica, &master).await;
    replica.cli(&["replicaof", "no", "one"]);
    replicate(&master, &replica).await;
    master.cli(&["replicaof", "no", "one"]);
    // The process is the same as before, and its data say that it is the current one.
    assert_eq!(generation(&TestStore::start(&master).await).await, before + 1);
}

/// Makes a server a replica and waits until it has all data.
async fn replicate(replica: &RedisProcess, master: &RedisProcess) {
    replica.cli(&["config", "set", "repl-diskless-sync-delay", "0"]);
    master.cli(&["config", "set", "repl-diskless-sync-delay", "0"]);
    replica.cli(&["replicaof", "127.0.0.1", &master.port().to_string()]);
    until("the replica has all data", async || {
        let state = replica.cli(&["info", "replication"]);
        (state.contains("role:slave") && state.contains("master_link_status:up")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn stores_of_all_nodes_agree() {
    let mut server = RedisProcess::start_with(&["--appendfsync", "no"]);
    let config = RedisConfig { partitions: 1, ..config(&server.url()) };
    let (first, second) = (TestStore::connect(config.clone()).await, TestStore::connect(config).await);
    let before = generation(&first).await;
    assert_eq!(generation(&second).await, before);
    server.kill();
    server.restart();
    let after = generation(&first).await;
    assert!(after > before);
    assert_eq!(generation(&second).await, after);
}

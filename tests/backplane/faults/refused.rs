//! A Redis server that answers and refuses writes. Nodes notice it without a publish, and its end as well: a load
//! balancer may have taken them out.

use support::redis::RedisProcess;

use super::{SharedRoom, assert_echo, assert_message, assert_unavailable, publish, try_publish, wait_for_ready};

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn a_full_server() {
    let redis = RedisProcess::start();
    let memory = |bytes| ["config", "set", "maxmemory", bytes];
    assert_refused(&redis, &memory("1"), &memory("0")).await;
}

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn the_history_of_a_full_server_is_readable() {
    let redis = RedisProcess::start();
    let SharedRoom { a, b: _b, .. } = SharedRoom::start(&redis.url()).await;
    redis.cli(&["config", "set", "maxmemory", "1"]);
    wait_for_ready(&a, "redis").await;
    let history = a.get("/api/rooms/chat/history").await;
    history.assert_json(
        r#"{"room":"chat","epoch":"EPOCH","offset":1,"more":false,"messages":[{"room":"chat","offset":1,"event":"msg","from":"SENDER","data":1,"time":"TIME"}]}"#,
    );
}

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn a_server_with_too_few_replicas() {
    let redis = RedisProcess::start();
    let replicas = |number| ["config", "set", "min-replicas-to-write", number];
    assert_refused(&redis, &replicas("1"), &replicas("0")).await;
}

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn a_server_that_cannot_save_its_data() {
    // A snapshot cannot replace a folder.
    let redis = RedisProcess::start_with(&["--dbfilename", "appendonlydir", "--save", "3600 1000000"]);
    assert_refused(&redis, &["bgsave"], &["config", "set", "stop-writes-on-bgsave-error", "no"]).await;
}

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn a_server_that_refuses_a_part_of_a_publish() {
    let redis = RedisProcess::start();
    let SharedRoom { a: _a, b, mut ada, mut bob, epoch } = SharedRoom::start(&redis.url()).await;
    assert_eq!(redis.cli(&["acl", "setuser", "default", "-hincrby"]), "OK");
    assert_unavailable(&try_publish(&mut bob, "chat", 2).await);
    wait_for_ready(&b, "redis").await;
    assert_eq!(redis.cli(&["acl", "setuser", "default", "+hincrby"]), "OK");
    wait_for_ready(&b, "ready").await;
    assert_eq!(publish(&mut bob, "chat", 2).await, (epoch, 2));
    assert_message(&mut ada, 2, 2).await;
}

/// Asserts that nodes are not ready between two commands, the first of which lets the server refuse writes.
async fn assert_refused(redis: &RedisProcess, cause: &[&str], cure: &[&str]) {
    let SharedRoom { a, b, mut ada, mut bob, epoch } = SharedRoom::start(&redis.url()).await;
    redis.cli(cause);
    for node in [&a, &b] {
        wait_for_ready(node, "redis").await;
    }
    assert_unavailable(&try_publish(&mut bob, "chat", 2).await);
    assert_echo(&mut bob).await;
    redis.cli(cure);
    for node in [&a, &b] {
        wait_for_ready(node, "ready").await;
    }
    assert_eq!(publish(&mut bob, "chat", 2).await, (epoch, 2));
    assert_message(&mut ada, 2, 2).await;
}

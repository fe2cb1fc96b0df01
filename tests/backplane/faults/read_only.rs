//! A Redis server that becomes a replica.

use support::redis::RedisProcess;

use super::{SharedRoom, assert_echo, assert_unavailable, publish, rejoin, try_publish, wait_for_ready};

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn a_replica_is_not_used() {
    let redis = RedisProcess::start();
    let SharedRoom { a, b, mut ada, mut bob, epoch } = SharedRoom::start(&redis.url()).await;
    // Its master does not exist, so it keeps its data.
    assert_eq!(redis.cli(&["replicaof", "127.0.0.1", "1"]), "OK");
    assert_unavailable(&try_publish(&mut bob, "chat", 2).await);
    wait_for_ready(&b, "redis").await;
    assert_echo(&mut bob).await;
    assert_eq!(redis.cli(&["replicaof", "no", "one"]), "OK");
    for node in [&a, &b] {
        wait_for_ready(node, "ready").await;
    }
    // Another server could have been the master in the meantime.
    let (next_epoch, offset) = publish(&mut bob, "chat", 2).await;
    assert_ne!(next_epoch, epoch);
    assert_eq!(offset, 1);
    assert_eq!(ada.closed().await.0, 4006);
    let mut ada = a.connect_envelope("/ws").await;
    assert_eq!(rejoin(&mut ada, "chat", (&epoch, 1)).await, (false, next_epoch, vec![]));
}

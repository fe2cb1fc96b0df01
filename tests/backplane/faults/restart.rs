//! A Redis server that is killed and restarted with everything on its disk: the same epoch goes on.

use support::redis::RedisProcess;

use super::{
    SharedRoom, assert_echo, assert_message, assert_unavailable, publish, start_nodes, try_publish, wait_for_ready,
};

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn the_same_epoch_goes_on_after_a_restart() {
    let mut redis = RedisProcess::start();
    let [a, b] = start_nodes(&redis.url()).await;
    let mut ada = a.connect_envelope("/ws").await;
    let (epoch, _) = ada.join("chat").await;
    let mut bob = b.connect_envelope("/ws").await;
    for round in 0..3 {
        let number = round * 2 + 1;
        assert_eq!(publish(&mut bob, "chat", number).await, (epoch.clone(), number));
        assert_message(&mut ada, number, number).await;
        redis.kill();
        redis.restart();
        assert_eq!(publish(&mut bob, "chat", number + 1).await, (epoch.clone(), number + 1));
        assert_message(&mut ada, number + 1, number + 1).await;
    }
    // A repetition is still known.
    let duplicate = try_publish(&mut bob, "chat", 1).await;
    assert_eq!((&duplicate["offset"], &duplicate["duplicate"]), (&1.into(), &true.into()), "{duplicate}");
}

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn publishes_wait_for_a_restart_or_fail() {
    let mut redis = RedisProcess::start();
    let SharedRoom { a, b, mut ada, mut bob, epoch } = SharedRoom::start(&redis.url()).await;
    redis.kill();
    for node in [&a, &b] {
        wait_for_ready(node, "redis").await;
    }
    assert_unavailable(&try_publish(&mut bob, "chat", 2).await);
    assert_echo(&mut ada).await;
    redis.restart();
    for node in [&a, &b] {
        wait_for_ready(node, "ready").await;
    }
    assert_eq!(publish(&mut bob, "chat", 2).await, (epoch, 2));
    assert_message(&mut ada, 2, 2).await;
}

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn a_message_of_the_history_is_recovered_after_a_restart() {
    let mut redis = RedisProcess::start();
    let [a, b] = start_nodes(&redis.url()).await;
    let mut bob = b.connect_envelope("/ws").await;
    let (epoch, _) = publish(&mut bob, "chat", 1).await;
    publish(&mut bob, "chat", 2).await;
    redis.kill();
    redis.restart();
    for node in [&a, &b] {
        wait_for_ready(node, "ready").await;
    }
    let mut ada = a.connect_envelope("/ws").await;
    let recovered = super::rejoin(&mut ada, "chat", (&epoch, 0)).await;
    assert_eq!(recovered, (true, epoch, vec![1, 2]));
}

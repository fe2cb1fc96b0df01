//! A Redis server without memory for further data.

use support::redis::RedisProcess;

use super::{assert_echo, assert_message, assert_unavailable, publish, start_nodes, try_publish};

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn publishes_fail_until_there_is_memory() {
    let redis = RedisProcess::start();
    let [a, b] = start_nodes(&redis.url()).await;
    let mut ada = a.connect_envelope("/ws").await;
    let (epoch, _) = ada.join("chat").await;
    let mut bob = b.connect_envelope("/ws").await;
    assert_eq!(publish(&mut bob, "chat", 1).await, (epoch.clone(), 1));
    assert_eq!(redis.cli(&["config", "set", "maxmemory", "1"]), "OK");
    assert_unavailable(&try_publish(&mut bob, "chat", 2).await);
    assert_echo(&mut bob).await;
    // Reading needs no memory.
    let history = b.get("/api/rooms/chat/history").await;
    history.assert_json(
        r#"{"room":"chat","epoch":"EPOCH","offset":1,"more":false,"messages":[{"room":"chat","offset":1,"event":"msg","from":"SENDER","data":1,"time":"TIME"}]}"#,
    );
    assert_eq!(redis.cli(&["config", "set", "maxmemory", "0"]), "OK");
    assert_eq!(publish(&mut bob, "chat", 2).await, (epoch, 2));
    assert_message(&mut ada, 1, 1).await;
    assert_message(&mut ada, 2, 2).await;
}

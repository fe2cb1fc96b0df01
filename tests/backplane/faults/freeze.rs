//! A Redis server that accepts connections and does not answer.

use support::redis::RedisProcess;

use super::{assert_echo, assert_message, assert_unavailable, publish, start_nodes, wait_for_ready};

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn nothing_waits_for_ever_and_nothing_is_lost() {
    let redis = RedisProcess::start();
    let [a, b] = start_nodes(&redis.url()).await;
    let mut ada = a.connect_envelope("/ws").await;
    let (epoch, _) = ada.join("chat").await;
    let (mut bob, mut plain) = (b.connect_envelope("/ws").await, b.connect("/ws").await);
    assert_eq!(publish(&mut bob, "chat", 1).await, (epoch.clone(), 1));
    assert_message(&mut ada, 1, 1).await;
    redis.freeze();
    for node in [&a, &b] {
        wait_for_ready(node, "redis").await;
    }
    bob.send(r#"{"id":2,"type":"publish","room":"chat","event":"msg","data":2,"key":"key 2"}"#).await;
    // While the publish waits.
    assert_echo(&mut bob).await;
    plain.send("hello").await;
    assert_eq!(plain.receive().await, "hello");
    let response = b.post("/api/publish", r#"{"room":"chat","event":"msg","data":0}"#).await;
    assert_eq!(response.status, 503, "{}", response.body);
    assert_unavailable(&bob.next_message().await);
    let mut eve = b.connect_envelope("/ws").await;
    eve.send(r#"{"id":1,"type":"join","room":"news"}"#).await;
    assert_unavailable(&eve.next_message().await);
    assert_echo(&mut ada).await;
    redis.thaw();
    for node in [&a, &b] {
        wait_for_ready(node, "ready").await;
    }
    let (resumed, offset) = publish(&mut bob, "chat", 2).await;
    assert_eq!(resumed, epoch);
    // The publish without a key may have reached the server before it answered again.
    let mut message = ada.next_message().await;
    if message["data"] == 0 {
        assert_eq!(message["offset"], 2, "{message}");
        message = ada.next_message().await;
    }
    assert_eq!((&message["offset"], &message["data"]), (&offset.into(), &2.into()), "{message}");
    eve.join("news").await;
    // Nothing follows.
    let (_, next) = publish(&mut bob, "chat", 3).await;
    assert_message(&mut ada, next, 3).await;
}

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn a_short_freeze_delays_a_publish() {
    let redis = RedisProcess::start();
    let [a, b] = start_nodes(&redis.url()).await;
    let mut ada = a.connect_envelope("/ws").await;
    let (epoch, _) = ada.join("chat").await;
    let mut bob = b.connect_envelope("/ws").await;
    redis.freeze();
    bob.send(r#"{"id":1,"type":"publish","room":"chat","event":"msg","data":1,"key":"key 1"}"#).await;
    wait_for_ready(&b, "redis").await;
    redis.thaw();
    // It is repeated with its key, whether the first attempt has succeeded or not.
    assert_eq!(publish(&mut bob, "chat", 1).await, (epoch, 1));
    assert_message(&mut ada, 1, 1).await;
}

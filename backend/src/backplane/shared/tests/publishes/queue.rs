//! Publishes that wait for the batch before them.

use tokio::time::Instant;

use super::*;

#[tokio::test(start_paused = true)]
async fn what_is_queued_behind_a_timeout_is_unavailable() {
    let mut node = Fixture::new();
    let start = Instant::now();
    let first = node.publish("a", true);
    let _unanswered = node.batch(&["a"]).await;
    sleep(Duration::from_secs(3)).await;
    let behind = node.publish("b", true);
    assert_eq!((first.await, behind.await), (Err(UNAVAILABLE), Err(UNAVAILABLE)));
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    assert_eq!((node.metrics().queued.get(), node.metrics().in_flight.get()), (0, 0));
    let next = node.publish("c", true);
    node.batch(&["c"]).await.publish(1);
    assert!(next.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_answers_at_once() {
    let config = SharedConfig { queue_messages: 2, ..SharedConfig::new("n") };
    let mut node = Fixture::with(config);
    let first = node.publish("a", true);
    let batch = node.batch(&["a"]).await;
    let queued = node.publish_all(&["b", "c"]);
    assert_eq!(node.publish("d", true).now(), Err(UNAVAILABLE));
    batch.publish(1);
    assert!(first.await.is_ok());
    node.batch(&["b", "c"]).await.publish(2);
    drop(queued);
    let config = SharedConfig { queue_bytes: 1000, ..SharedConfig::new("n") };
    let mut node = Fixture::with(config);
    assert_eq!(node.publish(&"x".repeat(2000), false).now(), Err(UNAVAILABLE), "too large");
    let first = node.publish("a", true);
    node.batch(&["a"]).await.publish(1);
    assert!(first.await.is_ok());
}

//! Publishes while the store has another generation.

use tokio::time::Instant;

use super::*;

#[tokio::test(start_paused = true)]
async fn what_is_queued_when_a_generation_ends_is_unavailable() {
    let mut node = Fixture::new();
    let (keyed, unkeyed) = (node.publish("a", true), node.publish("u", false));
    let batch = node.batch(&["a", "u"]).await;
    assert_eq!(batch.generation, 4);
    let behind = node.publish("b", true);
    let refused = Instant::now();
    batch.refuse(6);
    assert_eq!((keyed.await, unkeyed.await, behind.await), (Err(UNAVAILABLE), Err(UNAVAILABLE), Err(UNAVAILABLE)));
    assert_eq!(refused.elapsed(), Duration::ZERO);
    assert_eq!(node.metrics().stale_generations.get(), 1);
    let repeated = node.publish("a", true);
    let batch = node.batch(&["a"]).await;
    assert_eq!(batch.generation, 6);
    batch.publish(1);
    assert_eq!(repeated.await, Ok(outcome(1, false)));
}

#[tokio::test(start_paused = true)]
async fn does_not_publish_in_an_earlier_generation_until_the_timeout() {
    let mut node = Fixture::new();
    let start = Instant::now();
    let answer = node.publish("a", true);
    node.batch(&["a"]).await.refuse(3);
    node.store.set_generation(3);
    while start.elapsed() < Duration::from_secs(4) {
        let batch = node.batch(&["a"]).await;
        assert_eq!(batch.generation, 4);
        batch.refuse(3);
    }
    while let Ok(Some(batch)) = timeout(Duration::from_secs(2), node.batches.recv()).await {
        batch.refuse(3);
    }
    assert_eq!(answer.await, Err(UNAVAILABLE));
    assert_eq!(node.publish("b", true).await, Err(UNAVAILABLE), "queued before the generation was known");
    let answer = node.publish("b", true);
    let batch = node.batch(&["b"]).await;
    assert_eq!(batch.generation, 3, "no server has a later generation");
    batch.publish(1);
    assert!(answer.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_timeout_alone_does_not_end_a_generation() {
    let mut node = Fixture::new();
    let unanswered = node.publish("a", true);
    let _batch = node.batch(&["a"]).await;
    assert_eq!(unanswered.await, Err(UNAVAILABLE));
    let answer = node.publish("b", true);
    node.batch(&["b"]).await.publish(2);
    assert_eq!(answer.await, Ok(outcome(2, false)));
}

//! Messages of a batch, and its repetitions.

use std::collections::BTreeSet;

use super::*;
use crate::backplane::shared::store::Refusal;

#[tokio::test(start_paused = true)]
async fn one_batch_is_under_way_at_a_time() {
    let mut node = Fixture::new();
    let first = node.publish("a", true);
    let batch = node.batch(&["a"]).await;
    let others = node.publish_all(&["b", "c"]);
    node.check_no_batch().await;
    assert_eq!((node.metrics().queued.get(), node.metrics().in_flight.get()), (3, 1));
    batch.publish(1);
    assert_eq!(first.await, Ok(outcome(1, false)));
    node.batch(&["b", "c"]).await.publish(2);
    for (answer, offset) in others.into_iter().zip(2..) {
        assert_eq!(answer.await, Ok(outcome(offset, false)));
    }
    assert_eq!((node.metrics().queued.get(), node.metrics().in_flight.get()), (0, 0));
    assert_eq!((node.metrics().queued_bytes.get(), node.metrics().published.get()), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn a_batch_has_at_most_128_messages_and_about_a_megabyte() {
    let mut node = Fixture::new();
    let texts: Vec<String> = (0..300).map(|number| number.to_string()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let answers = node.publish_all(&texts);
    for batch in texts.chunks(128) {
        node.batch(batch).await.publish(1);
    }
    drop(answers);
    let large = "x".repeat(700_000);
    let _answers = [(); 3].map(|()| node.publish(&large, false));
    node.batch(&[&large, &large]).await.publish(1);
    node.batch(&[&large]).await.publish(3);
}

#[tokio::test(start_paused = true)]
async fn repeats_messages_with_a_key_in_order() {
    let mut node = Fixture::new();
    let keyed = node.publish_all(&["a", "b"]);
    let unkeyed = node.publish("u", false);
    let last = node.publish("c", true);
    node.batch(&["a", "b", "u", "c"]).await.fail();
    assert_eq!(unkeyed.await, Err(UNAVAILABLE), "a repetition could publish it twice");
    let behind = node.publish("d", true);
    node.batch(&["a", "b", "c"]).await.fail();
    let results = vec![Ok(published(7, true)), Err(Refusal::KeyConflict), Ok(published(9, false))];
    node.batch(&["a", "b", "c"]).await.answer(results);
    let mut answers = Vec::new();
    for answer in keyed.into_iter().chain([last]) {
        answers.push(answer.await);
    }
    assert_eq!(answers, [Ok(outcome(7, true)), Err(PublishError::KeyConflict), Ok(outcome(9, false))]);
    node.batch(&["d"]).await.publish(10);
    assert_eq!(behind.await, Ok(outcome(10, false)));
    let metrics = node.metrics();
    assert_eq!((metrics.repeated.get(), metrics.unavailable.get(), metrics.published.get()), (6, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn an_epoch_is_proposed_once() {
    let mut node = Fixture::new();
    let answers = node.publish_all(&["a", "b"]);
    let mut proposed = BTreeSet::new();
    for _ in 0..3 {
        let batch = node.batch(&["a", "b"]).await;
        proposed.extend(batch.epochs.iter().cloned());
        batch.fail();
    }
    assert_eq!(proposed.len(), 6);
    drop(answers);
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_answer_is_no_answer() {
    let mut node = Fixture::new();
    let answers = node.publish_all(&["a", "b"]);
    node.batch(&["a", "b"]).await.answer(vec![Ok(published(1, false))]);
    node.batch(&["a", "b"]).await.publish(1);
    for answer in answers {
        assert!(answer.await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn a_publish_is_carried_out_without_its_answer() {
    let mut node = Fixture::new();
    drop(node.publish("a", true));
    node.batch(&["a"]).await.publish(1);
    short_wait().await;
    assert_eq!(node.metrics().published.get(), 1);
}

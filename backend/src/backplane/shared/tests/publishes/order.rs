//! Order of the publishes of a connection, beyond a failure.

use super::*;
use crate::backplane::publish_order::FailedPublishes;

#[tokio::test(start_paused = true)]
async fn a_publish_that_began_before_a_failure_does_not_overtake_its_repetition() {
    let mut node = Fixture::new();
    let connection = FailedPublishes::default();
    let failed = node.publish_in_order("a", connection.begin());
    let _unanswered = node.batch(&["a"]).await;
    let (behind, later) = (connection.begin(), connection.begin());
    assert_eq!(failed.await, Err(UNAVAILABLE));
    let other = node.publish("of another connection", true);
    let behind = node.publish_in_order("b", behind);
    node.batch(&["of another connection"]).await.publish(1);
    assert_eq!((other.await, behind.await), (Ok(outcome(1, false)), Err(UNAVAILABLE)));
    assert_eq!(node.publish_in_order("c", later).await, Err(UNAVAILABLE), "it began before, too");
    let repeated = node.publish_in_order("a", connection.begin());
    node.batch(&["a"]).await.publish(2);
    assert_eq!(repeated.await, Ok(outcome(2, false)));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_a_failure_before_what_follows_it() {
    let mut node = Fixture::new();
    let connection = FailedPublishes::default();
    let (elsewhere, old) = (connection.begin(), connection.begin());
    let _other = node.publish("of another connection", true);
    let batch = node.batch(&["of another connection"]).await;
    let old = node.publish_in_order("a", old);
    // A publish in another room has failed.
    elsewhere.note_failure();
    let new = node.publish_in_order("b", connection.begin());
    batch.publish(1);
    assert_eq!((old.await, new.await), (Err(UNAVAILABLE), Err(UNAVAILABLE)), "the second would overtake the first");
}

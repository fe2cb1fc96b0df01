//! Joins on a node that does not know the current epoch of a room yet.

use super::*;
use crate::backplane::Backplane;

/// Returns two nodes with members of a room that begins anew; the first node does not know it.
async fn behind() -> (TestCluster, Arc<RecordedReplica>) {
    let mut test = TestCluster::new(2);
    for node in 0..2 {
        test.join(node, &test.member(node)).await;
    }
    test.publish(1, 3).await;
    short_wait().await;
    test.cluster.fail_over(None);
    test.publish_refused(1).await;
    test.publish(1, 1).await;
    let replica = test.nodes[0].room(&room());
    assert_ne!(replica.position(), test.cluster.position(&room()));
    (test, replica)
}

#[tokio::test(start_paused = true)]
async fn a_join_with_a_newer_epoch_waits_for_it() {
    let (test, replica) = behind().await;
    let current = test.cluster.position(&room());
    assert!(test.nodes[0].backplane().follow(&replica, current.as_ref()).await.is_ok());
    assert_eq!(replica.position(), current);
}

#[tokio::test(start_paused = true)]
async fn a_join_that_reads_a_newer_epoch_waits_for_it() {
    let (test, replica) = behind().await;
    let ahead = replica.position().map(|position| Position { offset: position.offset.next(), ..position });
    assert!(test.nodes[0].backplane().follow(&replica, ahead.as_ref()).await.is_ok());
    assert_eq!(replica.position(), test.cluster.position(&room()));
}

#[tokio::test(start_paused = true)]
async fn a_join_with_the_epoch_before_reads_nothing() {
    let (test, replica) = behind().await;
    let before = replica.position();
    two_checks().await;
    assert_eq!(replica.position(), test.cluster.position(&room()));
    let reads = test.cluster.operations("read");
    let messages = test.nodes[0].backplane().follow(&replica, before.as_ref()).await;
    assert!(messages.is_ok_and(|messages| messages.is_empty()));
    assert_eq!(test.cluster.operations("read"), reads);
}

//! The close frame, and peers that are lost.

use super::*;

#[tokio::test]
async fn completes_a_partly_written_frame_before_the_close_frame() {
    let (outbox, mut transport, peer) = open(1000).await;
    outbox.deliver(&batch(0, 4_000_000));
    let (_, bytes) = queue_size(&outbox);
    assert!(bytes > 0 && bytes < 4_000_000, "the frame is partly written");
    outbox.deliver(&batch(1, 10));
    assert_eq!(outbox.check_overflow(), Err(Overflow));
    close(&outbox, &mut transport).await;
    assert_eq!(drain(&outbox, transport, peer).await, (vec![0], Some(1013)));
}

#[tokio::test]
async fn sends_nothing_after_a_close_frame() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox);
    close(&outbox, &mut transport).await;
    outbox.deliver(&batch(200, 10));
    let (numbers, code) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..count));
    assert_eq!(code, Some(1013));
}

#[tokio::test]
async fn reports_a_lost_peer_to_the_task_only() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    stall(&outbox);
    drop(peer);
    let flushed = flush(&outbox, &mut transport).await;
    assert!(flushed.is_err());
    outbox.deliver(&batch(0, 10));
    let again = flush(&outbox, &mut transport).await;
    assert!(again.is_err(), "a delivery to a lost peer stays queued");
}

#[tokio::test]
async fn reports_a_lost_peer_of_an_empty_queue() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    drop(peer);
    while outbox.is_empty() {
        outbox.deliver(&batch(0, 10));
    }
    let flushed = flush(&outbox, &mut transport).await;
    assert!(flushed.is_err());
}

#[test]
fn counts_deliveries_until_close() {
    let outbox = without_socket(1000);
    for _ in 0..2 {
        outbox.deliver(&batch(0, 100));
    }
    outbox.close();
    outbox.deliver(&batch(0, 100));
    assert_eq!(outbox.sent().to_string(), "2/200B");
}

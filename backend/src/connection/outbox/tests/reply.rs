//! Replies between deliveries.

use super::*;

#[tokio::test]
async fn inserts_a_reply_at_its_reserved_place() {
    let (outbox, transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox);
    outbox.reserve();
    outbox.deliver(&batch(count + 1, 10));
    outbox.fill_reserved(reply(count, 10));
    let (numbers, _) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..count + 2));
}

#[tokio::test]
async fn holds_deliveries_back_until_the_reserved_reply() {
    let (outbox, transport, peer) = open(NO_LIMIT).await;
    outbox.reserve();
    outbox.deliver(&batch(1, 10));
    assert!(!outbox.is_empty(), "a delivery waits for the reserved reply");
    outbox.fill_reserved(reply(0, 10));
    assert_eq!(drain(&outbox, transport, peer).await.0, [0, 1]);
}

#[test]
fn excludes_replies_from_the_byte_limit() {
    let outbox = without_socket(1000);
    outbox.reserve();
    outbox.fill_reserved(reply(0, 5000));
    outbox.push_reply(reply(1, 5000));
    assert_eq!((outbox.queued_replies(), outbox.check_overflow()), (2, Ok(())));
    outbox.deliver(&batch(2, 900));
    assert_eq!(outbox.check_overflow(), Ok(()));
    outbox.deliver(&batch(3, 900));
    assert_eq!(outbox.check_overflow(), Err(Overflow), "deliveries behind replies count");
    assert_eq!(outbox.queued_replies(), 1, "the first chunk stays");
}

#[tokio::test]
async fn forgets_written_replies() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    outbox.push_reply(reply(0, 10));
    flush(&outbox, &mut transport).await.unwrap();
    assert_eq!((outbox.queued_replies(), outbox.is_empty()), (0, true));
    assert_eq!(drain(&outbox, transport, peer).await.0, [0]);
}

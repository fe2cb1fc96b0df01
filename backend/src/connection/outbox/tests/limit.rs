//! The limit of queued bytes.

use super::*;

#[tokio::test]
async fn direct_messages_take_at_most_half_of_the_limit_and_nothing_from_rooms() {
    let (outbox, transport, peer) = open(100_000).await;
    let count = stall(&outbox);
    let refused =
        (count..count + 100).find(|number| !outbox.offer(&batch(*number, 10_000))).expect("the queue has a limit");
    assert!(refused > count, "some messages are accepted");
    let queued = outbox.queue.lock().memory;
    assert!(queued.direct <= 50_000 && outbox.check_overflow().is_ok(), "{queued:?}");
    for number in refused..refused + 7 {
        outbox.deliver(&batch(number, 10_000));
    }
    assert!(outbox.check_overflow().is_ok(), "direct messages take no space from messages of rooms");
    let (numbers, close) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..refused + 7) && close.is_none());
}

#[test]
fn overflows_at_the_byte_limit() {
    let limit = 9 * (frames(&batch(0, 100)).len() + CHUNK_OVERHEAD);
    let outbox = without_socket(limit);
    for number in 0..9 {
        outbox.deliver(&batch(number, 100));
        assert_eq!(outbox.check_overflow(), Ok(()));
    }
    let (_, full) = queue_size(&outbox);
    assert_eq!(full, 9 * frames(&batch(0, 100)).len());
    outbox.deliver(&batch(9, 0));
    assert_eq!(outbox.check_overflow(), Err(Overflow), "an empty message exceeds the limit by its header");
    let (_, left) = queue_size(&outbox);
    assert_eq!(left, frames(&batch(0, 100)).len(), "the first chunk stays: it may be partly written");
    outbox.deliver(&batch(10, 1));
    assert_eq!(queue_size(&outbox).1, left, "deliveries after an overflow are dropped");
}

#[test]
fn counts_the_overhead_of_small_messages() {
    let outbox = without_socket(64 * 1024);
    let kept = (0..).take_while(|_| {
        outbox.deliver(&batch(0, 0));
        outbox.check_overflow().is_ok()
    });
    assert_eq!(kept.count(), 64 * 1024 / (frames(&batch(0, 0)).len() + CHUNK_OVERHEAD));
}

#[test]
fn accepts_a_single_batch_of_any_size() {
    let outbox = without_socket(10);
    outbox.deliver(&batch(0, 1000));
    assert_eq!(outbox.check_overflow(), Ok(()));
    outbox.deliver(&batch(1, 0));
    assert_eq!(outbox.check_overflow(), Err(Overflow));
}

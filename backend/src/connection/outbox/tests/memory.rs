//! The memory that an outbox counts in the budget.

use super::*;
use crate::connection::memory_budget::MemoryPart;

/// Memory of the queues and of the replies in a budget, in bytes.
fn counted(budget: &MemoryBudget) -> [usize; 2] {
    [MemoryPart::Queues, MemoryPart::Replies].map(|part| budget.part(part))
}

#[tokio::test]
async fn counts_a_shared_buffer_once_until_it_is_written() {
    let budget = MemoryBudget::new(usize::MAX);
    let payload = batch(0, 1_000_000);
    let length = frames(&payload).len();
    let (first, peer) = sockets().await;
    let outboxes = [(); 2].map(|()| Outbox::new(WireFormat::Plain, None, NO_LIMIT, budget.clone()));
    for outbox in &outboxes {
        outbox.deliver(&payload);
    }
    assert_eq!(counted(&budget), [length + 2 * CHUNK_OVERHEAD, 0]);
    assert_eq!(outboxes.each_ref().map(Outbox::memory), [length + CHUNK_OVERHEAD; 2]);
    outboxes[0].push_reply(reply(1, 500));
    assert_eq!(counted(&budget)[1], reply(1, 500).len() + CHUNK_OVERHEAD);
    attach(&outboxes[0], first);
    drain(&outboxes[0], Transport::Shared, peer).await;
    assert_eq!(counted(&budget), [length + CHUNK_OVERHEAD, 0]);
    drop(outboxes);
    assert_eq!(counted(&budget), [0, 0]);
}

#[tokio::test]
async fn counts_the_whole_buffer_of_a_partly_written_message() {
    let (outbox, _transport, _peer) = open(NO_LIMIT).await;
    outbox.deliver(&batch(0, 4_000_000));
    let (_, unwritten) = queue_size(&outbox);
    assert!(unwritten < 4_000_000 && outbox.memory() > 4_000_000, "{unwritten} and {}", outbox.memory());
}

#[tokio::test]
async fn writes_nothing_after_the_queue_was_discarded() {
    let (outbox, mut transport, _peer) = open(NO_LIMIT).await;
    outbox.deliver(&batch(0, 4_000_000));
    outbox.push_reply(reply(1, 500));
    outbox.discard();
    assert_eq!((outbox.memory(), counted(outbox.budget())), (0, [0, 0]));
    outbox.deliver(&batch(2, 10));
    outbox.push_reply(reply(3, 10));
    outbox.close();
    let frame = frames(&batch(4, 10)).clone();
    let written = write(&outbox, &mut transport, &[IoSlice::new(&frame)]).await;
    let flushed = flush(&outbox, &mut transport).await;
    assert!(written.is_err() && flushed.is_err(), "a frame may be incomplete");
    assert_eq!(outbox.memory(), 0);
}

#[test]
fn taken_bytes_count_until_they_are_dropped() {
    const MAX: usize = 16_000;
    let (budget, payload) = (MemoryBudget::new(NO_LIMIT), batch(0, 1_000));
    let outbox = Outbox::new(WireFormat::Plain, None, NO_LIMIT, budget.clone());
    outbox.push_reply(reply(1, 40_000));
    outbox.deliver(&payload);
    let length = reply(1, 40_000).len();
    let counted_replies = || counted(&budget)[1];
    assert_eq!(counted_replies(), length + CHUNK_OVERHEAD);
    let first = outbox.take(MAX).expect("a reply is queued");
    assert!(first.bytes.len() == MAX && !first.is_last);
    assert_eq!(counted_replies(), length + MAX + 2 * CHUNK_OVERHEAD, "the whole reply is still in memory");
    assert_eq!(outbox.memory(), length + CHUNK_OVERHEAD + frames(&payload).len() + CHUNK_OVERHEAD);
    let rest: Vec<Piece> = std::iter::from_fn(|| outbox.take(MAX)).take(2).collect();
    assert_eq!(
        rest.iter().map(|piece| (piece.bytes.len(), piece.is_last)).collect::<Vec<_>>(),
        [(MAX, false), (length - 2 * MAX, true)]
    );
    assert_eq!(counted_replies(), length + 3 * CHUNK_OVERHEAD, "the pieces are copies");
    let joined: Vec<u8> = std::iter::once(&first).chain(&rest).flat_map(|piece| piece.bytes.to_vec()).collect();
    assert_eq!(joined, reply(1, 40_000));
    drop((first, rest));
    assert_eq!(counted_replies(), 0);
    let delivery = outbox.take(MAX).expect("a delivery is queued");
    assert_eq!(delivery.bytes.as_ptr(), frames(&payload).as_ptr(), "a small buffer is shared");
    assert!(delivery.is_last && outbox.is_empty());
    assert_eq!((outbox.memory(), counted(&budget)[0]), (0, frames(&payload).len() + CHUNK_OVERHEAD));
    drop(delivery);
    assert_eq!(counted(&budget), [0, 0]);
}

//! Deliveries in order, directly or through the queue.

use std::sync::atomic::AtomicUsize;
use std::task::{Wake, Waker};

use super::*;

#[derive(Default)]
struct WakeCounter(AtomicUsize);

impl Wake for WakeCounter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn queues_nothing_for_a_peer_that_reads() {
    let (outbox, transport, mut peer) = open(NO_LIMIT).await;
    for number in 0..100 {
        outbox.deliver(&batch(number, 1000));
        assert_eq!(queue_size(&outbox), (0, 0), "the queue is not allocated");
        let mut frame = vec![0; frames(&batch(number, 1000)).len()];
        peer.read_exact(&mut frame).await.unwrap();
        assert_eq!(messages(&frame).0, [number]);
    }
    assert_eq!(drain(&outbox, transport, peer).await, (vec![], None));
}

#[tokio::test]
async fn queues_what_the_socket_does_not_accept_in_order() {
    let (outbox, transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox) + 40;
    for number in count - 40..count {
        outbox.deliver(&batch(number, 10_000));
    }
    let (numbers, close) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..count) && close.is_none());
    assert_eq!(queue_size(&outbox), (0, 0), "the queue is freed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeps_the_order_of_concurrent_deliveries_and_flushes() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let outbox = Arc::new(outbox);
    let count = stall(&outbox);
    let reading = tokio::spawn(read(peer));
    let delivering = tokio::spawn({
        let outbox = Arc::clone(&outbox);
        async move {
            for number in count..count + 100 {
                outbox.deliver(&batch(number, 10_000));
                tokio::task::yield_now().await;
            }
        }
    });
    while !delivering.is_finished() {
        flush(&outbox, &mut transport).await.unwrap();
        tokio::task::yield_now().await;
    }
    finish(&outbox, &mut transport).await;
    let (numbers, _) = reading.await.unwrap();
    assert!(numbers.iter().copied().eq(0..count + 100), "{numbers:?}");
}

#[tokio::test]
async fn writes_after_queued_chunks() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let count = stall(&outbox);
    let frame = frames(&batch(count, 300)).clone();
    let (header, payload) = frame.split_at(4);
    let slices = [IoSlice::new(header), IoSlice::new(payload)];
    let all = write(&outbox, &mut transport, &slices).await.unwrap();
    assert!(!all, "the frame is queued");
    let (numbers, _) = drain(&outbox, transport, peer).await;
    assert!(numbers.into_iter().eq(0..=count));
}

#[tokio::test]
async fn queues_the_rest_of_a_partial_write() {
    let (outbox, mut transport, peer) = open(NO_LIMIT).await;
    let frame = frames(&batch(7, 4_000_000)).clone();
    let (header, payload) = frame.split_at(10);
    let slices = [IoSlice::new(header), IoSlice::new(payload)];
    let all = write(&outbox, &mut transport, &slices).await.unwrap();
    let (_, bytes) = queue_size(&outbox);
    assert!(!all && bytes > 0 && bytes < payload.len(), "{bytes} of {}", frame.len());
    assert_eq!(drain(&outbox, transport, peer).await, (vec![7], None));
}

#[tokio::test]
async fn wakes_the_task_only_for_queued_chunks() {
    let (outbox, _transport, _peer) = open(NO_LIMIT).await;
    let wakes = Arc::new(WakeCounter::default());
    outbox.register(&Context::from_waker(&Waker::from(Arc::clone(&wakes))));
    outbox.deliver(&batch(0, 10));
    assert_eq!(wakes.0.load(Ordering::Relaxed), 0);
    stall(&outbox);
    assert_eq!(wakes.0.load(Ordering::Relaxed), 1);
}

//! Messages are received in order, and once.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_during_publishes_neither_misses_nor_repeats_messages() {
    const EACH: u64 = 2_000;
    let hub = new_hub(RetentionConfig {
        history: HistoryConfig { messages: 20_000, bytes: 1 << 30, ..retention().history },
        total_bytes: 1 << 30,
        ..retention()
    });
    let publishers: Vec<_> = (0..3)
        .map(|_| {
            let hub = hub.clone();
            tokio::spawn(async move {
                for number in 0..EACH {
                    publish(&hub, "r");
                    if number % 5 == 0 {
                        tokio::task::yield_now().await;
                    }
                }
            })
        })
        .collect();
    let begin = join(&hub, "r", &user("a"), None).2.position;
    let begin = Position { offset: Offset(0), ..begin };
    let mut members = Vec::new();
    while members.len() < 200 || !publishers.iter().all(tokio::task::JoinHandle::is_finished) {
        members.push(join(&hub, "r", &user("a"), Some(&begin)));
        tokio::task::yield_now().await;
    }
    delivered(&members[0].1).await;
    for (recorder, _, reply) in &members {
        assert!(reply.recovered);
        let missed = reply.messages.iter().map(|message| message.offset().unwrap().0);
        let received: Vec<u64> = missed.chain(recorder.offsets.lock().iter().copied()).collect();
        assert!(received.into_iter().eq(1..=3 * EACH), "joined at {:?}", reply.position.offset);
    }
}

#[test]
fn delivery_continues_after_its_task_was_dropped() {
    let hub = new_hub(retention());
    let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (recorder, membership, _) = join(&hub, "r", &user("a"), None);
    other.block_on(async { publish(&hub, "r") });
    drop(other);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        publish(&hub, "r");
        delivered(&membership).await;
    });
    assert_eq!(*recorder.offsets.lock(), [1, 2]);
}

//! Messages with a key.

use super::*;
use crate::hub::idempotency;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_publishes_with_one_key_get_one_position() {
    let hub = new_hub(retention());
    let publishing = (0..8).map(|_| {
        let hub = hub.clone();
        tokio::spawn(async move {
            let positions = (0..100).map(|number| {
                let published = publish_message(&hub, "r", message(Some(&format!("k{number}"))));
                (published.position.offset, published.duplicate)
            });
            positions.collect::<Vec<_>>()
        })
    });
    let mut all = Vec::new();
    for publisher in publishing.collect::<Vec<_>>() {
        all.push(publisher.await.unwrap());
    }
    for number in 0..100 {
        assert!(all.iter().all(|positions| positions[number].0 == all[0][number].0), "one position");
        assert_eq!(all.iter().filter(|positions| !positions[number].1).count(), 1, "published once");
    }
    assert_eq!(hub.metrics().message_counts()[..2], [100, 700]);
}

#[test]
fn a_key_expires_after_its_ttl() {
    let manual = ManualEnvironment::new(1);
    let hub = Hub::<RecordedPayload>::new(retention(), manual.environment());
    let again = || publish_message(&hub, "r", message(Some("k"))).duplicate;
    assert!(!again());
    manual.advance(idempotency::KEY_TTL.saturating_sub(Duration::from_millis(1)));
    assert!(again());
    manual.advance(Duration::from_millis(1));
    assert!(!again());
}

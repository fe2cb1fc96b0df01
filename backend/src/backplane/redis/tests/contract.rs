//! Publishing and reading.

use bytes::Bytes;
use yodel_protocol::{Epoch, Offset};

use super::support::{RedisProcess, TestStore, config, message, message_with_key, room};
use crate::backplane::redis::{RedisConfig, RedisStore};
use crate::backplane::shared::store::{Event, Page, Range, Refusal, Store, StoreMessage};

fn offsets(page: &Page) -> Vec<u64> {
    page.messages.iter().map(|(offset, _)| offset.0).collect()
}

#[tokio::test]
async fn offsets_are_in_the_order_of_the_messages() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let a = room("a");
    let b = (0..1000).map(|number| room(&format!("b{number}"))).find(|b| store.partition(b) == store.partition(&a));
    let b = b.unwrap();
    let messages = [(&a, "1"), (&b, "x"), (&a, "\0\r\n日"), (&a, "")].map(|(room, text)| message(room, text));
    let published = store.publish_in(store.generation_of(&a).await, messages.into()).await;
    let published: Vec<_> = published.into_iter().map(Result::unwrap).collect();
    assert_eq!(published.iter().map(|publication| publication.position.offset.0).collect::<Vec<_>>(), [1, 1, 2, 3]);
    assert!(published.iter().all(|publication| !publication.duplicate));

    let page = store.read_all(&a).await;
    let payloads = ["1", "\0\r\n日", ""].map(Bytes::from);
    assert_eq!(page.messages, (1..).map(Offset).zip(payloads).collect::<Vec<_>>());
    assert_eq!((&page.position, page.more), (&published[3].position, false));
}

#[tokio::test]
async fn publishes_a_key_once_per_room() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let (a, key) = (room("a"), b"\0\xff key{}".as_slice());
    let first = store.publish_one(message_with_key(&a, key, 1)).await.unwrap();
    store.publish_one(message(&a, "other")).await.unwrap();
    let second = store.publish_one(message_with_key(&a, key, 1)).await.unwrap();
    assert!(!first.duplicate && second.duplicate);
    assert_eq!(first.position, second.position);
    assert_eq!(store.publish_one(message_with_key(&a, key, u64::MAX)).await, Err(Refusal::KeyConflict));
    assert_eq!(offsets(&store.read_all(&a).await), [1, 2]);
    assert!(!store.publish_one(message_with_key(&room("b"), key, 3)).await.unwrap().duplicate);
    assert!(!store.publish_one(message_with_key(&a, b"", 3)).await.unwrap().duplicate);
}

#[tokio::test]
async fn duplicates_in_one_batch_are_found() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let a = room("a");
    let messages = vec![message_with_key(&a, b"k", 1), message_with_key(&a, b"k", 1), message_with_key(&a, b"k", 2)];
    let published = store.publish_in(store.generation_of(&a).await, messages).await;
    assert_eq!(published[1].as_ref().unwrap().position.offset, Offset(1));
    assert_eq!(published[2], Err(Refusal::KeyConflict));
}

#[tokio::test]
async fn another_generation_is_refused() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let (a, current) = (room("a"), store.generation_of(&room("a")).await);
    for generation in [0, current - 1, current + 1] {
        let published = store.publish_in(generation, vec![message(&a, "x"), message(&a, "y")]).await;
        assert_eq!(published, [Err(Refusal::Generation(current)), Err(Refusal::Generation(current))]);
    }
    assert!(store.read_all(&a).await.messages.is_empty());
}

#[tokio::test]
async fn reads_parts_of_a_history() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let a = room("a");
    store.publish_numbers(&a, 9).await;
    for (range, expected, more) in [
        (Range::After(Offset(0), 3), &[1, 2, 3][..], false),
        (Range::After(Offset(5), 3), &[6, 7, 8], true),
        (Range::After(Offset(9), 3), &[], false),
        (Range::After(Offset(u64::MAX), 3), &[], false),
        (Range::After(Offset(0), 0), &[], false),
        (Range::Before(None, 2), &[8, 9], true),
        (Range::Before(None, usize::MAX), &[1, 2, 3, 4, 5, 6, 7, 8, 9], false),
        (Range::Before(Some(Offset(3)), 5), &[1, 2], false),
        (Range::Before(Some(Offset(5)), 2), &[3, 4], true),
        (Range::Before(Some(Offset(1)), 2), &[], false),
        (Range::Before(Some(Offset(0)), 2), &[], false),
        (Range::Before(Some(Offset(u64::MAX)), 1), &[9], true),
    ] {
        let page = store.read_range(&a, range).await;
        assert_eq!((offsets(&page), page.more), (expected.to_vec(), more), "{range:?}");
        assert_eq!(page.position.offset, Offset(9));
    }
}

#[tokio::test]
async fn a_read_begins_a_room() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let a = room("a");
    let page = store.read(&a, &Epoch::new("first").unwrap(), Range::Before(None, 5)).await.unwrap();
    assert_eq!((page.position.offset, page.messages.len(), page.more), (Offset(0), 0, false));
    let generation = store.generation_of(&a).await;
    assert_eq!(page.position.epoch.as_str(), format!("first.{generation}"));
    let published = store.publish_one(message(&a, "x")).await.unwrap();
    assert_eq!((published.position.epoch, published.position.offset), (page.position.epoch, Offset(1)));
}

#[tokio::test]
async fn long_epochs_are_cut() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let message = StoreMessage { new_epoch: Epoch::new(&"é".repeat(32)).unwrap(), ..message(&room("a"), "x") };
    assert!(store.publish_one(message).await.is_ok());
}

#[tokio::test]
async fn retains_exactly_so_many_messages() {
    let server = RedisProcess::start();
    let store = TestStore::connect(RedisConfig { history_messages: 3, ..config(&server.url()) }).await;
    let a = room("a");
    store.publish_numbers(&a, 500).await;
    let page = store.read_range(&a, Range::After(Offset(0), 1000)).await;
    assert_eq!((offsets(&page), page.more), (vec![498, 499, 500], false));
}

#[tokio::test]
async fn retains_nothing_without_a_history() {
    let server = RedisProcess::start();
    let with = TestStore::start(&server).await;
    let a = room("a");
    with.publish_numbers(&a, 2).await;
    let without = TestStore::connect(RedisConfig { history_messages: 0, ..config(&server.url()) }).await;
    assert_eq!(without.publish_numbers(&a, 1).await, Offset(3));
    assert!(without.read_all(&a).await.messages.is_empty());
    // The history of the first store has no gap.
    with.publish_numbers(&a, 1).await;
    assert_eq!(offsets(&with.read_all(&a).await), [4]);
}

#[tokio::test]
async fn old_messages_are_dropped_in_reading() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let a = room("a");
    for old in 0..=10 {
        store.publish_numbers(&a, 10).await;
        let stream = server.cli(&["--raw", "keys", "test:*:s:a"]);
        // Ages cannot be set from outside, so the times are replaced.
        let times = "local key, old = KEYS[1], tonumber(ARGV[1]); local all = redis.call('XRANGE', key, '-', '+'); \
            redis.call('DEL', key); for i = #all - 9, #all do local t = i - #all + 10 <= old and '0' or all[i][2][2]; \
            redis.call('XADD', key, all[i][1], 't', t, 'p', all[i][2][4]) end; return 'done'";
        assert_eq!(server.cli(&["--raw", "eval", times, "1", &stream, &old.to_string()]), "done");
        let page = store.read_range(&a, Range::After(Offset(0), 100)).await;
        let last = (old + 1) * 10;
        assert_eq!(offsets(&page), (last - 9 + old..=last).collect::<Vec<_>>(), "{old}");
        assert!(!page.more);
        assert_eq!(page.position.offset, Offset(last));
    }
}

#[tokio::test]
async fn rooms_of_another_partition_are_an_error() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let a = room("a");
    let other = (store.partition(&a) + 1) % 4;
    assert!(store.publish(other, 1, vec![message(&a, "x")]).await.is_err());
    assert!(store.generation(4).await.is_err());
    assert_eq!(store.publish(other, 1, Vec::new()).await, Ok(Vec::new()));
}

#[tokio::test]
async fn another_number_of_partitions_is_an_error() {
    let server = RedisProcess::start();
    let _store = TestStore::start(&server).await;
    let other = RedisConfig { partitions: 5, ..config(&server.url()) };
    let error = RedisStore::connect(other.clone()).await.err().unwrap();
    assert!(error.0.contains("have 4 partitions, but 5 are configured"), "{error}");
    TestStore::connect(RedisConfig { prefix: "other".into(), ..other }).await;
}

#[tokio::test]
async fn databases_are_separate() {
    let server = RedisProcess::start();
    let store = TestStore::start(&server).await;
    let mut other = TestStore::connect(config(&format!("{}/1", server.url()))).await;
    let a = room("a");
    other.subscribe(&a).await.unwrap();
    store.publish_numbers(&a, 3).await;
    other.publish_numbers(&a, 1).await;
    assert!(matches!(other.event().await, Event::Message { position, .. } if position.offset == Offset(1)));
    assert_eq!(offsets(&other.read_all(&a).await), [1]);
}

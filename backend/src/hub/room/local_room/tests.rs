//! Rooms, with subscribers that record what they receive.

use std::time::Duration;

use yodel_protocol::frame::{PresenceDiff, PresenceEntry};
use yodel_protocol::{ClientId, CloseCode, EventName, IdempotencyKey, Json, UserId};

use super::*;
use crate::backplane::message::{Body, MessageKey};
use crate::backplane::publish::PublishError;
use crate::backplane::recipients::Recipients;
use crate::config::{HistoryConfig, RetentionConfig};
use crate::environment::Environment;
use crate::hub::content::Content;
use crate::hub::idempotency;
use crate::hub::testing::{ManualEnvironment, TokioTasks};
use crate::hub::{Hub, Membership, RoomCreator, TICK};

/// Contents of one delivery.
#[derive(Clone, Debug)]
struct RecordedContents(Vec<Content>);

impl Payload for RecordedContents {
    fn of(contents: Vec<Content>) -> Self {
        Self(contents)
    }
}

/// Subscriber that records offsets, frames and presence changes.
#[derive(Default)]
struct TestSubscriber {
    offsets: Mutex<Vec<u64>>,
    frames: Mutex<Vec<String>>,
    diffs: Mutex<Vec<PresenceDiff>>,
}

impl Subscriber<RecordedContents> for TestSubscriber {
    fn deliver(&self, batch: &RecordedContents) {
        for content in &batch.0 {
            match content {
                Content::Message(message) => self.offsets.lock().push(message.offset().unwrap().0),
                Content::Presence(diff) => self.diffs.lock().push(PresenceDiff::clone(diff)),
                Content::Frame(frame) | Content::Text(frame) => self.frames.lock().push((**frame).to_owned()),
            }
        }
    }

    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}
}

fn retention() -> RetentionConfig {
    RetentionConfig {
        history: HistoryConfig { messages: 100, age: Duration::from_secs(300), bytes: 1 << 20 },
        total_bytes: 1 << 20,
        recover_max: 10_000,
        presence_max: 100,
        presence_bytes: 64 << 10,
        rooms: 100,
        per_user: u32::MAX,
        in_flight_bytes: 1 << 20,
    }
}

fn environment() -> Environment {
    ManualEnvironment::new(1).environment_with(TokioTasks)
}

fn new_hub(retention: RetentionConfig) -> Hub<RecordedContents> {
    Hub::new(retention, environment())
}

/// Advances the clock of a hub tick by tick, and runs its tasks.
fn advance(hub: &Hub<RecordedContents>, manual: &ManualEnvironment, time: Duration) {
    for _ in 0..time.as_secs() {
        manual.advance(TICK);
        hub.tick();
        manual.run();
    }
}

fn name(name: &str) -> RoomName {
    RoomName::new(name).unwrap()
}

fn message(key: Option<&str>) -> NewMessage {
    let body = Body::Json(EventName::new("e").unwrap(), Json::null());
    let key = key.map(|key| MessageKey::new(IdempotencyKey::new(key).unwrap(), &body));
    NewMessage { body, from: None, key, order: None }
}

fn publish(hub: &Hub<RecordedContents>, room: &str) -> u64 {
    hub.publish(&name(room), RoomCreator::Server, message(None), Recipients::All)
        .unwrap()
        .0
        .now()
        .unwrap()
        .position
        .offset
        .0
}

fn join(
    hub: &Hub<RecordedContents>,
    room: &str,
    presence_key: &PresenceKey,
    since: Option<&Position>,
) -> (Arc<TestSubscriber>, Membership<RecordedContents>, JoinReply) {
    let recorder = Arc::new(TestSubscriber::default());
    let subscriber: Arc<dyn Subscriber<RecordedContents>> = recorder.clone();
    let request = JoinRequest { presence_key, info: None, watches: true, since };
    let (membership, reply) = hub.join(&name(room), RoomCreator::Server, &subscriber, &request, None).unwrap().now();
    (recorder, membership, reply)
}

fn user(name: &str) -> PresenceKey {
    PresenceKey::User(UserId::new(name).unwrap())
}

/// Returns the users of presence entries, sorted by name.
fn users(entries: &[PresenceEntry]) -> String {
    let mut names: Vec<_> = entries.iter().map(|entry| entry.user.as_ref().unwrap().to_string()).collect();
    names.sort();
    names.join(" ")
}

/// Waits until everything that was published so far is delivered.
async fn delivered(membership: &Membership<RecordedContents>) {
    let published = membership.room.published();
    std::future::poll_fn(|context| membership.room.poll_delivered(published, context)).await;
}

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_publishes_with_one_key_get_one_position() {
    let hub = new_hub(retention());
    let publishing = (0..8).map(|_| {
        let hub = hub.clone();
        tokio::spawn(async move {
            let positions = (0..100).map(|number| {
                let (published, _) = hub
                    .publish(&name("r"), RoomCreator::Server, message(Some(&format!("k{number}"))), Recipients::All)
                    .unwrap();
                let published = published.now().unwrap();
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
    let hub = Hub::<RecordedContents>::new(retention(), manual.environment());
    let again = || {
        hub.publish(&name("r"), RoomCreator::Server, message(Some("k")), Recipients::All)
            .unwrap()
            .0
            .now()
            .unwrap()
            .duplicate
    };
    assert!(!again());
    manual.advance(idempotency::KEY_TTL.saturating_sub(Duration::from_millis(1)));
    assert!(again());
    manual.advance(Duration::from_millis(1));
    assert!(!again());
}

#[test]
fn an_idle_room_is_removed_and_recreated_with_a_new_epoch() {
    let manual = ManualEnvironment::new(1);
    let hub = Hub::new(retention(), manual.environment());
    let (_, membership, reply) = join(&hub, "r", &user("a"), None);
    publish(&hub, "r");
    advance(&hub, &manual, Duration::from_secs(600));
    assert!(hub.find_room(&name("r")).is_some(), "the room has a member");
    assert_eq!(hub.metrics().retained_bytes(), 0, "the history has expired");
    drop(membership);
    advance(&hub, &manual, Duration::from_secs(200));
    let position = hub.find_room(&name("r")).map(|room| room.stats().position);
    assert_eq!(position, Some(Position { offset: Offset(1), ..reply.position.clone() }), "members may still return");
    advance(&hub, &manual, Duration::from_secs(200));
    assert!(hub.find_room(&name("r")).is_none());
    let since = Position { offset: Offset(1), ..reply.position };
    let (_, _membership, reply) = join(&hub, "r", &user("a"), Some(&since));
    assert!(!reply.recovered && reply.position.epoch != since.epoch);
}

#[tokio::test]
async fn a_closed_room_rejects_publishes() {
    let hub = new_hub(retention());
    publish(&hub, "r");
    let old = hub.find_room(&name("r")).unwrap();
    let later = Timestamp::from_start(Duration::from_secs(3600));
    assert!(old.end_if_idle(later));
    assert!(old.publish(message(None), Recipients::All, true).is_err());
}

#[tokio::test]
async fn the_room_limit_does_not_count_the_lobby() {
    let hub = new_hub(RetentionConfig { rooms: 2, ..retention() });
    let _members = ["a", "b"].map(|room| join(&hub, room, &user("a"), None));
    let rejected = hub.publish(&name("c"), RoomCreator::Server, message(None), Recipients::All);
    assert_eq!(rejected.unwrap_err(), PublishError::RoomLimit);
    assert_eq!((publish(&hub, "lobby"), publish(&hub, "a")), (1, 1));
    assert_eq!(hub.rooms().len(), 3);
}

#[test]
fn presence_changes_are_sent_once_per_tick_to_watchers() {
    let manual = ManualEnvironment::new(1);
    let hub = Hub::new(retention(), manual.environment());
    let (recorder, membership, _) = join(&hub, "r", &user("a"), None);
    let non_watcher = Arc::new(TestSubscriber::default());
    let subscriber: Arc<dyn Subscriber<RecordedContents>> = non_watcher.clone();
    let request = JoinRequest { presence_key: &user("b"), info: None, watches: false, since: None };
    let (unseen, reply) = hub.join(&name("r"), RoomCreator::Server, &subscriber, &request, None).unwrap().now();
    assert!(reply.present.is_none());
    let tabs: Vec<_> = (0..3).map(|_| join(&hub, "r", &user("c"), None)).collect();
    advance(&hub, &manual, TICK);
    let first = recorder.diffs.lock().drain(..).collect::<Vec<_>>();
    assert_eq!(first.len(), 1, "all changes in one diff: {first:?}");
    assert_eq!((users(&first[0].joined), users(&first[0].left)), ("a b c".to_owned(), String::new()));
    drop((tabs, unseen));
    advance(&hub, &manual, Duration::from_secs(9));
    assert!(recorder.diffs.lock().is_empty(), "within the grace period");
    advance(&hub, &manual, Duration::from_secs(3));
    let left = recorder.diffs.lock().drain(..).collect::<Vec<_>>();
    assert_eq!(left.len(), 1, "all changes in one diff: {left:?}");
    assert_eq!((users(&left[0].joined), users(&left[0].left)), (String::new(), "b c".to_owned()));
    assert!(non_watcher.diffs.lock().is_empty(), "not a watcher");
    drop(membership);
}

#[tokio::test]
async fn a_second_join_replaces_the_first_membership() {
    let hub = new_hub(retention());
    let client = PresenceKey::Client(ClientId::new("c_1").unwrap());
    let (_, first, reply) = join(&hub, "r", &client, None);
    publish(&hub, "r");
    let again = Arc::new(TestSubscriber::default());
    let subscriber: Arc<dyn Subscriber<RecordedContents>> = again.clone();
    let request = JoinRequest { presence_key: &client, info: None, watches: true, since: Some(&reply.position) };
    let (second, resumed) =
        hub.join(&name("r"), RoomCreator::Server, &subscriber, &request, Some(first)).unwrap().now();
    assert_eq!((resumed.recovered, resumed.messages.len()), (true, 1));
    let snapshot = resumed.present.unwrap();
    assert_eq!((snapshot.clients, snapshot.users[0].clients), (1, 1));
    assert_eq!(second.room.presence(), snapshot);
    publish(&hub, "r");
    delivered(&second).await;
    assert_eq!(*again.offsets.lock(), [2]);
    drop(second);
    assert_eq!(hub.find_room(&name("r")).unwrap().presence().clients, 0);
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

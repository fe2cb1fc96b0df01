//! Rooms without sockets: members write down what they hear.

use std::time::Duration;

use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{ClientId, CloseCode, EventName, IdempotencyKey, Json, UserId};

use super::*;
use crate::config::{HistoryConfig, RetentionConfig};
use crate::hub::environment::Environment;
use crate::hub::idempotency;
use crate::hub::message::Body;
use crate::hub::testing::{Manual, TokioTasks};
use crate::hub::{Hub, Membership, RoomLimitReached, TICK};

/// Contents as they were handed out.
#[derive(Clone, Debug)]
struct Heard(Vec<Content>);

impl Payload for Heard {
    fn of(contents: Vec<Content>) -> Self {
        Self(contents)
    }
}

/// Where messages were that somebody heard.
#[derive(Default)]
struct Ear {
    offsets: Mutex<Vec<u64>>,
    frames: Mutex<Vec<String>>,
    diffs: Mutex<Vec<PresenceDiff>>,
}

impl Subscriber<Heard> for Ear {
    fn deliver(&self, batch: &Heard) {
        for content in &batch.0 {
            match content {
                Content::Message(message) => self.offsets.lock().push(message.offset().unwrap().0),
                Content::Presence(diff) => self.diffs.lock().push(PresenceDiff::clone(diff)),
                Content::Frame(frame) | Content::Text(frame) => self.frames.lock().push((**frame).to_owned()),
            }
        }
    }

    fn reserve(&self) {}

    fn dismiss(&self, _: CloseCode, _: &str) {}
}

fn retention() -> RetentionConfig {
    RetentionConfig {
        history: HistoryConfig { messages: 100, age: Duration::from_secs(300), bytes: 1 << 20 },
        total_bytes: 1 << 20,
        recover_max: 10_000,
        presence_max: 100,
        rooms: 100,
        in_flight_bytes: 1 << 20,
    }
}

fn environment() -> Environment {
    Manual::new(1).environment_with(TokioTasks)
}

fn new_hub(retention: RetentionConfig) -> Hub<Heard> {
    Hub::new(retention, environment())
}

/// Lets time pass on the clock of a hub, one tick after the other.
fn pass(hub: &Hub<Heard>, manual: &Manual, time: Duration) {
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
    NewMessage { body, from: None, key: key.map(|key| IdempotencyKey::new(key).unwrap()) }
}

fn publish(hub: &Hub<Heard>, room: &str) -> u64 {
    hub.publish(&name(room), message(None), Recipients::All).unwrap().0.position.offset.0
}

fn join(
    hub: &Hub<Heard>,
    room: &str,
    who: &PresenceKey,
    since: Option<&Position>,
) -> (Arc<Ear>, Membership<Heard>, JoinReply) {
    let ear = Arc::new(Ear::default());
    let member: Arc<dyn Subscriber<Heard>> = ear.clone();
    let joining = JoinRequest { who, info: None, watches: true, since };
    let (seat, joined) = hub.join(&name(room), &member, &joining, None).unwrap();
    (ear, seat, joined)
}

fn user(name: &str) -> PresenceKey {
    PresenceKey::User(UserId::new(name).unwrap())
}

/// The users of presence entries, in order.
fn users(entries: &[PresenceEntry]) -> String {
    let mut names: Vec<_> = entries.iter().map(|entry| entry.user.as_ref().unwrap().to_string()).collect();
    names.sort();
    names.join(" ")
}

/// Waits until everything is handed out.
async fn delivered(seat: &Membership<Heard>) {
    let published = seat.room.published();
    std::future::poll_fn(|context| seat.room.poll_delivered(published, context)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_while_others_publish_misses_nothing_and_hears_nothing_twice() {
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
    let begin = Position { offset: Offset(0), ..hub.room(&name("r")).unwrap().figures().position };
    let mut members = Vec::new();
    while members.len() < 200 || !publishers.iter().all(tokio::task::JoinHandle::is_finished) {
        members.push(join(&hub, "r", &user("a"), Some(&begin)));
        tokio::task::yield_now().await;
    }
    delivered(&members[0].1).await;
    for (ear, _, joined) in &members {
        assert!(joined.recovered);
        let missed = joined.messages.iter().map(|message| message.offset().unwrap().0);
        let heard: Vec<u64> = missed.chain(ear.offsets.lock().iter().copied()).collect();
        assert!(heard.into_iter().eq(1..=3 * EACH), "joined at {:?}", joined.position.offset);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_has_one_place_whoever_is_first() {
    let hub = new_hub(retention());
    let publishing = (0..8).map(|_| {
        let hub = hub.clone();
        tokio::spawn(async move {
            let places = (0..100).map(|number| {
                let (published, _) =
                    hub.publish(&name("r"), message(Some(&format!("k{number}"))), Recipients::All).unwrap();
                (published.position.offset, published.duplicate)
            });
            places.collect::<Vec<_>>()
        })
    });
    let mut all = Vec::new();
    for publisher in publishing.collect::<Vec<_>>() {
        all.push(publisher.await.unwrap());
    }
    for number in 0..100 {
        assert!(all.iter().all(|places| places[number].0 == all[0][number].0), "one place");
        assert_eq!(all.iter().filter(|places| !places[number].1).count(), 1, "published once");
    }
    assert_eq!(hub.metrics().messages()[..2], [100, 700]);
}

#[test]
fn a_key_is_forgotten_after_five_minutes() {
    let manual = Manual::new(1);
    let hub = Hub::<Heard>::new(retention(), manual.environment());
    let again = || hub.publish(&name("r"), message(Some("k")), Recipients::All).unwrap().0.duplicate;
    assert!(!again());
    manual.advance(idempotency::KEY_TTL.saturating_sub(Duration::from_millis(1)));
    assert!(again());
    manual.advance(Duration::from_millis(1));
    assert!(!again());
}

#[test]
fn a_room_that_nobody_needs_is_forgotten_and_begins_a_new_life() {
    let manual = Manual::new(1);
    let hub = Hub::new(retention(), manual.environment());
    let (_, seat, joined) = join(&hub, "r", &user("a"), None);
    publish(&hub, "r");
    pass(&hub, &manual, Duration::from_secs(600));
    assert!(hub.find_room(&name("r")).is_some(), "somebody is there");
    assert_eq!(hub.metrics().kept(), 0, "its history is too old");
    drop(seat);
    pass(&hub, &manual, Duration::from_secs(200));
    let position = hub.find_room(&name("r")).map(|room| room.figures().position);
    assert_eq!(
        position,
        Some(Position { offset: Offset(1), ..joined.position.clone() }),
        "whoever was there may be back"
    );
    pass(&hub, &manual, Duration::from_secs(200));
    assert!(hub.find_room(&name("r")).is_none());
    let since = Position { offset: Offset(1), ..joined.position };
    let (_, _seat, joined) = join(&hub, "r", &user("a"), Some(&since));
    assert!(!joined.recovered && joined.position.epoch != since.epoch);
}

#[tokio::test]
async fn whoever_still_has_a_room_that_is_forgotten_finds_the_new_one() {
    let hub = new_hub(retention());
    let old = hub.room(&name("r")).unwrap();
    let later = Timestamp::from_start(Duration::from_secs(3600));
    assert!(old.close_if_idle(later));
    assert!(old.publish(message(None), Recipients::All).is_err());
}

#[tokio::test]
async fn there_are_so_many_rooms_and_the_lobby() {
    let hub = new_hub(RetentionConfig { rooms: 2, ..retention() });
    publish(&hub, "a");
    publish(&hub, "b");
    assert_eq!(hub.publish(&name("c"), message(None), Recipients::All).unwrap_err(), RoomLimitReached);
    assert_eq!(publish(&hub, "lobby"), 1);
    assert_eq!(publish(&hub, "a"), 2);
    assert_eq!(hub.rooms().len(), 3);
}

#[tokio::test]
async fn all_rooms_together_keep_so_much() {
    let one = Message::new(name("r"), None, message(None), 0).cost();
    let hub = new_hub(RetentionConfig { total_bytes: 10 * one, ..retention() });
    let kept = |room| hub.room(&name(room)).unwrap().figures().kept;
    for room in ["a", "b"] {
        for _ in 0..20 {
            publish(&hub, room);
        }
    }
    assert!(hub.metrics().kept() <= 2 * 10 * one, "each gives up its own, down to its share");
    assert!(kept("a") > 1 && kept("b") > 1, "and has that all the same");
    publish(&hub, "a");
    assert!(hub.metrics().kept() <= 10 * one, "when it has more than that");
    let with_keys = new_hub(RetentionConfig { total_bytes: 10 * idempotency::COST, ..retention() });
    for number in 0..100 {
        with_keys.publish(&name("a"), message(Some(&format!("k{number}"))), Recipients::All).unwrap();
    }
    assert!(with_keys.metrics().kept() <= 10 * idempotency::COST);
    let latest = with_keys.publish(&name("a"), message(Some("k99")), Recipients::All).unwrap().0;
    assert!(latest.duplicate, "the latest are remembered");
}

#[test]
fn who_comes_and_goes_is_told_once_a_second_to_those_who_may_know() {
    let manual = Manual::new(1);
    let hub = Hub::new(retention(), manual.environment());
    let (ear, seat, _) = join(&hub, "r", &user("a"), None);
    let blind = Arc::new(Ear::default());
    let member: Arc<dyn Subscriber<Heard>> = blind.clone();
    let joining = JoinRequest { who: &user("b"), info: None, watches: false, since: None };
    let (unseen, joined) = hub.join(&name("r"), &member, &joining, None).unwrap();
    assert!(joined.present.is_none());
    let tabs: Vec<_> = (0..3).map(|_| join(&hub, "r", &user("c"), None)).collect();
    pass(&hub, &manual, TICK);
    let first = ear.diffs.lock().drain(..).collect::<Vec<_>>();
    assert_eq!(first.len(), 1, "all in one: {first:?}");
    assert_eq!((users(&first[0].joined), users(&first[0].left)), ("a b c".to_owned(), String::new()));
    drop((tabs, unseen));
    pass(&hub, &manual, Duration::from_secs(9));
    assert!(ear.diffs.lock().is_empty(), "they may be back");
    pass(&hub, &manual, Duration::from_secs(3));
    let left = ear.diffs.lock().drain(..).collect::<Vec<_>>();
    assert_eq!(left.len(), 1, "all in one: {left:?}");
    assert_eq!((users(&left[0].joined), users(&left[0].left)), (String::new(), "b c".to_owned()));
    assert!(blind.diffs.lock().is_empty(), "it may not know");
    drop(seat);
}

#[tokio::test]
async fn somebody_who_joins_again_is_there_once() {
    let hub = new_hub(retention());
    let client = PresenceKey::Client(ClientId::new("c_1").unwrap());
    let (_, first, joined) = join(&hub, "r", &client, None);
    publish(&hub, "r");
    let again = Arc::new(Ear::default());
    let member: Arc<dyn Subscriber<Heard>> = again.clone();
    let joining = JoinRequest { who: &client, info: None, watches: true, since: Some(&joined.position) };
    let (second, resumed) = hub.join(&name("r"), &member, &joining, Some(first)).unwrap();
    assert_eq!((resumed.recovered, resumed.messages.len()), (true, 1));
    let snapshot = resumed.present.unwrap();
    assert_eq!((snapshot.clients, snapshot.users[0].clients), (1, 1));
    assert_eq!(second.room.presence(), snapshot);
    publish(&hub, "r");
    delivered(&second).await;
    assert_eq!(*again.offsets.lock(), [2]);
    drop(second);
    assert_eq!(hub.room(&name("r")).unwrap().presence().clients, 0);
}

#[test]
fn a_room_goes_on_when_the_task_that_hands_out_is_gone() {
    let hub = new_hub(retention());
    let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (ear, seat, _) = join(&hub, "r", &user("a"), None);
    other.block_on(async { publish(&hub, "r") });
    drop(other);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        publish(&hub, "r");
        delivered(&seat).await;
    });
    assert_eq!(*ear.offsets.lock(), [1, 2]);
}

#[tokio::test]
async fn a_small_room_keeps_what_it_has_while_a_large_one_fills_up_everything() {
    let one = Message::new(name("r"), None, message(None), 0).cost();
    let hub = new_hub(RetentionConfig { total_bytes: 40 * one, ..retention() });
    let again = || hub.publish(&name("small"), message(Some("k")), Recipients::All).unwrap().0.duplicate;
    assert!(!again());
    for _ in 0..100 {
        publish(&hub, "large");
    }
    assert!(again(), "its key is still known");
    assert_eq!(hub.room(&name("small")).unwrap().figures().kept, 1);
    assert!(hub.metrics().kept() <= 40 * one);
}

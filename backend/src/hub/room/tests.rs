//! Rooms without sockets: members write down what they hear.

use std::time::Duration;

use tokio::time::{advance, sleep};
use yodel_protocol::{ClientId, CloseCode, EventName, Key, UserId};

use super::super::message::Body;
use super::super::{Full, Hub};
use super::*;
use crate::config::{HistoryConfig, RetentionConfig};

/// Contents as they were handed out.
#[derive(Clone, Debug)]
struct Heard(Vec<Content>);

impl Batch for Heard {
    fn of(contents: Vec<Content>) -> Self {
        Self(contents)
    }
}

/// Where messages were that somebody heard.
#[derive(Default)]
struct Ear {
    offsets: Mutex<Vec<u64>>,
    frames: Mutex<Vec<String>>,
}

impl Member<Heard> for Ear {
    fn deliver(&self, batch: &Heard) {
        for content in &batch.0 {
            match content {
                Content::Message(message) => self.offsets.lock().push(message.offset().unwrap().0),
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

fn name(name: &str) -> RoomName {
    RoomName::new(name).unwrap()
}

fn draft(key: Option<&str>) -> Draft {
    let body = Body::Json(EventName::new("e").unwrap(), Json::null());
    Draft { body, from: None, key: key.map(|key| Key::new(key).unwrap()) }
}

fn publish(hub: &Hub<Heard>, room: &str) -> u64 {
    hub.publish(&name(room), &draft(None), Audience::All).unwrap().0.position.offset.0
}

fn join(hub: &Hub<Heard>, room: &str, who: &Who, since: Option<&Position>) -> (Arc<Ear>, Seat<Heard>, Joined) {
    let ear = Arc::new(Ear::default());
    let member: Arc<dyn Member<Heard>> = ear.clone();
    let joining = Joining { who, info: None, watches: true, since };
    let (seat, joined) = hub.join(&name(room), &member, &joining, None).unwrap();
    (ear, seat, joined)
}

fn user(name: &str) -> Who {
    Who::User(UserId::new(name).unwrap())
}

/// Waits until everything is handed out.
async fn delivered(seat: &Seat<Heard>) {
    let published = seat.room.published();
    std::future::poll_fn(|context| seat.room.poll_delivered(published, context)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_while_others_publish_misses_nothing_and_hears_nothing_twice() {
    const EACH: u64 = 2_000;
    let hub = Hub::new(RetentionConfig {
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
    let hub = Hub::<Heard>::new(retention());
    let publishing = (0..8).map(|_| {
        let hub = hub.clone();
        tokio::spawn(async move {
            let places = (0..100).map(|number| {
                let (published, _) =
                    hub.publish(&name("r"), &draft(Some(&format!("k{number}"))), Audience::All).unwrap();
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
    assert_eq!(hub.meter().messages()[..2], [100, 700]);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_forgotten_after_five_minutes() {
    let hub = Hub::<Heard>::new(retention());
    let again = || hub.publish(&name("r"), &draft(Some("k")), Audience::All).unwrap().0.duplicate;
    assert!(!again());
    advance(keys::LIFE.saturating_sub(Duration::from_millis(1))).await;
    assert!(again());
    advance(Duration::from_millis(1)).await;
    assert!(!again());
}

#[tokio::test(start_paused = true)]
async fn a_room_that_nobody_needs_is_forgotten_and_begins_a_new_life() {
    let hub = Hub::<Heard>::new(retention());
    tokio::spawn(hub.clone().run());
    let (_, seat, joined) = join(&hub, "r", &user("a"), None);
    publish(&hub, "r");
    sleep(Duration::from_secs(600)).await;
    assert!(hub.find_room(&name("r")).is_some(), "somebody is there");
    assert_eq!(hub.meter().kept(), 0, "its history is too old");
    drop(seat);
    sleep(Duration::from_secs(200)).await;
    let position = hub.find_room(&name("r")).map(|room| room.figures().position);
    assert_eq!(
        position,
        Some(Position { offset: Offset(1), ..joined.position.clone() }),
        "whoever was there may be back"
    );
    sleep(Duration::from_secs(200)).await;
    assert!(hub.find_room(&name("r")).is_none());
    let since = Position { offset: Offset(1), ..joined.position };
    let (_, _seat, joined) = join(&hub, "r", &user("a"), Some(&since));
    assert!(!joined.recovered && joined.position.epoch != since.epoch);
}

#[tokio::test]
async fn whoever_still_has_a_room_that_is_forgotten_finds_the_new_one() {
    let hub = Hub::<Heard>::new(retention());
    let old = hub.room(&name("r")).unwrap();
    let later = Instant::now() + Duration::from_secs(3600);
    assert!(old.close_if_idle(later));
    assert!(old.publish(draft(None), Audience::All).is_err());
}

#[tokio::test]
async fn there_are_so_many_rooms_and_the_lobby() {
    let hub = Hub::<Heard>::new(RetentionConfig { rooms: 2, ..retention() });
    publish(&hub, "a");
    publish(&hub, "b");
    assert_eq!(hub.publish(&name("c"), &draft(None), Audience::All).unwrap_err(), Full);
    assert_eq!(publish(&hub, "lobby"), 1);
    assert_eq!(publish(&hub, "a"), 2);
    assert_eq!(hub.rooms().len(), 3);
}

#[tokio::test]
async fn all_rooms_together_keep_so_much() {
    let one = Message::new(name("r"), None, draft(None), 0).cost();
    let hub = Hub::<Heard>::new(RetentionConfig { total_bytes: 10 * one, ..retention() });
    let kept = |room| hub.room(&name(room)).unwrap().figures().kept;
    for room in ["a", "b"] {
        for _ in 0..20 {
            publish(&hub, room);
        }
    }
    assert!(hub.meter().kept() <= 2 * 10 * one, "each gives up its own, down to its share");
    assert!(kept("a") > 1 && kept("b") > 1, "and has that all the same");
    publish(&hub, "a");
    assert!(hub.meter().kept() <= 10 * one, "when it has more than that");
    let with_keys = Hub::<Heard>::new(RetentionConfig { total_bytes: 10 * keys::COST, ..retention() });
    for number in 0..100 {
        with_keys.publish(&name("a"), &draft(Some(&format!("k{number}"))), Audience::All).unwrap();
    }
    assert!(with_keys.meter().kept() <= 10 * keys::COST);
    let latest = with_keys.publish(&name("a"), &draft(Some("k99")), Audience::All).unwrap().0;
    assert!(latest.duplicate, "the latest are remembered");
}

#[tokio::test(start_paused = true)]
async fn who_comes_and_goes_is_told_once_a_second_to_those_who_may_know() {
    let hub = Hub::<Heard>::new(retention());
    tokio::spawn(hub.clone().run());
    let (ear, seat, _) = join(&hub, "r", &user("a"), None);
    let blind = Arc::new(Ear::default());
    let member: Arc<dyn Member<Heard>> = blind.clone();
    let joining = Joining { who: &user("b"), info: None, watches: false, since: None };
    let (unseen, joined) = hub.join(&name("r"), &member, &joining, None).unwrap();
    assert!(joined.present.is_none());
    let tabs: Vec<_> = (0..3).map(|_| join(&hub, "r", &user("c"), None)).collect();
    sleep(Duration::from_millis(1_500)).await;
    let first = ear.frames.lock().drain(..).collect::<Vec<_>>();
    assert_eq!(first.len(), 1, "all in one: {first:?}");
    assert!(["a", "b", "c"].iter().all(|user| first[0].contains(&format!(r#""user":"{user}""#))), "{first:?}");
    drop((tabs, unseen));
    sleep(Duration::from_secs(9)).await;
    assert!(ear.frames.lock().is_empty(), "they may be back");
    sleep(Duration::from_secs(3)).await;
    let left = ear.frames.lock().drain(..).collect::<Vec<_>>().concat();
    assert!(
        left.contains(r#""joined":[],"left":"#) && left.contains(r#""user":"b""#) && left.contains(r#""user":"c""#)
    );
    assert!(blind.frames.lock().is_empty(), "it may not know");
    drop(seat);
}

#[tokio::test]
async fn somebody_who_joins_again_is_there_once() {
    let hub = Hub::<Heard>::new(retention());
    let client = Who::Client(ClientId::new("c_1").unwrap());
    let (_, first, joined) = join(&hub, "r", &client, None);
    publish(&hub, "r");
    let again = Arc::new(Ear::default());
    let member: Arc<dyn Member<Heard>> = again.clone();
    let joining = Joining { who: &client, info: None, watches: true, since: Some(&joined.position) };
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
    let hub = Hub::<Heard>::new(retention());
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
    let one = Message::new(name("r"), None, draft(None), 0).cost();
    let hub = Hub::<Heard>::new(RetentionConfig { total_bytes: 40 * one, ..retention() });
    let again = || hub.publish(&name("small"), &draft(Some("k")), Audience::All).unwrap().0.duplicate;
    assert!(!again());
    for _ in 0..100 {
        publish(&hub, "large");
    }
    assert!(again(), "its key is still known");
    assert_eq!(hub.room(&name("small")).unwrap().figures().kept, 1);
    assert!(hub.meter().kept() <= 40 * one);
}

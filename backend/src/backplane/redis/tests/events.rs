//! Subscriptions and events.

use std::collections::BTreeSet;

use bytes::Bytes;
use yodel_protocol::RoomName;

use super::support::waitaof_proxy::WaitaofProxy;
use super::support::{RedisProcess, TestStore, config, message, room, until};
use crate::backplane::redis::RedisConfig;
use crate::backplane::shared::store::{Event, Store};

/// Receives events until all of the rooms are subscribed again.
async fn resubscribed(store: &mut TestStore, rooms: &[RoomName]) {
    let mut missing: BTreeSet<RoomName> = rooms.iter().cloned().collect();
    while !missing.is_empty() {
        if let Event::Resubscribed(rooms) = store.event().await {
            for room in rooms {
                assert!(missing.remove(&room), "{room} is listed twice");
            }
        }
    }
}

#[tokio::test]
async fn nodes_receive_the_messages_of_each_other() {
    let server = RedisProcess::start();
    let (mut first, mut second) = (TestStore::start(&server).await, TestStore::start(&server).await);
    let a = room("a");
    first.subscribe(&a).await.unwrap();
    second.subscribe(&a).await.unwrap();
    for (index, payload) in ["1\n\0", "2"].into_iter().enumerate() {
        let sender = if index == 0 { &first } else { &second };
        let position = sender.publish_one(message(&a, payload)).await.unwrap().position;
        let event = Event::Message { room: a.clone(), position, payload: payload.into() };
        for receiver in [&mut first.events, &mut second.events] {
            assert_eq!(receiver.recv().await.unwrap(), event);
        }
    }
}

#[tokio::test]
async fn duplicates_are_not_sent() {
    let server = RedisProcess::start();
    let mut store = TestStore::start(&server).await;
    let a = room("a");
    store.subscribe(&a).await.unwrap();
    for _ in 0..3 {
        store.publish_one(super::support::message_with_key(&a, b"k", 1)).await.unwrap();
    }
    store.publish_one(message(&a, "last")).await.unwrap();
    assert!(matches!(store.event().await, Event::Message { position, .. } if position.offset.0 == 1));
    assert!(matches!(store.event().await, Event::Message { position, .. } if position.offset.0 == 2));
}

#[tokio::test]
async fn all_nodes_receive_signals() {
    let server = RedisProcess::start();
    let (mut first, mut second) = (TestStore::start(&server).await, TestStore::start(&server).await);
    first.signal(Bytes::from_static(b"\0signal\n")).await.unwrap();
    for store in [&mut first, &mut second] {
        assert_eq!(store.event().await, Event::Signal(Bytes::from_static(b"\0signal\n")));
    }
}

#[tokio::test]
async fn a_signal_whose_answer_is_lost_is_not_sent_again() {
    let server = RedisProcess::start();
    let proxy = WaitaofProxy::start(&server).await;
    let mut receiver = TestStore::start(&server).await;
    let sender = TestStore::connect(config(&proxy.url())).await;
    proxy.lose_answer("first");
    sender.signal("first".into()).await.unwrap_err();
    sender.signal("second".into()).await.unwrap();
    for signal in ["first", "second"] {
        assert_eq!(receiver.event().await, Event::Signal(signal.into()));
    }
}

#[tokio::test]
async fn an_ended_subscription_receives_nothing() {
    let server = RedisProcess::start();
    let mut store = TestStore::start(&server).await;
    let (a, b) = (room("a"), room("b"));
    store.subscribe(&a).await.unwrap();
    store.subscribe(&b).await.unwrap();
    store.unsubscribe(&a);
    store.unsubscribe(&room("never subscribed"));
    until("the server knows", async || {
        let channels = server.cli(&["pubsub", "shardchannels", "test:*:a"]);
        channels.is_empty().then_some(())
    })
    .await;
    store.publish_numbers(&a, 1).await;
    store.publish_numbers(&b, 1).await;
    assert!(matches!(store.event().await, Event::Message { room, .. } if room == b));
    store.subscribe(&a).await.unwrap();
    store.publish_numbers(&a, 1).await;
    assert!(matches!(store.event().await, Event::Message { room, .. } if room == a));
}

#[tokio::test]
async fn rapid_changes_end_as_asked() {
    let server = RedisProcess::start();
    let mut store = TestStore::start(&server).await;
    let a = room("a");
    for _ in 0..50 {
        store.subscribe(&a).await.unwrap();
        store.unsubscribe(&a);
    }
    store.subscribe(&a).await.unwrap();
    store.publish_numbers(&a, 1).await;
    assert!(matches!(store.event().await, Event::Message { .. }));
}

#[tokio::test]
async fn subscriptions_survive_a_restart() {
    let mut server = RedisProcess::start();
    let mut store = TestStore::start(&server).await;
    let rooms: Vec<RoomName> = (0..3000).map(|number| room(&format!("r{number}"))).collect();
    for room in &rooms {
        store.subscribe(room).await.unwrap();
    }
    server.kill();
    server.restart();
    resubscribed(&mut store, &rooms).await;
    store.publish_numbers(&rooms[7], 1).await;
    assert!(matches!(store.event().await, Event::Message { room, .. } if room == rooms[7]));
    assert_eq!(store.metrics().resubscriptions, 3001);
    assert!(store.is_available());
}

#[tokio::test]
async fn a_lost_connection_for_subscriptions_is_replaced() {
    let server = RedisProcess::start();
    let mut store = TestStore::start(&server).await;
    let a = room("a");
    store.subscribe(&a).await.unwrap();
    server.cli(&["client", "kill", "type", "pubsub"]);
    resubscribed(&mut store, std::slice::from_ref(&a)).await;
    store.publish_numbers(&a, 1).await;
    assert!(matches!(store.event().await, Event::Message { .. }));
    assert_eq!(store.metrics().reconnects, 0);
}

#[tokio::test]
async fn a_new_subscription_is_not_an_interrupted_one() {
    let mut server = RedisProcess::start();
    let mut store = TestStore::start(&server).await;
    let (a, b) = (room("a"), room("b"));
    store.subscribe(&a).await.unwrap();
    server.kill();
    let (subscribed, ()) = tokio::join!(store.subscribe(&b), async { server.restart() });
    subscribed.unwrap();
    resubscribed(&mut store, std::slice::from_ref(&a)).await;
}

#[tokio::test]
async fn a_full_queue_drops_events_but_no_reports() {
    let mut server = RedisProcess::start();
    let mut store = TestStore::connect(RedisConfig { queue: 2, ..config(&server.url()) }).await;
    let a = room("a");
    store.subscribe(&a).await.unwrap();
    store.publish_numbers(&a, 5).await;
    until("events are dropped", async || (store.metrics().dropped_events == 3).then_some(())).await;
    server.kill();
    server.restart();
    until("the connection is back", async || store.is_available().then_some(())).await;
    for number in 1..=2 {
        assert!(matches!(store.event().await, Event::Message { position, .. } if position.offset.0 == number));
    }
    resubscribed(&mut store, std::slice::from_ref(&a)).await;
}

#[tokio::test]
async fn a_dropped_signal_is_counted() {
    let server = RedisProcess::start();
    let mut store = TestStore::connect(RedisConfig { queue: 1, ..config(&server.url()) }).await;
    for signal in ["kept", "lost", "lost as well"] {
        store.signal(signal.into()).await.unwrap();
    }
    until("signals are dropped", async || (store.metrics().dropped_signals == 2).then_some(())).await;
    assert_eq!((store.event().await, store.metrics().dropped_events), (Event::Signal("kept".into()), 0));
}

#[tokio::test]
async fn a_dropped_change_of_presence_is_reported() {
    let server = RedisProcess::start();
    let mut store = TestStore::connect(RedisConfig { queue: 1, ..config(&server.url()) }).await;
    let (a, b) = (room("a"), room("b"));
    for room in [&a, &b] {
        store.subscribe(room).await.unwrap();
        store.set_presence(room, "n", vec![("k".into(), Some("v".into()))]).await.unwrap();
    }
    until("the second event is dropped", async || (store.metrics().dropped_events == 1).then_some(())).await;
    assert!(matches!(store.event().await, Event::Presence { room, .. } if room == a));
    assert_eq!(store.event().await, Event::Resubscribed(vec![b]));
}

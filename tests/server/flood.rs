//! Members that do not read and members that do not stop: who pays for it, and who does not notice.

use std::collections::BTreeSet;

use serde_json::Value;
use support::http::{self, frame};
use support::{Peer, SplitMix, Talker, TestServer, soon};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use yodel_client::{Delivery, Effect, Event, MessageId};
use yodel_protocol::frame::{Publish, Verb};
use yodel_protocol::{EventName, Json, RoomName};
use yodel_server::ServerConfig;

const OTHERS: usize = 999;
const MESSAGES: u64 = 80;

/// More than the kernel and a queue keep for one that does not read, all together.
const SIZE: usize = 4 * 1024;

/// Hears what is published, and says so.
async fn listen(mut peer: Peer, heard: mpsc::Sender<u64>) {
    loop {
        let message = peer.next_message().await;
        let offset = message["offset"].as_u64().expect("a place");
        if heard.send(offset).await.is_err() || offset == MESSAGES {
            return;
        }
    }
}

/// The reply to a join, among others.
async fn joined(stream: &mut TcpStream) -> Value {
    loop {
        let (_, payload) = soon("a frame", http::read_frame(stream)).await;
        let frame: Value = serde_json::from_slice(&payload).expect("JSON");
        if frame["type"] == "joined" {
            return frame;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_stalled_member_of_a_thousand_delays_nobody_is_closed_with_4002_and_resumes_without_loss() {
    let config =
        ServerConfig { max_message: 8 * 1024, max_queue: 16 * 1024, presence_max: 10, ..ServerConfig::default() };
    let server = TestServer::start_small(config);
    let mut stalled = http::open_small(server.address, "/ws?protocol=yodel.v1").await;
    stalled.write_all(&frame(0x81, br#"{"id":1,"type":"join","room":"r"}"#)).await.expect("the socket takes it");
    let joined = joined(&mut stalled).await;
    let epoch = joined["epoch"].as_str().expect("an epoch");

    let (heard, mut hearing) = mpsc::channel(OTHERS);
    for _ in 0..OTHERS {
        let mut other = server.greet("/ws").await;
        other.join("r").await;
        tokio::spawn(listen(other, heard.clone()));
    }
    let mut publisher = server.greet("/ws").await;
    let data = "x".repeat(SIZE);
    for number in 1..=MESSAGES {
        publisher.send(&format!(r#"{{"id":1,"type":"publish","room":"r","event":"e","data":"{data}"}}"#)).await;
        assert_eq!(publisher.next().await["offset"], number);
        for _ in 0..OTHERS {
            let heard = soon("everybody hears it", hearing.recv()).await;
            assert_eq!(heard, Some(number), "in order, and the stalled one holds nobody up");
        }
    }
    let close = [&b"\x88\x0a\x0f\xa2"[..], b"too slow"].concat();
    let received = soon("it is told why", http::read_until(&mut stalled, &close)).await;
    assert!(
        received.len() < usize::try_from(MESSAGES).unwrap() * SIZE,
        "it was not sent everything: its seat was gone"
    );

    let mut back = server.greet("/ws").await;
    back.send(&format!(r#"{{"id":1,"type":"join","room":"r","since":{{"epoch":"{epoch}","offset":0}}}}"#)).await;
    let joined = back.next().await;
    assert_eq!(joined["recovered"], true);
    let offsets = joined["messages"].as_array().expect("messages").iter().map(|message| message["offset"].as_u64());
    assert!(offsets.eq((1..=MESSAGES).map(Some)), "all of it, in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_publishes_without_end_is_told_to_slow_down_then_read_more_slowly_then_4005() {
    let server = TestServer::start(ServerConfig { rate: Some(100), ..ServerConfig::default() });
    let (mut flooded, mut other) = (server.greet("/ws").await, server.greet("/ws").await);
    flooded.send(r#"{"id":1,"type":"ping"}"#).await;
    flooded.next().await;
    let (mut writer, mut reader) = flooded.into_client().split();
    let flooding = tokio::spawn(async move {
        let publish = Message::text(r#"{"id":2,"type":"publish","room":"elsewhere","event":"e"}"#);
        while writer.try_send(publish.clone()).await.is_ok() {}
    });
    let (mut done, mut refused) = (0_u64, 0_u64);
    let code = loop {
        match reader.receive().await {
            Message::Close(frame) => break frame.map(|frame| u16::from(frame.code)),
            Message::Text(text) => {
                let reply: Value = serde_json::from_str(&text).expect("JSON");
                match (reply["type"].as_str(), reply["code"].as_str(), reply["retry"].as_bool()) {
                    (Some("ok"), ..) => done += 1,
                    (Some("error"), Some("rate_limited"), Some(true)) => refused += 1,
                    _ => panic!("{reply}"),
                }
                if (done + refused).is_multiple_of(200) {
                    other.asks(r#"{"id":1,"type":"ping"}"#, r#"{"type":"pong","id":1,"time":"TIME"}"#).await;
                }
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, Some(4005));
    assert!(done >= 1000, "the rate is its own all the same: {done}");
    assert!((1000..10_000).contains(&refused), "refusals are not without end: {refused}");
    flooding.await.expect("it ends");
    other.asks(r#"{"id":1,"type":"ping"}"#, r#"{"type":"pong","id":1,"time":"TIME"}"#).await;
}

/// What a person publishes who does not know about rates.
fn publish(id: u64) -> Event {
    let (room, event) = (RoomName::new("r").unwrap(), EventName::new("e").unwrap());
    let verb = Verb::Publish(Publish { room, event, data: Json::from_value(&id).unwrap(), key: None, echo: true });
    Event::Request { id: MessageId(id), verb }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_client_slows_down_and_loses_nothing() {
    const MESSAGES: u64 = 300;
    let server = TestServer::start(ServerConfig { rate: Some(100), rate_burst: Some(20), ..ServerConfig::default() });
    let mut listener = server.greet("/ws").await;
    listener.join("r").await;
    let mut talker = Talker::connect(format!("ws://{}/ws", server.address), SplitMix(1));
    (1..=MESSAGES).for_each(|id| talker.event(publish(id)));
    let (mut acknowledged, mut heard) = (0, BTreeSet::new());
    while acknowledged < MESSAGES || (heard.len() as u64) < MESSAGES {
        tokio::select! {
            effect = talker.next() => match effect {
                Effect::Delivery(_, Delivery::Acknowledged) => acknowledged += 1,
                Effect::Delivery(id, Delivery::Failed | Delivery::Doubtful) => panic!("{id:?} is lost"),
                Effect::Down { code, .. } => panic!("closed with {code}"),
                _ => {}
            },
            message = listener.next_message() => {
                assert!(heard.insert(message["data"].as_u64()), "{message} came twice");
            }
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_counts_as_well() {
    let server = TestServer::start(ServerConfig { rate: Some(10), ..ServerConfig::default() });
    let mut client = server.greet("/ws").await;
    let mut refused = 0;
    for _ in 0..40 {
        client.send(r#"{"id":7,"type":"dance"}"#).await;
        let code = client.next().await["code"].take();
        assert!(code == "bad_request" || code == "rate_limited", "{code}");
        refused += u32::from(code == "rate_limited");
    }
    assert!(refused > 10, "{refused}");
}

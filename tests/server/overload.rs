//! Stalled members and flooding publishers: they are closed or throttled, and others are not affected.

use std::collections::BTreeSet;

use serde_json::Value;
use support::http::{self, frame};
use support::{EnvelopeClient, ReconnectingClient, SplitMix, TestServer, patient, with_timeout};
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

/// Message size in bytes. All messages together exceed the socket buffers and the queue of a stalled member.
const SIZE: usize = 4 * 1024;

/// Metric of the first member that is closed as a slow reader.
const CLOSED_AS_TOO_SLOW: &str = "yodel_connections_closed_total{code=\"4002\"} 1";

/// Receives messages and reports their offsets.
async fn count_deliveries(mut peer: EnvelopeClient, received: mpsc::Sender<u64>) {
    loop {
        let message = peer.next_message().await;
        let offset = message["offset"].as_u64().expect("an offset");
        if received.send(offset).await.is_err() || offset == MESSAGES {
            return;
        }
    }
}

/// Skips frames until the reply to a join and returns it.
async fn joined(stream: &mut TcpStream) -> Value {
    loop {
        let (_, payload) = with_timeout("a frame", http::read_frame(stream)).await;
        let frame: Value = serde_json::from_slice(&payload).expect("JSON");
        if frame["type"] == "joined" {
            return frame;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closes_a_stalled_member_with_4002_and_lets_it_resume() {
    let config = ServerConfig { max_message: 8 * 1024, max_queue: 16 * 1024, presence_max: 10, ..patient() };
    let server = TestServer::start_with_small_buffers(config);
    let mut stalled = http::open_with_small_buffer(server.address, "/ws?protocol=yodel.v1").await;
    stalled.write_all(&frame(0x81, br#"{"id":1,"type":"join","room":"r"}"#)).await.expect("socket accepts data");
    let joined = joined(&mut stalled).await;
    let epoch = joined["epoch"].as_str().expect("an epoch");

    let (received, mut deliveries) = mpsc::channel(OTHERS);
    for _ in 0..OTHERS {
        let mut other = server.connect_envelope("/ws").await;
        other.join("r").await;
        tokio::spawn(count_deliveries(other, received.clone()));
    }
    let mut publisher = server.connect_envelope("/ws").await;
    let data = "x".repeat(SIZE);
    let close = [&b"\x88\x0a\x0f\xa2"[..], b"too slow"].concat();
    let mut unread = Some(stalled);
    let mut reader = None;
    for number in 1..=MESSAGES {
        publisher.send(&format!(r#"{{"id":1,"type":"publish","room":"r","event":"e","data":"{data}"}}"#)).await;
        assert_eq!(publisher.next().await["offset"], number);
        for _ in 0..OTHERS {
            let received = with_timeout("a delivery", deliveries.recv()).await;
            assert_eq!(received, Some(number), "in order, without waiting for the stalled member");
        }
        // The server waits for the close frame to be read for a bounded time: the member reads as soon as it is closed.
        if server.get("/metrics").await.body.contains(CLOSED_AS_TOO_SLOW)
            && let Some(mut stalled) = unread.take()
        {
            let close = close.clone();
            reader = Some(tokio::spawn(async move { http::read_until(&mut stalled, &close).await }));
        }
    }
    let reader = reader.expect("the server closes the stalled member before the last message");
    let received = with_timeout("the close frame", reader).await.expect("reading does not panic");
    assert!(
        received.len() < usize::try_from(MESSAGES).unwrap() * SIZE,
        "the stalled member did not receive everything"
    );

    let mut resumed = server.connect_envelope("/ws").await;
    resumed.send(&format!(r#"{{"id":1,"type":"join","room":"r","since":{{"epoch":"{epoch}","offset":0}}}}"#)).await;
    let joined = resumed.next().await;
    assert_eq!(joined["recovered"], true);
    let offsets = joined["messages"].as_array().expect("messages").iter().map(|message| message["offset"].as_u64());
    assert!(offsets.eq((1..=MESSAGES).map(Some)), "all messages in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn throttles_a_flooding_publisher_then_closes_with_4005() {
    let server = TestServer::start(ServerConfig { rate: Some(100), ..ServerConfig::default() });
    let (mut flooded, mut other) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    flooded.send(r#"{"id":1,"type":"ping"}"#).await;
    flooded.next().await;
    let (mut writer, mut reader) = flooded.into_client().split();
    let flooding = tokio::spawn(async move {
        let publish = Message::text(r#"{"id":2,"type":"publish","room":"elsewhere","event":"e"}"#);
        while writer.try_send(publish.clone()).await.is_ok() {}
    });
    let (mut accepted, mut rejected) = (0_u64, 0_u64);
    let code = loop {
        match reader.receive().await {
            Message::Close(frame) => break frame.map(|frame| u16::from(frame.code)),
            Message::Text(text) => {
                let reply: Value = serde_json::from_str(&text).expect("JSON");
                match (reply["type"].as_str(), reply["code"].as_str(), reply["retry"].as_bool()) {
                    (Some("ok"), ..) => accepted += 1,
                    (Some("error"), Some("rate_limited"), Some(true)) => rejected += 1,
                    _ => panic!("{reply}"),
                }
                if (accepted + rejected).is_multiple_of(200) {
                    other.request(r#"{"id":1,"type":"ping"}"#, r#"{"type":"pong","id":1,"time":"TIME"}"#).await;
                }
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, Some(4005));
    assert!(accepted >= 1000, "publishes within the rate are accepted: {accepted}");
    assert!(
        (1000..10_000).contains(&rejected),
        "the connection is closed after a limited number of rejections: {rejected}"
    );
    flooding.await.expect("flooding task does not panic");
    other.request(r#"{"id":1,"type":"ping"}"#, r#"{"type":"pong","id":1,"time":"TIME"}"#).await;
}

/// Creates a publish request to the room `r`.
fn publish(id: u64) -> Event {
    let (room, event) = (RoomName::new("r").unwrap(), EventName::new("e").unwrap());
    let verb = Verb::Publish(Publish { room, event, data: Json::from_value(&id).unwrap(), key: None, echo: true });
    Event::Request { id: MessageId(id), verb }
}

#[tokio::test(flavor = "multi_thread")]
async fn own_client_adapts_to_the_rate_limit_without_loss() {
    const MESSAGES: u64 = 300;
    let server = TestServer::start(ServerConfig { rate: Some(100), rate_burst: Some(20), ..ServerConfig::default() });
    let mut listener = server.connect_envelope("/ws").await;
    listener.join("r").await;
    let mut session = ReconnectingClient::connect(format!("ws://{}/ws", server.address), SplitMix(1));
    (1..=MESSAGES).for_each(|id| session.dispatch(publish(id)));
    let (mut acknowledged, mut received) = (0, BTreeSet::new());
    while acknowledged < MESSAGES || (received.len() as u64) < MESSAGES {
        tokio::select! {
            effect = session.next() => match effect {
                Effect::Delivery(_, Delivery::Acknowledged) => acknowledged += 1,
                Effect::Delivery(id, Delivery::Failed | Delivery::Unconfirmed) => panic!("{id:?} is lost"),
                Effect::Down { code, .. } => panic!("closed with {code}"),
                _ => {}
            },
            message = listener.next_message() => {
                assert!(received.insert(message["data"].as_u64()), "duplicate message {message}");
            }
        }
    }
}

#[tokio::test]
async fn rate_limit_counts_invalid_frames() {
    let server = TestServer::start(ServerConfig { rate: Some(10), ..ServerConfig::default() });
    let mut client = http::open(server.address, "/ws?protocol=yodel.v1").await;
    http::read_frame(&mut client).await; // `welcome`
    let mut rejected = 0;
    // Sent at once, so that far less than a second passes on the server.
    let frames = frame(0x81, br#"{"id":7,"type":"dance"}"#).repeat(40);
    with_timeout("sending frames", client.write_all(&frames)).await.expect("socket accepts data");
    for _ in 0..40 {
        let (_, payload) = http::read_frame(&mut client).await;
        let reply: Value = serde_json::from_slice(&payload).expect("JSON");
        let code = &reply["code"];
        assert!(code == "bad_request" || code == "rate_limited", "{code}");
        rejected += u32::from(code == "rate_limited");
    }
    assert!(rejected > 10, "{rejected}");
}

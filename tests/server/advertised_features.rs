//! One test for each advertised feature of the server. The other files test the details.

use std::collections::BTreeSet;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use support::http::{self, frame};
use support::{CompressingClient, FaultyProxy, ReconnectingClient, SplitMix, TestServer, with_timeout};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use yodel_client::{Delivery, Effect, Event, MessageId, Rng};
use yodel_protocol::close::ReconnectAdvice;
use yodel_protocol::frame::{Publish, Verb};
use yodel_protocol::{CloseCode, EventName, Json, RoomName};
use yodel_server::ServerConfig;
use yodel_server::auth::Signer;
use yodel_server::config::AuthMode;

const SECRET: &[u8] = b"a secret that is long enough for HS256";

/// Creates a temporary file with this content.
fn file(content: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    file
}

/// Starts a server with `--auth jwt`. Returns it with the file of its secret.
fn start_jwt() -> (TestServer, NamedTempFile) {
    let secret = file(SECRET);
    let mut config = ServerConfig::default();
    (config.auth.mode, config.auth.jwt_secret_file) = (AuthMode::Jwt, Some(secret.path().to_owned()));
    (TestServer::start(config), secret)
}

/// Creates a token of a user that expires `seconds` from now.
fn token(user: &str, seconds: i64, claims: &Value) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut all = claims.clone();
    (all["sub"], all["exp"]) = (user.into(), now.saturating_add_signed(seconds).into());
    Signer::from_secret(SECRET).unwrap().token(&all.to_string()).unwrap()
}

#[tokio::test]
async fn serves_any_plain_client() {
    let server = TestServer::start(ServerConfig::default());
    // A raw handshake and frame: no client library, no JSON, no welcome frame.
    let mut client = http::open(server.address, "/ws").await;
    client.write_all(&frame(0x81, b"hello")).await.unwrap();
    let mut echo = [0; 7];
    with_timeout("an echo", client.read_exact(&mut echo)).await.unwrap();
    assert_eq!(&echo, b"\x81\x05hello");
}

#[tokio::test]
async fn provides_rooms_direct_messages_and_presence() {
    let (server, _secret) = start_jwt();
    let offer = |user| format!("yodel.v1, bearer.{}", token(user, 60, &json!({})));
    let (ada_offer, bob_offer) = (offer("ada"), offer("bob"));
    let mut ada = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &ada_offer)]).await;
    let mut bob = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &bob_offer)]).await;
    ada.join("r").await;
    bob.send(r#"{"id":1,"type":"publish","room":"r","event":"e","data":"room"}"#).await;
    bob.send(r#"{"id":2,"type":"send","to":{"user":"ada"},"event":"e","data":"user"}"#).await;
    let to_client =
        format!(r#"{{"id":3,"type":"send","to":{{"client":"{}"}},"event":"e","data":"client"}}"#, ada.client_id);
    bob.send(&to_client).await;
    let mut received = BTreeSet::new();
    while received.len() < 3 {
        received.insert(ada.next_message().await["data"].as_str().unwrap().to_owned());
    }
    assert!(received.iter().eq(["client", "room", "user"]));
    bob.send(r#"{"id":4,"type":"presence","room":"r"}"#).await;
    while bob.next().await["users"] != json!([{"user": "ada", "clients": 1}]) {}
}

#[tokio::test]
async fn provides_history_and_recovery_by_offset_and_epoch() {
    let server = TestServer::start(ServerConfig::default());
    let mut ada = server.connect_envelope("/ws").await;
    let (epoch, _) = ada.join("r").await;
    let mut bob = server.connect_envelope("/ws").await;
    for number in 1..=3 {
        bob.send(&format!(r#"{{"id":{number},"type":"publish","room":"r","event":"e"}}"#)).await;
        bob.next().await;
    }
    bob.send(&format!(r#"{{"id":4,"type":"join","room":"r","since":{{"epoch":"{epoch}","offset":1}}}}"#)).await;
    let joined = bob.next().await;
    let missed: Vec<_> = joined["messages"].as_array().unwrap().iter().map(|message| &message["offset"]).collect();
    assert_eq!((&joined["recovered"], missed), (&true.into(), vec![&2.into(), &3.into()]));
    bob.send(r#"{"id":5,"type":"history","room":"r","before":3,"limit":1}"#).await;
    assert_eq!(bob.next_message().await["messages"][0]["offset"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledges_publishes_and_permits_retries() {
    let server = TestServer::start(ServerConfig::default());
    let mut listener = server.connect_envelope("/ws").await;
    listener.join("r").await;
    let proxy = FaultyProxy::start(server.address, 7).await;
    let mut session = ReconnectingClient::connect(format!("ws://{}/ws", proxy.address), SplitMix(7));
    let (room, event) = (RoomName::new("r").unwrap(), EventName::new("e").unwrap());
    let mut acknowledged = BTreeSet::new();
    for id in 1..=200 {
        let data = Json::from_value(&id).unwrap();
        let verb = Verb::Publish(Publish { room: room.clone(), event: event.clone(), data, key: None, echo: true });
        session.dispatch(Event::Request { id: MessageId(id), verb });
        // Wait for a lost connection occasionally.
        while id.is_multiple_of(50) && !record_effect(&session.next().await, &mut acknowledged) {}
    }
    proxy.stop_faults();
    for number in 1..=200 {
        let message = listener.next_message().await;
        assert_eq!(message["data"], number, "each message once, although it was sent again");
    }
    while acknowledged.len() < 200 {
        record_effect(&session.next().await, &mut acknowledged);
    }
}

/// Records an acknowledgment. Returns whether the connection was lost.
fn record_effect(effect: &Effect, acknowledged: &mut BTreeSet<MessageId>) -> bool {
    match effect {
        Effect::Delivery(id, Delivery::Acknowledged) => assert!(acknowledged.insert(*id), "{id:?} twice"),
        Effect::Delivery(id, Delivery::Failed | Delivery::Unconfirmed) => panic!("{id:?} is lost"),
        Effect::Down { .. } => return true,
        _ => {}
    }
    false
}

#[tokio::test]
async fn enforces_jwt_expiry_renewal_and_permissions() {
    let (server, _secret) = start_jwt();
    let permissions = json!({"rooms": [{"room": "team-*", "may": ["join"]}]});
    let (ending, fresh) = (token("ada", -4, &permissions), token("ada", 60, &permissions));
    let offer = format!("yodel.v1, bearer.{ending}");
    let mut renewed = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &offer)]).await;
    let mut expires = server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &offer)]).await;
    renewed.send(&format!(r#"{{"id":1,"type":"auth","token":"{fresh}"}}"#)).await;
    assert_eq!(renewed.next().await["user"], "ada");
    assert_eq!(expires.closed().await.0, 4004);
    renewed.join("team-a").await;
    renewed.send(r#"{"id":2,"type":"join","room":"other"}"#).await;
    assert_eq!(renewed.next_message().await["code"], "forbidden");
}

#[tokio::test]
async fn accepts_publish_and_batch_over_http() {
    let key = file(b"a-key-of-at-least-thirty-two-bytes\n");
    let mut config = ServerConfig::default();
    config.auth.api_key_file = Some(key.path().to_owned());
    let server = TestServer::start(config);
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("r").await;
    for (path, body, count) in [
        ("publish", r#"{"room":"r","event":"e","data":1}"#, 1),
        (
            "batch",
            r#"[{"publish":{"room":"r","event":"e","data":2}},{"publish":{"room":"r","event":"e","data":3}}]"#,
            2,
        ),
    ] {
        let head = format!(
            "POST /api/{path} HTTP/1.1\nAuthorization: Bearer a-key-of-at-least-thirty-two-bytes\n\
             Content-Type: application/json\nContent-Length: {}",
            body.len()
        );
        let text =
            format!("{}\r\nHost: {}\r\nConnection: close\r\n\r\n{body}", head.replace('\n', "\r\n"), server.address);
        let response = String::from_utf8(http::exchange(server.address, text.as_bytes()).await).unwrap();
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
        for _ in 0..count {
            assert_eq!(ada.next_message().await["event"], "e");
        }
    }
}

#[test]
fn close_codes_determine_whether_to_reconnect() {
    let advice = |codes: std::ops::RangeInclusive<u16>| codes.map(|code| CloseCode(code).advice()).collect::<Vec<_>>();
    assert!(advice(4000..=4499).iter().all(|advice| *advice == ReconnectAdvice::Retry));
    assert!(advice(4500..=4999).iter().all(|advice| *advice == ReconnectAdvice::Stop));
    let ours = (4000..=4999).filter(|code| CloseCode(*code).name().is_some());
    assert!(ours.eq((4001..=4007).chain(4501..=4505)), "every close code has a name");
}

#[tokio::test(flavor = "multi_thread")]
async fn closes_a_slow_reader_and_lets_it_recover() {
    let config = ServerConfig { max_message: 8 * 1024, max_queue: 16 * 1024, ..ServerConfig::default() };
    let server = TestServer::start_with_small_buffers(config);
    let mut stalled = http::open_with_small_buffer(server.address, "/ws?protocol=yodel.v1").await;
    stalled.write_all(&frame(0x81, br#"{"id":1,"type":"join","room":"r"}"#)).await.unwrap();
    let epoch = loop {
        let (_, payload) = with_timeout("a frame", http::read_frame(&mut stalled)).await;
        let frame: Value = serde_json::from_slice(&payload).unwrap();
        if frame["type"] == "joined" {
            break frame["epoch"].as_str().unwrap().to_owned();
        }
    };
    let mut publisher = server.connect_envelope("/ws").await;
    let data = "x".repeat(4 * 1024);
    for number in 1..=90 {
        publisher.send(&format!(r#"{{"id":1,"type":"publish","room":"r","event":"e","data":"{data}"}}"#)).await;
        assert_eq!(publisher.next().await["offset"], number);
    }
    let close = [&b"\x88\x0a\x0f\xa2"[..], b"too slow"].concat();
    with_timeout("the close frame", http::read_until(&mut stalled, &close)).await;
    publisher.send(&format!(r#"{{"id":1,"type":"join","room":"r","since":{{"epoch":"{epoch}","offset":0}}}}"#)).await;
    let joined = publisher.next().await;
    assert_eq!((&joined["recovered"], joined["messages"].as_array().unwrap().len()), (&true.into(), 90));
}

#[tokio::test]
async fn drain_assigns_different_reconnect_delays() {
    let server = TestServer::start(ServerConfig::default());
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(server.connect_envelope("/ws").await);
    }
    server.stop();
    let mut delays = BTreeSet::new();
    for mut client in clients {
        let frame = client.next().await;
        delays.insert(frame["retry_ms"].as_u64().unwrap());
        assert_eq!(client.closed().await.0, 4001);
    }
    assert!(delays.len() > 15, "delays are spread: {delays:?}");
}

#[tokio::test]
async fn compresses_each_message_once() {
    let server = TestServer::start(ServerConfig::default());
    let mut members = Vec::new();
    for _ in 0..3 {
        let mut member = CompressingClient::connect(&server, "/ws?protocol=yodel.v1", "").await;
        member.send(0x81, br#"{"id":1,"type":"join","room":"r"}"#).await;
        while !member.receive(1).await.message.starts_with(br#"{"type":"joined""#) {}
        members.push(member.stream);
    }
    let mut publisher = server.connect_envelope("/ws").await;
    // Random letters, repeated once: they compress to half the length and are longer than all other
    // messages.
    let mut rng = SplitMix(1);
    let letters = std::iter::repeat_with(|| char::from_digit(10 + u32::try_from(rng.below(26)).unwrap(), 36).unwrap());
    let data = letters.take(1_500).collect::<String>().repeat(2);
    publisher.send(&format!(r#"{{"id":1,"type":"publish","room":"r","event":"e","data":"{data}"}}"#)).await;
    let mut frames = BTreeSet::new();
    for member in &mut members {
        frames.insert(loop {
            let (first, payload) = with_timeout("a frame", http::read_frame(member)).await;
            if first == 0xc1 && payload.len() > 1_000 {
                break payload;
            }
        });
    }
    let compressed = frames.first().expect("a message");
    assert!(
        frames.len() == 1 && compressed.len() < data.len() * 2 / 3,
        "all members receive the same compressed bytes: {} bytes",
        compressed.len()
    );
}

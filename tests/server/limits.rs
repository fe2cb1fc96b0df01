//! Connection limits and rate limits: exceeding them is reported or throttled and does not affect others.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::json;
use support::api::token;
use support::http::{self, HANDSHAKE, frame};
use support::{TestClient, TestServer, before_default, patient, retry_until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::config::{Plain, defaults};
use yodel_server::{Server, ServerConfig};

#[tokio::test]
async fn rejects_connections_over_the_limit_until_one_closes() {
    let server = TestServer::start(ServerConfig { max_connections: Some(2), ..ServerConfig::default() });
    let (mut echo, member) = (server.connect("/ws/echo").await, server.connect("/ws/broadcast").await);
    let rejected = http::handshake(server.address, "/ws").await;
    assert!(rejected.starts_with("HTTP/1.1 503 ") && rejected.contains("retry-after: 10\r\n"), "{rejected}");
    assert!(rejected.contains("--max-connections"), "{rejected}");
    echo.send("I noticed nothing").await;
    assert_eq!(echo.receive().await, "I noticed nothing");

    assert_eq!(member.close(1000).await, 1000);
    let _third = TestClient::connect_when_free(&server, "/ws").await;
    assert!(http::handshake(server.address, "/ws").await.starts_with("HTTP/1.1 503 "));
}

#[tokio::test]
async fn releases_a_slot_after_every_kind_of_close() {
    let short = Duration::from_millis(50);
    let server = TestServer::start(ServerConfig {
        max_connections: Some(1),
        ping: short,
        pong: short,
        ..ServerConfig::default()
    });
    drop(TestClient::connect_when_free(&server, "/ws").await);
    TestClient::connect_when_free(&server, "/ws").await.close(1000).await;
    let mut violating = http::open(server.address, "/ws").await;
    violating.write_all(&frame(0x83, b"")).await.expect("socket accepts data");
    drop(TestClient::connect_when_free(&server, "/ws").await);
    let silent = TestClient::connect_when_free(&server, "/ws").await;
    // Ignoring either setting would take at least the shorter default.
    let after_silent = TestClient::connect_when_free(&server, "/ws");
    before_default(defaults::PONG, "the close of the silent client", after_silent).await.close(1000).await;
    drop((violating, silent));
}

#[tokio::test]
async fn rejected_handshakes_take_no_slot() {
    let server = TestServer::start(ServerConfig { max_connections: Some(1), ..ServerConfig::default() });
    let url = format!("ws://{}/ws", server.address);
    for _ in 0..3 {
        let foreign = TestClient::try_connect(&url, &[("origin", "http://evil.example")]).await;
        assert_eq!(foreign.err(), Some(403));
    }
    server.connect("/ws").await;
}

#[tokio::test]
async fn serves_the_page_at_the_connection_limit() {
    let folder = tempfile::tempdir().expect("temporary folder");
    std::fs::write(folder.path().join("index.html"), "the page").expect("file is writable");
    let config = ServerConfig { max_connections: Some(1), ..ServerConfig::default() };
    let server = TestServer::start_page(folder.path(), config);
    let _full = server.connect("/ws").await;
    assert!(http::handshake(server.address, "/ws").await.starts_with("HTTP/1.1 503 "));
    let page = http::request(server.address, "GET / HTTP/1.1").await;
    assert!(page.starts_with("HTTP/1.1 200 ") && page.ends_with("the page"), "{page}");
}

#[tokio::test]
async fn exempts_loopback_from_the_per_address_limit() {
    let server = TestServer::start(ServerConfig { max_per_address: 1, ..ServerConfig::default() });
    let mut clients = Vec::new();
    for _ in 0..5 {
        clients.push(server.connect("/ws").await);
    }
    for client in &mut clients {
        client.send("all of us").await;
        assert_eq!(client.receive().await, "all of us");
    }
}

#[tokio::test]
async fn limits_the_handshake_rate() {
    let server = TestServer::start(ServerConfig { upgrade_rate: 1, ..ServerConfig::default() });
    let mut connected = server.connect("/ws").await;
    // Sent at once, so that far less than a second passes on the server.
    let responses = join_all((0..20).map(|_| http::handshake(server.address, "/ws"))).await;
    let rejected = responses.iter().find(|response| !response.starts_with("HTTP/1.1 101 ")).expect("a rejection");
    assert!(rejected.starts_with("HTTP/1.1 503 ") && rejected.contains("retry-after: 1\r\n"), "{rejected}");
    assert!(rejected.contains("--upgrade-rate"), "{rejected}");
    TestClient::connect_when_free(&server, "/ws").await;
    connected.send("still here").await;
    assert_eq!(connected.receive().await, "still here");
}

/// Sends `messages` copies of a message and returns the time until all echoes were received.
async fn flood(client: TestClient, messages: usize, message: Message) -> Duration {
    let (mut writer, mut reader) = client.split();
    let started = Instant::now();
    let (sent, back) = (message.clone(), message);
    let writing = tokio::spawn(async move {
        for _ in 0..messages {
            writer.send(sent.clone()).await;
        }
        writer
    });
    for _ in 0..messages {
        assert_eq!(reader.receive().await, back);
    }
    writing.await.expect("writer does not panic");
    started.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn throttles_a_fast_sender_without_loss() {
    for plain in [Plain::Echo, Plain::Broadcast] {
        let server =
            TestServer::start(ServerConfig { plain, rate: Some(50), rate_burst: Some(10), ..ServerConfig::default() });
        let time = flood(server.connect("/ws").await, 60, Message::text("quick")).await;
        assert!(time >= Duration::from_millis(950), "a burst of 10 and 50 per second took only {time:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rate_limit_weighs_large_messages() {
    for plain in [Plain::Echo, Plain::Broadcast] {
        let server =
            TestServer::start(ServerConfig { plain, rate: Some(20), rate_burst: Some(1), ..ServerConfig::default() });
        let time = flood(server.connect("/ws").await, 11, Message::binary(vec![7; 64 * 1024])).await;
        assert!(time >= Duration::from_millis(450), "a burst of 1 and 10 in half a second took only {time:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_sender_does_not_affect_others() {
    let config =
        ServerConfig { plain: Plain::Broadcast, rate: Some(1), rate_burst: Some(5), ..ServerConfig::default() };
    let server = TestServer::start(config);
    let mut eager = http::open(server.address, "/ws/broadcast").await;
    let mut quiet = server.connect("/ws/broadcast").await;
    eager.write_all(&frame(0x81, b"me").repeat(1000)).await.expect("socket accepts data");
    let mut echo = server.connect("/ws/echo").await;
    for number in 0..5 {
        assert_eq!(quiet.receive().await, "me");
        echo.send(&number.to_string()).await;
        assert_eq!(echo.receive().await, number.to_string());
    }
    quiet.send("may I?").await;
    while quiet.receive().await != "may I?" {}
}

#[tokio::test]
async fn throttling_does_not_cause_a_ping_timeout() {
    let short = Duration::from_millis(20);
    let config =
        ServerConfig { rate: Some(5), rate_burst: Some(1), ping: short, pong: short, ..ServerConfig::default() };
    let server = TestServer::start(config);
    let mut client = http::open(server.address, "/ws/echo").await;
    // The client sends everything at once; afterwards only throttling delays the server's reads.
    let all = [frame(0x81, b"one"), frame(0x81, b"two"), frame(0x81, b"six"), frame(0x88, &[])].concat();
    client.write_all(&all).await.expect("socket accepts data");
    let received = before_default(defaults::PING, "the close", http::read_to_end(&mut client)).await;
    let (pings, others): (Vec<_>, Vec<_>) =
        http::short_frames(&received).into_iter().partition(|frame| frame.0 == 0x89);
    assert!(!pings.is_empty());
    let closed_by_the_client_alone: [(u8, &[u8]); 4] = [(0x81, b"one"), (0x81, b"two"), (0x81, b"six"), (0x88, b"")];
    assert_eq!(others, closed_by_the_client_alone);
}

#[tokio::test]
async fn closes_a_throttled_client_that_does_not_read() {
    let short = Duration::from_millis(20);
    let config =
        ServerConfig { rate: Some(50), rate_burst: Some(1), ping: short, pong: short, ..ServerConfig::default() };
    let server = TestServer::start_with_small_buffers(config);
    let mut client = http::open_with_small_buffer(server.address, "/ws/echo").await;
    let flood = frame(0x82, &vec![7; 60_000]).repeat(1000);
    // Ignoring either setting would take at least the shorter default.
    let written = before_default(defaults::PONG, "the server's close", client.write_all(&flood)).await;
    assert!(written.is_err());
}

#[tokio::test]
async fn rooms_of_one_client_do_not_keep_others_out() {
    let server = TestServer::start(ServerConfig { max_rooms_total: 20, ..ServerConfig::default() });
    let (mut ada, mut eve) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    ada.request(
        r#"{"id":1,"type":"publish","room":"kept","event":"e","data":1}"#,
        r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1}"#,
    )
    .await;
    for number in 0..100 {
        let publish = format!(r#"{{"id":1,"type":"publish","room":"flood{number}","event":"e","data":1}}"#);
        eve.request(&publish, r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1}"#).await;
    }
    for number in 0..8 {
        ada.join(&format!("new{number}")).await;
    }
    let history = r#"{"id":2,"type":"history","room":"kept"}"#;
    ada.send(history).await;
    let reply = loop {
        let frame = ada.next().await;
        if frame["type"] == "history" {
            break frame;
        }
    };
    assert_eq!(reply["offset"], 1, "the room of another client did not end: {reply}");
    let metrics = http::request(server.address, "GET /metrics HTTP/1.1").await;
    for sample in ["yodel_rooms 21", "yodel_rooms_limit 20", "yodel_rooms_ended_total{reason=\"room_limit\"} 89"] {
        assert!(metrics.lines().any(|line| line == sample), "{sample} is not in: {metrics}");
    }
}

/// A signature costs far more than the other checks.
#[tokio::test]
async fn verifies_no_token_of_a_rejected_connection() {
    let server = TestServer::start_jwt(ServerConfig { upgrade_rate: 1, ..ServerConfig::default() });
    let valid = token("42", &json!({"api": true}));
    let spoiled = format!("{valid}AAAA");
    let metrics = async || server.get_as("/metrics", &valid).await.body;
    let rejections = [
        ("/ws/echo", format!("Authorization: Bearer {spoiled}\r\n{HANDSHAKE}")),
        ("/ws", format!("Sec-WebSocket-Protocol: yodel.v1, bearer.{spoiled}\r\n{HANDSHAKE}")),
        ("/sse/r", format!("Authorization: Bearer {spoiled}\r\n")),
    ];
    for (path, headers) in rejections {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", server.address);
        // The first ones may be within the rate.
        retry_until("a rejection by the rate", async || {
            let before = metrics().await;
            let response = http::exchange_and_shut_down(server.address, &request).await;
            if !response.starts_with("HTTP/1.1 503 ") {
                return None;
            }
            let after = metrics().await;
            assert_eq!(failures(&after), failures(&before), "{path}: the token was verified");
            Some(())
        })
        .await;
    }
}

/// Returns the lines of the metric that counts failed authentications.
fn failures(metrics: &str) -> Vec<&str> {
    metrics.lines().filter(|line| line.starts_with("yodel_auth_failures_total{")).collect()
}

#[tokio::test]
async fn a_reply_counts_as_input_when_it_is_larger_than_its_request() {
    // A reply of 60 kB delays the next request by a minute.
    let server = TestServer::start_api(ServerConfig { rate_bytes: Some(1_000), ..patient() });
    let publish = format!(r#"{{"room":"r","event":"e","data":"{}"}}"#, "x".repeat(2_000));
    for _ in 0..30 {
        assert_eq!(server.post("/api/publish", &publish).await.status, 200);
    }
    let mut client = http::open(server.address, "/ws?protocol=yodel.v1").await;
    http::read_frame(&mut client).await;
    let requests: [&[u8]; 2] = [br#"{"id":1,"type":"history","room":"r"}"#, br#"{"id":2,"type":"ping"}"#];
    client.write_all(&requests.map(|request| frame(0x81, request)).concat()).await.expect("socket accepts data");
    let (_, reply) = http::read_frame(&mut client).await;
    assert!(reply.starts_with(br#"{"type":"history","id":1"#) && reply.len() > 60_000, "{}", reply.len());
    assert_not_handled(&server, &mut client).await;
}

/// Asserts that a client gets nothing while the server handles a hundred requests of others.
async fn assert_not_handled(server: &TestServer, client: &mut TcpStream) {
    for _ in 0..100 {
        http::request(server.address, "GET /health HTTP/1.1").await;
    }
    assert_eq!(client.read_u8().now_or_never().map(Result::ok), None, "the next request is not handled yet");
}

#[tokio::test]
async fn a_reply_that_a_hook_has_delayed_counts_as_input() {
    // Pending at first, so that the reply is sent later than the request is read.
    let approve = async |_, _| {
        tokio::task::yield_now().await;
        Ok(())
    };
    let config = ServerConfig { rate_bytes: Some(1_000), ..patient() };
    let server = Server::builder().config(config).on_join(approve).build().expect("settings are valid");
    let handle = server.handle();
    let server = TestServer::start_server(server);
    let mut last = None;
    for _ in 0..30 {
        last = Some(handle.publish("r", "e", &"x".repeat(2_000)).await.expect("a valid message"));
    }
    let epoch = last.expect("a position").epoch;
    let join = format!(r#"{{"id":1,"type":"join","room":"r","since":{{"epoch":"{}","offset":0}}}}"#, epoch.as_str());
    let mut client = http::open(server.address, "/ws?protocol=yodel.v1").await;
    http::read_frame(&mut client).await;
    client.write_all(&frame(0x81, join.as_bytes())).await.expect("socket accepts data");
    let (_, reply) = http::read_frame(&mut client).await;
    assert!(reply.starts_with(br#"{"type":"joined","id":1"#) && reply.len() > 60_000, "{}", reply.len());
    client.write_all(&frame(0x81, br#"{"id":2,"type":"ping"}"#)).await.expect("socket accepts data");
    assert_not_handled(&server, &mut client).await;
}

#[tokio::test]
async fn limits_the_connections_of_a_user() {
    let server = TestServer::start_jwt(ServerConfig { max_per_user: 2, ..ServerConfig::default() });
    let bearer = |user: &str| format!("Bearer {}", token(user, &json!({})));
    let (ada, bob) = (bearer("ada"), bearer("bob"));
    let (echo, ada_header) = (format!("ws://{}/ws/echo", server.address), [("authorization", &*ada)]);
    let first = server.connect_envelope_with("/ws", &ada_header).await;
    let events = server.subscribe_with("/sse/r", &format!("Authorization: {ada}")).await;
    let envelope = [("authorization", &*ada), ("sec-websocket-protocol", "yodel.v1")];
    for headers in [&ada_header[..], &envelope] {
        assert_eq!(TestClient::try_connect(&echo, headers).await.err(), Some(429));
    }
    let stream = server.call(&format!("GET /sse/r HTTP/1.1\nAuthorization: {ada}"), "").await;
    stream.assert_problem(429, "(--max-per-user)");
    assert_eq!(stream.header("retry-after"), Some("10"));
    TestClient::try_connect(&echo, &[("authorization", &bob)]).await.expect("another user has a limit of its own");

    let auth = format!(r#"{{"id":7,"type":"auth","token":"{}"}}"#, token("ada", &json!({})));
    let mut waiting = server.connect_envelope("/ws").await;
    let error = r#"{"type":"error","id":7,"code":"limit","message":"the user has reached its limit of connections","retry":false}"#;
    waiting.request(&auth, error).await;
    assert_eq!(waiting.closed().await, (4504, "the user has reached its limit of connections".to_owned()));
    assert_eq!(server.metric(r#"yodel_connections_refused_total{reason="max_per_user"}"#).await, 3);
    assert_eq!(server.metric(r#"yodel_connections_closed_total{code="4504"}"#).await, 1);

    drop(events);
    first.close().await;
    // The server forgets a connection after its last frame.
    loop {
        let mut waiting = server.connect_envelope("/ws").await;
        waiting.send(&auth).await;
        if waiting.next().await["type"] == "ok" {
            return;
        }
    }
}

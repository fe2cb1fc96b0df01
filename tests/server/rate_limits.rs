//! Rate limits of clients: exceeding them delays reads and does not affect others.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use support::http::{self, frame};
use support::{TestClient, TestServer, before_default, patient};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::config::{Plain, defaults};
use yodel_server::{Server, ServerConfig};

/// Start of the reply to a ping.
const PONG: &[u8] = br#"{"type":"pong""#;

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

/// Asserts that the ping of a client is not answered while the server handles a hundred requests of others.
async fn assert_not_handled(server: &TestServer, client: &mut TcpStream) {
    for _ in 0..100 {
        http::request(server.address, "GET /health HTTP/1.1").await;
    }
    // Changes of presence are sent all the same.
    let mut received = Vec::with_capacity(4_096);
    let ended = client.read_buf(&mut received).now_or_never().is_some_and(|read| read.is_ok_and(|length| length == 0));
    let handled = received.windows(PONG.len()).any(|part| part == PONG);
    assert!(!ended && !handled, "the next request is not handled yet: {}", received.escape_ascii());
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

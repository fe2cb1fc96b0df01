//! Readers that stall: they are closed, and other clients are not affected.

use std::time::Duration;

use support::http::{self, frame};
use support::{TestClient, TestServer, before_default, patient, retry_until, with_timeout};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::ServerConfig;
use yodel_server::config::defaults;

const OTHERS: usize = 200;

/// Messages that exceed the socket buffers of a stalled reader but not its queue.
const QUEUED: usize = 40;

const MESSAGES: usize = 100;
const SIZE: usize = 16 * 1024;

/// Opens a connection with a small receive buffer. Returns it with its client id, as JSON.
async fn open_envelope(server: &TestServer) -> (TcpStream, serde_json::Value) {
    let mut socket = http::open_with_small_buffer(server.address, "/ws?protocol=yodel.v1").await;
    let (_, welcome) = http::read_frame(&mut socket).await;
    let mut welcome: serde_json::Value = serde_json::from_slice(&welcome).expect("the welcome frame is JSON");
    (socket, welcome["client"].take())
}

#[tokio::test(flavor = "multi_thread")]
async fn closes_a_stalled_reader_without_affecting_others() {
    let max_queue = 128 * 1024;
    let server = TestServer::start_with_small_buffers(ServerConfig { max_queue, ..patient() });
    // It never reads, so the socket buffers fill up, and then its queue.
    let mut stalled = http::open_with_small_buffer(server.address, "/ws/broadcast").await;

    let (received, mut deliveries) = mpsc::channel(OTHERS);
    for _ in 0..OTHERS {
        tokio::spawn(count_deliveries(server.connect("/ws/broadcast").await, received.clone()));
    }
    let mut sender = server.connect("/ws/broadcast").await;
    for number in 0..MESSAGES {
        sender.send_message(message(number)).await;
        assert_eq!(sender.receive_message().await, message(number));
        for _ in 0..OTHERS {
            let received = with_timeout("a delivery", deliveries.recv()).await;
            assert_eq!(received, Some(number), "in order, without waiting for the stalled reader");
        }
    }

    let received = read_until_close(&mut stalled, 1013, "too slow").await;
    assert!(received.len() < MESSAGES * SIZE, "the stalled reader did not receive everything");
}

/// Connects a stalled member of the lobby and fills its socket buffers and part of its queue.
async fn stalled_with_a_queue(server: &TestServer) -> TcpStream {
    let stalled = http::open_with_small_buffer(server.address, "/ws/broadcast").await;
    let mut sender = server.connect("/ws/broadcast").await;
    for number in 0..QUEUED {
        sender.send_message(message(number)).await;
        assert_eq!(sender.receive_message().await, message(number));
    }
    stalled
}

/// Reads until this close frame and returns everything received.
async fn read_until_close(stream: &mut TcpStream, code: u16, reason: &str) -> Vec<u8> {
    let length = u8::try_from(2 + reason.len()).expect("a short reason");
    let close = [&[0x88, length][..], &code.to_be_bytes(), reason.as_bytes()].concat();
    with_timeout("the close frame", http::read_until(stream, &close)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn delivers_queued_messages_before_shutdown() {
    let server = TestServer::start_with_small_buffers(patient());
    let mut stalled = stalled_with_a_queue(&server).await;
    server.stop();
    let received = read_until_close(&mut stalled, 1001, "shutdown").await;
    assert!(received.len() > QUEUED * SIZE, "{} bytes", received.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn sends_the_close_frame_after_a_partial_write() {
    let server = TestServer::start_with_small_buffers(patient());
    let mut stalled = stalled_with_a_queue(&server).await;
    stalled.write_all(&frame(0x83, b"")).await.expect("socket accepts data");
    read_until_close(&mut stalled, 1002, "reserved opcode").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn section_5_5_2_answers_a_ping_before_a_following_close() {
    let server = TestServer::start_with_small_buffers(patient());
    let mut stalled = stalled_with_a_queue(&server).await;
    let frames = [frame(0x89, b"there?"), frame(0x88, b"\x03\xe8")].concat();
    stalled.write_all(&frames).await.expect("socket accepts data");
    let received = http::read_to_end(&mut stalled).await;
    let end = received[received.len() - 20..].escape_ascii();
    assert!(received.ends_with(b"\x8a\x06there?\x88\x02\x03\xe8"), "{end}");
}

#[tokio::test(flavor = "multi_thread")]
async fn section_5_5_1_sends_nothing_after_a_close_frame() {
    let server = TestServer::start_with_small_buffers(ServerConfig { max_queue: 128 * 1024, ..patient() });
    let mut stalled = http::open_with_small_buffer(server.address, "/ws/broadcast").await;
    let mut sender = server.connect("/ws/broadcast").await;
    for number in 0..MESSAGES {
        sender.send_message(message(number)).await;
        assert_eq!(sender.receive_message().await, message(number));
    }
    read_until_close(&mut stalled, 1013, "too slow").await;
    // The server waits for the close frame of the reader while others continue.
    sender.send("not for the closed reader").await;
    assert_eq!(sender.receive().await, "not for the closed reader");
    stalled.write_all(&[frame(0x89, b"there?"), frame(0x88, b"")].concat()).await.expect("socket accepts data");
    assert_eq!(http::read_to_end(&mut stalled).await.escape_ascii().to_string(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn section_5_5_3_answers_only_the_last_of_queued_pings() {
    let server = TestServer::start_with_small_buffers(patient());
    let mut stalled = stalled_with_a_queue(&server).await;
    let pings = [frame(0x89, b"first"), frame(0x89, b"second"), frame(0x89, b"third")].concat();
    stalled.write_all(&pings).await.expect("socket accepts data");
    let received = with_timeout("a pong", http::read_until(&mut stalled, b"\x8a\x05third")).await;
    assert!(!received.windows(5).any(|window| window == b"first"), "only the last ping is answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn does_not_buffer_unread_echoes() {
    let short = Duration::from_millis(100);
    let server =
        TestServer::start_with_small_buffers(ServerConfig { ping: short, pong: short, ..ServerConfig::default() });
    let mut client = http::open_with_small_buffer(server.address, "/ws/echo").await;
    // Far more than the socket buffers hold. A server that read all of it would have to buffer the echoes.
    let flood = frame(0x82, &vec![7; 60_000]).repeat(2_000);
    // Ignoring either setting would take at least the shorter default.
    let written = before_default(defaults::PONG, "the server's close", client.write_all(&flood)).await;
    assert!(written.is_err());
}

fn message(number: usize) -> Message {
    let mut payload = vec![0; SIZE];
    payload[..8].copy_from_slice(&number.to_be_bytes());
    Message::binary(payload)
}

async fn count_deliveries(mut client: TestClient, received: mpsc::Sender<usize>) {
    for number in 0..MESSAGES {
        if client.receive_message().await != message(number) || received.send(number).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unread_echoes_slow_the_sender_without_loss() {
    let server = TestServer::start(ServerConfig::default());
    let client = server.connect("/ws/echo").await;
    let (mut writer, mut reader) = client.split();
    let writing = tokio::spawn(async move {
        for number in 0..2 * MESSAGES {
            writer.send(message(number)).await;
        }
        writer
    });
    for number in 0..2 * MESSAGES {
        assert_eq!(reader.receive().await, message(number));
    }
    writing.await.expect("writer does not panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_messages_do_not_close_a_stalled_receiver() {
    let max_queue = 128 * 1024;
    let server = TestServer::start_with_small_buffers(ServerConfig { max_queue, ..patient() });
    let (mut stalled, client) = open_envelope(&server).await;
    let mut sender = server.connect_envelope("/ws").await;
    let (to, data) = (client, "x".repeat(SIZE));
    let send = format!(r#"{{"id":1,"type":"send","to":{{"client":{to}}},"event":"e","data":"{data}"}}"#);
    let mut delivered = 0;
    let refused = loop {
        sender.send(&send).await;
        let reply = sender.next().await;
        if reply["delivered"] != 1 {
            break reply;
        }
        delivered += 1;
        assert!(delivered < 1000, "a queue has a limit");
    };
    assert_eq!((&refused["code"], &refused["retry"]), (&"unavailable".into(), &true.into()), "{refused}");
    for _ in 0..delivered {
        let (opcode, payload) = http::read_frame(&mut stalled).await;
        assert!(opcode == 0x81 && payload.starts_with(br#"{"type":"direct""#), "{opcode:x}");
    }
    sender.send(&send).await;
    assert_eq!(sender.next().await["delivered"], 1, "the receiver keeps up again");
}

#[tokio::test(flavor = "multi_thread")]
async fn unread_replies_are_counted_and_limited_in_total() {
    let config = ServerConfig { max_buffered: Some(4 << 20), rate: Some(0), ..patient() };
    let server = TestServer::start_with_small_buffers(config);
    let mut sender = server.connect_envelope("/ws").await;
    let data = "x".repeat(SIZE);
    for _ in 0..30 {
        let publish = format!(r#"{{"id":1,"type":"publish","room":"r","event":"e","data":"{data}"}}"#);
        sender.request(&publish, r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":"OFFSET"}"#).await;
    }
    let mut stalled = Vec::new();
    let request = frame(0x81, br#"{"id":1,"type":"history","room":"r","limit":30}"#);
    for _ in 0..40 {
        let mut socket = http::open_with_small_buffer(server.address, "/ws?protocol=yodel.v1").await;
        socket.write_all(&request).await.expect("socket accepts data");
        stalled.push(socket);
    }
    retry_until("a closed connection", async || {
        (server.metric("yodel_connections_shed_total").await > 0).then_some(())
    })
    .await;
    let replies = "yodel_buffered_bytes{part=\"replies\"}";
    retry_until("less memory", async || (server.metric(replies).await <= 4 << 20).then_some(())).await;
    assert_eq!(server.metric("yodel_buffered_bytes_limit").await, 4 << 20);
    let ping = r#"{"type":"pong","id":2,"time":"TIME"}"#;
    sender.request(r#"{"id":2,"type":"ping"}"#, ping).await;
    drop(stalled);
    retry_until("no buffered replies", async || (server.metric(replies).await == 0).then_some(())).await;
}

/// A closing connection keeps its queue until the peer reads it. Load shedding has to find it.
#[tokio::test(flavor = "multi_thread")]
async fn closing_connections_are_shed_before_others() {
    let limit = 2 << 20;
    let config = ServerConfig { max_buffered: Some(limit), rate: Some(0), ..patient() };
    let server = TestServer::start_api_with_small_buffers(config);
    let publish = format!(r#"{{"room":"r","event":"e","data":"{}"}}"#, "x".repeat(SIZE));
    for _ in 0..30 {
        assert_eq!(server.post("/api/publish", &publish).await.status, 200);
    }
    let (replies, closes) = ("yodel_buffered_bytes{part=\"replies\"}", "yodel_connections_closed_total{code=\"4503\"}");
    let request = frame(0x81, br#"{"id":1,"type":"history","room":"r","limit":30}"#);
    let (mut closing, mut queued) = (Vec::new(), 0);
    // As long as the limit has room for another reply.
    while queued + 31 * (SIZE as u64) < limit as u64 {
        let (mut socket, client) = open_envelope(&server).await;
        socket.write_all(&request).await.expect("socket accepts data");
        queued = retry_until("a queued reply", async || {
            Some(server.metric(replies).await).filter(|bytes| *bytes > queued + 100_000)
        })
        .await;
        let client = format!(r#"{{"client":{client}}}"#);
        server.post("/api/disconnect", &client).await.assert_json(r#"{"disconnected":1}"#);
        closing.push(socket);
        retry_until("a closing connection", async || {
            (server.metric(closes).await == closing.len() as u64).then_some(())
        })
        .await;
    }
    // Together they exceed the rest of the limit, but each holds less than any closing connection.
    let (part, mut others) = (b"x".repeat(20_000), Vec::new());
    for _ in 0..30 {
        let mut other = http::open(server.address, "/ws/echo").await;
        other.write_all(&frame(0x02, &part)).await.expect("socket accepts data");
        others.push(other);
    }
    retry_until("a closed connection", async || {
        (server.metric("yodel_connections_shed_total").await > 0).then_some(())
    })
    .await;
    for other in &mut others {
        other.write_all(&frame(0x80, b"")).await.expect("the connection is open");
        assert_eq!(http::read_frame(other).await, (0x82, part.clone()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partial_messages_are_counted_and_limited_in_total() {
    let config = ServerConfig { max_buffered: Some(256 << 10), ..patient() };
    let server = TestServer::start(config);
    let mut honest = server.connect("/ws/echo").await;
    let messages = "yodel_buffered_bytes{part=\"messages\"}";
    let mut partial = http::open(server.address, "/ws/echo").await;
    partial.write_all(&frame(0x01, &b"x".repeat(40_000))).await.expect("socket accepts data");
    let counted =
        retry_until("a partial message", async || Some(server.metric(messages).await).filter(|bytes| *bytes >= 40_000));
    assert!((40_000..100_000).contains(&counted.await));
    let mut others = Vec::new();
    for _ in 0..20 {
        let mut other = http::open(server.address, "/ws/echo").await;
        other.write_all(&frame(0x01, &b"x".repeat(50_000))).await.expect("socket accepts data");
        others.push(other);
    }
    retry_until("a closed connection", async || {
        (server.metric("yodel_connections_shed_total").await > 0).then_some(())
    })
    .await;
    honest.send("still here").await;
    assert_eq!(honest.receive().await, "still here");
    drop((partial, others));
    retry_until("no partial messages", async || (server.metric(messages).await == 0).then_some(())).await;
}

//! Graceful shutdown: close frames, drain timeout and what is not waited for.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use support::api::KEY;
use support::http::{self, SHUTDOWN_CLOSE};
use support::{TIMEOUT, TestClient, TestServer, before_default, patient, with_timeout};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;
use yodel_server::config::defaults;
use yodel_server::{Caller, Error, Server, ServerConfig};

const MEMBERS: usize = 2000;

#[tokio::test]
async fn closes_all_with_1001_and_waits() {
    let server = TestServer::start(ServerConfig::default());
    let mut echo = server.connect("/ws/echo").await;
    let mut member = server.connect("/ws/broadcast").await;
    server.stop();
    for client in [&mut echo, &mut member] {
        assert_eq!(client.closed().await, (1001, "shutdown".to_owned()));
    }
    drop((echo, member));
    server.stopped().await;
}

#[tokio::test]
async fn delivers_earlier_messages_before_the_close() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ana, mut bo) = (server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await);
    for number in 0..100 {
        ana.send(&number.to_string()).await;
    }
    for number in 0..100 {
        assert_eq!(ana.receive().await, number.to_string());
    }
    server.stop();
    for number in 0..100 {
        assert_eq!(bo.receive().await, number.to_string());
    }
    assert_eq!(bo.closed().await.0, 1001);
}

#[tokio::test]
async fn waits_for_a_late_close_frame() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = http::open(server.address, "/ws").await;
    server.stop();
    assert_eq!(http::read_until(&mut client, SHUTDOWN_CLOSE).await, SHUTDOWN_CLOSE);
    assert!(server.is_running(), "server waits for the connection");
    client.write_all(&http::frame(0x88, &1001_u16.to_be_bytes())).await.expect("connection is open");
    drop(client);
    server.stopped().await;
}

#[tokio::test]
async fn aborts_an_unresponsive_client_after_the_drain_timeout() {
    let server = TestServer::start(ServerConfig { drain: Duration::from_millis(100), ..ServerConfig::default() });
    let mut silent = http::open(server.address, "/ws").await;
    server.stop();
    assert_eq!(before_default(defaults::DRAIN, "the drain timeout", server.aborted_connections()).await, 1);
    assert_eq!(http::read_to_end(&mut silent).await, SHUTDOWN_CLOSE);
}

#[tokio::test]
async fn lame_duck_serves_all_clients_and_reports_not_ready() {
    let server = TestServer::start(ServerConfig { lame_duck: TIMEOUT * 2, ..ServerConfig::default() });
    let mut before = server.connect("/ws/echo").await;
    server.stop();
    let ready = async || server.call("GET /ready HTTP/1.1", "").await.status;
    with_timeout("the announcement", async { while ready().await != 503 {} }).await;
    let mut newcomer = server.connect("/ws/echo").await;
    for client in [&mut before, &mut newcomer] {
        client.send("still served").await;
        assert_eq!(client.receive().await, "still served");
    }
    assert_eq!(server.call("GET /health HTTP/1.1", "").await.status, 200);
    assert!(server.call("GET /metrics HTTP/1.1", "").await.body.contains("yodel_draining 1\n"));
}

#[tokio::test]
async fn the_drain_follows_the_lame_duck() {
    let server = TestServer::start(ServerConfig { lame_duck: Duration::from_millis(50), ..ServerConfig::default() });
    let mut client = server.connect("/ws/echo").await;
    server.stop();
    // The pings of the server would keep the client waiting.
    assert_eq!(with_timeout("the drain", client.closed()).await, (1001, "shutdown".to_owned()));
    drop(client);
    server.stopped().await;
}

#[tokio::test]
async fn reports_a_request_that_the_drain_cut_off() {
    let config =
        ServerConfig { drain: Duration::from_millis(100), handshake_timeout: TIMEOUT * 2, ..ServerConfig::default() };
    let server = TestServer::start_api(config);
    let mut half = TcpStream::connect(server.address).await.expect("server is listening");
    let lines = format!("POST /api/publish HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {KEY}", server.address);
    let lines = lines + "\r\nContent-Type: application/json";
    http::write(&mut half, format!("{lines}\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n").as_bytes()).await;
    // The handler reads the body, so the server has the request.
    http::read_until(&mut half, b"100 Continue\r\n\r\n").await;
    server.stop();
    assert_eq!(before_default(defaults::DRAIN, "the drain timeout", server.aborted_connections()).await, 1);
}

#[tokio::test]
async fn does_not_wait_for_an_incomplete_request() {
    let server = TestServer::start(ServerConfig {
        handshake_timeout: TIMEOUT * 2,
        drain: TIMEOUT * 2,
        ..ServerConfig::default()
    });
    let mut half = TcpStream::connect(server.address).await.expect("server is listening");
    half.write_all(b"GET / HTTP/1.1\r\nHost: loc").await.expect("socket accepts data");
    // A second connection is served, so the first was accepted.
    http::request(server.address, "GET /nothing HTTP/1.1").await;
    server.stop();
    server.stopped().await;
    drop(half);
}

#[tokio::test]
async fn does_not_wait_for_idle_http_connections() {
    let server = TestServer::start(ServerConfig::default());
    let mut idle = TcpStream::connect(server.address).await.expect("server is listening");
    let request = format!("GET /nothing HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    idle.write_all(request.as_bytes()).await.expect("socket accepts data");
    idle.readable().await.expect("a response");
    server.stop();
    let response = http::read_to_end(&mut idle).await;
    assert!(String::from_utf8_lossy(&response).starts_with("HTTP/1.1 404 "));
    drop(idle);
    server.stopped().await;
}

#[tokio::test]
async fn assigns_different_reconnect_delays() {
    let server = TestServer::start(ServerConfig::default());
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(server.connect_envelope("/ws").await);
    }
    server.stop();
    let mut delays = BTreeSet::new();
    for mut client in clients {
        delays.insert(client.next().await["retry_ms"].as_u64().expect("a delay"));
        assert_eq!(client.closed().await.0, 4001);
    }
    assert!(delays.len() > 15, "delays are spread: {delays:?}");
}

/// Starts a shutdown that waits for the returned client, which does not answer the close frame.
async fn stopping(config: ServerConfig) -> (TestServer, TcpStream) {
    let server = TestServer::start(ServerConfig { drain: TIMEOUT * 2, ..config });
    let mut silent = http::open(server.address, "/ws").await;
    server.stop();
    assert_eq!(with_timeout("a close frame", http::read_until(&mut silent, SHUTDOWN_CLOSE)).await, SHUTDOWN_CLOSE);
    (server, silent)
}

#[tokio::test]
async fn rejects_new_connections_during_shutdown_with_503() {
    let (server, silent) = stopping(ServerConfig::default()).await;
    let rejected = http::handshake(server.address, "/ws").await;
    assert!(rejected.starts_with("HTTP/1.1 503 ") && rejected.contains("retry-after: 5\r\n"), "{rejected}");
    assert!(rejected.contains("shutting down"), "{rejected}");
    let other = http::request(server.address, "GET /nothing HTTP/1.1").await;
    assert!(other.starts_with("HTTP/1.1 404 "), "{other}");
    drop(silent);
    server.stopped().await;
}

#[tokio::test]
async fn does_not_wait_for_new_connections_without_a_request() {
    let (server, silent) = stopping(ServerConfig { handshake_timeout: TIMEOUT * 2, ..ServerConfig::default() }).await;
    let late = TcpStream::connect(server.address).await.expect("server is listening");
    let mut half = TcpStream::connect(server.address).await.expect("server is listening");
    half.write_all(b"GET / HTTP/1.1\r\nHost: loc").await.expect("socket accepts data");
    // A third connection is served, so these two were accepted.
    http::request(server.address, "GET /nothing HTTP/1.1").await;
    drop(silent);
    server.stopped().await;
    drop((late, half));
}

#[tokio::test]
async fn releases_the_port_after_the_shutdown() {
    // No other test listens on this loopback address, so the port stays free.
    let server = TestServer::start_at([127, 0, 0, 2], ServerConfig { drain: TIMEOUT * 2, ..ServerConfig::default() });
    let mut silent = http::open(server.address, "/ws").await;
    server.stop();
    assert_eq!(http::read_until(&mut silent, SHUTDOWN_CLOSE).await, SHUTDOWN_CLOSE);
    let address = server.address;
    let taken = TcpListener::bind(address).await;
    assert_eq!(taken.err().map(|error| error.kind()), Some(std::io::ErrorKind::AddrInUse));
    drop(silent);
    server.stopped().await;
    TcpListener::bind(address).await.expect("port is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn delivers_earlier_messages_to_two_thousand_members() {
    let server = TestServer::start(ServerConfig { drain: TIMEOUT, ..patient() });
    let mut members: Vec<TestClient> = Vec::with_capacity(MEMBERS);
    for _ in 0..MEMBERS {
        members.push(server.connect("/ws/broadcast").await);
    }
    let expected: Vec<String> = (0..20).map(|number| format!("message {number}")).collect();
    for message in &expected {
        members[0].send(message).await;
    }
    for message in &expected {
        assert_eq!(members[0].receive().await, *message);
    }
    // Members are served in order, so the last ones are still waiting for their messages.
    server.stop();
    for received in join_all(members[1..].iter_mut().map(receive_until_closed)).await {
        assert_eq!(received, (expected.clone(), 1001));
    }
    drop(members);
    server.stopped().await;
}

/// Returns the messages before the close frame, and its code.
async fn receive_until_closed(member: &mut TestClient) -> (Vec<String>, u16) {
    let mut messages = Vec::new();
    loop {
        match member.receive_message().await {
            Message::Text(text) => messages.push(text.to_string()),
            Message::Close(frame) => return (messages, frame.expect("a code").code.into()),
            other => panic!("expected a text message or a close frame, got {other:?}"),
        }
    }
}

#[tokio::test]
async fn aborts_stalled_readers_after_the_drain_timeout() {
    let server = TestServer::start_with_small_buffers(ServerConfig {
        drain: Duration::from_millis(500),
        ..ServerConfig::default()
    });
    let mut stalled = Vec::new();
    for _ in 0..10 {
        stalled.push(http::open_with_small_buffer(server.address, "/ws/broadcast").await);
    }
    let mut sender = server.connect("/ws/broadcast").await;
    for _ in 0..40 {
        sender.send_message(Message::binary(vec![7; 16 * 1024])).await;
        sender.receive_message().await;
    }
    drop(sender);
    server.stop();
    let aborted = before_default(defaults::DRAIN, "the drain timeout", server.aborted_connections()).await;
    assert_eq!(aborted, stalled.len());
    drop(stalled);
}

#[tokio::test]
async fn aborts_an_unread_download_after_the_drain_timeout() {
    let folder = tempfile::tempdir().expect("temporary folder");
    std::fs::write(folder.path().join("index.html"), vec![b'x'; 16 << 20]).expect("file is writable");
    let config = ServerConfig { drain: Duration::from_millis(500), ..ServerConfig::default() };
    let server = TestServer::start_page_with_small_buffers(folder.path(), config);
    let mut stalled = TcpStream::connect(server.address).await.expect("server is listening");
    let request = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    stalled.write_all(request.as_bytes()).await.expect("socket accepts data");
    with_timeout("a response", stalled.readable()).await.expect("connection is open");
    server.stop();
    assert_eq!(before_default(defaults::DRAIN, "the drain timeout", server.aborted_connections()).await, 1);
    drop(stalled);
}

/// Runs the server on its own runtime, so that every task on it belongs to the server.
#[test]
fn leaves_no_task_behind() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let clients =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let ended = runtime.block_on(before_default(defaults::DRAIN, "the drain timeout", async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("listener has an address");
        let left = Arc::new(AtomicUsize::new(0));
        let leaving = Arc::clone(&left);
        let server = Server::builder()
            // The clients that respond have to be closed within this time.
            .drain(Duration::from_secs(3))
            .on_call("forever", async |_: Caller, (): ()| {
                std::future::pending::<()>().await;
                Ok(())
            })
            .on_disconnect(move |_, _, _| {
                leaving.fetch_add(1, Ordering::SeqCst);
                async {}
            });
        let stop = CancellationToken::new();
        // Clients: responsive, unresponsive, in a pending call, on an event stream, and with an incomplete request.
        let clients_at_shutdown = clients.spawn(clients_at_shutdown(address, stop.clone()));
        let serving = server.build().expect("settings are valid").serve(listener);
        let ended = serving.with_graceful_shutdown(stop.cancelled_owned()).await;
        assert_eq!(left.load(Ordering::SeqCst), 4, "every disconnect is reported");
        drop(clients_at_shutdown.await.expect("task does not panic"));
        ended
    }));
    assert!(matches!(ended, Err(Error::Drain { connections: 1.. })), "{ended:?}");
    assert_eq!(runtime.metrics().num_alive_tasks(), 0);
}

async fn clients_at_shutdown(address: SocketAddr, stop: CancellationToken) -> impl Sized {
    let url = |path: &str| format!("ws://{address}{path}");
    let (mut echo, silent) = (TestClient::connect(&url("/ws/echo")).await, http::open(address, "/ws").await);
    let offer = [("sec-websocket-protocol", "yodel.v1")];
    let mut caller = TestClient::try_connect(&url("/ws"), &offer).await.expect("connection is accepted");
    caller.send(r#"{"id":1,"type":"call","event":"forever"}"#).await;
    caller.send(r#"{"id":2,"type":"join","room":"r"}"#).await;
    while !caller.receive().await.contains(r#""type":"joined""#) {}
    let mut listener = TcpStream::connect(address).await.expect("server is listening");
    let request = format!("GET /sse/r HTTP/1.1\r\nHost: {address}\r\n\r\n");
    listener.write_all(request.as_bytes()).await.expect("socket accepts data");
    listener.readable().await.expect("a response");
    let mut half = TcpStream::connect(address).await.expect("server is listening");
    half.write_all(b"GET / HTTP/1.1\r\n").await.expect("socket accepts data");
    stop.cancel();
    assert_eq!(echo.closed().await.0, 1001);
    (echo, silent, caller, listener, half)
}

//! Stopping: everybody is told, and waited for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use support::http::{self, GOODBYE};
use support::{PATIENCE, TestClient, TestServer, soon};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;
use yodel_server::{Caller, Error, Server, ServerConfig};

const MEMBERS: usize = 2000;

#[tokio::test]
async fn everybody_is_closed_with_1001_and_waited_for() {
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
async fn what_was_sent_before_arrives_before_the_close() {
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
async fn a_client_that_answers_late_is_waited_for() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = http::open(server.address, "/ws").await;
    server.stop();
    assert_eq!(http::read_until(&mut client, GOODBYE).await, GOODBYE);
    assert!(server.is_running(), "the connection is still there");
    client.write_all(&http::frame(0x88, &1001_u16.to_be_bytes())).await.expect("the connection is open");
    drop(client);
    server.stopped().await;
}

#[tokio::test]
async fn a_client_that_does_not_answer_is_waited_for_as_long_as_said() {
    let server = TestServer::start(ServerConfig { drain: Duration::from_millis(100), ..ServerConfig::default() });
    let mut silent = http::open(server.address, "/ws").await;
    server.stop();
    assert_eq!(server.cut_off().await, 1);
    assert_eq!(http::read_to_end(&mut silent).await, GOODBYE);
}

#[tokio::test]
async fn half_a_request_is_not_waited_for() {
    let server = TestServer::start(ServerConfig {
        handshake_timeout: PATIENCE * 2,
        drain: PATIENCE * 2,
        ..ServerConfig::default()
    });
    let mut half = TcpStream::connect(server.address).await.expect("somebody listens");
    half.write_all(b"GET / HTTP/1.1\r\nHost: loc").await.expect("the socket takes it");
    // A second caller is served, so the first was accepted.
    http::request(server.address, "GET /nothing HTTP/1.1").await;
    server.stop();
    server.stopped().await;
    drop(half);
}

#[tokio::test]
async fn a_browser_that_keeps_its_http_connection_is_not_waited_for() {
    let server = TestServer::start(ServerConfig::default());
    let mut idle = TcpStream::connect(server.address).await.expect("somebody listens");
    let asked = format!("GET /nothing HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    idle.write_all(asked.as_bytes()).await.expect("the socket takes it");
    idle.readable().await.expect("an answer");
    server.stop();
    let answer = http::read_to_end(&mut idle).await;
    assert!(String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 404 "));
    drop(idle);
    server.stopped().await;
}

/// A server that has begun to stop, and the client that keeps it from ending: it does not answer.
async fn stopping(config: ServerConfig) -> (TestServer, TcpStream) {
    let server = TestServer::start(ServerConfig { drain: PATIENCE * 2, ..config });
    let mut silent = http::open(server.address, "/ws").await;
    server.stop();
    assert_eq!(soon("a goodbye", http::read_until(&mut silent, GOODBYE)).await, GOODBYE);
    (server, silent)
}

#[tokio::test]
async fn who_comes_while_the_server_stops_is_sent_elsewhere() {
    let (server, silent) = stopping(ServerConfig::default()).await;
    let refused = http::handshake(server.address, "/ws").await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("retry-after: 5\r\n"), "{refused}");
    assert!(refused.contains("stopping"), "{refused}");
    let other = http::request(server.address, "GET /nothing HTTP/1.1").await;
    assert!(other.starts_with("HTTP/1.1 404 "), "{other}");
    drop(silent);
    server.stopped().await;
}

#[tokio::test]
async fn who_comes_while_the_server_stops_and_says_nothing_is_not_waited_for() {
    let (server, silent) = stopping(ServerConfig { handshake_timeout: PATIENCE * 2, ..ServerConfig::default() }).await;
    let late = TcpStream::connect(server.address).await.expect("somebody listens");
    let mut half = TcpStream::connect(server.address).await.expect("somebody listens");
    half.write_all(b"GET / HTTP/1.1\r\nHost: loc").await.expect("the socket takes it");
    // One more is answered, so these two were accepted.
    http::request(server.address, "GET /nothing HTTP/1.1").await;
    drop(silent);
    server.stopped().await;
    drop((late, half));
}

#[tokio::test]
async fn the_port_is_free_when_the_server_has_stopped_and_not_before() {
    let (server, silent) = stopping(ServerConfig::default()).await;
    let address = server.address;
    let taken = TcpListener::bind(address).await;
    assert_eq!(taken.err().map(|error| error.kind()), Some(std::io::ErrorKind::AddrInUse));
    drop(silent);
    server.stopped().await;
    TcpListener::bind(address).await.expect("it is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_members_hear_what_was_published_before_the_stop() {
    let server = TestServer::start(ServerConfig { drain: Duration::from_secs(5), ..ServerConfig::default() });
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
    // The first member is served first: the last ones are still being served now.
    server.stop();
    for heard in join_all(members[1..].iter_mut().map(hear_until_closed)).await {
        assert_eq!(heard, (expected.clone(), 1001));
    }
    drop(members);
    server.stopped().await;
}

/// The messages that come before the close, and its code.
async fn hear_until_closed(member: &mut TestClient) -> (Vec<String>, u16) {
    let mut messages = Vec::new();
    loop {
        match member.receive_message().await {
            Message::Text(text) => messages.push(text.to_string()),
            Message::Close(frame) => return (messages, frame.expect("a code").code.into()),
            other => panic!("expected a text or a close, got {other:?}"),
        }
    }
}

#[tokio::test]
async fn those_who_never_read_are_not_waited_for_longer_than_said() {
    let server = TestServer::start_small(ServerConfig { drain: Duration::from_millis(500), ..ServerConfig::default() });
    let mut stalled = Vec::new();
    for _ in 0..10 {
        stalled.push(http::open_small(server.address, "/ws/broadcast").await);
    }
    let mut sender = server.connect("/ws/broadcast").await;
    for _ in 0..40 {
        sender.send_message(Message::binary(vec![7; 16 * 1024])).await;
        sender.receive_message().await;
    }
    drop(sender);
    server.stop();
    assert_eq!(server.cut_off().await, stalled.len());
    drop(stalled);
}

#[tokio::test]
async fn a_download_that_is_never_read_is_not_waited_for_longer_than_said() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("index.html"), vec![b'x'; 16 << 20]).expect("a file");
    let config = ServerConfig { drain: Duration::from_millis(500), ..ServerConfig::default() };
    let server = TestServer::start_small_page(folder.path(), config);
    let mut stalled = TcpStream::connect(server.address).await.expect("somebody listens");
    let asked = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    stalled.write_all(asked.as_bytes()).await.expect("the socket takes it");
    stalled.readable().await.expect("an answer");
    server.stop();
    server.stopped().await;
    drop(stalled);
}

/// A runtime of its own: every task of it is the server's.
#[test]
fn no_task_is_left_behind() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let clients =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let ended = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let left = Arc::new(AtomicUsize::new(0));
        let leaving = Arc::clone(&left);
        let server = Server::builder()
            .drain(Duration::from_millis(300))
            .on_call("forever", async |_: Caller, (): ()| {
                std::future::pending::<()>().await;
                Ok(())
            })
            .on_disconnect(move |_, _, _| {
                leaving.fetch_add(1, Ordering::SeqCst);
                async {}
            });
        let stop = CancellationToken::new();
        // One that answers, one that does not, one that waits for a handler, one that listens, half a request.
        let crowd = clients.spawn(crowd(address, stop.clone()));
        let serving = server.build().expect("the settings are good").serve(listener);
        let ended = serving.with_graceful_shutdown(stop.cancelled_owned()).await;
        assert_eq!(left.load(Ordering::SeqCst), 4, "all have been reported");
        drop(crowd.await.expect("it does not panic"));
        ended
    });
    assert!(matches!(ended, Err(Error::Drain { connections: 1.. })), "{ended:?}");
    assert_eq!(runtime.metrics().num_alive_tasks(), 0);
}

async fn crowd(address: SocketAddr, stop: CancellationToken) -> impl Sized {
    let url = |path: &str| format!("ws://{address}{path}");
    let (mut echo, silent) = (TestClient::connect(&url("/ws/echo")).await, http::open(address, "/ws").await);
    let offer = [("sec-websocket-protocol", "yodel.v1")];
    let mut caller = TestClient::try_connect(&url("/ws"), &offer).await.expect("it is let in");
    caller.send(r#"{"id":1,"type":"call","event":"forever"}"#).await;
    caller.send(r#"{"id":2,"type":"join","room":"r"}"#).await;
    while !caller.receive().await.contains(r#""type":"joined""#) {}
    let mut listener = TcpStream::connect(address).await.expect("somebody listens");
    let asked = format!("GET /sse/r HTTP/1.1\r\nHost: {address}\r\n\r\n");
    listener.write_all(asked.as_bytes()).await.expect("the socket takes it");
    listener.readable().await.expect("an answer");
    let mut half = TcpStream::connect(address).await.expect("somebody listens");
    half.write_all(b"GET / HTTP/1.1\r\n").await.expect("the socket takes it");
    stop.cancel();
    assert_eq!(echo.closed().await.0, 1001);
    (echo, silent, caller, listener, half)
}

//! A WebSocket on a stream of HTTP/2 (RFC 8441), which is what browsers open over TLS.

use std::time::Duration;

use support::http::{GOODBYE, frame, short_frames};
use support::http2::Stream;
use support::tls::{self, Pair};
use support::{Http2, PATIENCE, TestServer, soon};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::http::Method;
use yodel_server::ServerConfig;

/// A server with TLS; its certificate is in the folder.
fn start(config: ServerConfig) -> (TestServer, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let Pair { chain, key } = Pair::write(folder.path());
    (TestServer::start(ServerConfig { tls_cert: Some(chain), tls_key: Some(key), ..config }), folder)
}

async fn connect(server: &TestServer, folder: &TempDir) -> Http2 {
    Http2::connect(server.address, &folder.path().join("cert.pem")).await
}

/// Sends a text and expects it back.
async fn echo(stream: &mut Stream, text: &str) {
    stream.write(frame(0x81, text.as_bytes()));
    let back = stream.read(2 + text.len()).await;
    assert_eq!(short_frames(&back), [(0x81, text.as_bytes())]);
}

#[tokio::test]
async fn a_stream_is_a_websocket() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let mut stream = client.open("/ws/echo").await;
    for text in ["hello", "", "over HTTP/2"] {
        echo(&mut stream, text).await;
    }
    stream.write(frame(0x89, b"there?"));
    assert_eq!(stream.read(8).await, b"\x8a\x06there?");
    let large = vec![7; 60_000];
    stream.write(frame(0x82, &large));
    let back = stream.read(4 + large.len()).await;
    assert!(back.ends_with(&large));
}

#[tokio::test]
async fn two_websockets_and_a_request_share_a_connection() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let (mut ana, mut bo) = (client.open("/ws/broadcast").await, client.open("/ws/broadcast").await);
    let request = client.request(Method::GET, "/nothing");
    assert_eq!(client.ask(request).await.status, 404);
    ana.write(frame(0x81, b"to all"));
    for stream in [&mut ana, &mut bo] {
        assert_eq!(stream.read(8).await, b"\x81\x06to all");
    }
    let mut cy = client.open("/ws/echo").await;
    echo(&mut cy, "mine").await;
}

#[tokio::test]
async fn a_close_is_answered_and_ends_the_stream_but_not_the_connection() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let mut stream = client.open("/ws").await;
    stream.write(frame(0x88, &1000_u16.to_be_bytes()));
    assert_eq!(stream.read_to_end().await, [0x88, 2, 0x03, 0xe8]);
    let mut other = client.open("/ws").await;
    echo(&mut other, "goes on").await;
}

#[tokio::test]
async fn a_broken_frame_is_said_and_ends_its_stream_alone() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let (mut broken, mut other) = (client.open("/ws").await, client.open("/ws").await);
    broken.write(frame(0x83, b""));
    let end = broken.read_to_end().await;
    assert_eq!(short_frames(&end), [(0x88, &b"\x03\xeareserved opcode"[..])]);
    echo(&mut other, "untouched").await;
}

#[tokio::test]
async fn what_is_no_websocket_gets_the_usual_answers() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let page = client.request(Method::GET, "/ws");
    let answer = client.ask(page).await;
    assert_eq!((answer.status.as_u16(), answer.header("sec-websocket-version")), (426, "13"));
    assert!(answer.body.contains("is a WebSocket endpoint"), "{answer:?}");

    let post = client.request(Method::POST, "/ws");
    assert_eq!(client.ask(post).await.status, 405);
    let version = client.websocket("/ws").header("sec-websocket-version", "8");
    assert_eq!(client.try_open(version).await.expect_err("two versions").status, 426);
    let nowhere = client.websocket("/nowhere");
    assert!(client.try_open(nowhere).await.expect_err("no such path").status.is_client_error());
    let mut stream = client.open("/ws").await;
    echo(&mut stream, "none of this did harm").await;
}

#[tokio::test]
async fn the_authority_is_the_host_that_an_origin_is_compared_with() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let own = format!("https://{}", client.authority);
    let request = client.websocket("/ws").header("origin", own);
    client.try_open(request).await.expect("the server's own page");

    let foreign = client.websocket("/ws").header("origin", "https://evil.example");
    assert_eq!(client.try_open(foreign).await.expect_err("a foreign page").status, 403);
    client.authority = "rebound.example".to_owned();
    let rebound = client.websocket("/ws").header("origin", "https://rebound.example").header("host", "localhost");
    let refused = client.try_open(rebound).await.expect_err("a foreign name for this machine");
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("rebound.example"), "{refused:?}");
}

#[tokio::test]
async fn a_reset_frees_the_place_and_so_does_a_lost_connection() {
    let (server, folder) = start(ServerConfig { max_connections: Some(1), ..ServerConfig::default() });
    let mut client = connect(&server, &folder).await;
    let first = client.open("/ws/broadcast").await;
    let request = client.websocket("/ws");
    let refused = client.try_open(request).await.expect_err("it is full");
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (503, "10"));

    first.reset();
    let second = let_in(&mut client).await;
    drop((second, client));
    let mut other = connect(&server, &folder).await;
    let mut third = let_in(&mut other).await;
    third.end();
    let_in(&mut other).await;
}

async fn let_in(client: &mut Http2) -> Stream {
    soon("a place is free", async {
        loop {
            let request = client.websocket("/ws");
            match client.try_open(request).await {
                Ok(stream) => return stream,
                Err(answer) => assert_eq!(answer.status, 503),
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_stop_closes_every_stream_and_ends_the_connection() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let (mut echo, mut member) = (client.open("/ws/echo").await, client.open("/ws/broadcast").await);
    server.stop();
    for stream in [&mut echo, &mut member] {
        assert_eq!(stream.read(GOODBYE.len()).await, GOODBYE);
        stream.write(frame(0x88, &1001_u16.to_be_bytes()));
        assert!(stream.read_to_end().await.is_empty());
    }
    drop((echo, member));
    client.ended().await;
    server.stopped().await;
}

#[tokio::test]
async fn who_comes_while_the_server_stops_is_sent_elsewhere() {
    let (server, folder) = start(ServerConfig { drain: PATIENCE * 2, ..ServerConfig::default() });
    let mut client = connect(&server, &folder).await;
    let mut silent = client.open("/ws").await;
    server.stop();
    assert_eq!(silent.read(GOODBYE.len()).await, GOODBYE);
    let mut late = connect(&server, &folder).await;
    let request = late.websocket("/ws");
    let refused = late.try_open(request).await.expect_err("it stops");
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (503, "5"));
    drop((silent, client));
    server.stopped().await;
}

/// Agrees on HTTP/2, and sends these bytes.
async fn say_only(bytes: &[u8], server: &TestServer, folder: &TempDir) -> TlsStream<TcpStream> {
    let trusted = folder.path().join("cert.pem");
    let mut stream = tls::connect_speaking(&[b"h2"], server.address, &trusted).await.expect("TLS");
    stream.write_all(bytes).await.expect("sent");
    stream
}

/// What a client of HTTP/2 begins with (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

#[tokio::test]
async fn who_never_asks_for_anything_is_let_go() {
    let (server, folder) =
        start(ServerConfig { handshake_timeout: Duration::from_millis(100), ..ServerConfig::default() });
    for bytes in [&b""[..], &PREFACE[..10], PREFACE] {
        let mut silent = say_only(bytes, &server, &folder).await;
        let _ = soon("the end", silent.read_to_end(&mut Vec::new())).await;
    }
}

#[tokio::test]
async fn who_has_asked_may_stay_for_longer_than_a_handshake_takes() {
    let (handshake_timeout, ping) = (Duration::from_secs(2), Duration::from_millis(100));
    let (server, folder) = start(ServerConfig { handshake_timeout, ping, ..ServerConfig::default() });
    let mut client = connect(&server, &folder).await;
    let mut stream = client.open("/ws").await;
    for _ in 0..25 {
        assert_eq!(stream.read(2).await, [0x89, 0]);
        stream.write(frame(0x8a, &[]));
    }
    stream.write(frame(0x88, &[]));
    assert!(stream.read_to_end().await.ends_with(&[0x88, 0]));
}

#[tokio::test]
async fn who_never_asks_for_anything_does_not_hold_up_the_stop() {
    let patient = ServerConfig { handshake_timeout: PATIENCE * 2, drain: PATIENCE * 2, ..ServerConfig::default() };
    let (server, folder) = start(patient);
    let mut silent = Vec::new();
    for bytes in [&b""[..], &PREFACE[..10], PREFACE] {
        silent.push(say_only(bytes, &server, &folder).await);
    }
    let mut client = connect(&server, &folder).await;
    // Nor does one who has asked, and keeps the connection.
    let request = client.request(Method::GET, "/nothing");
    assert_eq!(client.ask(request).await.status, 404);
    server.stop();
    server.stopped().await;
    drop((silent, client));
}

#[tokio::test]
async fn one_stream_that_is_read_slowly_does_not_hold_up_another_and_is_not_closed() {
    let (server, folder) = start(ServerConfig { rate: Some(1), rate_burst: Some(3), ..ServerConfig::default() });
    let mut client = connect(&server, &folder).await;
    let (mut eager, mut other) = (client.open("/ws/broadcast").await, client.open("/ws/echo").await);
    // As a browser sends them: each message in a frame of HTTP/2. Far more than is read in the time
    // of a test.
    for _ in 0..50_000 {
        eager.write(frame(0x81, b"me"));
    }
    assert_eq!(eager.read(12).await, b"\x81\x02me".repeat(3));
    echo(&mut other, "mine").await;
    other.write(frame(0x82, &vec![7; 60_000]));
    other.read(4 + 60_000).await;
}

#[tokio::test]
async fn compression_is_agreed_on_as_everywhere() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let request = client.websocket("/ws/echo").header("sec-websocket-extensions", "permessage-deflate");
    let mut stream = client.try_open(request).await.expect("it is opened");
    stream.write(frame(0x82, &vec![7; 60_000]));
    stream.write(frame(0x88, &[]));
    let back = stream.read_to_end().await;
    assert!(back[0] == 0xc2 && back.len() < 1000, "compressed: {back:?}");
}

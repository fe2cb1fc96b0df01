//! WebSocket connections on HTTP/2 streams (RFC 8441), which browsers use over TLS.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use support::http::{SHUTDOWN_CLOSE, frame, short_frames};
use support::http2::Http2Stream;
use support::tls::{self, CertificateFiles};
use support::{Http2, TIMEOUT, TestServer, before_default, retry_until};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::http::Method;
use yodel_server::ServerConfig;
use yodel_server::config::defaults;

/// Starts a server with TLS. Its certificate is in the returned folder.
fn start(config: ServerConfig) -> (TestServer, TempDir) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let CertificateFiles { chain, key } = CertificateFiles::write(folder.path());
    (TestServer::start(ServerConfig { tls_cert: Some(chain), tls_key: Some(key), ..config }), folder)
}

async fn connect(server: &TestServer, folder: &TempDir) -> Http2 {
    Http2::connect(server.address, &folder.path().join("cert.pem")).await
}

/// Sends a text and asserts that it is echoed.
async fn echo(stream: &mut Http2Stream, text: &str) {
    stream.write(frame(0x81, text.as_bytes()));
    let echo_bytes = stream.read(2 + text.len()).await;
    assert_eq!(short_frames(&echo_bytes), [(0x81, text.as_bytes())]);
}

#[tokio::test]
async fn opens_a_websocket_on_a_stream() {
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
    let echo_bytes = stream.read(4 + large.len()).await;
    assert!(echo_bytes.ends_with(&large));
}

#[tokio::test]
async fn multiplexes_websockets_and_requests() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let (mut ana, mut bo) = (client.open("/ws/broadcast").await, client.open("/ws/broadcast").await);
    let request = client.request(Method::GET, "/nothing");
    assert_eq!(client.send_request(request).await.status, 404);
    ana.write(frame(0x81, b"to all"));
    for stream in [&mut ana, &mut bo] {
        assert_eq!(stream.read(8).await, b"\x81\x06to all");
    }
    let mut cy = client.open("/ws/echo").await;
    echo(&mut cy, "mine").await;
}

#[tokio::test]
async fn close_ends_the_stream_but_not_the_connection() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let mut stream = client.open("/ws").await;
    stream.write(frame(0x88, &1000_u16.to_be_bytes()));
    assert_eq!(stream.read_to_end().await, [0x88, 2, 0x03, 0xe8]);
    let mut other = client.open("/ws").await;
    echo(&mut other, "goes on").await;
}

#[tokio::test]
async fn a_protocol_error_ends_only_its_stream() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let (mut broken, mut other) = (client.open("/ws").await, client.open("/ws").await);
    broken.write(frame(0x83, b""));
    let end = broken.read_to_end().await;
    assert_eq!(short_frames(&end), [(0x88, &b"\x03\xeareserved opcode"[..])]);
    echo(&mut other, "untouched").await;
}

#[tokio::test]
async fn rejects_other_requests_as_over_http_1() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let page = client.request(Method::GET, "/ws");
    let response = client.send_request(page).await;
    assert_eq!((response.status.as_u16(), response.header("sec-websocket-version")), (426, "13"));
    assert!(response.body.contains("is a WebSocket endpoint"), "{response:?}");

    let post = client.request(Method::POST, "/ws");
    assert_eq!(client.send_request(post).await.status, 405);
    let version = client.websocket("/ws").header("sec-websocket-version", "8");
    assert_eq!(client.try_open(version).await.expect_err("two versions").status, 426);
    let unknown_path = client.websocket("/nowhere");
    assert!(client.try_open(unknown_path).await.expect_err("no such path").status.is_client_error());
    let mut stream = client.open("/ws").await;
    echo(&mut stream, "none of this did harm").await;
}

#[tokio::test]
async fn compares_the_origin_with_the_authority() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let own = format!("https://{}", client.authority);
    let request = client.websocket("/ws").header("origin", own);
    client.try_open(request).await.expect("the server's own page");

    let foreign = client.websocket("/ws").header("origin", "https://evil.example");
    assert_eq!(client.try_open(foreign).await.expect_err("a foreign page").status, 403);
    client.authority = "rebound.example".to_owned();
    let rebound = client.websocket("/ws").header("origin", "https://rebound.example").header("host", "localhost");
    let rejected = client.try_open(rebound).await.expect_err("a foreign name for this machine");
    assert_eq!(rejected.status, 403);
    assert!(rejected.body.contains("rebound.example"), "{rejected:?}");
}

#[tokio::test]
async fn reset_and_lost_connection_release_the_slot() {
    let (server, folder) = start(ServerConfig { max_connections: Some(1), ..ServerConfig::default() });
    let mut client = connect(&server, &folder).await;
    let first = client.open("/ws/broadcast").await;
    let request = client.websocket("/ws");
    let rejected = client.try_open(request).await.expect_err("server is at its connection limit");
    assert_eq!((rejected.status.as_u16(), rejected.header("retry-after")), (503, "10"));

    first.reset();
    let second = retry_until_accepted(&mut client).await;
    drop((second, client));
    let mut other = connect(&server, &folder).await;
    let mut third = retry_until_accepted(&mut other).await;
    third.end();
    retry_until_accepted(&mut other).await;
}

async fn retry_until_accepted(client: &mut Http2) -> Http2Stream {
    retry_until("a free connection slot", async || {
        let request = client.websocket("/ws");
        match client.try_open(request).await {
            Ok(stream) => Some(stream),
            Err(response) => {
                assert_eq!(response.status, 503);
                None
            }
        }
    })
    .await
}

#[tokio::test]
async fn shutdown_closes_all_streams_and_the_connection() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let (mut echo, mut member) = (client.open("/ws/echo").await, client.open("/ws/broadcast").await);
    server.stop();
    for stream in [&mut echo, &mut member] {
        assert_eq!(stream.read(SHUTDOWN_CLOSE.len()).await, SHUTDOWN_CLOSE);
        stream.write(frame(0x88, &1001_u16.to_be_bytes()));
        assert!(stream.read_to_end().await.is_empty());
    }
    drop((echo, member));
    client.closed().await;
    server.stopped().await;
}

#[tokio::test]
async fn rejects_new_connections_during_shutdown_with_503() {
    let (server, folder) = start(ServerConfig { drain: TIMEOUT * 2, ..ServerConfig::default() });
    let mut client = connect(&server, &folder).await;
    let mut silent = client.open("/ws").await;
    server.stop();
    assert_eq!(silent.read(SHUTDOWN_CLOSE.len()).await, SHUTDOWN_CLOSE);
    let mut late = connect(&server, &folder).await;
    let request = late.websocket("/ws");
    let rejected = late.try_open(request).await.expect_err("server is shutting down");
    assert_eq!((rejected.status.as_u16(), rejected.header("retry-after")), (503, "5"));
    drop((silent, client));
    server.stopped().await;
}

/// Negotiates HTTP/2 over TLS and sends these bytes.
async fn connect_and_send(bytes: &[u8], server: &TestServer, folder: &TempDir) -> TlsStream<TcpStream> {
    let trusted = folder.path().join("cert.pem");
    let mut stream = tls::connect_with_alpn(&[b"h2"], server.address, &trusted).await.expect("TLS handshake succeeds");
    stream.write_all(bytes).await.expect("bytes are sent");
    stream
}

/// Connection preface of HTTP/2 with an empty SETTINGS frame (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

#[tokio::test]
async fn closes_a_connection_without_a_request() {
    // Long enough for TLS on a busy machine, and less than half the default.
    let handshake_timeout = Duration::from_secs(2);
    let (server, folder) = start(ServerConfig { handshake_timeout, ..ServerConfig::default() });
    let (server, folder) = (&server, &folder);
    let closed = join_all([&b""[..], &PREFACE[..10], PREFACE].map(|bytes| async move {
        let started = Instant::now();
        let mut silent = connect_and_send(bytes, server, folder).await;
        // The end may be a reset.
        let _ = silent.read_to_end(&mut Vec::new()).await;
        assert!(started.elapsed() >= handshake_timeout, "closed before the timeout: {}", bytes.escape_ascii());
    }));
    before_default(defaults::HANDSHAKE_TIMEOUT, "the end of the connections", closed).await;
}

#[tokio::test]
async fn keeps_a_connection_with_a_request_beyond_the_handshake_timeout() {
    let handshake_timeout = Duration::from_secs(2);
    let (server, folder) = start(ServerConfig { handshake_timeout, ..ServerConfig::default() });
    let mut client = connect(&server, &folder).await;
    let mut stream = client.open("/ws").await;
    // A later connection without a request is closed: the timeout of the earlier one has passed.
    let mut silent = connect_and_send(PREFACE, &server, &folder).await;
    let mut received = Vec::new();
    // The end may be a reset.
    let _ = before_default(defaults::HANDSHAKE_TIMEOUT, "the close", silent.read_to_end(&mut received)).await;
    echo(&mut stream, "still open").await;
    stream.write(frame(0x88, &[]));
    assert_eq!(stream.read_to_end().await, [0x88, 0]);
}

#[tokio::test]
async fn a_connection_without_a_request_does_not_delay_shutdown() {
    let config = ServerConfig { handshake_timeout: TIMEOUT * 2, drain: TIMEOUT * 2, ..ServerConfig::default() };
    let (server, folder) = start(config);
    let mut silent = Vec::new();
    for bytes in [&b""[..], &PREFACE[..10], PREFACE] {
        silent.push(connect_and_send(bytes, &server, &folder).await);
    }
    let mut client = connect(&server, &folder).await;
    // An idle connection after a request does not delay the shutdown either.
    let request = client.request(Method::GET, "/nothing");
    assert_eq!(client.send_request(request).await.status, 404);
    server.stop();
    server.stopped().await;
    drop((silent, client));
}

#[tokio::test]
async fn a_throttled_stream_does_not_block_others() {
    let (server, folder) = start(ServerConfig { rate: Some(1), rate_burst: Some(3), ..ServerConfig::default() });
    let mut client = connect(&server, &folder).await;
    let (mut eager, mut other) = (client.open("/ws/broadcast").await, client.open("/ws/echo").await);
    // As a browser sends them, one DATA frame per message. Far more than the server reads during the test.
    for _ in 0..50_000 {
        eager.write(frame(0x81, b"me"));
    }
    assert_eq!(eager.read(12).await, b"\x81\x02me".repeat(3));
    echo(&mut other, "mine").await;
    other.write(frame(0x82, &vec![7; 60_000]));
    other.read(4 + 60_000).await;
}

#[tokio::test]
async fn negotiates_compression() {
    let (server, folder) = start(ServerConfig::default());
    let mut client = connect(&server, &folder).await;
    let request = client.websocket("/ws/echo").header("sec-websocket-extensions", "permessage-deflate");
    let mut stream = client.try_open(request).await.expect("WebSocket is accepted");
    stream.write(frame(0x82, &vec![7; 60_000]));
    stream.write(frame(0x88, &[]));
    let echo_bytes = stream.read_to_end().await;
    assert!(echo_bytes[0] == 0xc2 && echo_bytes.len() < 1000, "compressed: {echo_bytes:?}");
}

#[tokio::test]
async fn closes_a_connection_without_open_streams_but_not_with_a_websocket() {
    let (server, folder) = start(ServerConfig { handshake_timeout: Duration::from_secs(2), ..ServerConfig::default() });
    let mut busy = connect(&server, &folder).await;
    let mut websocket = busy.open("/ws/echo").await;
    let mut idle = connect(&server, &folder).await;
    let health = idle.request(Method::GET, "/health");
    assert_eq!(idle.send_request(health).await.status, 200);
    before_default(defaults::HANDSHAKE_TIMEOUT, "the end of the idle connection", idle.closed_by_server()).await;
    echo(&mut websocket, "still open").await;
    // The server announces the end of a connection before it closes it; then no further stream can be opened.
    let health = busy.request(Method::GET, "/health");
    assert_eq!(busy.send_request(health).await.status, 200);
}

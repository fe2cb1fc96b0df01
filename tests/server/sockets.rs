//! Limits of sockets, for any purpose: their number, the size of requests, and the time without progress.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use support::api::KEY;
use support::http as raw;
use support::{TIMEOUT, TestServer, before_default, patient, retry_until, with_timeout};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use yodel_server::ServerConfig;
use yodel_server::config::defaults;

/// Sockets beyond the limit that get a response.
const RESERVE: usize = 16;

async fn get(server: &TestServer, path: &str) -> String {
    raw::request(server.address, &format!("GET {path} HTTP/1.1")).await
}

/// Opens sockets that send nothing.
async fn silent_sockets(address: SocketAddr, count: usize) -> Vec<TcpStream> {
    let mut sockets = Vec::new();
    for _ in 0..count {
        sockets.push(TcpStream::connect(address).await.expect("server is listening"));
    }
    sockets
}

#[tokio::test]
async fn full_server_responds_to_probes_and_rejects_the_rest() {
    let config = ServerConfig { max_sockets: Some(4), handshake_timeout: TIMEOUT * 2, ..ServerConfig::default() };
    let server = TestServer::start(config);
    let silent = silent_sockets(server.address, 4).await;
    for (path, status) in [("/health", 200), ("/ready", 200), ("/metrics", 503), ("/", 503), ("/ws", 503)] {
        let response = get(&server, path).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {response}");
        if status == 503 {
            assert!(response.contains("retry-after: 10\r\n") && response.contains("--max-sockets"), "{response}");
        }
    }
    drop(silent);
    retry_until("a free socket", async || get(&server, "/metrics").await.starts_with("HTTP/1.1 200 ").then_some(()))
        .await;
    assert!(server.metric("yodel_connections_refused_total{reason=\"max_sockets\"}").await >= 3);
}

#[tokio::test]
async fn closes_an_idle_connection_after_its_request() {
    let config = ServerConfig { handshake_timeout: Duration::from_secs(2), ..ServerConfig::default() };
    let server = TestServer::start(config);
    let mut idle = silent_sockets(server.address, 1).await.remove(0);
    raw::write(&mut idle, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    let response =
        before_default(defaults::HANDSHAKE_TIMEOUT, "the end of the socket", raw::read_to_end(&mut idle)).await;
    assert!(response.ends_with(b"alive\n"), "{}", String::from_utf8_lossy(&response));
}

#[tokio::test]
async fn closes_a_request_whose_body_does_not_arrive() {
    let config = ServerConfig { handshake_timeout: Duration::from_secs(2), ..ServerConfig::default() };
    let server = TestServer::start_api(config);
    let lines = format!("Host: {}\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json", server.address);
    let request = format!("POST /api/publish HTTP/1.1\r\n{lines}\r\nContent-Length: 9\r\n\r\n{{");
    let exchange = raw::exchange(server.address, request.as_bytes());
    let response = before_default(defaults::HANDSHAKE_TIMEOUT, "the end of the socket", exchange).await;
    assert!(response.starts_with(b"HTTP/1.1 408 "), "{}", String::from_utf8_lossy(&response));
}

#[tokio::test]
async fn rejects_large_headers_before_the_request_is_complete() {
    let server = TestServer::start(ServerConfig { handshake_timeout: TIMEOUT * 2, ..ServerConfig::default() });
    let mut stream = silent_sockets(server.address, 1).await.remove(0);
    let header = format!("GET / HTTP/1.1\r\nX-Large: {}", "x".repeat(384 * 1024));
    // Rejected after 32 KiB, long before the request is complete.
    let _ = stream.write_all(header.as_bytes()).await;
    let response = raw::read_to_end(&mut stream).await;
    assert!(response.starts_with(b"HTTP/1.1 431 "), "{}", String::from_utf8_lossy(&response));
}

/// Opens sockets at the same time, from which the server has not accepted any yet.
#[tokio::test]
async fn backlog_holds_a_thousand_connects() {
    let listener = yodel_server::listen(([127, 0, 0, 1], 0).into()).expect("loopback has a free port");
    let address = listener.local_addr().expect("listener has an address");
    let somaxconn =
        std::fs::read_to_string("/proc/sys/net/core/somaxconn").ok().and_then(|text| text.trim().parse().ok());
    let count = somaxconn.unwrap_or(1000_usize).min(1000);
    // Beyond the backlog a connect waits for a retransmission, forever if the server accepts no connection.
    let connects = join_all((0..count).map(|_| TcpStream::connect(address)));
    let connected = with_timeout("the connects", connects).await;
    assert!(connected.iter().all(Result::is_ok), "{:?}", connected.iter().find(|connected| connected.is_err()));
}

#[tokio::test]
async fn responds_to_probes_although_others_occupy_the_reserve() {
    // Only a later socket makes room, not the time limit of an incomplete request.
    let config = ServerConfig { max_sockets: Some(1), handshake_timeout: TIMEOUT * 2, ..ServerConfig::default() };
    let server = TestServer::start(config);
    let mut silent = silent_sockets(server.address, 1 + RESERVE).await;
    for path in ["/health", "/ready"] {
        let response = get(&server, path).await;
        assert!(response.starts_with("HTTP/1.1 200 "), "{path}: {response}");
    }
    assert_eq!(raw::read_to_end(&mut silent[1]).await, b"", "the oldest socket of the reserve made room");
    drop(silent);
    retry_until("a free socket", async || {
        get(&server, "/metrics").await.contains("yodel_sockets_refused_total").then_some(())
    })
    .await;
    // The second probe may have found the place of the first one.
    assert!(server.metric("yodel_sockets_refused_total").await >= 1);
}

#[tokio::test]
async fn websockets_count_as_sockets_until_they_close() {
    let server = TestServer::start(ServerConfig::default());
    let client = server.connect("/ws").await;
    assert_eq!(server.metric("yodel_sockets").await, 2, "the WebSocket, and the one that asks");
    assert_eq!(client.close(1000).await, 1000);
    closed(&server).await;
}

#[tokio::test]
async fn websockets_open_although_few_sockets_are_left() {
    let server = TestServer::start(ServerConfig { max_sockets: Some(4), ..ServerConfig::default() });
    let _silent = silent_sockets(server.address, 3).await;
    let mut client = server.connect("/ws/echo").await;
    client.send("hi").await;
    assert_eq!(client.receive().await, "hi");
}

#[tokio::test]
async fn closes_a_client_that_reads_no_responses() {
    let config = ServerConfig { response_timeout: Duration::from_secs(2), ..patient() };
    // With the API enabled: two hundred of these responses exceed all buffers.
    let server = TestServer::start_api_with_small_buffers(config);
    let socket = TcpSocket::new_v4().expect("IPv4 is available");
    socket.set_recv_buffer_size(4 * 1024).expect("socket is open");
    let mut stream = socket.connect(server.address).await.expect("server is listening");
    let requests = "GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200);
    // The server stops reading when its responses are not read, so the write may never complete.
    let ended = async {
        tokio::select! {
            _ = stream.write_all(requests.as_bytes()) => {}
            () = closed(&server) => {}
        }
        closed(&server).await;
    };
    before_default(defaults::RESPONSE_TIMEOUT, "the end of the socket", ended).await;
}

/// Waits until only the socket that asks is open.
async fn closed(server: &TestServer) {
    retry_until("the end of the socket", async || (server.metric("yodel_sockets").await == 1).then_some(())).await;
}

#[tokio::test]
async fn rejects_a_request_with_large_headers() {
    let server = TestServer::start(ServerConfig::default());
    let lines = format!("GET /health HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX-Large: ", server.address);
    let rest = 32 * 1024 - lines.len() - "\r\n\r\n".len();
    for (size, status) in [(rest, 200), (rest + 1, 431), (4 * rest, 431)] {
        let request = format!("{lines}{}\r\n\r\n", "x".repeat(size));
        let response = raw::exchange(server.address, request.as_bytes()).await;
        let response = String::from_utf8_lossy(&response);
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{size}: {response}");
    }
}

//! Limits of sockets, whatever they are used for: their number, the size of requests, and the time without progress.

use std::net::SocketAddr;
use std::time::Duration;

use support::http as raw;
use support::{TestServer, with_timeout};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use yodel_server::ServerConfig;

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

/// Returns the value of a metric.
async fn metric(server: &TestServer, name: &str) -> u64 {
    let metrics = get(server, "/metrics").await;
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap_or_default();
    line.parse().unwrap_or_else(|_| panic!("{name} in: {metrics}"))
}

#[tokio::test]
async fn full_server_responds_to_probes_and_rejects_the_rest() {
    let server = TestServer::start(ServerConfig { max_sockets: Some(4), ..ServerConfig::default() });
    let silent = silent_sockets(server.address, 4).await;
    for (path, status) in [("/health", 200), ("/ready", 200), ("/metrics", 503), ("/", 503), ("/ws", 503)] {
        let response = get(&server, path).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {response}");
        if status == 503 {
            assert!(response.contains("retry-after: 10\r\n") && response.contains("--max-sockets"), "{response}");
        }
    }
    drop(silent);
    with_timeout("a free socket", async {
        while !get(&server, "/metrics").await.starts_with("HTTP/1.1 200 ") {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn closes_sockets_beyond_the_reserve() {
    let server = TestServer::start(ServerConfig { max_sockets: Some(1), ..ServerConfig::default() });
    let silent = silent_sockets(server.address, 1 + RESERVE).await;
    let mut refused = TcpStream::connect(server.address).await.expect("the system completes the connection");
    assert_eq!(raw::read_to_end(&mut refused).await, b"");
    drop(silent);
    with_timeout("a free socket", async {
        while !get(&server, "/metrics").await.contains("yodel_sockets_refused_total") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(metric(&server, "yodel_sockets_refused_total").await >= 1);
}

#[tokio::test]
async fn websockets_count_as_sockets_until_they_close() {
    let server = TestServer::start(ServerConfig::default());
    let client = server.connect("/ws").await;
    assert_eq!(metric(&server, "yodel_sockets").await, 2, "the WebSocket, and the one that asks");
    assert_eq!(client.close(1000).await, 1000);
    with_timeout("the end of the socket", async {
        while metric(&server, "yodel_sockets").await != 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn closes_a_client_that_reads_no_responses() {
    let config = ServerConfig { handshake_timeout: Duration::from_millis(300), ..ServerConfig::default() };
    let server = TestServer::start_with_small_buffers(config);
    let socket = TcpSocket::new_v4().expect("IPv4 is available");
    socket.set_recv_buffer_size(4 * 1024).expect("socket is open");
    let mut stream = socket.connect(server.address).await.expect("server is listening");
    let requests = "GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200);
    // The server stops reading when its responses are not read, so the write may never complete.
    tokio::select! {
        _ = stream.write_all(requests.as_bytes()) => {}
        () = closed(&server) => {}
    }
    with_timeout("the end of the socket", closed(&server)).await;
}

/// Waits until only the socket that asks is open.
async fn closed(server: &TestServer) {
    while metric(server, "yodel_sockets").await != 1 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn rejects_a_request_with_large_headers() {
    let server = TestServer::start(ServerConfig::default());
    for (size, status) in [(16 * 1024, 200), (33 * 1024, 431)] {
        let header = "x".repeat(size);
        let response = raw::request(server.address, &format!("GET /health HTTP/1.1\r\nX-Large: {header}")).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{size}: {response}");
    }
}

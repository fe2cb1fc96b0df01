//! `--open`: a server on an address other than loopback, without authentication.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use support::http::{self, HANDSHAKE};
use support::yodel::run;
use support::{TestClient, Yodel, with_timeout};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// An IPv4-mapped address: for the server it is a public address, but only this machine can reach it.
const LISTEN: &str = "[::ffff:127.0.0.1]:0";

fn address(yodel: &Yodel) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), yodel.address().port())
}

#[tokio::test]
async fn public_address_requires_open() {
    let rejected = run(&["serve", "--listen", LISTEN]).await;
    assert_eq!(rejected.status.code(), Some(1), "{}", rejected.log);
    assert!(rejected.log.contains("--open") && rejected.log.contains("--auth jwt"), "{}", rejected.log);
}

#[tokio::test]
async fn open_server_accepts_everyone_under_its_names() {
    let yodel = Yodel::serve_at(LISTEN, &["--open", "--host", "yodel.example"]).await;
    let mut client = TestClient::connect(&format!("ws://{}/ws", address(&yodel))).await;
    client.send("hello").await;
    assert_eq!(client.receive().await, "hello");
    for (host, origin, status) in [
        ("yodel.example", "http://yodel.example", 101),
        ("yodel.example", "http://evil.example", 403),
        ("evil.example", "http://evil.example", 403),
    ] {
        let text = format!("GET /ws HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n{HANDSHAKE}\r\n");
        let response = handshake(address(&yodel), &text).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{host}, {origin}: {response}");
    }
}

async fn handshake(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("server is listening");
    stream.write_all(request.as_bytes()).await.expect("socket accepts data");
    with_timeout("a response", http::read_head(&mut stream)).await
}

#[tokio::test]
async fn open_server_hides_metrics_and_api() {
    let yodel = Yodel::serve_at(LISTEN, &["--open"]).await;
    for (path, status) in [("/", 200), ("/health", 200), ("/metrics", 404), ("/api/rooms", 404)] {
        let response = http::request(address(&yodel), &format!("GET {path} HTTP/1.1")).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {response}");
    }
    let metrics = Yodel::serve_at(LISTEN, &["--open", "--metrics", "open"]).await;
    let response = http::request(address(&metrics), "GET /metrics HTTP/1.1").await;
    assert!(response.contains("yodel_build_info"), "{response}");
}

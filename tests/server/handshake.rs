//! Handshakes that are refused, each with a response that says why.

use std::time::Duration;

use backend::Config;
use support::http::{self, HANDSHAKE};
use support::{TestClient, TestServer};
use tokio::io::AsyncWriteExt;

async fn handshake(server: &TestServer, path: &str, host: &str, further: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{HANDSHAKE}{further}\r\n");
    let mut stream = tokio::net::TcpStream::connect(server.address).await.expect("somebody listens");
    stream.write_all(request.as_bytes()).await.expect("the socket takes it");
    stream.shutdown().await.expect("nothing more to say");
    String::from_utf8_lossy(&http::read_to_end(&mut stream).await).into_owned()
}

#[tokio::test]
async fn an_endpoint_opened_like_a_page_says_what_to_do() {
    let server = TestServer::start(Config::default());
    for path in ["/ws", "/ws/echo", "/ws/broadcast"] {
        let response = http::request(server.address, &format!("GET {path} HTTP/1.1")).await;
        assert!(response.starts_with("HTTP/1.1 426 Upgrade Required"), "{response}");
        assert!(response.contains("upgrade: websocket"), "{response}");
        assert!(response.contains("sec-websocket-version: 13"), "{response}");
        assert!(response.contains(&format!("\"ws\") + \"{path}\")")), "{response}");
    }
}

#[tokio::test]
async fn a_post_is_not_allowed() {
    let server = TestServer::start(Config::default());
    let response = http::request(server.address, "POST /ws HTTP/1.1\nContent-Length: 0").await;
    assert!(response.starts_with("HTTP/1.1 405 "), "{response}");
    assert!(response.contains("allow: GET"), "{response}");
}

#[tokio::test]
async fn another_version_is_told_which_one_to_use() {
    let server = TestServer::start(Config::default());
    let lines =
        "GET /ws HTTP/1.1\nUpgrade: websocket\nSec-WebSocket-Version: 8\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    let response = http::request(server.address, lines).await;
    assert!(response.starts_with("HTTP/1.1 426 "), "{response}");
    assert!(response.contains("sec-websocket-version: 13"), "{response}");
}

#[tokio::test]
async fn a_handshake_without_a_key_is_a_bad_request() {
    let server = TestServer::start(Config::default());
    let lines = "GET /ws HTTP/1.1\nUpgrade: websocket\nSec-WebSocket-Version: 13";
    let response = http::request(server.address, lines).await;
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
}

#[tokio::test]
async fn a_subprotocol_that_is_not_spoken_is_refused_in_words() {
    let server = TestServer::start(Config::default());
    let host = server.address.to_string();
    let response = handshake(&server, "/ws", &host, "Sec-WebSocket-Protocol: soap\r\n").await;
    assert!(response.starts_with("HTTP/1.1 400 ") && response.contains("subprotocol"), "{response}");
}

#[tokio::test]
async fn the_servers_own_page_may_connect_and_a_foreign_one_may_not() {
    let server = TestServer::start(Config::default());
    let host = server.address.to_string();
    let own = handshake(&server, "/ws", &host, &format!("Origin: http://{host}\r\n")).await;
    assert!(own.starts_with("HTTP/1.1 101 "), "{own}");
    let foreign = handshake(&server, "/ws", &host, "Origin: http://evil.example\r\n").await;
    assert!(foreign.starts_with("HTTP/1.1 403 "), "{foreign}");
    assert!(foreign.contains("--origin http://evil.example"), "{foreign}");
}

#[tokio::test]
async fn a_listed_page_may_connect() {
    let origin = vec!["http://localhost:3000".parse().expect("an origin")];
    let server = TestServer::start(Config { origin, ..Config::default() });
    let url = format!("ws://{}/ws", server.address);
    assert!(TestClient::try_connect(&url, &[("origin", "http://localhost:3000")]).await.is_ok());
    assert_eq!(TestClient::try_connect(&url, &[("origin", "http://localhost:3001")]).await.err(), Some(403));
}

#[tokio::test]
async fn every_page_may_connect_when_the_server_is_told_so() {
    let origin = vec!["*".parse().expect("an origin")];
    let server = TestServer::start(Config { origin, ..Config::default() });
    let url = format!("ws://{}/ws", server.address);
    assert!(TestClient::try_connect(&url, &[("origin", "null")]).await.is_ok());
}

#[tokio::test]
async fn a_foreign_name_for_this_machine_is_refused() {
    let server = TestServer::start(Config::default());
    let response = handshake(&server, "/ws", "rebound.example:8000", "Origin: http://rebound.example:8000\r\n").await;
    assert!(response.starts_with("HTTP/1.1 403 "), "{response}");
}

#[tokio::test]
async fn a_client_that_never_ends_its_headers_is_let_go() {
    let handshake_timeout = Duration::from_millis(100);
    let server = TestServer::start(Config { handshake_timeout, ..Config::default() });
    let answer = http::exchange(server.address, b"GET /ws HTTP/1.1\r\nHost: local").await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

//! Handshakes: successful responses, and rejections with their reasons.

use std::time::{Duration, Instant};

use support::http::{self, HANDSHAKE, frame};
use support::{TestClient, TestServer, before_default};
use yodel_server::ServerConfig;
use yodel_server::config::{Compression, defaults};

async fn handshake(server: &TestServer, path: &str, host: &str, extra_headers: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{HANDSHAKE}{extra_headers}\r\n");
    http::exchange_and_shut_down(server.address, &request).await
}

#[tokio::test]
async fn explains_the_upgrade_to_a_plain_get() {
    let server = TestServer::start(ServerConfig::default());
    for path in ["/ws", "/ws/echo", "/ws/broadcast"] {
        let response = http::request(server.address, &format!("GET {path} HTTP/1.1")).await;
        assert!(response.starts_with("HTTP/1.1 426 Upgrade Required"), "{response}");
        assert!(response.contains("upgrade: websocket"), "{response}");
        assert!(response.contains("sec-websocket-version: 13"), "{response}");
        assert!(response.contains(&format!("\"ws\") + \"{path}\")")), "{response}");
    }
}

#[tokio::test]
async fn rejects_post() {
    let server = TestServer::start(ServerConfig::default());
    let response = http::request(server.address, "POST /ws HTTP/1.1\nContent-Length: 0").await;
    assert!(response.starts_with("HTTP/1.1 405 "), "{response}");
    assert!(response.contains("allow: GET"), "{response}");
}

#[tokio::test]
async fn section_4_2_2_response_has_required_headers_only() {
    let server = TestServer::start(ServerConfig::default());
    let (_, head) = http::open_with(server.address, "/ws", "").await;
    let mut lines: Vec<&str> = head.trim_end().split("\r\n").collect();
    assert_eq!(lines.remove(0), "HTTP/1.1 101 Switching Protocols");
    let names: Vec<&str> = lines.iter().filter_map(|line| line.split(": ").next()).collect();
    for needed in ["upgrade: websocket", "connection: upgrade", "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="] {
        assert_eq!(lines.iter().filter(|line| **line == needed).count(), 1, "{head}");
    }
    for not_needed in ["sec-websocket-extensions", "sec-websocket-protocol", "content-length", "transfer-encoding"] {
        assert!(!names.contains(&not_needed), "{head}");
    }
}

#[tokio::test]
async fn section_4_2_1_accepts_headers_in_any_case_and_in_lists() {
    let server = TestServer::start(ServerConfig::default());
    let lines = "GET /ws?a=b HTTP/1.1\nUPGRADE: h2c, WebSocket\nconnection: keep-alive, uPGRADE\n\
                 sec-websocket-version:13\nSEC-WEBSOCKET-KEY:   dGhlIHNhbXBsZSBub25jZQ==  ";
    let request = format!("{}\r\nHost: {}\r\n\r\n", lines.replace('\n', "\r\n"), server.address);
    let bytes = [request.as_bytes(), &frame(0x88, b"")].concat();
    let response = http::exchange(server.address, &bytes).await;
    assert!(response.starts_with(b"HTTP/1.1 101 ") && response.ends_with(b"\x88\x00"), "{}", response.escape_ascii());
}

#[tokio::test]
async fn section_4_2_1_rejects_missing_and_invalid_headers() {
    const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    const UPGRADE: &str = "Connection: Upgrade";
    let server = TestServer::start(ServerConfig::default());
    for (lines, words) in [
        (format!("GET /ws HTTP/1.1\n{KEY}"), "`Connection: Upgrade`"),
        (format!("GET /ws HTTP/1.1\nConnection: keep-alive\n{KEY}"), "`Connection: Upgrade`"),
        (format!("GET /ws HTTP/1.1\n{UPGRADE}"), "`Sec-WebSocket-Key`"),
        (format!("GET /ws HTTP/1.1\n{UPGRADE}\nSec-WebSocket-Key: short"), "`Sec-WebSocket-Key`"),
        (format!("GET /ws HTTP/1.1\n{UPGRADE}\nSec-WebSocket-Key: {}", "A".repeat(24)), "`Sec-WebSocket-Key`"),
        (format!("GET /ws HTTP/1.1\n{UPGRADE}\nSec-WebSocket-Key: not base64 !!!!!!!!!!!!"), "`Sec-WebSocket-Key`"),
        (format!("GET /ws HTTP/1.1\n{UPGRADE}\n{KEY}\n{KEY}"), "`Sec-WebSocket-Key`"),
        (format!("GET /ws HTTP/1.1\n{UPGRADE}\n{KEY}\nHost: another"), "`Host`"),
        (format!("GET /ws HTTP/1.0\n{UPGRADE}\n{KEY}"), "HTTP/1.1"),
    ] {
        let lines = format!("{lines}\nUpgrade: websocket\nSec-WebSocket-Version: 13");
        let response = http::request(server.address, &lines).await;
        assert!(response.get(8..).is_some_and(|rest| rest.starts_with(" 400 ")), "{lines}\n{response}");
        assert!(response.contains(words), "{lines}\n{response}");
    }
}

#[tokio::test]
async fn section_4_2_1_rejects_a_request_without_host() {
    let server = TestServer::start(ServerConfig::default());
    let request = format!("GET /ws HTTP/1.1\r\n{HANDSHAKE}\r\n");
    let response = http::exchange_and_shut_down(server.address, &request).await;
    assert!(response.starts_with("HTTP/1.1 400 ") && response.contains("`Host`"), "{response}");
}

#[tokio::test]
async fn section_4_4_announces_the_supported_version() {
    let server = TestServer::start(ServerConfig::default());
    for version in ["", "Sec-WebSocket-Version: 8\n", "Sec-WebSocket-Version: 13\nSec-WebSocket-Version: 13\n"] {
        let lines =
            format!("GET /ws HTTP/1.1\nUpgrade: websocket\n{version}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
        let response = http::request(server.address, &lines).await;
        assert!(response.starts_with("HTTP/1.1 426 "), "{response}");
        assert!(response.contains("sec-websocket-version: 13"), "{response}");
    }
}

#[tokio::test]
async fn section_9_1_rejects_malformed_extensions() {
    for compression in [Compression::On, Compression::Off, Compression::Takeover] {
        let server = TestServer::start(ServerConfig { compression, ..ServerConfig::default() });
        let host = server.address.to_string();
        for malformed in ["permessage-deflate;", "permessage-deflate; =1", "a b", "a; b=\"c", "a=b", "ä", ""] {
            let extra_headers = format!("Sec-WebSocket-Extensions: {malformed}\r\n");
            let response = handshake(&server, "/ws", &host, &extra_headers).await;
            assert!(response.starts_with("HTTP/1.1 400 "), "{malformed} with {compression:?}: {response}");
            assert!(response.contains("`Sec-WebSocket-Extensions`"), "{response}");
        }
    }
}

#[tokio::test]
async fn explains_a_rejected_subprotocol() {
    let server = TestServer::start(ServerConfig::default());
    let host = server.address.to_string();
    let response = handshake(&server, "/ws", &host, "Sec-WebSocket-Protocol: soap\r\n").await;
    assert!(response.starts_with("HTTP/1.1 400 ") && response.contains("subprotocol"), "{response}");
}

#[tokio::test]
async fn accepts_the_own_origin_and_rejects_a_foreign_one() {
    let server = TestServer::start(ServerConfig::default());
    let host = server.address.to_string();
    let own = handshake(&server, "/ws", &host, &format!("Origin: http://{host}\r\n")).await;
    assert!(own.starts_with("HTTP/1.1 101 "), "{own}");
    let foreign = handshake(&server, "/ws", &host, "Origin: http://evil.example\r\n").await;
    assert!(foreign.starts_with("HTTP/1.1 403 "), "{foreign}");
    assert!(foreign.contains("--origin http://evil.example"), "{foreign}");
}

#[tokio::test]
async fn accepts_a_listed_origin() {
    let origin = vec!["http://localhost:3000".parse().expect("an origin")];
    let server = TestServer::start(ServerConfig { origin, ..ServerConfig::default() });
    let url = format!("ws://{}/ws", server.address);
    assert!(TestClient::try_connect(&url, &[("origin", "http://localhost:3000")]).await.is_ok());
    assert_eq!(TestClient::try_connect(&url, &[("origin", "http://localhost:3001")]).await.err(), Some(403));
}

#[tokio::test]
async fn accepts_every_origin_with_a_wildcard() {
    let origin = vec!["*".parse().expect("an origin")];
    let server = TestServer::start(ServerConfig { origin, ..ServerConfig::default() });
    let url = format!("ws://{}/ws", server.address);
    assert!(TestClient::try_connect(&url, &[("origin", "null")]).await.is_ok());
}

/// Returns the flag and the value that a response advises.
fn advice(response: &str) -> (&str, &str) {
    let (_, after) = response.split_once("(--").expect("the response names a flag");
    let (advice, _) = after.split_once(')').expect("the advice ends");
    advice.split_once(' ').expect("a flag and its value")
}

#[tokio::test]
async fn rejects_a_foreign_host_everywhere_until_it_is_listed() {
    for address in [[127, 0, 0, 1], [0, 0, 0, 0]] {
        let start = |host: &[&str]| {
            let host = host.iter().map(|name| name.parse().expect("a name")).collect();
            TestServer::start_at(address, ServerConfig { open: true, host, ..ServerConfig::default() })
        };
        let (server, own) = (start(&[]), "Origin: http://rebound.example:8000\r\n");
        let rejected = handshake(&server, "/ws", "rebound.example:8000", own).await;
        assert!(rejected.starts_with("HTTP/1.1 403 "), "{address:?}: {rejected}");
        let (flag, name) = advice(&rejected);
        assert_eq!(flag, "host", "{rejected}");
        let accepted = handshake(&start(&[name]), "/ws", "rebound.example:8000", own).await;
        assert!(accepted.starts_with("HTTP/1.1 101 "), "{accepted}");
        for (path, status) in
            [("/health", 200), ("/ready", 200), ("/ws", 403), ("/metrics", 403), ("/", 403), ("/x", 403)]
        {
            let request = format!("GET {path} HTTP/1.1\r\nHost: rebound.example:8000\r\n\r\n");
            let response = http::exchange_and_shut_down(server.address, &request).await;
            assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {response}");
        }
        let by_address = handshake(&server, "/ws", "192.0.2.1:8000", "Origin: http://192.0.2.1:8000\r\n").await;
        assert!(by_address.starts_with("HTTP/1.1 101 "), "an address cannot be rebound: {by_address}");
    }
}

#[tokio::test]
async fn the_advice_of_a_rejected_origin_is_accepted() {
    let own = TestServer::start(ServerConfig::default());
    for origin in ["http://evil.example", "chrome-extension://aapb", "tauri://localhost", "null"] {
        let header = format!("Origin: {origin}\r\n");
        let rejected = handshake(&own, "/ws", &own.address.to_string(), &header).await;
        assert!(rejected.starts_with("HTTP/1.1 403 "), "{rejected}");
        let (flag, value) = advice(&rejected);
        assert_eq!(flag, "origin", "{rejected}");
        let listed = vec![value.parse().unwrap_or_else(|error| panic!("{rejected}: {error}"))];
        let server = TestServer::start(ServerConfig { origin: listed, open: true, ..ServerConfig::default() });
        let accepted = handshake(&server, "/ws", &server.address.to_string(), &header).await;
        assert!(accepted.starts_with("HTTP/1.1 101 "), "{accepted}");
    }
}

#[tokio::test]
async fn closes_a_connection_with_incomplete_headers() {
    let handshake_timeout = Duration::from_millis(100);
    let server = TestServer::start(ServerConfig { handshake_timeout, ..ServerConfig::default() });
    let started = Instant::now();
    let exchange = http::exchange(server.address, b"GET /ws HTTP/1.1\r\nHost: local");
    let response = before_default(defaults::HANDSHAKE_TIMEOUT, "the close", exchange).await;
    assert_eq!(response.escape_ascii().to_string(), "", "no response to an incomplete request");
    assert!(started.elapsed() >= handshake_timeout, "closed before the timeout");
}

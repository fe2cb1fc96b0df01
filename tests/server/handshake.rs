//! Handshakes: how they are answered, and which are refused, each with a response that says why.

use std::time::Duration;

use support::http::{self, HANDSHAKE, frame};
use support::{TestClient, TestServer};
use tokio::io::AsyncWriteExt;
use yodel_server::ServerConfig;
use yodel_server::config::Compression;

async fn handshake(server: &TestServer, path: &str, host: &str, further: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{HANDSHAKE}{further}\r\n");
    let mut stream = tokio::net::TcpStream::connect(server.address).await.expect("somebody listens");
    stream.write_all(request.as_bytes()).await.expect("the socket takes it");
    stream.shutdown().await.expect("nothing more to say");
    String::from_utf8_lossy(&http::read_to_end(&mut stream).await).into_owned()
}

#[tokio::test]
async fn an_endpoint_opened_like_a_page_says_what_to_do() {
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
async fn a_post_is_not_allowed() {
    let server = TestServer::start(ServerConfig::default());
    let response = http::request(server.address, "POST /ws HTTP/1.1\nContent-Length: 0").await;
    assert!(response.starts_with("HTTP/1.1 405 "), "{response}");
    assert!(response.contains("allow: GET"), "{response}");
}

#[tokio::test]
async fn section_4_2_2_the_answer_has_what_it_must_have_and_nothing_that_was_not_asked_for() {
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
async fn section_4_2_1_names_and_tokens_are_taken_in_any_case_and_among_others() {
    let server = TestServer::start(ServerConfig::default());
    let lines = "GET /ws?a=b HTTP/1.1\nUPGRADE: h2c, WebSocket\nconnection: keep-alive, uPGRADE\n\
                 sec-websocket-version:13\nSEC-WEBSOCKET-KEY:   dGhlIHNhbXBsZSBub25jZQ==  ";
    let request = format!("{}\r\nHost: {}\r\n\r\n", lines.replace('\n', "\r\n"), server.address);
    let bytes = [request.as_bytes(), &frame(0x88, b"")].concat();
    let answer = http::exchange(server.address, &bytes).await;
    assert!(answer.starts_with(b"HTTP/1.1 101 ") && answer.ends_with(b"\x88\x00"), "{}", answer.escape_ascii());
}

#[tokio::test]
async fn section_4_2_1_what_is_missing_or_wrong_is_a_bad_request_that_says_so() {
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
async fn section_4_2_1_a_request_without_a_host_is_a_bad_request() {
    let server = TestServer::start(ServerConfig::default());
    let request = format!("GET /ws HTTP/1.1\r\n{HANDSHAKE}\r\n");
    let mut stream = tokio::net::TcpStream::connect(server.address).await.expect("somebody listens");
    stream.write_all(request.as_bytes()).await.expect("the socket takes it");
    stream.shutdown().await.expect("nothing more to say");
    let response = String::from_utf8_lossy(&http::read_to_end(&mut stream).await).into_owned();
    assert!(response.starts_with("HTTP/1.1 400 ") && response.contains("`Host`"), "{response}");
}

#[tokio::test]
async fn section_4_4_another_version_is_told_which_one_to_use() {
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
async fn section_9_1_malformed_extensions_are_a_bad_request_whether_there_is_compression_or_not() {
    for compression in [Compression::On, Compression::Off, Compression::Takeover] {
        let server = TestServer::start(ServerConfig { compression, ..ServerConfig::default() });
        let host = server.address.to_string();
        for malformed in ["permessage-deflate;", "permessage-deflate; =1", "a b", "a; b=\"c", "a=b", "ä", ""] {
            let further = format!("Sec-WebSocket-Extensions: {malformed}\r\n");
            let response = handshake(&server, "/ws", &host, &further).await;
            assert!(response.starts_with("HTTP/1.1 400 "), "{malformed} with {compression:?}: {response}");
            assert!(response.contains("`Sec-WebSocket-Extensions`"), "{response}");
        }
    }
}

#[tokio::test]
async fn a_subprotocol_that_is_not_spoken_is_refused_in_words() {
    let server = TestServer::start(ServerConfig::default());
    let host = server.address.to_string();
    let response = handshake(&server, "/ws", &host, "Sec-WebSocket-Protocol: soap\r\n").await;
    assert!(response.starts_with("HTTP/1.1 400 ") && response.contains("subprotocol"), "{response}");
}

#[tokio::test]
async fn the_servers_own_page_may_connect_and_a_foreign_one_may_not() {
    let server = TestServer::start(ServerConfig::default());
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
    let server = TestServer::start(ServerConfig { origin, ..ServerConfig::default() });
    let url = format!("ws://{}/ws", server.address);
    assert!(TestClient::try_connect(&url, &[("origin", "http://localhost:3000")]).await.is_ok());
    assert_eq!(TestClient::try_connect(&url, &[("origin", "http://localhost:3001")]).await.err(), Some(403));
}

#[tokio::test]
async fn every_page_may_connect_when_the_server_is_told_so() {
    let origin = vec!["*".parse().expect("an origin")];
    let server = TestServer::start(ServerConfig { origin, ..ServerConfig::default() });
    let url = format!("ws://{}/ws", server.address);
    assert!(TestClient::try_connect(&url, &[("origin", "null")]).await.is_ok());
}

#[tokio::test]
async fn a_foreign_name_for_this_machine_is_refused() {
    let server = TestServer::start(ServerConfig::default());
    let response = handshake(&server, "/ws", "rebound.example:8000", "Origin: http://rebound.example:8000\r\n").await;
    assert!(response.starts_with("HTTP/1.1 403 "), "{response}");
}

#[tokio::test]
async fn a_client_that_never_ends_its_headers_is_let_go() {
    let handshake_timeout = Duration::from_millis(100);
    let server = TestServer::start(ServerConfig { handshake_timeout, ..ServerConfig::default() });
    let answer = http::exchange(server.address, b"GET /ws HTTP/1.1\r\nHost: local").await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

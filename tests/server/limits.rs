//! Limits of connections, of their rate and of rooms: exceeding them is reported and does not affect others.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use support::api::token;
use support::http::{self, HANDSHAKE, frame};
use support::{TestClient, TestServer, before_default, retry_until};
use tokio::io::AsyncWriteExt;
use yodel_server::ServerConfig;
use yodel_server::config::defaults;

#[tokio::test]
async fn rejects_connections_over_the_limit_until_one_closes() {
    let server = TestServer::start(ServerConfig { max_connections: Some(2), ..ServerConfig::default() });
    let (mut echo, member) = (server.connect("/ws/echo").await, server.connect("/ws/broadcast").await);
    let rejected = http::handshake(server.address, "/ws").await;
    assert!(rejected.starts_with("HTTP/1.1 503 ") && rejected.contains("retry-after: 10\r\n"), "{rejected}");
    assert!(rejected.contains("--max-connections"), "{rejected}");
    echo.send("I noticed nothing").await;
    assert_eq!(echo.receive().await, "I noticed nothing");

    assert_eq!(member.close(1000).await, 1000);
    let _third = TestClient::connect_when_free(&server, "/ws").await;
    assert!(http::handshake(server.address, "/ws").await.starts_with("HTTP/1.1 503 "));
}

#[tokio::test]
async fn releases_a_slot_after_every_kind_of_close() {
    let short = Duration::from_millis(50);
    let server = TestServer::start(ServerConfig {
        max_connections: Some(1),
        ping: short,
        pong: short,
        ..ServerConfig::default()
    });
    drop(TestClient::connect_when_free(&server, "/ws").await);
    TestClient::connect_when_free(&server, "/ws").await.close(1000).await;
    let mut violating = http::open(server.address, "/ws").await;
    violating.write_all(&frame(0x83, b"")).await.expect("socket accepts data");
    drop(TestClient::connect_when_free(&server, "/ws").await);
    let silent = TestClient::connect_when_free(&server, "/ws").await;
    // Ignoring either setting would take at least the shorter default.
    let after_silent = TestClient::connect_when_free(&server, "/ws");
    before_default(defaults::PONG, "the close of the silent client", after_silent).await.close(1000).await;
    drop((violating, silent));
}

#[tokio::test]
async fn rejected_handshakes_take_no_slot() {
    let server = TestServer::start(ServerConfig { max_connections: Some(1), ..ServerConfig::default() });
    let url = format!("ws://{}/ws", server.address);
    for _ in 0..3 {
        let foreign = TestClient::try_connect(&url, &[("origin", "http://evil.example")]).await;
        assert_eq!(foreign.err(), Some(403));
    }
    server.connect("/ws").await;
}

#[tokio::test]
async fn serves_the_page_at_the_connection_limit() {
    let folder = tempfile::tempdir().expect("temporary folder");
    std::fs::write(folder.path().join("index.html"), "the page").expect("file is writable");
    let config = ServerConfig { max_connections: Some(1), ..ServerConfig::default() };
    let server = TestServer::start_page(folder.path(), config);
    let _full = server.connect("/ws").await;
    assert!(http::handshake(server.address, "/ws").await.starts_with("HTTP/1.1 503 "));
    let page = http::request(server.address, "GET / HTTP/1.1").await;
    assert!(page.starts_with("HTTP/1.1 200 ") && page.ends_with("the page"), "{page}");
}

#[tokio::test]
async fn exempts_loopback_from_the_per_address_limit() {
    let server = TestServer::start(ServerConfig { max_per_address: 1, ..ServerConfig::default() });
    let mut clients = Vec::new();
    for _ in 0..5 {
        clients.push(server.connect("/ws").await);
    }
    for client in &mut clients {
        client.send("all of us").await;
        assert_eq!(client.receive().await, "all of us");
    }
}

#[tokio::test]
async fn limits_the_handshake_rate() {
    let server = TestServer::start(ServerConfig { upgrade_rate: 1, ..ServerConfig::default() });
    let mut connected = server.connect("/ws").await;
    // Sent at once, so that far less than a second passes on the server.
    let responses = join_all((0..20).map(|_| http::handshake(server.address, "/ws"))).await;
    let rejected = responses.iter().find(|response| !response.starts_with("HTTP/1.1 101 ")).expect("a rejection");
    assert!(rejected.starts_with("HTTP/1.1 503 ") && rejected.contains("retry-after: 1\r\n"), "{rejected}");
    assert!(rejected.contains("--upgrade-rate"), "{rejected}");
    TestClient::connect_when_free(&server, "/ws").await;
    connected.send("still here").await;
    assert_eq!(connected.receive().await, "still here");
}

#[tokio::test]
async fn rooms_of_one_client_do_not_keep_others_out() {
    let server = TestServer::start(ServerConfig { max_rooms_total: 20, ..ServerConfig::default() });
    let (mut ada, mut eve) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    ada.request(
        r#"{"id":1,"type":"publish","room":"kept","event":"e","data":1}"#,
        r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1}"#,
    )
    .await;
    for number in 0..100 {
        let publish = format!(r#"{{"id":1,"type":"publish","room":"flood{number}","event":"e","data":1}}"#);
        eve.request(&publish, r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1}"#).await;
    }
    for number in 0..8 {
        ada.join(&format!("new{number}")).await;
    }
    let history = r#"{"id":2,"type":"history","room":"kept"}"#;
    ada.send(history).await;
    let reply = loop {
        let frame = ada.next().await;
        if frame["type"] == "history" {
            break frame;
        }
    };
    assert_eq!(reply["offset"], 1, "the room of another client did not end: {reply}");
    let metrics = http::request(server.address, "GET /metrics HTTP/1.1").await;
    for sample in ["yodel_rooms 21", "yodel_rooms_limit 20", "yodel_rooms_ended_total{reason=\"room_limit\"} 89"] {
        assert!(metrics.lines().any(|line| line == sample), "{sample} is not in: {metrics}");
    }
}

/// A signature costs far more than the other checks.
#[tokio::test]
async fn verifies_no_token_of_a_rejected_connection() {
    let server = TestServer::start_jwt(ServerConfig { upgrade_rate: 1, ..ServerConfig::default() });
    let valid = token("42", &json!({"api": true}));
    let spoiled = format!("{valid}AAAA");
    let metrics = async || server.get_as("/metrics", &valid).await.body;
    let rejections = [
        ("/ws/echo", format!("Authorization: Bearer {spoiled}\r\n{HANDSHAKE}")),
        ("/ws", format!("Sec-WebSocket-Protocol: yodel.v1, bearer.{spoiled}\r\n{HANDSHAKE}")),
        ("/sse/r", format!("Authorization: Bearer {spoiled}\r\n")),
    ];
    for (path, headers) in rejections {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", server.address);
        // The first ones may be within the rate.
        retry_until("a rejection by the rate", async || {
            let before = metrics().await;
            let response = http::exchange_and_shut_down(server.address, &request).await;
            if !response.starts_with("HTTP/1.1 503 ") {
                return None;
            }
            let after = metrics().await;
            assert_eq!(failures(&after), failures(&before), "{path}: the token was verified");
            Some(())
        })
        .await;
    }
}

/// Returns the lines of the metric that counts failed authentications.
fn failures(metrics: &str) -> Vec<&str> {
    metrics.lines().filter(|line| line.starts_with("yodel_auth_failures_total{")).collect()
}

#[tokio::test]
async fn limits_the_connections_of_a_user() {
    let server = TestServer::start_jwt(ServerConfig { max_per_user: 2, ..ServerConfig::default() });
    let bearer = |user: &str| format!("Bearer {}", token(user, &json!({})));
    let (ada, bob) = (bearer("ada"), bearer("bob"));
    let (echo, ada_header) = (format!("ws://{}/ws/echo", server.address), [("authorization", &*ada)]);
    let first = server.connect_envelope_with("/ws", &ada_header).await;
    let events = server.subscribe_with("/sse/r", &format!("Authorization: {ada}")).await;
    let envelope = [("authorization", &*ada), ("sec-websocket-protocol", "yodel.v1")];
    for headers in [&ada_header[..], &envelope] {
        assert_eq!(TestClient::try_connect(&echo, headers).await.err(), Some(429));
    }
    let stream = server.call(&format!("GET /sse/r HTTP/1.1\nAuthorization: {ada}"), "").await;
    stream.assert_problem(429, "(--max-per-user)");
    assert_eq!(stream.header("retry-after"), Some("10"));
    TestClient::try_connect(&echo, &[("authorization", &bob)]).await.expect("another user has a limit of its own");

    let auth = format!(r#"{{"id":7,"type":"auth","token":"{}"}}"#, token("ada", &json!({})));
    let mut waiting = server.connect_envelope("/ws").await;
    let error = r#"{"type":"error","id":7,"code":"limit","message":"the user has reached its limit of connections","retry":false}"#;
    waiting.request(&auth, error).await;
    assert_eq!(waiting.closed().await, (4504, "the user has reached its limit of connections".to_owned()));
    assert_eq!(server.metric(r#"yodel_connections_refused_total{reason="max_per_user"}"#).await, 3);
    assert_eq!(server.metric(r#"yodel_connections_closed_total{code="4504"}"#).await, 1);

    drop(events);
    first.close().await;
    // The server forgets a connection after its last frame.
    loop {
        let mut waiting = server.connect_envelope("/ws").await;
        waiting.send(&auth).await;
        if waiting.next().await["type"] == "ok" {
            return;
        }
    }
}

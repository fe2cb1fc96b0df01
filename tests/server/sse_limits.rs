//! The end of event streams: limits, stalled readers and shutdown; when an `EventSource` is told to return.

use std::time::Duration;

use serde_json::Value;
use support::json_pattern::assert_matches;
use support::{TestClient, TestServer, before_default, patient, retry_until};
use yodel_server::ServerConfig;
use yodel_server::config::{AuthConfig, defaults};

use crate::sse::{joined, members, publish, request_stream, start};

#[tokio::test]
async fn counts_toward_the_connection_limit() {
    let server = TestServer::start_api(ServerConfig { max_connections: Some(1), ..ServerConfig::default() });
    let mut events = server.subscribe("/sse/r").await;
    joined(&mut events, false).await;
    let rejected = server.subscribe_rejected("/sse/r", "").await;
    rejected.assert_problem(503, "--max-connections");
    assert_eq!(rejected.header("retry-after"), Some("10"));
    assert!(support::http::handshake(server.address, "/ws").await.starts_with("HTTP/1.1 503 "));
    drop(events);
    TestClient::connect_when_free(&server, "/ws").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closes_a_stalled_reader_and_lets_it_resume() {
    let keys = support::api::key_file();
    let auth = AuthConfig { api_key_file: Some(keys.path().to_owned()), ..AuthConfig::default() };
    let config = ServerConfig {
        auth,
        max_queue: 128 * 1024,
        history_messages: 1000,
        history_bytes: 16 << 20,
        recover_max: 1000,
        ..patient()
    };
    let server = TestServer::start_with_small_buffers(config);
    let mut stalled = server.subscribe_with_small_buffer("/sse/r").await;
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("r").await;
    let padding = "x".repeat(16 * 1024);
    let mut published = 0;
    while members(&server, "r").await == 2 {
        published += 1;
        let body = format!(r#"{{"room":"r","event":"{published}","data":"{padding}"}}"#);
        assert_eq!(server.post("/api/publish", &body).await.status, 200);
        assert_eq!(ada.next_message().await["offset"], published, "other members are not affected");
        assert!(published < 500, "the stalled stream was not closed");
    }
    let (mut last, data) = joined(&mut stalled, false).await;
    assert_eq!(data["offset"], 0);
    let mut offset = 0;
    for event in stalled.rest().await {
        if let Some(id) = event.id {
            offset += 1;
            assert!(id.ends_with(&format!(":{offset}")), "no gap: {id}");
            let message: Value = serde_json::from_str(&event.data).expect("whole events precede the last one");
            assert_eq!(message["data"], padding);
            last = id;
        }
    }
    assert!(offset < published, "the stalled stream did not receive everything");
    let mut resumed = server.subscribe_with("/sse/r", &format!("Last-Event-ID: {last}")).await;
    joined(&mut resumed, true).await;
    while offset < published {
        offset += 1;
        let event = resumed.next_message().await;
        assert!(event.id.is_some_and(|id| id.ends_with(&format!(":{offset}"))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_reader_that_was_closed_keeps_no_slot_and_no_socket() {
    let config = ServerConfig { max_queue: 128 * 1024, response_timeout: Duration::from_secs(2), ..patient() };
    let server = TestServer::start_api_with_small_buffers(config);
    let _stalled = server.subscribe_with_small_buffer("/sse/r").await;
    let padding = "x".repeat(16 * 1024);
    while members(&server, "r").await == 1 {
        let body = format!(r#"{{"room":"r","event":"e","data":"{padding}"}}"#);
        assert_eq!(server.post("/api/publish", &body).await.status, 200);
    }
    let open = ["yodel_connections{mode=\"sse\"} 0\n", "yodel_sockets 1\n"];
    let ended = retry_until("the end of the connection", async || {
        let metrics = server.get("/metrics").await.body;
        open.iter().all(|sample| metrics.contains(sample)).then_some(())
    });
    before_default(defaults::RESPONSE_TIMEOUT, "the end of the connection", ended).await;
}

#[tokio::test]
async fn shutdown_ends_the_stream_with_a_reconnect_delay() {
    let server = start();
    let mut events = server.subscribe("/sse/r").await;
    joined(&mut events, false).await;
    publish(&server, "r", 1..=3).await;
    server.stop();
    let rest = events.rest().await;
    let (goodbye, before) = rest.split_last().expect("a goodbye event");
    let messages = before.iter().filter(|event| event.id.is_some()).count();
    assert_eq!(messages, 3, "earlier messages precede the goodbye: {rest:?}");
    let data: Value = serde_json::from_str(&goodbye.data).unwrap();
    assert_matches(&data, r#"{"type":"goodbye","code":4001,"reason":"shutdown","retry_ms":"MS"}"#);
    assert_eq!(goodbye.retry, data["retry_ms"].as_u64());
    assert!(goodbye.retry.is_some_and(|retry| (31_000..33_000).contains(&retry)), "after the drain: {goodbye:?}");
    server.stopped().await;
}

#[tokio::test]
async fn rejects_new_connections_during_shutdown_with_503() {
    let server = start();
    let mut silent = support::http::open(server.address, "/ws").await;
    server.stop();
    support::http::read_until(&mut silent, support::http::SHUTDOWN_CLOSE).await;
    let rejected = server.subscribe_rejected("/sse/r", "").await;
    rejected.assert_problem(503, "shutting down");
    assert_eq!(rejected.header("retry-after"), Some("5"));
    let told = request_stream(&server, "GET", "text/event-stream").await;
    assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
    assert!((35_000..40_000).contains(&retry_ms(&told)), "after the drain: {told}");
}

/// Returns the only field of a stream, its reconnect delay in milliseconds.
fn retry_ms(response: &str) -> u64 {
    let retry = response.rsplit_once("\r\n\r\nretry: ").and_then(|(_, rest)| rest.strip_suffix("\n\n"));
    retry.expect("a delay").parse().expect("milliseconds")
}

#[tokio::test]
async fn full_server_tells_an_event_source_when_to_return() {
    let server = TestServer::start(ServerConfig { max_connections: Some(1), ..ServerConfig::default() });
    let _only = server.connect("/ws").await;
    let told = request_stream(&server, "GET", "text/event-stream").await;
    assert!(told.starts_with("HTTP/1.1 200 ") && told.contains("content-type: text/event-stream\r\n"), "{told}");
    assert!((10_000..15_000).contains(&retry_ms(&told)), "{told}");
    let rejected = request_stream(&server, "GET", "*/*").await;
    assert!(rejected.starts_with("HTTP/1.1 503 "), "{rejected}");
}

#[tokio::test]
async fn server_without_free_sockets_tells_an_event_source_when_to_return() {
    let server = TestServer::start(ServerConfig { max_sockets: Some(1), ..ServerConfig::default() });
    let _only = server.connect("/ws").await;
    let told = request_stream(&server, "GET", "text/event-stream").await;
    assert!(told.starts_with("HTTP/1.1 200 ") && told.contains("content-type: text/event-stream\r\n"), "{told}");
    assert!((10_000..15_000).contains(&retry_ms(&told)), "{told}");
    let rejected = request_stream(&server, "GET", "*/*").await;
    assert!(rejected.starts_with("HTTP/1.1 503 ") && rejected.contains("--max-sockets"), "{rejected}");
}

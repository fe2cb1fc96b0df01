//! Server-Sent Events: read-only subscription to a room, with recovery.

use std::time::Duration;

use serde_json::{Value, json};
use support::api::token;
use support::json_pattern::assert_matches;
use support::tls::CertificateFiles;
use support::{EventStream, Http2, TestClock, TestServer, before_default, retry_until, with_timeout};
use tokio_tungstenite::tungstenite::http::Method;
use yodel_server::ServerConfig;
use yodel_server::auth::LEEWAY;
use yodel_server::config::defaults;

use crate::handlers::server;

pub fn start() -> TestServer {
    TestServer::start_api(ServerConfig::default())
}

/// Publishes numbers in a room.
pub async fn publish(server: &TestServer, room: &str, numbers: impl Iterator<Item = u64>) {
    for number in numbers {
        let body = format!(r#"{{"room":"{room}","event":"e","data":{number}}}"#);
        assert_eq!(server.post("/api/publish", &body).await.status, 200);
    }
}

/// Reads the first event, asserts its `recovered` field, and returns its id and data.
pub async fn joined(events: &mut EventStream, recovered: bool) -> (String, Value) {
    let event = events.next().await;
    let data: Value = serde_json::from_str(&event.data).expect("JSON");
    assert_eq!((&data["type"], &data["recovered"]), (&json!("joined"), &json!(recovered)), "{data}");
    (event.id.expect("a position"), data)
}

/// Receives the next `count` messages. Returns the id of the last and the data of all.
async fn receive_messages(events: &mut EventStream, count: usize) -> (String, Vec<Value>) {
    let (mut last, mut received) = (String::new(), Vec::new());
    while received.len() < count {
        let event = events.next_message().await;
        last = event.id.expect("a position");
        let message: Value = serde_json::from_str(&event.data).expect("JSON");
        received.push(message["data"].clone());
    }
    (last, received)
}

/// Returns the number of members in a room.
pub async fn members(server: &TestServer, room: &str) -> u64 {
    server.get(&format!("/api/rooms/{room}")).await.json()["members"].as_u64().expect("a number")
}

/// Waits until a room has `count` members.
async fn wait_for_members(server: &TestServer, room: &str, count: u64) {
    retry_until("the number of members", async || (members(server, room).await == count).then_some(())).await;
}

#[tokio::test]
async fn first_event_has_the_position_and_messages_follow() {
    let server = start();
    publish(&server, "chat", 1..=2).await;
    let mut events = server.subscribe("/sse/chat").await;
    for (name, value) in
        [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
    {
        assert_eq!(events.response.header(name), Some(value));
    }
    let (id, data) = joined(&mut events, false).await;
    assert_matches(
        &data,
        r#"{"type":"joined","room":"chat","epoch":"EPOCH","offset":2,"recovered":false,"users":[{"client":"CLIENT","clients":1}]}"#,
    );
    assert_eq!(id, format!("{}:2", data["epoch"].as_str().unwrap()));
    publish(&server, "chat", 3..=3).await;
    let event = events.next_message().await;
    assert_eq!(event.id, Some(id.replace(":2", ":3")));
    assert_matches(
        &serde_json::from_str(&event.data).unwrap(),
        r#"{"type":"message","room":"chat","offset":3,"event":"e","data":3,"time":"TIME"}"#,
    );
}

#[tokio::test]
async fn sends_multiline_data_as_one_event() {
    let server = start();
    let mut events = server.subscribe("/sse/r").await;
    joined(&mut events, false).await;
    let data = "{\"a\":\n\n  1.0,\r\n\"id: x\":\r2}";
    let body = format!(r#"{{"room":"r","event":"e","data":{data}}}"#);
    assert_eq!(server.post("/api/publish", &body).await.status, 200);
    let event = events.next_message().await;
    assert!(event.data.contains("\"data\":{\"a\":\n\n  1.0,\n\"id: x\":\n2}"), "{event:?}");
}

#[tokio::test]
async fn resumes_without_loss_or_duplicates() {
    let server = start();
    let mut events = server.subscribe("/sse/r").await;
    joined(&mut events, false).await;
    publish(&server, "r", 1..=2).await;
    let (last, received) = receive_messages(&mut events, 2).await;
    assert_eq!(received, [1, 2]);
    drop(events);
    publish(&server, "r", 3..=5).await;
    let mut events = server.subscribe_with("/sse/r", &format!("Last-Event-ID: {last}")).await;
    let (id, data) = joined(&mut events, true).await;
    assert_eq!((id, &data["offset"]), (last, &json!(5)), "the id is the client's position until messages follow");
    assert_eq!(receive_messages(&mut events, 3).await.1, [3, 4, 5]);
    publish(&server, "r", 6..=6).await;
    assert_eq!(receive_messages(&mut events, 1).await.1, [6]);
}

#[tokio::test]
async fn resumes_by_query_and_prefers_the_header() {
    let server = start();
    publish(&server, "r", 1..=4).await;
    let epoch = server.get("/api/rooms/r").await.json()["epoch"].as_str().unwrap().to_owned();
    let mut events = server.subscribe(&format!("/sse/r?since={epoch}:2")).await;
    joined(&mut events, true).await;
    assert_eq!(receive_messages(&mut events, 2).await.1, [3, 4]);
    let mut events =
        server.subscribe_with(&format!("/sse/r?since={epoch}:1"), &format!("Last-Event-ID: {epoch}:3")).await;
    joined(&mut events, true).await;
    assert_eq!(receive_messages(&mut events, 1).await.1, [4]);
    let response = server.subscribe_rejected("/sse/r?since=yesterday", "").await;
    response.assert_problem(400, "`since`");
}

#[tokio::test]
async fn reports_a_gap_that_cannot_be_recovered() {
    let server = TestServer::start_api(ServerConfig { history_messages: 2, ..ServerConfig::default() });
    publish(&server, "r", 1..=5).await;
    let epoch = server.get("/api/rooms/r").await.json()["epoch"].as_str().unwrap().to_owned();
    for lost in [format!("{epoch}:2"), format!("{epoch}:6"), "other:5".to_owned(), "nonsense".to_owned()] {
        let mut events = server.subscribe_with("/sse/r", &format!("Last-Event-ID: {lost}")).await;
        let (id, data) = joined(&mut events, false).await;
        assert_eq!((id, &data["offset"]), (format!("{epoch}:5"), &json!(5)), "{lost}");
    }
    let mut events = server.subscribe_with("/sse/r", &format!("Last-Event-ID: {epoch}:3")).await;
    joined(&mut events, true).await;
    assert_eq!(receive_messages(&mut events, 2).await.1, [4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn resumes_without_loss_during_publishes() {
    let server = start();
    let publishing = publish(&server, "r", 1..=300);
    let subscribing = async {
        let mut events = server.subscribe("/sse/r").await;
        let (_, data) = joined(&mut events, false).await;
        let mut next = data["offset"].as_u64().unwrap() + 1;
        while next <= 300 {
            let (last, received) = receive_messages(&mut events, 1).await;
            assert_eq!(received, [next]);
            next += 1;
            if next % 20 == 0 {
                events = server.subscribe_with("/sse/r", &format!("Last-Event-ID: {last}")).await;
                joined(&mut events, true).await;
            }
        }
    };
    tokio::join!(publishing, subscribing);
}

#[tokio::test]
async fn a_stream_is_a_member_until_its_connection_closes() {
    let server = start();
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("r").await;
    let events = server.subscribe("/sse/r").await;
    assert_eq!(members(&server, "r").await, 2);
    let name = loop {
        // Both joins may be in one frame, in any order.
        let diff = ada.next().await;
        let joined = diff["joined"].as_array().expect("list of joins");
        let mut names = joined.iter().filter_map(|present| present["client"].as_str());
        if let Some(name) = names.find(|name| *name != ada.client_id) {
            break name.to_owned();
        }
    };
    assert_eq!(server.get(&format!("/api/clients/{name}")).await.status, 200);
    drop(events);
    wait_for_members(&server, "r", 1).await;
    ada.expect_frame(&format!(
        r#"{{"type":"presence_diff","room":"r","joined":[],"left":[{{"client":"{name}","clients":0}}]}}"#
    ))
    .await;
    server.get(&format!("/api/clients/{name}")).await.assert_problem(404, "");
}

#[tokio::test]
async fn hooks_report_streams() {
    let (sender, mut events_received) = tokio::sync::mpsc::unbounded_channel();
    let (opened, closed) = (sender.clone(), sender);
    let server = server(|hooks| {
        hooks.on_connect(move |caller, _| {
            let _ = opened.send((caller.client, 0));
            async { Ok(()) }
        });
        hooks.on_disconnect(move |caller, code, _| {
            let _ = closed.send((caller.client, code.0));
            async {}
        });
    });
    let server = TestServer::start_server(server);
    let mut events = server.subscribe("/sse/r").await;
    joined(&mut events, false).await;
    let (name, _) = with_timeout("on_connect", events_received.recv()).await.expect("hooks are alive");
    drop(events);
    assert_eq!(with_timeout("on_disconnect", events_received.recv()).await, Some((name, 1005)));
}

#[tokio::test]
async fn accepts_a_token_with_join_in_header_or_cookie() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let restricted = token("ada", &json!({"rooms": [{"room": "team-*", "may": ["join"]}]}));
    for lines in [format!("Authorization: Bearer {restricted}"), format!("Cookie: a=b; session={restricted}")] {
        let mut events = server.subscribe_with("/sse/team-1", &lines).await;
        let (_, data) = joined(&mut events, false).await;
        assert!(data.get("users").is_none(), "members are hidden without the presence permission: {data}");
        server
            .subscribe_rejected("/sse/other", &lines)
            .await
            .assert_problem(403, "Permission denied: join in room other");
    }
    server.subscribe_rejected("/sse/team-1", "").await.assert_problem(401, "token");
    let expired = token("ada", &json!({"exp": 1_000_000_000}));
    server
        .subscribe_rejected("/sse/team-1", &format!("Cookie: session={expired}"))
        .await
        .assert_problem(401, "expired");
}

#[tokio::test]
async fn ends_on_token_expiry() {
    let clock = TestClock::new();
    let server = TestServer::start_jwt_with_clock(&clock, ServerConfig::default());
    let expires = clock.in_seconds(60);
    let ending = token("ada", &json!({"exp": expires}));
    clock.set_before(expires + LEEWAY);
    let mut events = server.subscribe_with("/sse/r", &format!("Authorization: Bearer {ending}")).await;
    joined(&mut events, false).await;
    clock.set(expires + LEEWAY);
    let last = events.rest().await.pop().expect("a goodbye event");
    assert!(last.data.starts_with(r#"{"type":"goodbye","code":4004,"reason":"token expired""#), "{last:?}");
}

#[tokio::test]
async fn rejects_foreign_origins_and_sends_cors_headers_to_listed_ones() {
    let origin = "https://app.example";
    let config = ServerConfig { origin: vec![origin.parse().unwrap()], open: true, ..ServerConfig::default() };
    let server = TestServer::start(config);
    for lines in ["Origin: http://evil.example", "Host: rebound.example", "Sec-Fetch-Site: cross-site"] {
        server.subscribe_rejected("/sse/r", lines).await.assert_problem(403, "");
    }
    let events = server.subscribe_with("/sse/r", &format!("Origin: {origin}")).await;
    assert_eq!(events.response.header("access-control-allow-origin"), Some(origin));
    assert_eq!(events.response.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(events.response.header("vary"), Some("origin"));
    let events = server.subscribe("/sse/r").await;
    assert_eq!(events.response.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn validates_the_room_name() {
    let server = start();
    for path in ["/sse/*", "/sse/%ff", "/sse/a%0ab", &format!("/sse/{}", "x".repeat(256))] {
        server.subscribe_rejected(path, "").await.assert_problem(400, "");
    }
    let mut events = server.subscribe("/sse/a%2Fb%20%C3%A9").await;
    let (_, data) = joined(&mut events, false).await;
    assert_eq!(data["room"], "a/b é");
}

#[tokio::test]
async fn keeps_an_idle_stream_alive_with_comments() {
    let server = TestServer::start(ServerConfig { ping: Duration::from_millis(20), ..ServerConfig::default() });
    let mut events = server.subscribe("/sse/r").await;
    joined(&mut events, false).await;
    let comments = async {
        let mut comments = 0;
        while comments < 3 {
            let block = events.next_block().await.expect("stream is open");
            comments += usize::from(block == ":");
        }
    };
    before_default(defaults::PING, "comments", comments).await;
}

#[tokio::test]
async fn a_new_stream_sets_its_own_reconnect_delay() {
    let server = start();
    let mut events = server.subscribe("/sse/r").await;
    let retry = events.next().await.retry;
    assert!(retry.is_some_and(|retry| (1_000..3_000).contains(&retry)), "{retry:?}");
}

#[tokio::test]
async fn works_over_http_2() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let CertificateFiles { chain, key } = CertificateFiles::write(folder.path());
    let server =
        TestServer::start(ServerConfig { tls_cert: Some(chain), tls_key: Some(key), ..ServerConfig::default() });
    let certificate = folder.path().join("cert.pem");
    let mut client = Http2::connect(server.address, &certificate).await;
    let request = client.request(Method::GET, "/sse/r");
    let watching = async {
        let mut other = Http2::connect(server.address, &certificate).await;
        let connected = "yodel_connections{mode=\"sse\"} 1\n";
        retry_until("an open stream", async || {
            let metrics = other.request(Method::GET, "/metrics");
            other.send_request(metrics).await.body.contains(connected).then_some(())
        })
        .await;
        server.stop();
    };
    let (response, ()) = tokio::join!(client.send_request(request), watching);
    assert_eq!((response.status.as_u16(), response.header("content-type")), (200, "text/event-stream"));
    assert!(response.body.contains(r#"{"type":"joined""#), "{response:?}");
    assert!(response.body.contains(r#"{"type":"goodbye","code":4001"#), "{response:?}");
}

/// Requests a stream with this method and `Accept` header, and returns the response.
pub async fn request_stream(server: &TestServer, method: &str, accept: &str) -> String {
    support::http::request(server.address, &format!("{method} /sse/chat HTTP/1.1\nAccept: {accept}")).await
}

#[tokio::test]
async fn head_joins_nothing() {
    let server = TestServer::start(ServerConfig::default());
    let response = request_stream(&server, "HEAD", "text/event-stream").await;
    assert!(response.starts_with("HTTP/1.1 200 ") && response.contains("text/event-stream"), "{response}");
    let metrics = support::http::request(server.address, "GET /metrics HTTP/1.1").await;
    // The lobby is the only room.
    for sample in ["yodel_rooms 1", "yodel_connections_accepted_total{mode=\"sse\"} 0"] {
        assert!(metrics.lines().any(|line| line == sample), "{sample} is not in: {metrics}");
    }
}

//! Server-Sent Events: a room for those who only listen, and nothing of it is lost.

use std::time::Duration;

use serde_json::{Value, json};
use support::api::token;
use support::tls::Pair;
use support::{Events, Http2, TestServer, soon};
use tokio_tungstenite::tungstenite::http::Method;
use yodel_server::ServerConfig;

use crate::events::server;

fn start() -> TestServer {
    TestServer::start_api(ServerConfig::default())
}

/// Puts numbers into a room.
async fn publish(server: &TestServer, room: &str, numbers: impl Iterator<Item = u64>) {
    for number in numbers {
        let body = format!(r#"{{"room":"{room}","event":"e","data":{number}}}"#);
        assert_eq!(server.post("/api/publish", &body).await.status, 200);
    }
}

/// The first event, which has to say this of what was missed.
async fn joined(events: &mut Events, recovered: bool) -> (String, Value) {
    let event = events.next().await;
    let data: Value = serde_json::from_str(&event.data).expect("JSON");
    assert_eq!((&data["type"], &data["recovered"]), (&json!("joined"), &json!(recovered)), "{data}");
    (event.id.expect("a position"), data)
}

/// The next so many messages: the id of the last, and the data of all.
async fn hear(events: &mut Events, count: usize) -> (String, Vec<Value>) {
    let (mut last, mut heard) = (String::new(), Vec::new());
    while heard.len() < count {
        let event = events.next_message().await;
        last = event.id.expect("a position");
        let message: Value = serde_json::from_str(&event.data).expect("JSON");
        heard.push(message["data"].clone());
    }
    (last, heard)
}

/// How many are in a room.
async fn members(server: &TestServer, room: &str) -> u64 {
    server.get(&format!("/api/rooms/{room}")).await.json()["members"].as_u64().expect("a number")
}

/// Waits until so many are in a room.
async fn until_members(server: &TestServer, room: &str, count: u64) {
    let wanted = async {
        while members(server, room).await != count {
            tokio::task::yield_now().await;
        }
    };
    soon("they come or go", wanted).await;
}

#[tokio::test]
async fn the_first_event_says_where_the_room_is_and_messages_follow() {
    let server = start();
    publish(&server, "chat", 1..=2).await;
    let mut events = server.listen("/sse/chat").await;
    for (name, value) in
        [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
    {
        assert_eq!(events.answer.header(name), Some(value));
    }
    let (id, data) = joined(&mut events, false).await;
    support::peer::matches(
        &data,
        r#"{"type":"joined","room":"chat","epoch":"EPOCH","offset":2,"recovered":false,"users":[{"client":"CLIENT","clients":1}]}"#,
    );
    assert_eq!(id, format!("{}:2", data["epoch"].as_str().unwrap()));
    publish(&server, "chat", 3..=3).await;
    let event = events.next_message().await;
    assert_eq!(event.id, Some(id.replace(":2", ":3")));
    support::peer::matches(
        &serde_json::from_str(&event.data).unwrap(),
        r#"{"type":"message","room":"chat","offset":3,"event":"e","data":3,"time":"TIME"}"#,
    );
}

#[tokio::test]
async fn data_of_several_lines_is_one_event() {
    let server = start();
    let mut events = server.listen("/sse/r").await;
    joined(&mut events, false).await;
    let data = "{\"a\":\n\n  1.0,\r\n\"id: x\":\r2}";
    let body = format!(r#"{{"room":"r","event":"e","data":{data}}}"#);
    assert_eq!(server.post("/api/publish", &body).await.status, 200);
    let event = events.next_message().await;
    assert!(event.data.contains("\"data\":{\"a\":\n\n  1.0,\n\"id: x\":\n2}"), "{event:?}");
}

#[tokio::test]
async fn who_comes_back_gets_what_it_missed_and_nothing_twice() {
    let server = start();
    let mut events = server.listen("/sse/r").await;
    joined(&mut events, false).await;
    publish(&server, "r", 1..=2).await;
    let (last, heard) = hear(&mut events, 2).await;
    assert_eq!(heard, [1, 2]);
    drop(events);
    publish(&server, "r", 3..=5).await;
    let mut events = server.listen_with("/sse/r", &format!("Last-Event-ID: {last}")).await;
    let (id, data) = joined(&mut events, true).await;
    assert_eq!((id, &data["offset"]), (last, &json!(5)), "who is cut off here still has only 2");
    assert_eq!(hear(&mut events, 3).await.1, [3, 4, 5]);
    publish(&server, "r", 6..=6).await;
    assert_eq!(hear(&mut events, 1).await.1, [6]);
}

#[tokio::test]
async fn the_query_says_where_to_go_on_and_the_header_comes_before_it() {
    let server = start();
    publish(&server, "r", 1..=4).await;
    let epoch = server.get("/api/rooms/r").await.json()["epoch"].as_str().unwrap().to_owned();
    let mut events = server.listen(&format!("/sse/r?since={epoch}:2")).await;
    joined(&mut events, true).await;
    assert_eq!(hear(&mut events, 2).await.1, [3, 4]);
    let mut events = server.listen_with(&format!("/sse/r?since={epoch}:1"), &format!("Last-Event-ID: {epoch}:3")).await;
    joined(&mut events, true).await;
    assert_eq!(hear(&mut events, 1).await.1, [4]);
    let answer = server.listen_refused("/sse/r?since=yesterday", "").await;
    answer.is_problem(400, "`since`");
}

#[tokio::test]
async fn a_gap_that_cannot_be_filled_is_told() {
    let server = TestServer::start_api(ServerConfig { history_messages: 2, ..ServerConfig::default() });
    publish(&server, "r", 1..=5).await;
    let epoch = server.get("/api/rooms/r").await.json()["epoch"].as_str().unwrap().to_owned();
    for lost in [format!("{epoch}:2"), format!("{epoch}:6"), "other:5".to_owned(), "nonsense".to_owned()] {
        let mut events = server.listen_with("/sse/r", &format!("Last-Event-ID: {lost}")).await;
        let (id, data) = joined(&mut events, false).await;
        assert_eq!((id, &data["offset"]), (format!("{epoch}:5"), &json!(5)), "{lost}");
    }
    let mut events = server.listen_with("/sse/r", &format!("Last-Event-ID: {epoch}:3")).await;
    joined(&mut events, true).await;
    assert_eq!(hear(&mut events, 2).await.1, [4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_others_publish() {
    let server = start();
    let publishing = publish(&server, "r", 1..=300);
    let listening = async {
        let mut events = server.listen("/sse/r").await;
        let (_, data) = joined(&mut events, false).await;
        let mut next = data["offset"].as_u64().unwrap() + 1;
        while next <= 300 {
            let (last, heard) = hear(&mut events, 1).await;
            assert_eq!(heard, [next]);
            next += 1;
            if next % 20 == 0 {
                events = server.listen_with("/sse/r", &format!("Last-Event-ID: {last}")).await;
                joined(&mut events, true).await;
            }
        }
    };
    tokio::join!(publishing, listening);
}

#[tokio::test]
async fn who_listens_is_a_member_and_leaves_when_the_connection_is_gone() {
    let server = start();
    let mut ada = server.greet("/ws").await;
    ada.join("r").await;
    let events = server.listen("/sse/r").await;
    assert_eq!(members(&server, "r").await, 2);
    let name = loop {
        // Both may be told together, in any order.
        let diff = ada.next().await;
        let joined = diff["joined"].as_array().expect("somebody joined");
        let mut names = joined.iter().filter_map(|present| present["client"].as_str());
        if let Some(name) = names.find(|name| *name != ada.name) {
            break name.to_owned();
        }
    };
    assert_eq!(server.get(&format!("/api/clients/{name}")).await.status, 200);
    drop(events);
    until_members(&server, "r", 1).await;
    ada.hears(&format!(
        r#"{{"type":"presence_diff","room":"r","joined":[],"left":[{{"client":"{name}","clients":0}}]}}"#
    ))
    .await;
    server.get(&format!("/api/clients/{name}")).await.is_problem(404, "");
}

#[tokio::test]
async fn handlers_hear_who_comes_and_goes() {
    let (told, mut telling) = tokio::sync::mpsc::unbounded_channel();
    let (opened, closed) = (told.clone(), told);
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
    let mut events = server.listen("/sse/r").await;
    joined(&mut events, false).await;
    let (name, _) = soon("it opens", telling.recv()).await.expect("somebody tells");
    drop(events);
    assert_eq!(soon("it closes", telling.recv()).await, Some((name, 1005)));
}

#[tokio::test]
async fn it_takes_a_token_that_may_join_in_the_header_or_the_cookie() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let may = token("ada", &json!({"rooms": [{"room": "team-*", "may": ["join"]}]}));
    for lines in [format!("Authorization: Bearer {may}"), format!("Cookie: a=b; session={may}")] {
        let mut events = server.listen_with("/sse/team-1", &lines).await;
        let (_, data) = joined(&mut events, false).await;
        assert!(data.get("users").is_none(), "it may not know who is there: {data}");
        server.listen_refused("/sse/other", &lines).await.is_problem(403, "may not join other");
    }
    server.listen_refused("/sse/team-1", "").await.is_problem(401, "token");
    let expired = token("ada", &json!({"exp": 1_000_000_000}));
    server.listen_refused("/sse/team-1", &format!("Cookie: session={expired}")).await.is_problem(401, "expired");
}

#[tokio::test]
async fn the_end_of_the_token_ends_it() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    // With the leeway of five seconds it ends in about one.
    let short = token("ada", &json!({"exp": now - 4}));
    let events = server.listen_with("/sse/r", &format!("Authorization: Bearer {short}")).await;
    let last = events.rest().await.pop().expect("a goodbye");
    assert!(last.data.starts_with(r#"{"type":"goodbye","code":4004,"reason":"token expired""#), "{last:?}");
}

#[tokio::test]
async fn it_counts_as_a_connection() {
    let server = TestServer::start_api(ServerConfig { max_connections: Some(1), ..ServerConfig::default() });
    let mut events = server.listen("/sse/r").await;
    joined(&mut events, false).await;
    let refused = server.listen_refused("/sse/r", "").await;
    refused.is_problem(503, "--max-connections");
    assert_eq!(refused.header("retry-after"), Some("10"));
    assert!(support::http::handshake(server.address, "/ws").await.starts_with("HTTP/1.1 503 "));
    drop(events);
    let back = async {
        while !support::http::handshake(server.address, "/ws").await.starts_with("HTTP/1.1 101 ") {
            tokio::task::yield_now().await;
        }
    };
    soon("the place is free", back).await;
}

#[tokio::test]
async fn pages_from_elsewhere_may_not_listen_and_those_that_may_are_told() {
    let origin = "https://app.example";
    let server = TestServer::start(ServerConfig { origin: vec![origin.parse().unwrap()], ..ServerConfig::default() });
    for lines in ["Origin: http://evil.example", "Host: rebound.example", "Sec-Fetch-Site: cross-site"] {
        server.listen_refused("/sse/r", lines).await.is_problem(403, "");
    }
    let events = server.listen_with("/sse/r", &format!("Origin: {origin}")).await;
    assert_eq!(events.answer.header("access-control-allow-origin"), Some(origin));
    assert_eq!(events.answer.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(events.answer.header("vary"), Some("origin"));
    let events = server.listen("/sse/r").await;
    assert_eq!(events.answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_room_has_a_name() {
    let server = start();
    for path in ["/sse/*", "/sse/%ff", "/sse/a%0ab", &format!("/sse/{}", "x".repeat(256))] {
        server.listen_refused(path, "").await.is_problem(400, "");
    }
    let mut events = server.listen("/sse/a%2Fb%20%C3%A9").await;
    let (_, data) = joined(&mut events, false).await;
    assert_eq!(data["room"], "a/b é");
}

#[tokio::test]
async fn a_quiet_stream_is_kept_alive_by_comments() {
    let server = TestServer::start(ServerConfig { ping: Duration::from_millis(20), ..ServerConfig::default() });
    let mut events = server.listen("/sse/r").await;
    joined(&mut events, false).await;
    let comments = async {
        let mut comments = 0;
        while comments < 3 {
            let piece = events.next_piece().await.expect("it goes on");
            comments += usize::from(piece == ":");
        }
    };
    soon("comments", comments).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stalls_loses_its_seat_and_then_misses_nothing() {
    let config = ServerConfig {
        max_queue: 128 * 1024,
        history_messages: 1000,
        history_bytes: 16 << 20,
        recover_max: 1000,
        ..ServerConfig::default()
    };
    let server = {
        let mut config = config;
        let keys = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(keys.path(), support::api::KEY).unwrap();
        config.auth.api_key_file = Some(keys.path().to_owned());
        TestServer::start_small(config)
    };
    let mut stalled = server.listen_small("/sse/r").await;
    let mut ada = server.greet("/ws").await;
    ada.join("r").await;
    let filling = "x".repeat(16 * 1024);
    let mut published = 0;
    while members(&server, "r").await == 2 {
        published += 1;
        let body = format!(r#"{{"room":"r","event":"{published}","data":"{filling}"}}"#);
        assert_eq!(server.post("/api/publish", &body).await.status, 200);
        assert_eq!(ada.next_message().await["offset"], published, "others miss nothing");
        assert!(published < 500, "it has lost its seat by then, although it never read");
    }
    let (mut last, data) = joined(&mut stalled, false).await;
    assert_eq!(data["offset"], 0);
    let mut offset = 0;
    for event in stalled.rest().await {
        if let Some(id) = event.id {
            offset += 1;
            assert!(id.ends_with(&format!(":{offset}")), "without a hole: {id}");
            last = id;
        }
    }
    assert!(offset < published, "it was not sent everything");
    let mut back = server.listen_with("/sse/r", &format!("Last-Event-ID: {last}")).await;
    joined(&mut back, true).await;
    while offset < published {
        offset += 1;
        let event = back.next_message().await;
        assert!(event.id.is_some_and(|id| id.ends_with(&format!(":{offset}"))));
    }
}

#[tokio::test]
async fn a_server_that_stops_ends_it_and_says_when_to_come_back() {
    let server = start();
    let mut events = server.listen("/sse/r").await;
    joined(&mut events, false).await;
    publish(&server, "r", 1..=3).await;
    server.stop();
    let rest = events.rest().await;
    let (goodbye, before) = rest.split_last().expect("a goodbye");
    let messages = before.iter().filter(|event| event.id.is_some()).count();
    assert_eq!(messages, 3, "what was said before comes before: {rest:?}");
    let said: Value = serde_json::from_str(&goodbye.data).unwrap();
    support::peer::matches(&said, r#"{"type":"goodbye","code":4001,"reason":"shutdown","retry_ms":"MS"}"#);
    assert_eq!(goodbye.retry, said["retry_ms"].as_u64());
    assert!(goodbye.retry.is_some_and(|retry| (1_000..3_000).contains(&retry)), "{goodbye:?}");
    server.stopped().await;
}

#[tokio::test]
async fn who_comes_while_the_server_stops_is_sent_elsewhere() {
    let server = start();
    let mut silent = support::http::open(server.address, "/ws").await;
    server.stop();
    support::http::read_until(&mut silent, support::http::GOODBYE).await;
    let refused = server.listen_refused("/sse/r", "").await;
    refused.is_problem(503, "shutting down");
    assert_eq!(refused.header("retry-after"), Some("5"));
}

#[tokio::test]
async fn coming_back_has_a_delay_that_is_not_the_last_servers() {
    let server = start();
    let mut events = server.listen("/sse/r").await;
    let retry = events.next().await.retry;
    assert!(retry.is_some_and(|retry| (1_000..3_000).contains(&retry)), "{retry:?}");
}

#[tokio::test]
async fn it_goes_over_http_2_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let Pair { chain, key } = Pair::write(folder.path());
    let server =
        TestServer::start(ServerConfig { tls_cert: Some(chain), tls_key: Some(key), ..ServerConfig::default() });
    let certificate = folder.path().join("cert.pem");
    let mut client = Http2::connect(server.address, &certificate).await;
    let request = client.request(Method::GET, "/sse/r");
    let watching = async {
        let mut other = Http2::connect(server.address, &certificate).await;
        let inside = "yodel_connections{mode=\"sse\"} 1\n";
        while !other.ask(other.request(Method::GET, "/metrics")).await.body.contains(inside) {}
        server.stop();
    };
    let watching = soon("somebody listens", watching);
    let (answer, ()) = tokio::join!(client.ask(request), watching);
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "text/event-stream"));
    assert!(answer.body.contains(r#"{"type":"joined""#), "{answer:?}");
    assert!(answer.body.contains(r#"{"type":"goodbye","code":4001"#), "{answer:?}");
}

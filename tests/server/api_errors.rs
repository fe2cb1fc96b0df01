//! The HTTP interface when it cannot do what is asked for: who may not use it, and what is not as expected.

use serde_json::json;
use support::TestServer;
use support::api::{KEY, token};
use yodel_server::ServerConfig;

fn start() -> TestServer {
    TestServer::start_api(ServerConfig::default())
}

#[tokio::test]
async fn it_is_off_unless_there_are_credentials_and_says_how_to_switch_it_on() {
    let server = TestServer::start(ServerConfig::default());
    for request in ["POST /api/publish", "GET /api/rooms", "GET /api/nothing", "GET /api", "GET /api/openapi.json"] {
        let answer = server.call(&format!("{request} HTTP/1.1\nAuthorization: Bearer {KEY}"), "").await;
        answer.is_problem(404, "--api-key-file");
    }
}

#[tokio::test]
async fn without_credentials_it_is_401_and_without_the_claim_403() {
    let jwt = TestServer::start_jwt(ServerConfig::default());
    let keys = start();
    let expired = token("ada", &json!({"api": true, "exp": 1_000_000_000}));
    let nobody = token("ada", &json!({}));
    let publish = r#"{"room":"r","event":"e"}"#;
    for server in [&jwt, &keys] {
        let answer = server.call("POST /api/publish HTTP/1.1\nContent-Type: application/json", publish).await;
        answer.is_problem(401, "Authorization: Bearer");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        server.get_as("/api/nothing", "x").await.is_problem(401, "");
        server.get("/api/rooms/r").await.is_problem(if server.address == jwt.address { 401 } else { 404 }, "");
    }
    keys.post_as("/api/publish", &KEY[1..], publish).await.is_problem(401, "none of the keys");
    jwt.post_as("/api/publish", &expired, publish).await.is_problem(401, "expired");
    jwt.post_as("/api/publish", &nobody, publish).await.is_problem(403, "`api`");
    let cookie = format!("GET /api/rooms HTTP/1.1\nCookie: session={}", token("ada", &json!({"api": true})));
    jwt.call(&cookie, "").await.is_problem(401, "Authorization");
}

#[tokio::test]
async fn what_is_secret_is_in_no_answer() {
    let server = start();
    let wrong = "another-key-of-at-least-thirty-two-bytes";
    for answer in [
        server.get_as("/api/rooms", wrong).await,
        server.get_as("/api/rooms/nowhere", KEY).await,
        server.post("/api/publish", "{").await,
        server.call("GET /api/openapi.json HTTP/1.1", "").await,
    ] {
        assert!(!answer.body.contains(KEY) && !answer.body.contains(wrong), "{}", answer.body);
    }
}

#[tokio::test]
async fn what_is_not_as_expected_is_said() {
    let server = TestServer::start_api(ServerConfig { max_message: 1024, max_queue: 2048, ..ServerConfig::default() });
    for (body, words) in [
        ("", "not as expected"),
        ("{", "not as expected"),
        ("[]", "object"),
        (r#"["r","e",1]"#, "object"),
        (r#"{"event":"e"}"#, "missing field `room`"),
        (r#"{"room":"r"}"#, "missing field `event`"),
        (r#"{"room":1,"event":"e"}"#, "invalid type"),
        (r#"{"room":"r","event":"e","room":"s"}"#, "duplicate field `room`"),
        (r#"{"room":"r","event":""}"#, "an event has 1 to 255 bytes"),
        (r#"{"room":"*","event":"e"}"#, "`*` is no room"),
        (&format!(r#"{{"room":"r","event":"e","key":"{}"}}"#, "k".repeat(65)), "a key has 1 to 64 bytes"),
    ] {
        server.post("/api/publish", body).await.is_problem(400, words);
    }
    for (body, words) in [
        (r#"{"to":{"user":"a","client":"c"},"event":"e"}"#, "not as expected"),
        (r#"{"to":{"room":"r"},"event":"e"}"#, "room"),
        (r#"{"event":"e"}"#, "missing field `to`"),
    ] {
        server.post("/api/send", body).await.is_problem(400, words);
    }
    server.post("/api/broadcast", "{}").await.is_problem(400, "missing field `event`");
    let fits = |spaces: usize| format!(r#"{{"room":"r","event":"e"{}}}"#, " ".repeat(spaces));
    let spaces = 1024 - fits(0).len();
    assert_eq!(server.post("/api/publish", &fits(spaces)).await.status, 200);
    server.post("/api/publish", &fits(spaces + 1)).await.is_problem(413, "1024 bytes");
}

#[tokio::test]
async fn a_body_says_that_it_is_json_and_is_utf_8() {
    let server = start();
    let body = r#"{"room":"r","event":"e"}"#;
    let post = |kind: &str| format!("POST /api/publish HTTP/1.1\nAuthorization: Bearer {KEY}{kind}");
    for kind in ["", "\nContent-Type: text/plain", "\nContent-Type: application/x-www-form-urlencoded"] {
        server.call(&post(kind), body).await.is_problem(415, "Content-Type: application/json");
    }
    assert_eq!(server.call(&post("\nContent-Type: Application/JSON; charset=utf-8"), body).await.status, 200);
    let request = format!(
        "POST /api/publish HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\n\
         Content-Length: 2\r\nConnection: close\r\n\r\n",
        server.address
    );
    let answer = support::http::exchange(server.address, &[request.as_bytes(), b"\xff\xff"].concat()).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("UTF-8"), "{answer}");
}

#[tokio::test]
async fn other_paths_are_404_and_other_methods_405() {
    let server = start();
    for path in ["/api", "/api/", "/api/nothing", "/api/rooms/r/nothing", "/api/rooms/"] {
        server.get(path).await.is_problem(404, "/api/openapi.json");
    }
    let answer = server.get("/api/publish").await;
    answer.is_problem(405, "Allow");
    assert_eq!(answer.header("allow"), Some("POST"));
    let answer = server.post("/api/rooms", "{}").await;
    answer.is_problem(405, "Allow");
    assert_eq!(answer.header("allow"), Some("GET,HEAD"));
}

#[tokio::test]
async fn pages_from_elsewhere_may_not_use_it() {
    let server = start();
    let ask = |lines: &str| {
        let lines = format!("GET /api/rooms HTTP/1.1\nAuthorization: Bearer {KEY}\n{lines}");
        let server = &server;
        async move { server.call(&lines, "").await }
    };
    ask("Origin: http://evil.example").await.is_problem(403, "--origin http://evil.example");
    ask("Host: rebound.example").await.is_problem(403, "rebound.example");
    assert_eq!(ask(&format!("Origin: http://{}", server.address)).await.status, 200);
    let hidden = server.call("GET /api/openapi.json HTTP/1.1\nOrigin: http://evil.example", "").await;
    hidden.is_problem(403, "evil.example");
}

#[tokio::test]
async fn one_room_too_many_is_503() {
    let server = TestServer::start_api(ServerConfig { max_rooms_total: 1, ..ServerConfig::default() });
    server.post("/api/publish", r#"{"room":"a","event":"e"}"#).await.is(r#"{"epoch":"EPOCH","offset":1}"#);
    let answer = server.post("/api/publish", r#"{"room":"b","event":"e"}"#).await;
    answer.is_problem(503, "--max-rooms-total");
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test]
async fn a_server_that_stops_sends_programs_elsewhere() {
    let server = start();
    let mut silent = support::http::open(server.address, "/ws").await;
    server.stop();
    support::http::read_until(&mut silent, support::http::GOODBYE).await;
    let answer = server.post("/api/publish", r#"{"room":"r","event":"e"}"#).await;
    answer.is_problem(503, "stopping");
    assert_eq!(answer.header("retry-after"), Some("5"));
}

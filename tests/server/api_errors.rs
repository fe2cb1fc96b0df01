//! Errors of the HTTP API: missing permissions and invalid requests.

use serde_json::json;
use support::TestServer;
use support::api::{KEY, token};
use yodel_server::ServerConfig;

fn start() -> TestServer {
    TestServer::start_api(ServerConfig::default())
}

#[tokio::test]
async fn disabled_api_explains_how_to_enable_it() {
    let server = TestServer::start(ServerConfig::default());
    for request in ["POST /api/publish", "GET /api/rooms", "GET /api/nothing", "GET /api", "GET /api/openapi.json"] {
        let response = server.call(&format!("{request} HTTP/1.1\nAuthorization: Bearer {KEY}"), "").await;
        response.assert_problem(404, "--api-key-file");
    }
}

#[tokio::test]
async fn answers_401_without_credentials_and_403_without_the_claim() {
    let jwt = TestServer::start_jwt(ServerConfig::default());
    let keys = start();
    let expired = token("ada", &json!({"api": true, "exp": 1_000_000_000}));
    let without_claim = token("ada", &json!({}));
    let publish = r#"{"room":"r","event":"e"}"#;
    for server in [&jwt, &keys] {
        let response = server.call("POST /api/publish HTTP/1.1\nContent-Type: application/json", publish).await;
        response.assert_problem(401, "Authorization: Bearer");
        assert_eq!(response.header("www-authenticate"), Some("Bearer"));
        server.get_as("/api/nothing", "x").await.assert_problem(401, "");
        server.get("/api/rooms/r").await.assert_problem(if server.address == jwt.address { 401 } else { 404 }, "");
    }
    keys.post_as("/api/publish", &KEY[1..], publish).await.assert_problem(401, "The API key is unknown");
    jwt.post_as("/api/publish", &expired, publish).await.assert_problem(401, "expired");
    jwt.post_as("/api/publish", &without_claim, publish).await.assert_problem(403, "`api`");
    let cookie = format!("GET /api/rooms HTTP/1.1\nCookie: session={}", token("ada", &json!({"api": true})));
    jwt.call(&cookie, "").await.assert_problem(401, "Authorization");
}

#[tokio::test]
async fn responses_contain_no_secrets() {
    let server = start();
    let invalid = "another-key-of-at-least-thirty-two-bytes";
    for response in [
        server.get_as("/api/rooms", invalid).await,
        server.get_as("/api/rooms/nowhere", KEY).await,
        server.post("/api/publish", "{").await,
        server.call("GET /api/openapi.json HTTP/1.1", "").await,
    ] {
        assert!(!response.body.contains(KEY) && !response.body.contains(invalid), "{}", response.body);
    }
}

#[tokio::test]
async fn explains_invalid_requests() {
    let server = TestServer::start_api(ServerConfig { max_message: 1024, max_queue: 2048, ..ServerConfig::default() });
    for (body, words) in [
        ("", "Invalid request body"),
        ("{", "Invalid request body"),
        ("[]", "object"),
        (r#"["r","e",1]"#, "object"),
        (r#"{"event":"e"}"#, "missing field `room`"),
        (r#"{"room":"r"}"#, "missing field `event`"),
        (r#"{"room":1,"event":"e"}"#, "invalid type"),
        (r#"{"room":"r","event":"e","room":"s"}"#, "duplicate field `room`"),
        (r#"{"room":"r","event":""}"#, "an event has 1 to 255 bytes"),
        (r#"{"room":"*","event":"e"}"#, "`*` is reserved for broadcasts"),
        (&format!(r#"{{"room":"r","event":"e","key":"{}"}}"#, "k".repeat(65)), "a key has 1 to 64 bytes"),
    ] {
        server.post("/api/publish", body).await.assert_problem(400, words);
    }
    for (body, words) in [
        (r#"{"to":{"user":"a","client":"c"},"event":"e"}"#, "Invalid request body"),
        (r#"{"to":{"room":"r"},"event":"e"}"#, "room"),
        (r#"{"event":"e"}"#, "missing field `to`"),
    ] {
        server.post("/api/send", body).await.assert_problem(400, words);
    }
    server.post("/api/broadcast", "{}").await.assert_problem(400, "missing field `event`");
    let fits = |spaces: usize| format!(r#"{{"room":"r","event":"e"{}}}"#, " ".repeat(spaces));
    let spaces = 1024 - fits(0).len();
    assert_eq!(server.post("/api/publish", &fits(spaces)).await.status, 200);
    server.post("/api/publish", &fits(spaces + 1)).await.assert_problem(413, "1024 bytes");
}

#[tokio::test]
async fn requires_a_json_content_type_and_utf_8() {
    let server = start();
    let body = r#"{"room":"r","event":"e"}"#;
    let post = |kind: &str| format!("POST /api/publish HTTP/1.1\nAuthorization: Bearer {KEY}{kind}");
    for kind in ["", "\nContent-Type: text/plain", "\nContent-Type: application/x-www-form-urlencoded"] {
        server.call(&post(kind), body).await.assert_problem(415, "Content-Type: application/json");
    }
    assert_eq!(server.call(&post("\nContent-Type: Application/JSON; charset=utf-8"), body).await.status, 200);
    let request = format!(
        "POST /api/publish HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\n\
         Content-Length: 2\r\nConnection: close\r\n\r\n",
        server.address
    );
    let response = support::http::exchange(server.address, &[request.as_bytes(), b"\xff\xff"].concat()).await;
    let response = String::from_utf8_lossy(&response).into_owned();
    assert!(response.starts_with("HTTP/1.1 400 ") && response.contains("UTF-8"), "{response}");
}

#[tokio::test]
async fn answers_404_for_unknown_paths_and_405_for_wrong_methods() {
    let server = start();
    for path in ["/api", "/api/", "/api/nothing", "/api/rooms/r/nothing", "/api/rooms/"] {
        server.get(path).await.assert_problem(404, "/api/openapi.json");
    }
    let response = server.get("/api/publish").await;
    response.assert_problem(405, "Allow");
    assert_eq!(response.header("allow"), Some("POST"));
    let response = server.post("/api/rooms", "{}").await;
    response.assert_problem(405, "Allow");
    assert_eq!(response.header("allow"), Some("GET,HEAD"));
}

#[tokio::test]
async fn rejects_foreign_origins_and_hosts() {
    let server = start();
    let get = |lines: &str| {
        let lines = format!("GET /api/rooms HTTP/1.1\nAuthorization: Bearer {KEY}\n{lines}");
        let server = &server;
        async move { server.call(&lines, "").await }
    };
    get("Origin: http://evil.example").await.assert_problem(403, "--origin http://evil.example");
    get("Host: rebound.example").await.assert_problem(403, "rebound.example");
    assert_eq!(get(&format!("Origin: http://{}", server.address)).await.status, 200);
    let hidden = server.call("GET /api/openapi.json HTTP/1.1\nOrigin: http://evil.example", "").await;
    hidden.assert_problem(403, "evil.example");
}

#[tokio::test]
async fn answers_503_at_the_room_limit() {
    let server = TestServer::start_api(ServerConfig { max_rooms_total: 1, ..ServerConfig::default() });
    let mut member = server.connect_envelope("/ws").await;
    member.join("a").await;
    let response = server.post("/api/publish", r#"{"room":"b","event":"e"}"#).await;
    response.assert_problem(503, "--max-rooms-total");
    assert!(response.header("retry-after").is_some());
}

#[tokio::test]
async fn answers_503_during_shutdown() {
    let server = start();
    let mut silent = support::http::open(server.address, "/ws").await;
    server.stop();
    support::http::read_until(&mut silent, support::http::SHUTDOWN_CLOSE).await;
    let response = server.post("/api/publish", r#"{"room":"r","event":"e"}"#).await;
    response.assert_problem(503, "shutting down");
    assert_eq!(response.header("retry-after"), Some("5"));
}

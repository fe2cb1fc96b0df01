//! The `OpenAPI` description compared with the server's behavior.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use support::TestServer;
use support::api::{ApiResponse, KEY, token};
use yodel_server::ServerConfig;

use crate::json_schema::schema_error;

/// Values for the path parameters.
const PARAMETERS: [(&str, &str); 3] = [("{room}", "chat"), ("{user}", "42"), ("{client}", "c_nobody")];

async fn document(server: &TestServer) -> Value {
    let response = server.call("GET /api/openapi.json HTTP/1.1", "").await;
    assert_eq!((response.status, response.header("content-type")), (200, Some("application/json")));
    response.json()
}

/// Returns every path with its methods.
fn operations(document: &Value) -> Vec<(String, Vec<String>)> {
    let paths = document["paths"].as_object().expect("paths");
    let methods = |item: &Value| item.as_object().unwrap().keys().cloned().collect();
    paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect()
}

fn filled_in(path: &str) -> String {
    PARAMETERS.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value))
}

#[tokio::test]
async fn paths_have_exactly_the_described_methods() {
    let server = TestServer::start_api(ServerConfig::default());
    let document = document(&server).await;
    assert!(operations(&document).len() >= 14);
    for (path, described) in operations(&document) {
        for method in ["get", "post", "put", "patch", "delete", "options"] {
            if path == "/sse/{room}" && method == "get" {
                continue; // An endless response, tested in tests/server/sse.rs.
            }
            let line = format!("{} {} HTTP/1.1", method.to_uppercase(), filled_in(&path));
            let response = server.call(&format!("{line}\nAuthorization: Bearer {KEY}"), "").await;
            let known = described.iter().any(|known| known == method);
            assert_eq!(response.status != 405, known, "{line}: {response:?}");
            // The fallback for unknown paths must not answer.
            assert!(!response.body.contains("/api/openapi.json says"), "{line}");
        }
    }
}

#[tokio::test]
async fn operation_ids_are_unique() {
    let document = document(&TestServer::start_api(ServerConfig::default())).await;
    let mut names = BTreeSet::new();
    for (path, methods) in operations(&document) {
        for method in methods {
            let name = document["paths"][&path][&method]["operationId"].as_str().expect("a name").to_owned();
            assert!(names.insert(name.clone()), "{name} is used twice");
        }
    }
}

/// Asserts that a response has a described status, content type and body.
fn assert_described(document: &Value, method: &str, path: &str, response: &ApiResponse) {
    let described = &document["paths"][path][method]["responses"][response.status.to_string()];
    assert!(described.is_object(), "{method} {path}: {} is not described", response.status);
    let kind = response.header("content-type").unwrap_or_default().split(';').next().unwrap();
    let content = &described["content"][kind];
    assert!(content.is_object(), "{method} {path}: {} with {kind} is not described", response.status);
    if kind.ends_with("json") && path != "/api/openapi.json" {
        assert!(content["schema"].is_object(), "{method} {path}: {} has no schema", response.status);
        let mismatch = schema_error(document, &content["schema"], &response.json());
        assert_eq!(mismatch, None, "{method} {path}: {}", response.body);
    }
}

#[tokio::test]
async fn responses_match_the_description() {
    let server = TestServer::start_jwt(ServerConfig { max_rooms_total: 2, ..ServerConfig::default() });
    let api = token("program", &json!({"api": true}));
    let bearer = format!("Bearer {}", token("42", &json!({"info": {"name": "Ada"}})));
    let mut ada = server.connect_envelope_with("/ws", &[("authorization", &bearer)]).await;
    // Rooms with members do not end at the limit of rooms.
    for room in ["chat", "other"] {
        ada.join(room).await;
    }
    ada.send(r#"{"id":1,"type":"publish","room":"chat","event":"msg","data":[1],"echo":false}"#).await;
    assert_eq!(ada.next_message().await["type"], "ok");
    let described = document(&server).await;
    let mut seen = BTreeSet::new();
    let mut post = async |path: &'static str, body: &str| {
        let response = server.post_as(path, &api, body).await;
        assert_described(&described, "post", path, &response);
        seen.insert((path, response.status));
    };
    for key in ["a", "b", "b"] {
        post("/api/publish", &format!(r#"{{"room":"chat","event":"msg","data":{{}},"key":"{key}"}}"#)).await;
    }
    post("/api/publish", r#"{"room":"chat","event":"msg","data":"another message","key":"b"}"#).await;
    post("/api/publish", r#"{"room":"other","event":"msg"}"#).await;
    post("/api/publish", r#"{"room":"too many","event":"msg"}"#).await;
    post("/api/broadcast", r#"{"event":"note"}"#).await;
    post("/api/send", r#"{"to":{"user":"42"},"event":"dm"}"#).await;
    post(
        "/api/batch",
        r#"[{"publish":{"room":"chat","event":"e"}},{"broadcast":{"event":"e"}},
            {"send":{"to":{"client":"c"},"event":"e"}},{"disconnect":{"user":"nobody"}},{}]"#,
    )
    .await;
    post("/api/disconnect", r#"{"user":"nobody"}"#).await;
    for path in ["/api/publish", "/api/broadcast", "/api/send", "/api/batch", "/api/disconnect"] {
        post(path, "nonsense").await;
        post(path, &" ".repeat((1 << 20) + 1)).await;
    }
    let published = ("/api/publish", 200);
    assert!(seen.contains(&published), "{seen:?}");
    assert!([409, 503].iter().all(|status| seen.contains(&("/api/publish", *status))), "{seen:?}");
    for (path, status) in [("/api/batch", 200), ("/api/disconnect", 200), ("/api/send", 413)] {
        assert!(seen.contains(&(path, status)), "{path} {status}");
    }

    for (path, requested, status) in [
        ("/api/rooms", "/api/rooms", 200),
        ("/api/rooms", "/api/rooms?limit=x", 400),
        ("/api/rooms/{room}", "/api/rooms/chat", 200),
        ("/api/rooms/{room}", "/api/rooms/nowhere", 404),
        ("/api/rooms/{room}", "/api/rooms/%ff", 400),
        ("/api/rooms/{room}/history", "/api/rooms/chat/history", 200),
        ("/api/rooms/{room}/history", "/api/rooms/chat/history?before=x", 400),
        ("/api/users/{user}", "/api/users/42", 200),
        ("/api/users/{user}", "/api/users/%0a", 400),
        ("/api/clients/{client}", &format!("/api/clients/{}", ada.client_id), 200),
        ("/api/clients/{client}", "/api/clients/c_nobody", 404),
        ("/api/openapi.json", "/api/openapi.json", 200),
        ("/health", "/health", 200),
        ("/ready", "/ready", 200),
        ("/metrics", "/metrics", 200),
    ] {
        let response = server.get_as(requested, &api).await;
        assert_eq!(response.status, status, "{requested}: {response:?}");
        assert_described(&described, "get", path, &response);
    }
}

#[tokio::test]
async fn describes_every_rejection() {
    let on = TestServer::start_jwt(ServerConfig::default());
    let off = TestServer::start(ServerConfig::default());
    let described = document(&on).await;
    let without_claim = token("42", &json!({}));
    let api: Vec<_> = operations(&described).into_iter().filter(|(path, _)| path.starts_with("/api/")).collect();
    assert!(api.len() >= 10, "{api:?}");
    for (path, methods) in api {
        let method = methods[0].clone();
        let line = |more: &str| format!("{} {} HTTP/1.1{more}", method.to_uppercase(), filled_in(&path));
        let mut expected = vec![(403, &on, line("\nOrigin: http://evil.example")), (404, &off, line(""))];
        if path != "/api/openapi.json" {
            expected.push((401, &on, line("")));
            expected.push((403, &on, line(&format!("\nAuthorization: Bearer {without_claim}"))));
        }
        if method == "post" {
            let api = token("42", &json!({"api": true}));
            expected.push((415, &on, line(&format!("\nAuthorization: Bearer {api}"))));
        }
        for (status, server, lines) in expected {
            let response = server.call(&lines, "").await;
            assert_eq!(response.status, status, "{lines}");
            assert_described(&described, &method, &path, &response);
        }
    }
    let restricted = token("42", &json!({"rooms": [{"room": "mine", "may": ["join"]}]}));
    let bearer = format!("Authorization: Bearer {restricted}");
    for (requested, lines, status) in [
        ("/sse/%ff", "", 400),
        ("/sse/mine", "", 401),
        ("/sse/yours", &*bearer, 403),
        ("/sse/mine", "Origin: http://evil.example", 403),
    ] {
        let response = on.subscribe_rejected(requested, lines).await;
        assert_eq!(response.status, status, "{requested}");
        assert_described(&described, "get", "/sse/{room}", &response);
    }
}

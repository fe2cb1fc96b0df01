//! The `OpenAPI` description compared with the server's behavior.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use support::TestServer;
use support::api::{ApiResponse, KEY, token};
use yodel_server::ServerConfig;

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

/// Resolves `$ref` in a schema.
fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} is not defined"))
        }
        None => schema,
    }
}

/// Keywords that [`schema_error`] checks, and those that only annotate.
const KEYWORDS: [&str; 14] = [
    "$ref",
    "oneOf",
    "type",
    "properties",
    "required",
    "items",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "description",
    "example",
    "format",
    "default",
];

/// Returns the first mismatch between a value and its schema. Undescribed properties are mismatches.
fn schema_error(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    let schema = resolved(document, schema);
    for keyword in schema.as_object().expect("a schema is an object").keys() {
        assert!(KEYWORDS.contains(&&**keyword), "the keyword {keyword} of {schema} is not checked");
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let errors: Vec<_> = choices.iter().map(|choice| schema_error(document, choice, value)).collect();
        return match errors.iter().filter(|error| error.is_none()).count() {
            0 => errors.into_iter().flatten().next(),
            1 => None,
            count => Some(format!("{value} matches {count} of {choices:?}")),
        };
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return None, // Any value is valid.
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.contains(&kind) {
        return Some(format!("{value} is not {kinds:?}"));
    }
    match value {
        Value::Number(number) => out_of_range(schema, ["minimum", "maximum"], number.as_f64(), value),
        Value::String(text) => out_of_range(schema, ["minLength", "maxLength"], length(text), value),
        Value::Array(items) => items.iter().find_map(|item| schema_error(document, &schema["items"], item)),
        Value::Object(fields) if schema["properties"].is_object() => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let missing = required.iter().filter_map(Value::as_str).find(|name| !fields.contains_key(*name));
            if let Some(missing) = missing {
                return Some(format!("{value} has no {missing}"));
            }
            fields.iter().find_map(|(name, value)| match schema["properties"].get(name) {
                Some(schema) => schema_error(document, schema, value),
                None => Some(format!("{name} is not described: {value}")),
            })
        }
        _ => None,
    }
}

/// Returns the number of characters of a text.
fn length(text: &str) -> Option<f64> {
    u32::try_from(text.chars().count()).ok().map(f64::from)
}

/// Returns a mismatch if a size is outside of the limits that a schema has under these keywords.
fn out_of_range(schema: &Value, [least, most]: [&str; 2], size: Option<f64>, value: &Value) -> Option<String> {
    let fits = schema[least].as_f64().is_none_or(|least| size >= Some(least))
        && schema[most].as_f64().is_none_or(|most| size <= Some(most));
    if fits { None } else { Some(format!("{value} is outside of {schema}")) }
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

#[test]
fn schema_check_detects_mismatches() {
    let document = json!({"a": {"type": "object", "required": ["x"], "properties": {
        "x": {"type": ["integer", "null"], "minimum": 1}, "y": {"type": "array", "items": {"type": "string"}},
        "z": {"oneOf": [{"type": "integer"}, {"type": "integer", "minimum": 5}, {"type": "string", "maxLength": 2}]}}}});
    let fits = |value: Value| schema_error(&document, &json!({"$ref": "#/a"}), &value).is_none();
    assert!(fits(json!({"x": 1})) && fits(json!({"x": null, "y": ["z"], "z": "ab"})) && fits(json!({"x": 1, "z": 4})));
    for invalid in [
        json!({}),
        json!([]),
        json!({"x": "1"}),
        json!({"x": 1.5}),
        json!({"x": 0}),
        json!({"x": 1, "y": [2]}),
        json!({"x": 1, "other": 1}),
        json!({"x": 1, "z": 5}),
        json!({"x": 1, "z": "abc"}),
        json!({"x": 1, "z": true}),
    ] {
        assert!(!fits(invalid.clone()), "{invalid}");
    }
}

#[test]
#[should_panic(expected = "the keyword allOf")]
fn schema_check_rejects_unknown_keywords() {
    schema_error(&json!({}), &json!({"allOf": [{"type": "string"}, {"type": "integer"}]}), &json!("x"));
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

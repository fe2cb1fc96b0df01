//! The HTTP API: lists of rooms, histories, users and connections.

use std::time::Duration;

use serde_json::json;
use support::TestServer;
use support::api::token;
use support::json_pattern::assert_matches;
use yodel_server::ServerConfig;

use crate::api::start;

#[tokio::test]
async fn lists_rooms_in_pages_without_creating_rooms() {
    let server = start();
    for room in ["oak", "ash", "pine"] {
        let body = format!(r#"{{"room":"{room}","event":"e"}}"#);
        server.post("/api/publish", &body).await;
    }
    let names = |response: support::api::ApiResponse| {
        let page = response.json();
        let names: Vec<_> = page["rooms"].as_array().unwrap().iter().map(|room| room["room"].clone()).collect();
        (json!(names), page["more"].as_bool().unwrap())
    };
    server.get("/api/rooms/nowhere").await.assert_problem(404, "Room not found: nowhere.");
    server.get("/api/rooms/nowhere/history").await.assert_problem(404, "Room not found: nowhere.");
    assert_eq!(names(server.get("/api/rooms").await), (json!(["ash", "lobby", "oak", "pine"]), false));
    assert_eq!(names(server.get("/api/rooms?limit=2").await), (json!(["ash", "lobby"]), true));
    assert_eq!(names(server.get("/api/rooms?limit=2&after=lobby").await), (json!(["oak", "pine"]), false));
    let first = &server.get("/api/rooms?limit=1").await.json()["rooms"][0];
    assert_matches(first, r#"{"room":"ash","epoch":"EPOCH","offset":1,"members":0,"kept":1}"#);
    for query in ["limit=x", "limit=-1", "after="] {
        server.get(&format!("/api/rooms?{query}")).await.assert_problem(400, "");
    }
}

#[tokio::test]
async fn returns_a_rooms_members_and_offset() {
    let server = start();
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("a/b c").await;
    server.post("/api/publish", r#"{"room":"a/b c","event":"e"}"#).await;
    server.get("/api/rooms/a%2Fb%20c").await.assert_json(&format!(
        r#"{{"room":"a/b c","epoch":"EPOCH","offset":1,"members":1,"kept":1,
            "users":[{{"client":"{}","clients":1}}],"more_users":false}}"#,
        ada.client_id
    ));
    for path in ["/api/rooms/%ff", "/api/rooms/a%0a", &format!("/api/rooms/{}", "x".repeat(256))] {
        server.get(path).await.assert_problem(400, "");
    }
    server.get("/api/rooms/*").await.assert_problem(404, "Room not found");
}

#[tokio::test]
async fn returns_history_backwards_in_pages() {
    let server = TestServer::start_api(ServerConfig { recover_max: 3, ..ServerConfig::default() });
    for number in 1..=5 {
        let body = format!(r#"{{"room":"r","event":"e","data":{number}}}"#);
        server.post("/api/publish", &body).await;
    }
    let page = server.get("/api/rooms/r/history?limit=2").await.assert_json(
        r#"{"room":"r","epoch":"EPOCH","offset":5,"more":true,"messages":[
            {"room":"r","offset":4,"event":"e","data":4,"time":"TIME"},
            {"room":"r","offset":5,"event":"e","data":5,"time":"TIME"}]}"#,
    );
    let offsets = |response: support::api::ApiResponse| {
        let page = response.json();
        let offsets = page["messages"].as_array().unwrap().iter().map(|message| message["offset"].clone());
        (json!(offsets.collect::<Vec<_>>()), page["more"].as_bool().unwrap())
    };
    let before = page["messages"][0]["offset"].clone();
    let older = server.get(&format!("/api/rooms/r/history?limit=2&before={before}")).await;
    assert_eq!(offsets(older), (json!([2, 3]), true));
    assert_eq!(offsets(server.get("/api/rooms/r/history?before=2").await), (json!([1]), false));
    assert_eq!(offsets(server.get("/api/rooms/r/history").await), (json!([3, 4, 5]), true), "--recover-max");
    server.get("/api/rooms/r/history?before=x").await.assert_problem(400, "before");
}

#[tokio::test]
async fn drops_messages_older_than_the_history_age() {
    let history_age = Duration::from_millis(1);
    let server = TestServer::start_api(ServerConfig { history_age, ..ServerConfig::default() });
    let mut kept = Vec::new();
    // Fewer messages than their default limit and than the length of a page. A request takes about a millisecond.
    for _ in 0..90 {
        server.post("/api/publish", r#"{"room":"r","event":"e"}"#).await;
        let page = server.get("/api/rooms/r/history?limit=100").await.json();
        kept.push(page["messages"].as_array().expect("messages").len());
    }
    assert!(kept.windows(2).any(|kept| kept[1] <= kept[0]), "no message was dropped: {kept:?}");
}

#[tokio::test]
async fn finds_connections_by_user_and_by_client_id() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let api = token("program", &json!({"api": true}));
    let bearer = format!("Bearer {}", token("ada", &json!({})));
    let ada = server.connect_envelope_with("/ws", &[("authorization", &bearer)]).await;
    let info = format!(r#"{{"client":"{}","user":"ada","peer":"PEER","since":"SINCE"}}"#, ada.client_id);
    let of_user = server.get_as("/api/users/ada", &api).await;
    of_user.assert_json(&format!(r#"{{"user":"ada","clients":[{info}],"more":false}}"#));
    server.get_as(&format!("/api/clients/{}", ada.client_id), &api).await.assert_json(&info);
    server.get_as("/api/users/bob", &api).await.assert_json(r#"{"user":"bob","clients":[],"more":false}"#);
    server.get_as("/api/clients/c_nobody", &api).await.assert_problem(404, "Client not found: c_nobody.");
}

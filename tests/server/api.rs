//! The HTTP API: effects and responses of requests that publish, send and disconnect.

use serde_json::json;
use support::api::{assert_problem_json, token};
use support::json_pattern::assert_matches;
use support::{TestClient, TestServer};
use yodel_server::ServerConfig;

pub fn start() -> TestServer {
    TestServer::start_api(ServerConfig::default())
}

#[tokio::test]
async fn publish_returns_the_offset_and_delivers_the_message() {
    let server = start();
    let mut ada = server.connect_envelope("/ws").await;
    let (epoch, _) = ada.join("chat").await;
    let published = server.post("/api/publish", r#"{"room":"chat","event":"msg","data":{"n":1}}"#).await;
    let published = published.assert_json(r#"{"epoch":"EPOCH","offset":1}"#);
    assert_eq!(published["epoch"], epoch);
    let message = ada.next_message().await;
    assert_matches(
        &message,
        r#"{"type":"message","room":"chat","offset":1,"event":"msg","data":{"n":1},"time":"TIME"}"#,
    );
}

#[tokio::test]
async fn preserves_data_byte_for_byte() {
    let server = start();
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("r").await;
    let data = r#"{ "b": 1.0, "a": [1e400, 12345678901234567890123], "b": "\u00e9\/" }"#;
    server.post("/api/publish", &format!(r#"{{"room":"r","event":"e","data":{data}}}"#)).await;
    server.post("/api/broadcast", &format!(r#"{{"event":"e","data":{data}}}"#)).await;
    let send = format!(r#"{{"to":{{"client":"{}"}},"event":"e","data":{data}}}"#, ada.client_id);
    server.post("/api/send", &send).await;
    server.post("/api/batch", &format!(r#"[{{"publish":{{"room":"r","event":"e","data":{data}}}}}]"#)).await;
    let mut received = 0;
    while received < 4 {
        let text = ada.next_text().await;
        if !text.contains("presence_diff") {
            assert!(text.contains(&format!(r#""data":{data}"#)), "{text}");
            received += 1;
        }
    }
    let history = server.get("/api/rooms/r/history").await;
    assert_eq!(history.body.matches(data).count(), 2, "{}", history.body);
}

#[tokio::test]
async fn deduplicates_publishes_by_key() {
    let server = start();
    let publish = r#"{"room":"r","event":"e","data":1,"key":"k"}"#;
    let first = server.post("/api/publish", publish).await.assert_json(r#"{"epoch":"EPOCH","offset":1}"#);
    let again =
        server.post("/api/publish", publish).await.assert_json(r#"{"epoch":"EPOCH","offset":1,"duplicate":true}"#);
    assert_eq!(first["epoch"], again["epoch"]);
    let other = r#"{"room":"other","event":"e","data":1,"key":"k"}"#;
    server.post("/api/publish", other).await.assert_json(r#"{"epoch":"EPOCH","offset":1}"#);
}

#[tokio::test]
async fn broadcast_reaches_and_counts_all_connections() {
    let server = start();
    let (mut ada, mut bob, mut cyd) =
        (server.connect_envelope("/ws").await, server.connect("/ws/broadcast").await, server.subscribe("/sse/r").await);
    cyd.next().await;
    server.post("/api/broadcast", r#"{"event":"note","data":"hi"}"#).await.assert_json(r#"{"delivered":3}"#);
    ada.expect_frame(r#"{"type":"message","room":"*","event":"note","data":"hi","time":"TIME"}"#).await;
    assert_eq!(bob.receive().await, "hi");
    let event = cyd.next_message().await;
    assert!(event.data.contains(r#""room":"*""#) && event.id.is_none(), "{event:?}");
}

#[tokio::test]
async fn send_reaches_all_connections_of_a_user_or_one_client() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let (ada, api) = (token("ada", &json!({})), token("program", &json!({"api": true})));
    let bearer = format!("Bearer {ada}");
    let header = [("authorization", &*bearer)];
    let (mut one, mut two) =
        (server.connect_envelope_with("/ws", &header).await, server.connect_envelope_with("/ws", &header).await);
    // Plain connections and event streams receive no direct messages.
    let url = format!("ws://{}/ws/echo", server.address);
    let _plain = support::TestClient::try_connect(&url, &header).await.expect("connection is accepted");
    let _events = server.subscribe_with("/sse/r", &format!("Authorization: {bearer}")).await;
    let send = |to: String| {
        let (server, api) = (&server, &api);
        async move {
            let body = format!(r#"{{"to":{to},"event":"dm","data":1}}"#);
            server.post_as("/api/send", api, &body).await.json()["delivered"].clone()
        }
    };
    assert_eq!(send(r#"{"user":"ada"}"#.to_owned()).await, 2);
    for peer in [&mut one, &mut two] {
        peer.expect_frame(r#"{"type":"direct","event":"dm","data":1,"time":"TIME"}"#).await;
    }
    assert_eq!(send(format!(r#"{{"client":"{}"}}"#, two.client_id)).await, 1);
    two.expect_frame(r#"{"type":"direct","event":"dm","data":1,"time":"TIME"}"#).await;
    assert_eq!(send(r#"{"user":"nobody"}"#.to_owned()).await, 0);
    assert_eq!(send(r#"{"client":"c_nobody"}"#.to_owned()).await, 0);
}

#[tokio::test]
async fn batch_runs_in_order_and_isolates_failures() {
    let server = TestServer::start_api(ServerConfig { max_message: 1024, ..ServerConfig::default() });
    let mut ada = server.connect_envelope("/ws").await;
    ada.join("r").await;
    let long = "x".repeat(1024);
    let batch = format!(
        r#"[{{"publish":{{"room":"r","event":"e","data":1}}}},
            {{"publish":{{"room":"","event":"e"}}}},
            {{"dance":{{}}}},
            7,
            {{"publish":["r","e",7]}},
            {{"publish":{{"room":"*","event":"e"}}}},
            {{"disconnect":{{"client":"c_1","code":1000}}}},
            {{"publish":{{"room":"r","event":"e","data":"{long}"}}}},
            {{"broadcast":{{"event":"note"}}}},
            {{"send":{{"to":{{"user":"nobody"}},"event":"dm"}}}},
            {{"disconnect":{{"user":"nobody"}}}},
            {{"publish":{{"room":"r","event":"e","data":2}}}}]"#
    );
    let response = server.post("/api/batch", &batch).await;
    let outcomes = response.json();
    let outcomes = outcomes.as_array().expect("a list");
    assert_eq!(outcomes.len(), 12);
    let offset = |index: usize| outcomes[index]["publish"]["offset"].as_u64();
    assert_eq!((offset(0), offset(11)), (Some(1), Some(2)));
    for (index, status, words) in [
        (1, 400, "a room name has 1 to 255 bytes"),
        (2, 400, "dance"),
        (3, 400, "Invalid request body"),
        (4, 400, "object"),
        (5, 400, "`*` is reserved for broadcasts"),
        (6, 400, "4000 to 4999"),
        (7, 413, "--max-message"),
    ] {
        assert_problem_json(&outcomes[index]["problem"], status, words);
        assert_eq!(outcomes[index].as_object().unwrap().len(), 1);
    }
    assert_eq!(outcomes[8], json!({"broadcast": {"delivered": 1}}));
    assert_eq!(outcomes[9], json!({"send": {"delivered": 0}}));
    assert_eq!(outcomes[10], json!({"disconnect": {"disconnected": 0}}));
    let messages = [ada.next_message().await, ada.next_message().await, ada.next_message().await];
    let mut offsets: Vec<_> = messages.iter().filter_map(|message| message["offset"].as_u64()).collect();
    offsets.sort_unstable();
    assert_eq!(offsets, [1, 2], "{messages:?}");
}

#[tokio::test]
async fn batch_limits_requests_and_size() {
    let server = start();
    let list = |count: usize| format!("[{}]", vec![r#"{"broadcast":{"event":"e"}}"#; count].join(","));
    let most = server.post("/api/batch", &list(1000)).await;
    assert_eq!((most.status, most.json().as_array().unwrap().len()), (200, 1000));
    server.post("/api/batch", &list(1001)).await.assert_problem(413, "at most 1000 requests");
    server.post("/api/batch", &format!("[{}]", " ".repeat(16 * 64 * 1024))).await.assert_problem(413, "1048576 bytes");
    server.post("/api/batch", "[]").await.assert_json("[]");
    server.post("/api/batch", r#"{"publish":{}}"#).await.assert_problem(400, "a list of requests");
    server.post("/api/batch", "[1,2").await.assert_problem(400, "Invalid request body");
}

#[tokio::test]
async fn disconnect_closes_connections_of_all_modes() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let (ada, bob) = (token("ada", &json!({})), token("bob", &json!({})));
    let api = token("program", &json!({"api": true}));
    let (ada, bob) = (format!("Bearer {ada}"), format!("Bearer {bob}"));
    let mut envelope = server.connect_envelope_with("/ws", &[("authorization", &ada)]).await;
    let url = |path: &str| format!("ws://{}{path}", server.address);
    let mut plain = Vec::new();
    for path in ["/ws/echo", "/ws/broadcast"] {
        plain.push(support::TestClient::try_connect(&url(path), &[("authorization", &ada)]).await.unwrap());
    }
    let sse = server.subscribe_with("/sse/r", &format!("Authorization: {ada}")).await;
    let mut other = server.connect_envelope_with("/ws", &[("authorization", &bob)]).await;

    let body = r#"{"user":"ada","code":4007,"reason":"move over"}"#;
    server.post_as("/api/disconnect", &api, body).await.assert_json(r#"{"disconnected":4}"#);
    assert_eq!(envelope.closed().await, (4007, "move over".to_owned()));
    for client in &mut plain {
        assert_eq!(client.closed().await, (4007, "move over".to_owned()));
    }
    let goodbye = sse.rest().await.pop().expect("a goodbye");
    assert!(goodbye.data.contains(r#""type":"goodbye","code":4007,"reason":"move over""#), "{goodbye:?}");

    let body = format!(r#"{{"client":"{}"}}"#, other.client_id);
    server.post_as("/api/disconnect", &api, &body).await.assert_json(r#"{"disconnected":1}"#);
    assert_eq!(other.closed().await, (4503, String::new()));
}

#[tokio::test]
async fn disconnect_validates_recipient_code_and_reason() {
    let server = start();
    let reason = "é".repeat(62);
    for (body, words) in [
        ("{}", "Exactly one of `user` and `client`"),
        (r#"{"user":"a","client":"c"}"#, "Exactly one of `user` and `client`"),
        (r#"{"user":"a","code":3999}"#, "4000 to 4999"),
        (r#"{"user":"a","code":5000}"#, "4000 to 4999"),
        (r#"{"user":"a","code":70000}"#, "Invalid request body"),
        (&format!(r#"{{"user":"a","reason":"{reason}"}}"#), "must not exceed 123 bytes"),
        (r#"{"user":""}"#, "a user id has 1 to 255 bytes"),
    ] {
        server.post("/api/disconnect", body).await.assert_problem(400, words);
    }
    let longest = format!(r#"{{"user":"a","code":4999,"reason":"{}"}}"#, "x".repeat(123));
    server.post("/api/disconnect", &longest).await.assert_json(r#"{"disconnected":0}"#);
}

#[tokio::test]
async fn disconnect_delivers_a_reason_of_maximum_length() {
    let server = start();
    let mut ada = server.connect_envelope("/ws").await;
    let reason = "x".repeat(123);
    let body = format!(r#"{{"client":"{}","code":4999,"reason":"{reason}"}}"#, ada.client_id);
    server.post("/api/disconnect", &body).await.assert_json(r#"{"disconnected":1}"#);
    assert_eq!(ada.closed().await, (4999, reason));
}

#[tokio::test]
async fn a_key_belongs_to_its_sender_and_its_message() {
    let server = start();
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    let publish = |data: u8| format!(r#""room":"r","event":"order","data":{data},"key":"order-18"}}"#);
    let frame = |data: u8| format!(r#"{{"id":1,"type":"publish",{}"#, publish(data));
    ada.request(&frame(1), r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1}"#).await;
    let api = format!("{{{}", publish(1));
    server.post("/api/publish", &api).await.assert_json(r#"{"epoch":"EPOCH","offset":2}"#);
    server.post("/api/publish", &api).await.assert_json(r#"{"epoch":"EPOCH","offset":2,"duplicate":true}"#);
    server.post("/api/publish", &format!("{{{}", publish(2))).await.assert_problem(409, "`key`");
    bob.request(
        &frame(2),
        r#"{"type":"error","id":1,"code":"conflict","message":"another message was published with this `key`","retry":false}"#,
    )
    .await;
    bob.request(&frame(1), r#"{"type":"ok","id":1,"epoch":"EPOCH","offset":1,"duplicate":true}"#).await;
}

#[tokio::test]
async fn a_blocked_user_cannot_connect_with_a_valid_token() {
    let server = TestServer::start_jwt(ServerConfig::default());
    let api = token("program", &json!({"api": true}));
    let disconnect = async |body: &str| server.post_as("/api/disconnect", &api, body).await;
    let bearer = format!("Bearer {}", token("ada", &json!({"api": true})));
    let header = [("authorization", &*bearer)];
    let mut ada = server.connect_envelope_with("/ws", &header).await;
    let mut waiting = server.connect_envelope("/ws").await;
    disconnect(r#"{"user":"ada","block":600,"code":5000}"#).await.assert_problem(400, "4999");
    assert_eq!(server.get_as("/api/rooms", &bearer[7..]).await.status, 200, "a rejected request blocks nobody");
    disconnect(r#"{"user":"ada","block":600}"#).await.assert_json(r#"{"disconnected":1}"#);
    assert_eq!(ada.closed().await.0, 4503);

    let mut back = server.open_envelope_with("/ws", &header).await;
    assert_eq!(back.closed().await, (4503, "the user is blocked".to_owned()));
    let url = format!("ws://{}/ws/echo", server.address);
    assert_eq!(TestClient::try_connect(&url, &header).await.err(), Some(403));
    waiting.send(&format!(r#"{{"id":1,"type":"auth","token":"{}"}}"#, token("ada", &json!({})))).await;
    assert_eq!(waiting.next().await["code"], "forbidden");
    let lines = format!("GET /sse/r HTTP/1.1\nAuthorization: {bearer}");
    server.call(&lines, "").await.assert_problem(403, "the user is blocked.");
    server.get_as("/api/rooms", &bearer[7..]).await.assert_problem(403, "the user is blocked");
    let metrics = server.get_as("/metrics", &api).await.body;
    assert!(metrics.contains("\nyodel_blocked_users 1\n"), "{metrics}");

    disconnect(r#"{"user":"ada","block":0}"#).await.assert_json(r#"{"disconnected":0}"#);
    server.connect_envelope_with("/ws", &header).await;
    disconnect(r#"{"client":"c_1","block":1}"#).await.assert_problem(400, "`block` requires `user`");
    disconnect(r#"{"user":"ada","block":31622401}"#).await.assert_problem(400, "at most 31622400");
    let batch = server.post_as("/api/batch", &api, r#"[{"disconnect":{"user":"bob","block":60}}]"#).await;
    assert_eq!(batch.status, 200, "{}", batch.body);
    let bob = format!("Bearer {}", token("bob", &json!({})));
    assert_eq!(TestClient::try_connect(&url, &[("authorization", &bob)]).await.err(), Some(403));
}

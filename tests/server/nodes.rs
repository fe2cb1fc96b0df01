//! Several nodes that share a Redis: what the HTTP API and clients of one node see of the others.

use serde_json::json;
use support::api::token;
use support::json_pattern::assert_matches;
use support::redis_server::RedisServer;
use support::{EnvelopeClient, TestClient, TestServer, http};
use yodel_server::ServerConfig;

/// Two nodes, and the Redis that they share.
struct Nodes {
    redis: RedisServer,
    first: TestServer,
    second: TestServer,
}

impl Nodes {
    async fn start(config: ServerConfig) -> Self {
        let redis = RedisServer::start().await;
        let node = async |name: &str| {
            let node = Some(name.parse().expect("a valid name"));
            redis.start_node(ServerConfig { node, ..config.clone() }).await
        };
        let (first, second) = (node("n1").await, node("n2").await);
        Self { redis, first, second }
    }
}

async fn connect(node: &TestServer, user: &str) -> EnvelopeClient {
    node.connect_envelope_with("/ws", &[("authorization", &bearer(user))]).await
}

fn bearer(user: &str) -> String {
    format!("Bearer {}", token(user, &json!({})))
}

#[tokio::test]
async fn every_node_lists_the_rooms_and_users_of_all() {
    let nodes = Nodes::start(ServerConfig::default()).await;
    let (mut ada, mut bob) = (connect(&nodes.first, "ada").await, connect(&nodes.second, "bob").await);
    let mut ada_again = connect(&nodes.second, "ada").await;
    ada.join("chat").await;
    bob.join("chat").await;
    ada_again.join("chat").await;
    bob.join("second").await;
    nodes.first.post("/api/publish", r#"{"room":"chat","event":"e"}"#).await;
    nodes.first.post("/api/publish", r#"{"room":"empty","event":"e"}"#).await;
    for node in [&nodes.first, &nodes.second] {
        let room = node.get_until("/api/rooms/chat", |room| room["members"] == 3).await;
        assert_matches(
            &room,
            r#"{"room":"chat","epoch":"EPOCH","offset":1,"members":3,"kept":1,
                "users":[{"user":"ada","clients":2},{"user":"bob","clients":1}],"more_users":false}"#,
        );
        let page = node.get_until("/api/rooms", |page| page["rooms"][2]["members"] == 1).await;
        assert_matches(
            &page,
            r#"{"rooms":[{"room":"chat","epoch":"EPOCH","offset":1,"members":3,"kept":1},
                         {"room":"empty","epoch":"OTHER","offset":1,"members":0,"kept":1},
                         {"room":"second","epoch":"THIRD","offset":0,"members":1,"kept":0}],"more":false}"#,
        );
        let page = node.get("/api/rooms?limit=1&after=chat").await.json();
        assert_eq!((&page["rooms"][0]["room"], &page["more"]), (&json!("empty"), &json!(true)));
        node.get("/api/rooms/nowhere").await.assert_problem(404, "Room not found: nowhere.");
        node.get("/api/rooms/nowhere/history").await.assert_problem(404, "Room not found: nowhere.");
    }
    assert_eq!(nodes.first.get("/api/rooms").await.json()["rooms"].as_array().map(Vec::len), Some(3));
    let mut present = connect(&nodes.first, "eve").await;
    for node in [&nodes.first, &nodes.second] {
        let user = node.get_until("/api/users/ada", |user| user["clients"][1].is_object()).await;
        let clients = format!(
            r#"{{"user":"ada","clients":[
                {{"client":"{}","user":"ada","peer":"PEER","since":"SINCE"}},
                {{"client":"{}","user":"ada","peer":"OTHER","since":"LATER"}}],"more":false}}"#,
            ada.client_id, ada_again.client_id
        );
        assert_matches(&user, &clients);
    }
    let users = r#"{"type":"presence","id":1,"room":"second","clients":1,"users":[{"user":"bob","clients":1}]}"#;
    present.request(r#"{"id":1,"type":"presence","room":"second"}"#, users).await;
}

#[tokio::test]
async fn messages_and_disconnections_reach_the_connections_to_other_nodes() {
    let nodes = Nodes::start(ServerConfig::default()).await;
    let (mut here, mut there) = (connect(&nodes.first, "ada").await, connect(&nodes.second, "ada").await);
    let post = async |path: &str, body: &str| nodes.first.post(path, body).await;
    let to_there = format!(r#"{{"to":{{"client":"{}"}},"event":"dm","data":1}}"#, there.client_id);
    post("/api/send", &to_there).await.assert_json(r#"{"delivered":0,"forwarded":true}"#);
    there.expect_frame(r#"{"type":"direct","event":"dm","data":1,"time":"TIME"}"#).await;
    let to_here = to_there.replace(&there.client_id, &here.client_id);
    post("/api/send", &to_here).await.assert_json(r#"{"delivered":1}"#);
    here.expect_frame(r#"{"type":"direct","event":"dm","data":1,"time":"TIME"}"#).await;
    let to_both = r#"{"to":{"user":"ada"},"event":"dm","data":2}"#;
    post("/api/send", to_both).await.assert_json(r#"{"delivered":1,"forwarded":true}"#);
    post("/api/broadcast", r#"{"event":"note","data":3}"#).await.assert_json(r#"{"delivered":1,"forwarded":true}"#);
    for peer in [&mut here, &mut there] {
        peer.expect_frame(r#"{"type":"direct","event":"dm","data":2,"time":"TIME"}"#).await;
        peer.expect_frame(r#"{"type":"message","room":"*","event":"note","data":3,"time":"TIME"}"#).await;
    }
    let to_there = format!(r#"{{"id":1,"type":"send","to":{{"client":"{}"}},"event":"dm","data":4}}"#, there.client_id);
    here.request(&to_there, r#"{"type":"ok","id":1,"delivered":0,"forwarded":true}"#).await;
    let direct = format!(
        r#"{{"type":"direct","from":{{"client":"{}","user":"ada"}},"event":"dm","data":4,"time":"TIME"}}"#,
        here.client_id
    );
    there.expect_frame(&direct).await;
    let client = format!(r#"{{"client":"{}","code":4007,"reason":"move"}}"#, there.client_id);
    post("/api/disconnect", &client).await.assert_json(r#"{"disconnected":0,"forwarded":true}"#);
    assert_eq!(there.closed().await, (4007, "move".to_owned()));
    let mut there = TestClient::try_connect(
        &format!("ws://{}/ws/echo", nodes.second.address),
        &[("authorization", &bearer("ada"))],
    )
    .await
    .expect("the user is not blocked");
    post("/api/disconnect", r#"{"user":"ada"}"#).await.assert_json(r#"{"disconnected":1,"forwarded":true}"#);
    assert_eq!((here.closed().await.0, there.closed().await.0), (4503, 4503));
    for direction in ["sent", "received"] {
        let dropped = format!(r#"yodel_store_dropped_signals_total{{direction="{direction}"}}"#);
        assert_eq!(nodes.first.metric(&dropped).await, 0, "{direction}");
    }
}

#[tokio::test]
async fn without_redis_a_listing_is_rejected() {
    let nodes = Nodes::start(ServerConfig::default()).await;
    let mut ada = connect(&nodes.first, "ada").await;
    ada.join("chat").await;
    nodes.redis.freeze();
    for path in ["/api/rooms", "/api/rooms/chat", "/api/users/ada"] {
        nodes.first.get(path).await.assert_problem(503, "the message store does not answer");
    }
    assert_eq!(nodes.first.metric("yodel_store_failed_listings_total").await, 3);
    nodes.redis.thaw();
    nodes.first.get_until("/api/rooms/chat", |room| room["members"] == 1).await;
}

#[tokio::test]
async fn a_node_tells_its_name_and_version() {
    let nodes = Nodes::start(ServerConfig::default()).await;
    for (node, name) in [(&nodes.first, "n1"), (&nodes.second, "n2")] {
        let welcome = node.open_envelope_with("/ws", &[("authorization", &bearer("ada"))]).await.next().await;
        let version = welcome["version"].as_str().expect("a version").to_owned();
        assert_eq!(welcome["node"], name);
        let health = http::request(node.address, "GET /health?verbose HTTP/1.1").await;
        let expected = format!("alive\nversion {version}\nnode {name}\nhistory redis\n");
        assert!(health.ends_with(&expected), "{health}");
        let sample = format!(r#"yodel_build_info{{version="{version}",node="{name}"}}"#);
        assert_eq!(node.metric(&sample).await, 1);
    }
}

//! Presence of all nodes.

use std::time::Duration;

use serde_json::{Value, json};
use support::api::token;
use support::{EnvelopeClient, TestServer};

use crate::implementation::{Implementation, with_cluster_and_sentinel, with_memory_disk_and_redis};
use crate::nodes::Nodes;

with_memory_disk_and_redis!(
    users_of_both_nodes_are_listed,
    joins_and_leaves_are_announced_on_the_other_node,
    connections_of_a_user_are_counted_on_all_nodes,
);
with_cluster_and_sentinel!(joins_and_leaves_are_announced_on_the_other_node);

/// Time between two requests for the presence of a room.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Longest time until the users of a dead node leave: twice its lease, and less than the 30 s after which each node
/// reads the presence of its rooms anyway.
const LEASE_LIMIT: Duration = Duration::from_secs(20);

/// Waits until the presence of a room is this list, in any order of its users.
async fn wait_for_users(client: &mut EnvelopeClient, mut expected: Vec<Value>) {
    let by_text = |user: &Value| user.to_string();
    expected.sort_by_key(by_text);
    let clients: u64 = expected.iter().map(|user| user["clients"].as_u64().expect("a count")).sum();
    loop {
        client.send(r#"{"id":7,"type":"presence","room":"chat"}"#).await;
        let mut presence = reply(client, 7).await;
        assert_eq!(presence["type"], "presence", "{presence}");
        presence["users"].as_array_mut().expect("users").sort_by_key(by_text);
        if presence["users"] == json!(expected) && presence["clients"] == clients {
            return;
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

async fn reply(client: &mut EnvelopeClient, id: u64) -> Value {
    loop {
        let frame = client.next().await;
        if frame["id"] == id {
            return frame;
        }
    }
}

/// Waits for a `presence_diff` whose list, `joined` or `left`, has this user.
async fn wait_for_diff(client: &mut EnvelopeClient, list: &str, user: &Value) {
    loop {
        let frame = client.next().await;
        assert!(frame["type"] == "presence_diff", "{frame}");
        assert_eq!(frame["room"], "chat", "{frame}");
        if frame[list].as_array().expect("a list").contains(user) {
            return;
        }
    }
}

async fn connect_as(server: &TestServer, user: &str) -> EnvelopeClient {
    let offer = format!("yodel.v1, bearer.{}", token(user, &json!({})));
    server.connect_envelope_with("/ws", &[("sec-websocket-protocol", &offer)]).await
}

async fn users_of_both_nodes_are_listed(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let (mut ada, mut bob) = (nodes.a().connect_envelope("/ws").await, nodes.b().connect_envelope("/ws").await);
    ada.join("chat").await;
    bob.join("chat").await;
    let both = || vec![json!({"client": ada.client_id, "clients": 1}), json!({"client": bob.client_id, "clients": 1})];
    let expected = both();
    wait_for_users(&mut ada, expected.clone()).await;
    wait_for_users(&mut bob, expected).await;
    // A node without members of the room knows them as soon as it has one.
    let mut cat = nodes.b().connect_envelope("/ws").await;
    cat.join("chat").await;
    let cat_user = json!({"client": cat.client_id, "clients": 1});
    let expected =
        vec![json!({"client": ada.client_id, "clients": 1}), json!({"client": bob.client_id, "clients": 1}), cat_user];
    wait_for_users(&mut cat, expected).await;
}

async fn joins_and_leaves_are_announced_on_the_other_node(implementation: Implementation) {
    let nodes = Nodes::start(implementation).await;
    let mut ada = nodes.a().connect_envelope("/ws").await;
    ada.join("chat").await;
    let mut bob = nodes.b().connect_envelope("/ws").await;
    bob.join("chat").await;
    wait_for_diff(&mut ada, "joined", &json!({"client": bob.client_id, "clients": 1})).await;
    let left = json!({"client": bob.client_id, "clients": 0});
    assert_eq!(bob.close().await, 1000);
    wait_for_diff(&mut ada, "left", &left).await;
}

async fn connections_of_a_user_are_counted_on_all_nodes(implementation: Implementation) {
    let nodes = Nodes::start_jwt(implementation).await;
    let (mut ada, mut first) = (connect_as(nodes.a(), "ada").await, connect_as(nodes.a(), "bob").await);
    let mut second = connect_as(nodes.b(), "bob").await;
    for client in [&mut ada, &mut first, &mut second] {
        client.join("chat").await;
    }
    let expected = || vec![json!({"user": "ada", "clients": 1}), json!({"user": "bob", "clients": 2})];
    wait_for_users(&mut ada, expected()).await;
    wait_for_users(&mut second, expected()).await;
    assert_eq!(first.close().await, 1000);
    let expected = vec![json!({"user": "ada", "clients": 1}), json!({"user": "bob", "clients": 1})];
    wait_for_users(&mut second, expected).await;
}

#[tokio::test]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn users_of_a_dead_node_leave_when_its_lease_ends() {
    let mut nodes = Nodes::start(Implementation::Redis).await;
    let mut ada = nodes.a().connect_envelope("/ws").await;
    ada.join("chat").await;
    let mut bob = nodes.b().connect_envelope("/ws").await;
    bob.join("chat").await;
    let users = vec![json!({"client": ada.client_id, "clients": 1}), json!({"client": bob.client_id, "clients": 1})];
    wait_for_users(&mut bob, users).await;
    nodes.kill_a();
    let left = json!({"client": ada.client_id, "clients": 0});
    let leaving = tokio::time::timeout(LEASE_LIMIT, wait_for_diff(&mut bob, "left", &left)).await;
    assert!(leaving.is_ok(), "they are listed for longer than the lease");
    let users = vec![json!({"client": bob.client_id, "clients": 1})];
    wait_for_users(&mut bob, users).await;
}

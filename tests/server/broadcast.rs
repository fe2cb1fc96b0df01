//! Many listeners.

use futures_util::future::join_all;
use support::{TestClient, TestServer};
use yodel_server::ServerConfig;

const LISTENERS: usize = 1000;
const MESSAGES: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_connections_hear_everything_in_order() {
    let server = TestServer::start(ServerConfig::default());
    let mut clients: Vec<TestClient> = Vec::with_capacity(LISTENERS);
    for _ in 0..LISTENERS {
        clients.push(server.connect("/ws/broadcast").await);
    }
    let expected: Vec<String> = (0..MESSAGES).map(|number| format!("message {number}")).collect();
    for message in &expected {
        clients[0].send(message).await;
    }
    let heard = join_all(clients.iter_mut().map(hear)).await;
    assert!(heard.iter().all(|messages| *messages == expected));
}

async fn hear(client: &mut TestClient) -> Vec<String> {
    let mut messages = Vec::new();
    for _ in 0..MESSAGES {
        messages.push(client.receive().await);
    }
    messages
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_connected_hears_what_is_sent_from_then_on() {
    let server = TestServer::start(ServerConfig::default());
    let mut sender = server.connect("/ws/broadcast").await;
    for number in 0..LISTENERS {
        let mut newcomer = server.connect("/ws/broadcast").await;
        sender.send(&number.to_string()).await;
        assert_eq!(newcomer.receive().await, number.to_string());
    }
}

//! Broadcasts to many connections.

use futures_util::future::join_all;
use support::{TestClient, TestServer, patient};

const CONNECTIONS: usize = 1000;
const MESSAGES: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn delivers_to_a_thousand_connections_in_order() {
    let server = TestServer::start(patient());
    let mut clients: Vec<TestClient> = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        clients.push(server.connect("/ws/broadcast").await);
    }
    let expected: Vec<String> = (0..MESSAGES).map(|number| format!("message {number}")).collect();
    for message in &expected {
        clients[0].send(message).await;
    }
    let received = join_all(clients.iter_mut().map(receive_all)).await;
    assert!(received.iter().all(|messages| *messages == expected));
}

async fn receive_all(client: &mut TestClient) -> Vec<String> {
    let mut messages = Vec::new();
    for _ in 0..MESSAGES {
        messages.push(client.receive().await);
    }
    messages
}

#[tokio::test(flavor = "multi_thread")]
async fn delivers_to_a_connection_from_its_handshake_on() {
    let server = TestServer::start(patient());
    let mut sender = server.connect("/ws/broadcast").await;
    for number in 0..CONNECTIONS {
        let mut client = server.connect("/ws/broadcast").await;
        sender.send(&number.to_string()).await;
        assert_eq!(client.receive().await, number.to_string());
    }
}

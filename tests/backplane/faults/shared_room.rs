//! A room that two nodes share.

use support::{EnvelopeClient, TestServer};

use super::{assert_message, publish, start_nodes};

/// Two nodes that share a room, `chat`, with one message, whose number is 1.
pub struct SharedRoom {
    /// Node of `ada`.
    pub a: TestServer,
    /// Node of `bob`.
    pub b: TestServer,
    /// Member of the room, which has received the message.
    pub ada: EnvelopeClient,
    /// Sender of the message.
    pub bob: EnvelopeClient,
    /// Epoch of the room.
    pub epoch: String,
}

impl SharedRoom {
    /// Starts the nodes, and publishes the message.
    pub async fn start(url: &str) -> Self {
        let [a, b] = start_nodes(url).await;
        let mut ada = a.connect_envelope("/ws").await;
        let (epoch, _) = ada.join("chat").await;
        let mut bob = b.connect_envelope("/ws").await;
        assert_eq!(publish(&mut bob, "chat", 1).await, (epoch.clone(), 1));
        assert_message(&mut ada, 1, 1).await;
        Self { a, b, ada, bob, epoch }
    }
}

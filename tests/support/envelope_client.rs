//! A `yodel.v1` client with literal frames: a test with it reads like a transcript.

use serde_json::Value;

use crate::json_pattern::assert_matches;
use crate::{TestClient, TestServer};

/// An open connection that negotiated `yodel.v1`.
#[derive(Debug)]
pub struct EnvelopeClient {
    client: TestClient,
    /// The client id from the `welcome` frame; empty before it was received.
    pub client_id: String,
}

impl TestServer {
    /// Connects to a path and receives the `welcome` frame.
    pub async fn connect_envelope(&self, path: &str) -> EnvelopeClient {
        self.connect_envelope_with(path, &[]).await
    }

    /// Connects with additional request headers and receives the `welcome` frame.
    pub async fn connect_envelope_with(&self, path: &str, headers: &[(&'static str, &str)]) -> EnvelopeClient {
        let mut client = self.open_envelope_with(path, headers).await;
        let welcome = client.next().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        welcome["client"].as_str().expect("a client id").clone_into(&mut client.client_id);
        client
    }

    /// Connects to a path. The `welcome` frame is left to the test.
    pub async fn open_envelope(&self, path: &str) -> EnvelopeClient {
        self.open_envelope_with(path, &[]).await
    }

    /// Connects with additional request headers. Offers `yodel.v1` unless they contain subprotocols.
    pub async fn open_envelope_with(&self, path: &str, headers: &[(&'static str, &str)]) -> EnvelopeClient {
        let has_offer = headers.iter().any(|(name, _)| *name == "sec-websocket-protocol");
        let subprotocol = (!has_offer).then_some(("sec-websocket-protocol", "yodel.v1"));
        let headers: Vec<_> = headers.iter().copied().chain(subprotocol).collect();
        let url = format!("ws://{}{path}", self.address);
        let client = TestClient::try_connect(&url, &headers).await;
        let client = client.unwrap_or_else(|status| panic!("{url}: handshake rejected with {status}"));
        EnvelopeClient { client, client_id: String::new() }
    }
}

impl EnvelopeClient {
    /// Connects to a URL. The `welcome` frame is left to the test.
    pub async fn connect(url: &str) -> Self {
        let client = TestClient::try_connect(url, &[("sec-websocket-protocol", "yodel.v1")]).await;
        let client = client.unwrap_or_else(|status| panic!("{url}: handshake rejected with {status}"));
        Self { client, client_id: String::new() }
    }

    /// Sends a text as it is.
    pub async fn send(&mut self, frame: &str) {
        self.client.send(frame).await;
    }

    /// Returns the next frame as JSON.
    pub async fn next(&mut self) -> Value {
        let text = self.client.receive().await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("frame is not JSON ({error}): {text}"))
    }

    /// Returns the next frame as text.
    pub async fn next_text(&mut self) -> String {
        self.client.receive().await
    }

    /// Returns the next frame other than `presence_diff`.
    pub async fn next_message(&mut self) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] != "presence_diff" {
                return frame;
            }
        }
    }

    /// Asserts that the next frame matches `expected` (see [`assert_matches`]) and returns it.
    pub async fn expect_frame(&mut self, expected: &str) -> Value {
        let mut frame = self.next().await;
        // Presence changes may arrive at any time.
        while frame["type"] == "presence_diff" && !expected.contains("presence_diff") {
            frame = self.next().await;
        }
        assert_matches(&frame, expected);
        frame
    }

    /// Sends a frame and asserts that the next frame matches `expected`.
    pub async fn request(&mut self, frame: &str, expected: &str) -> Value {
        self.send(frame).await;
        self.expect_frame(expected).await
    }

    /// Joins a room and returns its epoch and offset.
    pub async fn join(&mut self, room: &str) -> (String, u64) {
        self.send(&format!(r#"{{"id":900,"type":"join","room":"{room}"}}"#)).await;
        loop {
            let frame = self.next().await;
            if frame["id"] == 900 {
                assert_eq!(frame["type"], "joined", "{frame}");
                return (
                    frame["epoch"].as_str().expect("an epoch").to_owned(),
                    frame["offset"].as_u64().expect("an offset"),
                );
            }
        }
    }

    /// Skips messages until the server closes, and returns its close code and reason.
    pub async fn closed(&mut self) -> (u16, String) {
        self.client.closed().await
    }

    /// Closes with 1000 and returns the code of the server's close frame.
    pub async fn close(self) -> u16 {
        self.client.close(1000).await
    }

    /// Returns the WebSocket client.
    pub fn into_client(self) -> TestClient {
        self.client
    }
}

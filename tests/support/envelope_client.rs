//! Somebody who speaks `yodel.v1`, in literal frames: a test with it reads like a transcript.

use serde_json::Value;

use crate::{TestClient, TestServer};

/// An open connection in envelope mode.
#[derive(Debug)]
pub struct Peer {
    client: TestClient,
    /// Its name, from the greeting.
    pub name: String,
}

impl TestServer {
    /// Connects to a path in envelope mode, and is greeted.
    pub async fn greet(&self, path: &str) -> Peer {
        self.greet_with(path, &[]).await
    }

    /// The same with these headers.
    pub async fn greet_with(&self, path: &str, headers: &[(&'static str, &str)]) -> Peer {
        let mut peer = self.speak_with(path, headers).await;
        let welcome = peer.next().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        welcome["client"].as_str().expect("a name").clone_into(&mut peer.name);
        peer
    }

    /// Connects to a path in envelope mode.
    pub async fn speak(&self, path: &str) -> Peer {
        self.speak_with(path, &[]).await
    }

    /// The same with these headers, which may hold the subprotocols.
    pub async fn speak_with(&self, path: &str, headers: &[(&'static str, &str)]) -> Peer {
        let offers = headers.iter().any(|(name, _)| *name == "sec-websocket-protocol");
        let subprotocol = (!offers).then_some(("sec-websocket-protocol", "yodel.v1"));
        let headers: Vec<_> = headers.iter().copied().chain(subprotocol).collect();
        let url = format!("ws://{}{path}", self.address);
        let client = TestClient::try_connect(&url, &headers).await;
        let client = client.unwrap_or_else(|status| panic!("{url} answers {status}"));
        Peer { client, name: String::new() }
    }
}

impl Peer {
    /// Sends a frame, whatever it is.
    pub async fn send(&mut self, frame: &str) {
        self.client.send(frame).await;
    }

    /// The next frame.
    pub async fn next(&mut self) -> Value {
        let text = self.client.receive().await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text} is no JSON: {error}"))
    }

    /// The next frame's own text.
    pub async fn next_text(&mut self) -> String {
        self.client.receive().await
    }

    /// The next frame that is not about who comes and goes.
    pub async fn next_message(&mut self) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] != "presence_diff" {
                return frame;
            }
        }
    }

    /// Expects the next frame, in which a word in capitals stands for whatever is there.
    pub async fn hears(&mut self, expected: &str) -> Value {
        let mut frame = self.next().await;
        // Who comes and goes is told at any time.
        while frame["type"] == "presence_diff" && !expected.contains("presence_diff") {
            frame = self.next().await;
        }
        matches(&frame, expected);
        frame
    }

    /// Sends a frame and expects this answer next.
    pub async fn asks(&mut self, frame: &str, expected: &str) -> Value {
        self.send(frame).await;
        self.hears(expected).await
    }

    /// Joins a room, and says at which position.
    pub async fn join(&mut self, room: &str) -> (String, u64) {
        self.send(&format!(r#"{{"id":900,"type":"join","room":"{room}"}}"#)).await;
        loop {
            let frame = self.next().await;
            if frame["id"] == 900 {
                assert_eq!(frame["type"], "joined", "{frame}");
                return (
                    frame["epoch"].as_str().expect("an epoch").to_owned(),
                    frame["offset"].as_u64().expect("a place"),
                );
            }
        }
    }

    /// The code and reason with which the server closes.
    pub async fn closed(&mut self) -> (u16, String) {
        self.client.closed().await
    }

    /// Closes.
    pub async fn close(self) -> u16 {
        self.client.close(1000).await
    }

    /// What is underneath.
    pub fn into_client(self) -> TestClient {
        self.client
    }
}

/// Compares a frame with what it should be: a word in capitals stands for whatever is there, and the
/// order of fields does not matter.
pub fn matches(frame: &Value, expected: &str) {
    let expected: Value = serde_json::from_str(expected).unwrap_or_else(|error| panic!("{expected}: {error}"));
    assert!(fits(frame, &expected), "got      {frame}\nexpected {expected}");
}

fn fits(value: &Value, expected: &Value) -> bool {
    match (value, expected) {
        (value, Value::String(word)) if is_placeholder(word) => !value.is_null(),
        (Value::Object(fields), Value::Object(expected)) => {
            fields.len() == expected.len()
                && expected.iter().all(|(name, expected)| fields.get(name).is_some_and(|value| fits(value, expected)))
        }
        (Value::Array(items), Value::Array(expected)) => {
            items.len() == expected.len() && items.iter().zip(expected).all(|(item, expected)| fits(item, expected))
        }
        (value, expected) => value == expected,
    }
}

fn is_placeholder(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

//! Replays the transcripts of docs/protocol.md against a server.

use std::collections::HashMap;

use serde_json::{Value, json};
use support::api::token;
use support::json_pattern::{Placeholders, assert_matches_with};
use support::{EnvelopeClient, TestClient, TestServer};
use yodel_server::ServerConfig;

const DOCUMENT: &str = include_str!("../../docs/protocol.md");

/// A transcript: its number in the document, whether the server requires tokens, and its lines.
struct Transcript {
    number: usize,
    auth: bool,
    lines: Vec<&'static str>,
}

fn transcripts() -> Vec<Transcript> {
    let blocks = DOCUMENT.split("\n```transcript").skip(1);
    let parse = |(number, block): (usize, &'static str)| {
        let (head, rest) = block.split_once('\n').expect("code block has lines");
        let body = rest.split("\n```").next().expect("code block is closed");
        Transcript { number: number + 1, auth: head.trim() == "auth", lines: body.lines().collect() }
    };
    blocks.enumerate().map(parse).collect()
}

/// A client in a transcript.
enum Participant {
    Envelope(Box<EnvelopeClient>),
    Plain(Box<TestClient>),
}

/// The server, clients and placeholders of a replayed transcript.
struct TranscriptRunner {
    server: TestServer,
    participants: HashMap<&'static str, Participant>,
    /// Values of the placeholders, which are words in capitals.
    placeholders: Placeholders,
}

impl TranscriptRunner {
    fn start(auth: bool) -> Self {
        let start = if auth { TestServer::start_jwt } else { TestServer::start };
        let token = token("42", &json!({"exp": 9_999_999_999_u64}));
        let placeholders = Placeholders::from([("TOKEN".to_owned(), Value::from(token))]);
        Self { server: start(ServerConfig::default()), participants: HashMap::new(), placeholders }
    }

    async fn run(&mut self, line: &'static str) {
        if line == "the server stops" {
            return self.server.stop();
        }
        let (name, rest) = line.split_once(' ').expect("line has a client and an action");
        match rest.split_once(' ') {
            Some((">", frame)) => self.send(name, frame).await,
            Some(("<", frame)) => self.expect_frame(name, frame).await,
            Some(("connects", options)) => self.connect(name, options).await,
            Some(("is", closed)) => {
                let code = closed.strip_prefix("closed with ").expect("line has a close code").parse::<u16>();
                let Some(Participant::Envelope(mut peer)) = self.participants.remove(name) else {
                    panic!("{name} is not connected")
                };
                assert_eq!(peer.closed().await.0, code.expect("a code"));
            }
            None if rest == "disconnects" => {
                let Some(Participant::Envelope(peer)) = self.participants.remove(name) else {
                    panic!("{name} is not connected")
                };
                assert_eq!(peer.close().await, 1000);
            }
            _ => panic!("unknown action: {line}"),
        }
    }

    async fn connect(&mut self, name: &'static str, options: &'static str) {
        let words: Vec<&str> = options.split(' ').collect();
        let participant = match words[..] {
            ["plainly", "to", path] => Participant::Plain(Box::new(self.server.connect(path).await)),
            ["to", path] => Participant::Envelope(Box::new(self.server.open_envelope(path).await)),
            ["to", path, "as", word] => {
                let peer = self.server.connect_envelope(path).await;
                self.placeholders.insert(word.to_owned(), peer.client_id.clone().into());
                Participant::Envelope(Box::new(peer))
            }
            ["to", path, "with", offer] => {
                let offer = format!("yodel.v1, {offer}");
                Participant::Envelope(Box::new(
                    self.server.open_envelope_with(path, &[("sec-websocket-protocol", &offer)]).await,
                ))
            }
            _ => panic!("unknown connect options: {options}"),
        };
        self.participants.insert(name, participant);
    }

    async fn send(&mut self, name: &str, frame: &str) {
        match self.participants.get_mut(name) {
            Some(Participant::Plain(client)) => client.send(frame).await,
            Some(Participant::Envelope(peer)) => match serde_json::from_str(frame) {
                Ok(frame) => peer.send(&substitute(frame, &self.placeholders).to_string()).await,
                Err(_) => peer.send(frame).await,
            },
            None => panic!("{name} is not connected"),
        }
    }

    async fn expect_frame(&mut self, name: &str, frame: &str) {
        match self.participants.get_mut(name) {
            Some(Participant::Plain(client)) => assert_eq!(client.receive().await, frame),
            Some(Participant::Envelope(peer)) => {
                let received = next_frame_like(peer, frame).await;
                assert_matches_with(&received, frame, &mut self.placeholders);
            }
            None => panic!("{name} is not connected"),
        }
    }
}

/// Returns the next frame. Skips `welcome` and `presence_diff` frames unless one of them is expected.
async fn next_frame_like(peer: &mut EnvelopeClient, expected: &str) -> Value {
    let expected: Value = serde_json::from_str(expected).expect("JSON");
    loop {
        let received = peer.next().await;
        let other = received["type"] != expected["type"];
        if !(other && (received["type"] == "welcome" || received["type"] == "presence_diff")) {
            return received;
        }
    }
}

/// Replaces the placeholders in a frame by their values.
fn substitute(frame: Value, placeholders: &Placeholders) -> Value {
    match frame {
        Value::String(word) => placeholders.get(&word).cloned().unwrap_or(Value::String(word)),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, substitute(value, placeholders))).collect()
        }
        Value::Array(items) => items.into_iter().map(|item| substitute(item, placeholders)).collect(),
        other => other,
    }
}

#[tokio::test]
async fn document_transcripts_match_the_server() {
    let transcripts = transcripts();
    assert!(transcripts.len() >= 12, "transcripts are found");
    for Transcript { number, auth, lines } in transcripts {
        let mut runner = TranscriptRunner::start(auth);
        for line in lines {
            eprintln!("transcript {number}: {line}");
            runner.run(line).await;
        }
    }
}

#[test]
fn document_covers_every_verb_and_close_code() {
    for (folder, arrow) in [("client", " > "), ("server", " < ")] {
        for file in std::fs::read_dir(support::yodel::root().join("crates/protocol/golden").join(folder)).unwrap() {
            let name = file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
            let verb = name.split('-').next().unwrap().to_owned();
            if verb == "result" {
                continue; // Sent by call handlers only, which tests/server/handlers.rs tests.
            }
            let shown =
                DOCUMENT.lines().any(|line| line.contains(arrow) && line.contains(&format!(r#""type":"{verb}""#)));
            assert!(shown, "no transcript shows {verb}");
        }
    }
    for code in (4001..=4007).chain(4501..=4505) {
        assert!(DOCUMENT.contains(&code.to_string()), "{code}");
    }
}

//! Transcripts: what clients of one or more servers send and receive, one line per action.
//!
//! | line | action |
//! |---|---|
//! | `ada connects to /ws` | opens a connection that speaks `yodel.v1` |
//! | `ada connects to /ws on b as CLIENT` | the same on the second server; the client ID becomes a placeholder |
//! | `ada connects to /ws with bearer.TOKEN` | offers another subprotocol as well |
//! | `ada connects plainly to /ws/broadcast` | opens a connection in plain mode |
//! | `eve subscribes to /sse/chat on b after EPOCH:1` | opens an event stream, with this `Last-Event-ID` |
//! | `ada > {"id":1,"type":"ping"}` | sends a frame |
//! | `ada < {"id":1,"type":"pong","time":"TIME"}` | expects a frame, or the data of an event |
//! | `eve < EPOCH:2 {"type":"message", …}` | expects an event with this ID |
//! | `ada is closed with 4001` | skips frames up to this close code |
//! | `ada disconnects` | closes the connection |
//! | `GET /api/rooms on b < {"rooms":[],"more":false}` | expects a response of the HTTP API |
//! | `POST /api/publish on b {"room":"chat"} < {"epoch":"EPOCH","offset":1}` | the same with a request body |
//!
//! Words in capitals are placeholders (see [`crate::json_pattern`]). Frames `welcome` and `presence_diff` are skipped
//! unless they are expected.

use std::collections::HashMap;

use serde_json::Value;

use crate::json_pattern::{Placeholders, assert_matches_with};
use crate::{EnvelopeClient, EventStream, TestClient, TestServer};

/// A client in a transcript.
enum Participant {
    Envelope(Box<EnvelopeClient>),
    Plain(Box<TestClient>),
    Events(Box<EventStream>),
}

/// Clients and placeholders of a transcript that is being replayed.
pub struct Transcript<'a> {
    servers: Vec<&'a TestServer>,
    participants: HashMap<String, Participant>,
    /// Values of the placeholders, which are words in capitals.
    pub placeholders: Placeholders,
}

impl<'a> Transcript<'a> {
    /// Creates a transcript without clients. In its lines the servers are `a`, `b` and so on.
    pub fn new(servers: Vec<&'a TestServer>) -> Self {
        Self { servers, participants: HashMap::new(), placeholders: Placeholders::new() }
    }

    /// Replays lines.
    pub async fn play(&mut self, lines: &str) {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            // Shown if the test fails.
            eprintln!("{line}");
            Box::pin(self.replay(line)).await;
        }
    }

    /// Returns the text of a placeholder.
    pub fn text(&self, placeholder: &str) -> &str {
        self.placeholders
            .get(placeholder)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{placeholder} has no text"))
    }

    /// Returns a client that speaks `yodel.v1`.
    pub fn envelope(&mut self, name: &str) -> &mut EnvelopeClient {
        match self.participants.get_mut(name) {
            Some(Participant::Envelope(client)) => client,
            _ => panic!("{name} does not speak yodel.v1"),
        }
    }

    async fn replay(&mut self, line: &str) {
        let (name, rest) = line.split_once(' ').expect("line has a client and an action");
        match rest.split_once(' ') {
            _ if matches!(name, "GET" | "POST") => self.call(name, rest).await,
            Some((">", frame)) => self.send(name, frame).await,
            Some(("<", frame)) => self.expect_frame(name, frame).await,
            Some(("connects" | "subscribes", options)) => self.connect(name, options).await,
            Some(("is", closed)) => {
                let code = closed.strip_prefix("closed with ").expect("line has a close code").parse::<u16>();
                assert_eq!(self.envelope(name).closed().await.0, code.expect("a code"));
                self.participants.remove(name);
            }
            None if rest == "disconnects" => match self.participants.remove(name) {
                Some(Participant::Envelope(client)) => assert_eq!(client.close().await, 1000),
                Some(_) => {}
                None => panic!("{name} is not connected"),
            },
            _ => panic!("unknown action: {line}"),
        }
    }

    async fn connect(&mut self, name: &str, options: &str) {
        let words: Vec<&str> = options.split(' ').collect();
        let is_plain = words[0] == "plainly";
        let [path, pairs @ ..] =
            words.strip_prefix(&["plainly"]).unwrap_or(&words).strip_prefix(&["to"]).expect("`to`")
        else {
            panic!("no path: {options}")
        };
        let option = |name| pairs.chunks(2).find(|pair| pair[0] == name).map(|pair| pair[1]);
        let server = self.server(option("on"));
        let participant = if path.starts_with("/sse/") {
            let header = option("after").map(|id| format!("Last-Event-ID: {}", self.position(id)));
            Participant::Events(Box::new(server.subscribe_with(path, header.as_deref().unwrap_or_default()).await))
        } else if is_plain {
            Participant::Plain(Box::new(server.connect(path).await))
        } else {
            let offer = option("with").map(|offer| format!("yodel.v1, {}", self.offer(offer)));
            let headers = offer.as_deref().map(|offer| ("sec-websocket-protocol", offer));
            Participant::Envelope(Box::new(self.open(server, path, headers.as_slice(), option("as")).await))
        };
        self.participants.insert(name.to_owned(), participant);
    }

    /// Opens a connection. With a word for its client ID, receives the `welcome` frame.
    async fn open(
        &mut self,
        server: &TestServer,
        path: &str,
        headers: &[(&'static str, &str)],
        word: Option<&str>,
    ) -> EnvelopeClient {
        let Some(word) = word else { return server.open_envelope_with(path, headers).await };
        let client = server.connect_envelope_with(path, headers).await;
        self.placeholders.insert(word.to_owned(), client.client_id.clone().into());
        client
    }

    async fn send(&mut self, name: &str, frame: &str) {
        match self.participants.get_mut(name) {
            Some(Participant::Plain(client)) => client.send(frame).await,
            Some(Participant::Envelope(client)) => match serde_json::from_str(frame) {
                Ok(frame) => client.send(&substitute(frame, &self.placeholders).to_string()).await,
                Err(_) => client.send(frame).await,
            },
            _ => panic!("{name} cannot send"),
        }
    }

    async fn expect_frame(&mut self, name: &str, expected: &str) {
        let is_event = matches!(self.participants.get(name), Some(Participant::Events(_)));
        let (id, frame) = match expected.split_once(' ') {
            Some((id, frame)) if is_event && !expected.starts_with('{') => (Some(self.position(id)), frame),
            _ => (None, expected),
        };
        match self.participants.get_mut(name) {
            Some(Participant::Plain(client)) => assert_eq!(client.receive().await, expected),
            Some(Participant::Envelope(client)) => {
                let received = next_frame_like(client, frame).await;
                assert_matches_with(&received, frame, &mut self.placeholders);
            }
            Some(Participant::Events(events)) => {
                let event = events.next_message().await;
                assert!(id.is_none() || event.id == id, "{event:?} has not the ID {id:?}");
                let data = serde_json::from_str(&event.data).unwrap_or_else(|error| panic!("{event:?}: {error}"));
                assert_matches_with(&data, frame, &mut self.placeholders);
            }
            None => panic!("{name} is not connected"),
        }
    }

    /// Sends a request to the HTTP API.
    async fn call(&mut self, method: &str, line: &str) {
        let (request, expected) = line.split_once(" < ").expect("line has a response");
        let (target, body) = request.find(['{', '[']).map_or((request, ""), |start| request.split_at(start));
        let mut words = target.split_whitespace();
        let path = words.next().expect("line has a path");
        let server = self.server(words.nth(1));
        let response = if method == "GET" {
            server.get(path).await
        } else {
            let body = serde_json::from_str(body).unwrap_or_else(|error| panic!("{body}: {error}"));
            server.post(path, &substitute(body, &self.placeholders).to_string()).await
        };
        assert_eq!(response.status, 200, "{}", response.body);
        assert_matches_with(&response.json(), expected, &mut self.placeholders);
    }

    fn server(&self, name: Option<&str>) -> &'a TestServer {
        let index = name.map_or(0, |name| usize::from(name.as_bytes()[0] - b'a'));
        self.servers.get(index).unwrap_or_else(|| panic!("no server {name:?}"))
    }

    /// Replaces the placeholder in `EPOCH:OFFSET`.
    fn position(&self, position: &str) -> String {
        let (epoch, offset) = position.split_once(':').expect("a position");
        format!("{}:{offset}", self.text(epoch))
    }

    /// Replaces the placeholder in `bearer.TOKEN`.
    fn offer(&self, offer: &str) -> String {
        let token = offer.strip_prefix("bearer.").and_then(|word| self.placeholders.get(word)?.as_str());
        token.map_or_else(|| offer.to_owned(), |token| format!("bearer.{token}"))
    }
}

/// Returns the next frame. Skips `welcome` and `presence_diff` frames unless one of them is expected.
async fn next_frame_like(client: &mut EnvelopeClient, expected: &str) -> Value {
    let expected: Value = serde_json::from_str(expected).unwrap_or_else(|error| panic!("{expected}: {error}"));
    loop {
        let received = client.next().await;
        let is_other = received["type"] != expected["type"];
        if !(is_other && (received["type"] == "welcome" || received["type"] == "presence_diff")) {
            return received;
        }
    }
}

/// Replaces the placeholders in JSON by their values.
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

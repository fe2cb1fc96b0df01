//! Replays the examples of docs/http.md against a server, and runs the library's example programs.

// The tests call the public functions of the examples, not `main`.
#[allow(dead_code, unreachable_pub)]
#[path = "../../backend/examples/guestbook.rs"]
mod guestbook;
#[allow(dead_code, unreachable_pub)]
#[path = "../../backend/examples/mounted.rs"]
mod mounted;

use serde_json::{Value, json};
use support::api::{KEY, key_file, token};
use support::json_pattern::{Placeholders, assert_matches_with};
use support::{EnvelopeClient, TestServer};
use yodel_server::ServerConfig;

const DOCUMENT: &str = include_str!("../../docs/http.md");

/// A command with its documented output.
#[derive(Debug)]
struct Example {
    command: String,
    output: String,
}

fn examples() -> Vec<Example> {
    let blocks = DOCUMENT.split("\n```console\n").skip(1);
    let bodies = blocks.map(|block| block.split("\n```").next().expect("code block is closed"));
    bodies.flat_map(|body| body.split("$ ").skip(1).collect::<Vec<_>>()).map(Example::read).collect()
}

impl Example {
    /// Parses a command, which ends at the first line break outside quotes, and its output.
    fn read(text: &str) -> Self {
        let mut quoted = false;
        let end = text.find(|letter| {
            quoted ^= letter == '\'';
            letter == '\n' && !quoted
        });
        let (command, output) = text.split_at(end.expect("a command has output"));
        Self { command: command.to_owned(), output: output.trim().to_owned() }
    }
}

/// A parsed `curl` command line.
#[derive(Debug, Default)]
struct Curl {
    headers: Vec<String>,
    json: Option<String>,
    path: String,
    include_headers: bool,
    is_stream: bool,
}

impl Curl {
    fn read(command: &str) -> Self {
        let mut words = words(command).into_iter();
        assert_eq!(words.next().as_deref(), Some("curl"));
        let mut curl = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().expect("an option has a value");
            match &*word {
                "--oauth2-bearer" => curl.headers.push(format!("Authorization: Bearer {}", value())),
                "--json" => curl.json = Some(value()),
                "-H" => curl.headers.push(value()),
                "-i" => curl.include_headers = true,
                "-N" => curl.is_stream = true,
                url => {
                    let path = url.strip_prefix("localhost:8000").expect("a known option, or a URL");
                    path.clone_into(&mut curl.path);
                }
            }
        }
        curl
    }

    fn lines(&self) -> String {
        let method = if self.json.is_some() { "POST" } else { "GET" };
        let mut lines = vec![format!("{method} {} HTTP/1.1", self.path)];
        lines.extend(self.headers.iter().cloned());
        lines.extend(self.json.as_ref().map(|_| "Content-Type: application/json".to_owned()));
        lines.join("\n")
    }
}

/// Splits a command line into words, with single and double quotes only.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut quote) = (vec![String::new()], None);
    for letter in command.chars() {
        match (letter, quote) {
            (' ' | '\n', None) => words.push(String::new()),
            ('\'' | '"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            (letter, _) => words.last_mut().expect("list is not empty").push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The server and the placeholders of the replayed examples.
struct ExampleRunner {
    server: TestServer,
    /// Connection of user 42 in room `chat`.
    _peer: EnvelopeClient,
    /// Values of the placeholders, which are words in capitals.
    placeholders: Placeholders,
}

impl ExampleRunner {
    async fn start() -> Self {
        let keys = key_file();
        let mut config = ServerConfig::default();
        config.auth.api_key_file = Some(keys.path().to_owned());
        let server = TestServer::start_jwt(config);
        let bearer = format!("Bearer {}", token("42", &json!({})));
        let mut peer = server.connect_envelope_with("/ws", &[("authorization", &bearer)]).await;
        peer.join("chat").await;
        Self { server, _peer: peer, placeholders: Placeholders::new() }
    }

    async fn run(&mut self, example: &Example) {
        let mut command = example.command.replace("$KEY", KEY).replace("$TOKEN", &token("7", &json!({})));
        for (word, value) in &self.placeholders {
            command = command.replace(word, value.as_str().unwrap_or_default());
        }
        let curl = Curl::read(&command);
        if curl.is_stream {
            self.check_stream(&curl, &example.output).await;
        } else {
            self.check_response(&curl, &example.output).await;
        }
    }

    async fn check_response(&mut self, curl: &Curl, expected: &str) {
        let response = self.server.call(&curl.lines(), curl.json.as_deref().unwrap_or_default()).await;
        let body = if let Some((head, body)) = expected.split_once("\n\n").filter(|_| curl.include_headers) {
            let mut head = head.lines();
            let status = head.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
            assert_eq!(response.status.to_string(), status);
            for (name, value) in head.map(|line| line.split_once(": ").expect("a header")) {
                assert_eq!(response.header(name), Some(value));
            }
            body
        } else {
            assert_eq!(response.status, 200, "{response:?}");
            expected
        };
        self.compare(&response.json(), body);
    }

    async fn check_stream(&mut self, curl: &Curl, expected: &str) {
        let mut events = self.server.subscribe_with(&curl.path, &curl.headers.join("\n")).await;
        for expected in expected.split("\n\n") {
            let event = events.next_message().await;
            for line in expected.lines() {
                match line.split_once(": ").expect("a field") {
                    ("retry", "MS") => assert!(event.retry.is_some()),
                    ("id", id) => {
                        let epoch = self.placeholders["EPOCH"].as_str().expect("epoch is known");
                        assert_eq!(event.id, Some(id.replace("EPOCH", epoch)));
                    }
                    ("data", data) => self.compare(&serde_json::from_str(&event.data).expect("JSON"), data),
                    other => panic!("unknown field: {other:?}"),
                }
            }
        }
    }

    fn compare(&mut self, got: &Value, expected: &str) {
        assert_matches_with(got, expected, &mut self.placeholders);
    }
}

#[tokio::test]
async fn document_examples_match_the_server() {
    let examples = examples();
    assert!(examples.len() >= 15, "examples found: {}", examples.len());
    let mut runner = ExampleRunner::start().await;
    for example in examples {
        eprintln!("{}", example.command);
        runner.run(&example).await;
    }
}

#[tokio::test]
async fn document_mentions_every_path_and_status() {
    let server = TestServer::start_api(ServerConfig::default());
    let described = server.get("/api/openapi.json").await.json();
    for path in described["paths"].as_object().expect("paths").keys() {
        let known = ["/health", "/ready", "/metrics"].contains(&&**path); // Documented in docs/operations.md.
        let begin = path.split('{').next().expect("path is not empty");
        assert!(known || DOCUMENT.contains(begin), "{path}");
    }
    for status in [400, 401, 403, 404, 405, 413, 415, 429, 503] {
        assert!(DOCUMENT.contains(&format!("\n| {status} | ")), "{status}");
    }
}

#[tokio::test]
async fn guestbook_example_publishes_entries() {
    let server = TestServer::start_program(|listener, _| guestbook::serve(listener));
    let (mut ada, mut bob) = (server.connect_envelope("/ws").await, server.connect_envelope("/ws").await);
    bob.join("guests").await;
    ada.send(r#"{"id":1,"type":"call","event":"guests/sign","data":{"name":"Ada","text":"Hello!"}}"#).await;
    ada.expect_frame(r#"{"type":"result","id":1,"data":1}"#).await;
    let signed = bob.next_message().await;
    assert_eq!((&signed["event"], &signed["data"]), (&json!("signed"), &json!({"name": "Ada", "text": "Hello!"})));
    ada.send(r#"{"id":2,"type":"call","event":"guests/sign","data":{"name":"Ada","text":""}}"#).await;
    let rejected = ada.next_message().await;
    assert_eq!((&rejected["type"], &rejected["code"]), (&json!("error"), &json!("bad_request")), "{rejected}");
}

#[tokio::test]
async fn mounted_example_serves_its_own_and_yodels_routes() {
    let server = TestServer::start_program(|listener, stop| async move {
        mounted::serve(listener, stop.cancelled_owned()).await.expect("server stops without an error");
        Ok(())
    });
    let mut reader = server.connect_envelope("/live/ws").await;
    reader.join("news").await;
    let announced = server.call("POST /announce HTTP/1.1", "Lunch is ready.").await;
    assert_eq!((announced.status, &*announced.body), (200, "announcement 1\n"));
    let message = reader.next_message().await;
    assert_eq!((&message["event"], &message["data"]), (&json!("announcement"), &json!("Lunch is ready.")));
    assert_eq!(server.get("/live/health").await.body, "alive\n");
    assert_eq!(server.get("/").await.body, "4 requests\n", "the layer wraps all routes");

    server.stop();
    assert_eq!(reader.next_message().await["type"], "goodbye");
    assert_eq!(reader.closed().await.0, 4001);
    drop(reader);
    server.stopped().await;
}

//! The transcripts of docs/protocol.md, replayed: what it says is what happens.

use std::collections::HashMap;
use std::io::Write;

use serde_json::{Value, json};
use support::{Peer, TestClient, TestServer};
use tempfile::NamedTempFile;
use yodel_server::ServerConfig;
use yodel_server::auth::Signer;
use yodel_server::config::AuthMode;

const DOCUMENT: &str = include_str!("../../docs/protocol.md");
const SECRET: &[u8] = b"a secret that is long enough for HS256";

/// One transcript: its number in the document, whether it wants tokens, and its lines.
struct Transcript {
    number: usize,
    auth: bool,
    lines: Vec<&'static str>,
}

fn transcripts() -> Vec<Transcript> {
    let blocks = DOCUMENT.split("\n```transcript").skip(1);
    let parse = |(number, block): (usize, &'static str)| {
        let (head, rest) = block.split_once('\n').expect("a block has lines");
        let body = rest.split("\n```").next().expect("a block ends");
        Transcript { number: number + 1, auth: head.trim() == "auth", lines: body.lines().collect() }
    };
    blocks.enumerate().map(parse).collect()
}

/// Somebody in a transcript.
enum Person {
    Peer(Box<Peer>),
    Plain(Box<TestClient>),
}

/// A transcript while it is replayed.
struct Stage {
    server: TestServer,
    people: HashMap<&'static str, Person>,
    /// What the words in capitals stand for.
    words: HashMap<String, Value>,
    _secret: NamedTempFile,
}

impl Stage {
    fn set(auth: bool) -> Self {
        let mut secret = NamedTempFile::new().unwrap();
        secret.write_all(SECRET).unwrap();
        let mut config = ServerConfig::default();
        if auth {
            (config.auth.mode, config.auth.jwt_secret_file) = (AuthMode::Jwt, Some(secret.path().to_owned()));
        }
        let claims = json!({"sub": "42", "exp": 9_999_999_999_u64}).to_string();
        let token = Signer::from_secret(SECRET).unwrap().token(&claims).unwrap();
        let words = HashMap::from([("TOKEN".to_owned(), Value::from(token))]);
        Self { server: TestServer::start(config), people: HashMap::new(), words, _secret: secret }
    }

    async fn play(&mut self, line: &'static str) {
        if line == "the server stops" {
            return self.server.stop();
        }
        let (name, rest) = line.split_once(' ').expect("somebody does something");
        match rest.split_once(' ') {
            Some((">", frame)) => self.says(name, frame).await,
            Some(("<", frame)) => self.hears(name, frame).await,
            Some(("connects", how)) => self.connects(name, how).await,
            Some(("is", closed)) => {
                let code = closed.strip_prefix("closed with ").expect("it is closed").parse::<u16>();
                let Some(Person::Peer(mut peer)) = self.people.remove(name) else { panic!("{name} is not there") };
                assert_eq!(peer.closed().await.0, code.expect("a code"));
            }
            None if rest == "disconnects" => {
                let Some(Person::Peer(peer)) = self.people.remove(name) else { panic!("{name} is not there") };
                assert_eq!(peer.close().await, 1000);
            }
            _ => panic!("nobody knows what this is"),
        }
    }

    async fn connects(&mut self, name: &'static str, how: &'static str) {
        let words: Vec<&str> = how.split(' ').collect();
        let person = match words[..] {
            ["plainly", "to", path] => Person::Plain(Box::new(self.server.connect(path).await)),
            ["to", path] => Person::Peer(Box::new(self.server.speak(path).await)),
            ["to", path, "as", word] => {
                let peer = self.server.greet(path).await;
                self.words.insert(word.to_owned(), peer.name.clone().into());
                Person::Peer(Box::new(peer))
            }
            ["to", path, "with", offer] => {
                let offer = format!("yodel.v1, {offer}");
                Person::Peer(Box::new(self.server.speak_with(path, &[("sec-websocket-protocol", &offer)]).await))
            }
            _ => panic!("nobody connects like that"),
        };
        self.people.insert(name, person);
    }

    async fn says(&mut self, name: &str, frame: &str) {
        match self.people.get_mut(name) {
            Some(Person::Plain(client)) => client.send(frame).await,
            Some(Person::Peer(peer)) => match serde_json::from_str(frame) {
                Ok(frame) => peer.send(&spoken(frame, &self.words).to_string()).await,
                Err(_) => peer.send(frame).await,
            },
            None => panic!("{name} is not there"),
        }
    }

    async fn hears(&mut self, name: &str, frame: &str) {
        match self.people.get_mut(name) {
            Some(Person::Plain(client)) => assert_eq!(client.receive().await, frame),
            Some(Person::Peer(peer)) => {
                let expected: Value = serde_json::from_str(frame).expect("JSON");
                let heard = next_like(peer, &expected).await;
                assert!(fits(&heard, &expected, &mut self.words), "got      {heard}\nexpected {expected}");
            }
            None => panic!("{name} is not there"),
        }
    }
}

/// The next frame. A greeting and who comes and goes are passed over unless they are what is expected.
async fn next_like(peer: &mut Peer, expected: &Value) -> Value {
    loop {
        let heard = peer.next().await;
        let other = heard["type"] != expected["type"];
        if !(other && (heard["type"] == "welcome" || heard["type"] == "presence_diff")) {
            return heard;
        }
    }
}

/// A frame with what its words stand for.
fn spoken(frame: Value, words: &HashMap<String, Value>) -> Value {
    match frame {
        Value::String(word) => words.get(&word).cloned().unwrap_or(Value::String(word)),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, spoken(value, words))).collect(),
        Value::Array(items) => items.into_iter().map(|item| spoken(item, words)).collect(),
        other => other,
    }
}

/// Whether it is what was expected. A word in capitals stands for anything the first time, and for the
/// same from then on; times and lists of people differ.
pub fn fits(value: &Value, expected: &Value, words: &mut HashMap<String, Value>) -> bool {
    match (value, expected) {
        (value, Value::String(word)) if word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            match word.as_str() {
                "TIME" | "EARLIER" | "LATER" => value.is_u64(),
                "USERS" => value.is_array(),
                _ => words.entry(word.clone()).or_insert_with(|| value.clone()) == value,
            }
        }
        (Value::Object(fields), Value::Object(expected)) => {
            fields.len() == expected.len()
                && expected
                    .iter()
                    .all(|(name, expected)| fields.get(name).is_some_and(|value| fits(value, expected, words)))
        }
        (Value::Array(items), Value::Array(expected)) => {
            items.len() == expected.len()
                && items.iter().zip(expected).all(|(item, expected)| fits(item, expected, words))
        }
        (value, expected) => value == expected,
    }
}

#[tokio::test]
async fn every_transcript_of_the_document_is_what_happens() {
    let transcripts = transcripts();
    assert!(transcripts.len() >= 12, "they were found");
    for Transcript { number, auth, lines } in transcripts {
        let mut stage = Stage::set(auth);
        for line in lines {
            eprintln!("transcript {number}: {line}");
            stage.play(line).await;
        }
    }
}

#[test]
fn every_verb_and_every_code_is_in_the_document() {
    for (folder, arrow) in [("client", " > "), ("server", " < ")] {
        for file in std::fs::read_dir(support::yodel::root().join("crates/protocol/golden").join(folder)).unwrap() {
            let name = file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
            let verb = name.split('-').next().unwrap().to_owned();
            if verb == "result" {
                continue; // Only a program with handlers says it; tests/server/events.rs does.
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

//! HTTP for programs: requests with JSON, and answers that can be looked at.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tempfile::NamedTempFile;
use yodel_server::ServerConfig;
use yodel_server::auth::Signer;
use yodel_server::config::AuthMode;

use crate::{TestServer, http, peer};

/// A key of the servers that [`TestServer::start_api`] starts.
pub const KEY: &str = "a-key-of-at-least-thirty-two-bytes";

/// What the tokens of [`token`] are signed with.
const SECRET: &[u8] = b"a secret that is long enough for HS256";

/// A token of a user, with these claims and, unless they say when it ends, an hour.
pub fn token(user: &str, claims: &Value) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is set").as_secs();
    let mut all = json!({"sub": user, "exp": now + 3600});
    for (name, value) in claims.as_object().expect("claims are an object") {
        all[name] = value.clone();
    }
    Signer::from_secret(SECRET).expect("it is long enough").token(&all.to_string()).expect("it can be signed")
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    head: String,
    /// What comes after the headers.
    pub body: String,
}

impl TestServer {
    /// Starts a server that takes [`KEY`].
    pub fn start_api(mut config: ServerConfig) -> Self {
        let keys = file(KEY.as_bytes());
        config.auth.api_key_file = Some(keys.path().to_owned());
        Self::start(config)
    }

    /// Starts a server that takes what [`token`] makes, also in the cookie `session`.
    pub fn start_jwt(mut config: ServerConfig) -> Self {
        let secret = file(SECRET);
        let auth = &mut config.auth;
        (auth.mode, auth.cookie) = (AuthMode::Jwt, Some("session".to_owned()));
        auth.jwt_secret_file = Some(secret.path().to_owned());
        Self::start(config)
    }

    /// Sends a request of these lines and this body.
    pub async fn call(&self, lines: &str, body: &str) -> Answer {
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let lines = lines.replace('\n', "\r\n");
        let host = if lines.contains("\r\nHost: ") { String::new() } else { format!("Host: {}\r\n", self.address) };
        let request = format!("{lines}\r\n{host}{length}Connection: close\r\n\r\n{body}");
        Answer::read(&http::exchange(self.address, request.as_bytes()).await)
    }

    /// Asks with [`KEY`].
    pub async fn get(&self, path: &str) -> Answer {
        self.get_as(path, KEY).await
    }

    /// Asks with a key or token.
    pub async fn get_as(&self, path: &str, bearer: &str) -> Answer {
        self.call(&format!("GET {path} HTTP/1.1\nAuthorization: Bearer {bearer}"), "").await
    }

    /// Posts JSON with [`KEY`].
    pub async fn post(&self, path: &str, json: &str) -> Answer {
        self.post_as(path, KEY, json).await
    }

    /// Posts JSON with a key or token.
    pub async fn post_as(&self, path: &str, bearer: &str, json: &str) -> Answer {
        let lines = format!("POST {path} HTTP/1.1\nAuthorization: Bearer {bearer}\nContent-Type: application/json");
        self.call(&lines, json).await
    }
}

impl Answer {
    fn read(response: &[u8]) -> Self {
        let text = String::from_utf8(response.to_vec()).expect("an answer is text");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?} is no answer"));
        Self::new(head, body)
    }

    /// What these lines and this body say.
    pub fn new(head: &str, body: &str) -> Self {
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("{head:?} has no status"));
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{:?} is no JSON: {error}", self.body))
    }

    /// Expects 200 and this JSON, in which a word in capitals stands for whatever is there.
    pub fn is(&self, expected: &str) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/json"));
        let json = self.json();
        peer::matches(&json, expected);
        json
    }

    /// Expects a problem with this status, whose text has these words.
    pub fn is_problem(&self, status: u16, words: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        check_problem(&self.json(), status, words);
    }
}

/// Expects a problem with this status, whose text has these words.
pub fn check_problem(problem: &Value, status: u16, words: &str) {
    let title = ::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    assert_eq!(problem["type"], "about:blank", "{problem}");
    assert_eq!(problem["status"], status, "{problem}");
    assert_eq!(problem["title"].as_str(), title, "{problem}");
    let detail = problem["detail"].as_str().expect("it says what is wrong");
    assert!(detail.contains(words), "{detail:?} has no {words:?}");
}

/// A file with this in it.
fn file(content: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(content).expect("it can be written");
    file
}

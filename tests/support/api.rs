//! Requests to the HTTP API and assertions about its responses.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tempfile::NamedTempFile;
use yodel_server::ServerConfig;
use yodel_server::auth::Signer;
use yodel_server::config::AuthMode;

use crate::{TestServer, http, json_pattern};

/// API key of the servers that [`TestServer::start_api`] starts.
pub const KEY: &str = "a-key-of-at-least-thirty-two-bytes";

/// HMAC secret of the tokens that [`token`] creates.
const SECRET: &[u8] = b"a secret that is long enough for HS256";

/// Creates a signed token for a user. It expires in one hour unless `claims` contains `exp`.
pub fn token(user: &str, claims: &Value) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("system clock is after 1970").as_secs();
    let mut all = json!({"sub": user, "exp": now + 3600});
    for (name, value) in claims.as_object().expect("claims are a JSON object") {
        all[name] = value.clone();
    }
    Signer::from_secret(SECRET).expect("secret is long enough").token(&all.to_string()).expect("claims can be signed")
}

/// An HTTP response with a text body.
#[derive(Clone, Debug)]
pub struct ApiResponse {
    /// Status code.
    pub status: u16,
    head: String,
    /// Body as text.
    pub body: String,
}

impl TestServer {
    /// Starts a server whose HTTP API accepts [`KEY`].
    pub fn start_api(mut config: ServerConfig) -> Self {
        let keys = key_file();
        config.auth.api_key_file = Some(keys.path().to_owned());
        Self::start(config)
    }

    /// Starts a server whose HTTP API accepts [`KEY`], with socket send buffers of about 64 KiB.
    pub fn start_api_with_small_buffers(mut config: ServerConfig) -> Self {
        let keys = key_file();
        config.auth.api_key_file = Some(keys.path().to_owned());
        Self::start_with_small_buffers(config)
    }

    /// Starts a server that accepts the tokens of [`token`], also in the cookie `session`.
    pub fn start_jwt(config: ServerConfig) -> Self {
        let (config, _secret) = with_jwt(config);
        Self::start(config)
    }

    /// Sends a request: `lines` are the request line and headers without `Host`, which may be added.
    pub async fn call(&self, lines: &str, body: &str) -> ApiResponse {
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let lines = lines.replace('\n', "\r\n");
        let host = if lines.contains("\r\nHost: ") { String::new() } else { format!("Host: {}\r\n", self.address) };
        let request = format!("{lines}\r\n{host}{length}Connection: close\r\n\r\n{body}");
        ApiResponse::read(&http::exchange(self.address, request.as_bytes()).await)
    }

    /// Sends a `GET` with [`KEY`] as the bearer token.
    pub async fn get(&self, path: &str) -> ApiResponse {
        self.get_as(path, KEY).await
    }

    /// Sends a `GET` with an API key or token.
    pub async fn get_as(&self, path: &str, bearer: &str) -> ApiResponse {
        self.call(&format!("GET {path} HTTP/1.1\nAuthorization: Bearer {bearer}"), "").await
    }

    /// Posts JSON with [`KEY`] as the bearer token.
    pub async fn post(&self, path: &str, json: &str) -> ApiResponse {
        self.post_as(path, KEY, json).await
    }

    /// Posts JSON with an API key or token.
    pub async fn post_as(&self, path: &str, bearer: &str, json: &str) -> ApiResponse {
        let lines = format!("POST {path} HTTP/1.1\nAuthorization: Bearer {bearer}\nContent-Type: application/json");
        self.call(&lines, json).await
    }
}

impl ApiResponse {
    fn read(response: &[u8]) -> Self {
        let text = String::from_utf8(response.to_vec()).expect("response is UTF-8");
        let (head, body) =
            text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("response without a blank line: {text:?}"));
        Self::new(head, body)
    }

    /// Creates a response from its status line with headers, and its body.
    pub fn new(head: &str, body: &str) -> Self {
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("response without a status: {head:?}"));
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Returns the value of a header. Names are compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Parses the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("body is not JSON ({error}): {:?}", self.body))
    }

    /// Asserts a 200 with JSON that matches `expected` (see [`json_pattern::assert_matches`]), and returns it.
    pub fn assert_json(&self, expected: &str) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/json"));
        let json = self.json();
        json_pattern::assert_matches(&json, expected);
        json
    }

    /// Asserts problem details (RFC 9457) with this status whose `detail` contains `words`.
    pub fn assert_problem(&self, status: u16, words: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_problem_json(&self.json(), status, words);
    }
}

/// Asserts problem details (RFC 9457) with this status whose `detail` contains `words`.
pub fn assert_problem_json(problem: &Value, status: u16, words: &str) {
    let title = ::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    assert_eq!(problem["type"], "about:blank", "{problem}");
    assert_eq!(problem["status"], status, "{problem}");
    assert_eq!(problem["title"].as_str(), title, "{problem}");
    let detail = problem["detail"].as_str().expect("`detail` is a string");
    assert!(detail.contains(words), "{words:?} is not in {detail:?}");
}

/// Returns settings with which a server accepts the tokens of [`token`], also in the cookie `session`, and the file of
/// their secret. A server reads it when it is built.
pub fn with_jwt(mut config: ServerConfig) -> (ServerConfig, NamedTempFile) {
    let secret = secret_file();
    let auth = &mut config.auth;
    (auth.mode, auth.cookie) = (AuthMode::Jwt, Some("session".to_owned()));
    auth.jwt_secret_file = Some(secret.path().to_owned());
    (config, secret)
}

/// Creates a file with the secret of [`token`].
pub fn secret_file() -> NamedTempFile {
    file(SECRET)
}

/// Creates a file with [`KEY`].
pub fn key_file() -> NamedTempFile {
    file(KEY.as_bytes())
}

/// Creates a temporary file with this content.
fn file(content: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("temporary file");
    file.write_all(content).expect("file is writable");
    file
}

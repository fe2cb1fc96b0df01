//! The page bundle served from a folder: encodings, caching and security headers.

use support::{TestServer, http};
use tempfile::TempDir;
use yodel_server::ServerConfig;

const INDEX: &str = "<!doctype html><script type=\"module\">start()</script>";
const SCRIPT: &str = "frontend-0123456789abcdef.js";

/// Starts a server with a small bundle in the returned folder.
fn server() -> (TestServer, TempDir) {
    let folder = tempfile::tempdir().expect("temporary folder");
    for (name, content) in [
        ("index.html", INDEX),
        (SCRIPT, "plain"),
        ("frontend-0123456789abcdef.js.br", "brotli"),
        ("frontend-0123456789abcdef.js.gz", "gzip"),
    ] {
        std::fs::write(folder.path().join(name), content).expect("file is writable");
    }
    (TestServer::start_page(folder.path(), ServerConfig::default()), folder)
}

#[tokio::test]
async fn revalidates_the_page_by_etag() {
    let (server, folder) = server();
    let response = http::request(server.address, "GET / HTTP/1.1").await;
    assert!(response.starts_with("HTTP/1.1 200 ") && response.ends_with(INDEX), "{response}");
    assert!(response.contains("cache-control: no-cache\r\n"), "{response}");
    assert!(response.contains("content-type: text/html; charset=utf-8\r\n"), "{response}");

    let tag = response.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a tag").to_owned();
    let again = format!("GET / HTTP/1.1\nIf-None-Match: {tag}");
    let response = http::request(server.address, &again).await;
    assert!(response.starts_with("HTTP/1.1 304 ") && !response.contains(INDEX), "{response}");

    std::fs::write(folder.path().join("index.html"), "<!doctype html>new").expect("file is writable");
    let response = http::request(server.address, &again).await;
    assert!(response.starts_with("HTTP/1.1 200 ") && response.ends_with("new"), "{response}");
}

#[tokio::test]
async fn caches_hashed_files_and_negotiates_their_encoding() {
    let (server, _folder) = server();
    for (accepted, encoding, content) in
        [("gzip, deflate, br", Some("br"), "brotli"), ("gzip", Some("gzip"), "gzip"), ("identity", None, "plain")]
    {
        let lines = format!("GET /{SCRIPT} HTTP/1.1\nAccept-Encoding: {accepted}");
        let response = http::request(server.address, &lines).await;
        assert!(response.ends_with(&format!("\r\n\r\n{content}")), "{response}");
        assert!(response.contains("cache-control: public, max-age=31536000, immutable\r\n"), "{response}");
        assert!(response.contains("vary: accept-encoding\r\n"), "{response}");
        let named = response.lines().find_map(|line| line.strip_prefix("content-encoding: "));
        assert_eq!(named, encoding);
    }
}

#[tokio::test]
async fn sends_a_strict_content_security_policy() {
    let (server, _folder) = server();
    let response = http::request(server.address, "GET / HTTP/1.1").await;
    let policy = response.lines().find_map(|line| line.strip_prefix("content-security-policy: ")).expect("a policy");
    assert_eq!(
        policy,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' \
         'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='; style-src 'self'; img-src 'self' data:; \
         manifest-src 'self'; worker-src 'self' blob:; connect-src 'self' ws: wss: http: https:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    assert!(response.contains("x-content-type-options: nosniff\r\n"), "{response}");
    assert!(response.contains("referrer-policy: no-referrer\r\n"), "{response}");
}

#[tokio::test]
async fn sends_security_headers_with_errors() {
    let (server, _folder) = server();
    for (lines, status) in
        [("GET /nothing HTTP/1.1", 404), ("GET /ws HTTP/1.1", 426), ("POST /ws HTTP/1.1\nContent-Length: 0", 405)]
    {
        let response = http::request(server.address, lines).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{response}");
        assert!(response.contains("x-content-type-options: nosniff\r\n"), "{response}");
        assert!(response.contains("referrer-policy: no-referrer\r\n"), "{response}");
    }
}

#[tokio::test]
async fn serves_nothing_outside_the_bundle() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let bundle = folder.path().join("bundle");
    std::fs::create_dir(&bundle).expect("folder is writable");
    for (file, content) in [(bundle.join("index.html"), INDEX), (folder.path().join("outside.txt"), "secret")] {
        std::fs::write(file, content).expect("file is writable");
    }
    assert!(bundle.join("../outside.txt").is_file(), "the path leads to a file");
    let server = TestServer::start_page(&bundle, ServerConfig::default());
    assert!(http::request(server.address, "GET /index.html HTTP/1.1").await.starts_with("HTTP/1.1 200 "));
    for path in ["/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "//etc/passwd", "/nothing.js"] {
        let response = http::request(server.address, &format!("GET {path} HTTP/1.1")).await;
        assert!(response.starts_with("HTTP/1.1 404 "), "{path}: {response}");
    }
}

#[tokio::test]
async fn answers_head_without_a_body_and_rejects_post() {
    let (server, _folder) = server();
    let response = http::request(server.address, "HEAD / HTTP/1.1").await;
    assert!(response.starts_with("HTTP/1.1 200 ") && response.ends_with("\r\n\r\n"), "{response}");
    let response = http::request(server.address, "POST / HTTP/1.1\nContent-Length: 0").await;
    assert!(response.starts_with("HTTP/1.1 405 "), "{response}");
}

#[tokio::test]
async fn serves_page_and_websocket_on_one_path() {
    let (bundle, folder) = server();
    drop(bundle);
    let config = ServerConfig { ws_path: vec!["/".to_owned()], ..ServerConfig::default() };
    let server = TestServer::start_page(folder.path(), config);
    let response = http::request(server.address, "GET / HTTP/1.1").await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    let mut client = server.connect("/").await;
    client.send("and a socket to others").await;
    assert_eq!(client.receive().await, "and a socket to others");
}

//! `deploy/nginx.conf` with a real nginx: the page, sockets and event streams, and the policy file that the README's
//! command writes.

use support::browser::{Browser, BrowserKind};
use support::nginx::{Frontend, Nginx};
use support::yodel::{command, root};
use support::{Page, Yodel, document, tls, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio_rustls::client::TlsStream;

/// Runs the README's command that writes the policy file.
async fn write_policy(yodel: &Yodel, frontend: &Frontend) {
    let block = document::code_block("README.md", "sh", "yodel-policy.conf");
    let line = block.lines().find(|line| line.starts_with("curl ")).expect("block has a command");
    let file = frontend.policy_file().display().to_string();
    let line = line.replace("http://127.0.0.1:8000", &yodel.url).replace("/etc/nginx/yodel-policy.conf", &file);
    assert!(line.contains(&yodel.url) && line.contains(&file), "{line}");
    let status = Command::new("sh").args(["-c", &line]).status();
    assert!(with_timeout("the README's command", status).await.expect("sh can be run").success(), "{line}");
}

/// Starts the server and nginx as the README describes.
async fn start() -> (Yodel, Nginx) {
    let frontend = Frontend::bind().await;
    let yodel =
        Yodel::serve(&["--origin", &frontend.origin(), "--trusted-proxy", "127.0.0.1", "--plain-format", "seed"]).await;
    write_policy(&yodel, &frontend).await;
    let address = yodel.address();
    (yodel, frontend.start(address, &root().join("dist")).await)
}

async fn send(nginx: &Nginx, request: &str) -> TlsStream<TcpStream> {
    let mut stream = tls::connect(nginx.address, &nginx.certificate.chain).await.expect("TLS handshake succeeds");
    let host = format!("localhost:{}", nginx.address.port());
    let request = format!("{request}\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("socket accepts data");
    stream
}

/// Requests a path and returns the response's head in lower case.
async fn head(nginx: &Nginx, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nAccept-Encoding: gzip\r\nConnection: close");
    let mut response = Vec::new();
    // The end of the stream is an error without `close_notify`, which nginx omits.
    let _ = with_timeout(path, send(nginx, &request).await.read_to_end(&mut response)).await;
    let end = response.windows(4).position(|window| window == b"\r\n\r\n").expect("headers end");
    String::from_utf8_lossy(&response[..end]).to_lowercase()
}

async fn read_until(stream: &mut TlsStream<TcpStream>, text: &str) {
    let mut received = Vec::new();
    while !String::from_utf8_lossy(&received).contains(text) {
        let read = with_timeout(text, stream.read_buf(&mut received)).await.expect("socket is readable");
        assert_ne!(read, 0, "{text} is not in {}", String::from_utf8_lossy(&received));
    }
}

#[cfg_attr(not(nginx), ignore = "nginx is not installed; run `make tools`")]
#[tokio::test(flavor = "multi_thread")]
async fn page_works_behind_nginx_in_chromium() {
    page_works_behind_nginx(&Browser::start(BrowserKind::Chromium).await).await;
}

#[cfg_attr(not(nginx), ignore = "nginx is not installed; run `make tools`")]
#[tokio::test(flavor = "multi_thread")]
async fn page_works_behind_nginx_in_firefox() {
    page_works_behind_nginx(&Browser::start(BrowserKind::Firefox).await).await;
}

async fn page_works_behind_nginx(browser: &Browser) {
    let (_yodel, nginx) = start().await;
    let page = Page::connected(browser, &format!("https://localhost:{}", nginx.address.port())).await;
    page.submit("through the proxy").await;
    page.wait_for_last_row("warning:  > through the proxy").await;
    page.open_tools().await;
    page.join("chat").await;
    // No file is missing, and the policy permits the page's scripts and connections.
    page.finish().await;
    assert!(!nginx.errors().contains("[error]"), "{}", nginx.errors());
}

#[cfg_attr(not(nginx), ignore = "nginx is not installed; run `make tools`")]
#[tokio::test]
async fn nginx_sends_the_servers_policy_and_cache_headers() {
    let (yodel, nginx) = start().await;
    let own = support::http::request(yodel.address(), "GET / HTTP/1.1").await;
    let policy = own.lines().find(|line| line.starts_with("content-security-policy: ")).expect("server sends a policy");
    for path in ["/", "/index.html"] {
        let head = head(&nginx, path).await;
        assert!(head.starts_with("http/1.1 200 ") && head.contains(&policy.to_lowercase()), "{path}: {head}");
        assert!(head.contains("cache-control: no-cache"), "{path}: {head}");
    }
    for entry in std::fs::read_dir(root().join("dist")).expect("dist/ does not exist; run `make build`") {
        let name = entry.expect("folder is readable").file_name().into_string().expect("name is UTF-8");
        let extension = name.rsplit('.').next().expect("a part");
        let Some(kind) = media_type(extension) else { continue };
        let head = head(&nginx, &format!("/{name}")).await;
        let has_hash = ["css", "wasm"].contains(&extension) || name.starts_with("frontend-");
        let cache = if has_hash { "max-age=31536000, immutable" } else { "cache-control: no-cache" };
        for line in ["http/1.1 200 ", &format!("content-type: {kind}"), "content-encoding: gzip", cache, "nosniff"] {
            assert!(head.contains(line), "{name}: {line} is not in {head}");
        }
    }
}

fn media_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "html" => "text/html",
        "css" => "text/css",
        "js" => "text/javascript",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

#[cfg_attr(not(nginx), ignore = "nginx is not installed; run `make tools`")]
#[tokio::test]
async fn nginx_hides_the_api_the_metrics_and_hidden_files() {
    let (_yodel, nginx) = start().await;
    for path in ["/api/rooms", "/metrics", "/.complete", "/nothing.js"] {
        let head = head(&nginx, path).await;
        assert!(head.starts_with("http/1.1 404 "), "{path}: {head}");
    }
}

#[cfg_attr(not(nginx), ignore = "nginx is not installed; run `make tools`")]
#[tokio::test]
async fn nginx_passes_events_on_at_once() {
    let (yodel, nginx) = start().await;
    let mut events = send(&nginx, "GET /sse/chat HTTP/1.1").await;
    read_until(&mut events, r#""type":"joined""#).await;
    let url = format!("ws://{}/ws", yodel.address());
    let sent = command(&["connect", &url, "--join", "chat", "--send", "unbuffered"]).output();
    let output = with_timeout("the command's exit", sent).await.expect("binary can be run");
    assert!(output.status.success(), "{output:?}");
    read_until(&mut events, "unbuffered").await;
}

#[cfg_attr(not(nginx), ignore = "nginx is not installed; run `make tools`")]
#[tokio::test]
async fn nginx_tells_an_event_source_when_to_return() {
    let (yodel, nginx) = start().await;
    yodel.kill().await;
    let request = "GET /sse/chat.html HTTP/1.1\r\nConnection: close\r\nAccept: text/event-stream";
    let mut response = Vec::new();
    // The end of the stream is an error without `close_notify`, which nginx omits.
    let _ = with_timeout("a response", send(&nginx, request).await.read_to_end(&mut response)).await;
    let response = String::from_utf8_lossy(&response);
    assert!(response.starts_with("HTTP/1.1 200 ") && response.ends_with("\r\n\r\nretry: 10000\n\n"), "{response}");
    assert!(response.contains("Content-Type: text/event-stream\r\n"), "{response}");
    let other = head(&nginx, "/sse/chat").await;
    assert!(other.starts_with("http/1.1 503 "), "{other}");
}

#[cfg_attr(not(nginx), ignore = "nginx is not installed; run `make tools`")]
#[tokio::test]
async fn nginx_replaces_the_address_headers_of_a_client() {
    let (_yodel, nginx) = start().await;
    let invented = "X-Forwarded-For: 203.0.113.9\r\nForwarded: for=203.0.113.9";
    let request = format!("GET /ws/broadcast HTTP/1.1\r\n{}{invented}", support::http::HANDSHAKE);
    let mut stream = send(&nginx, &request).await;
    read_until(&mut stream, "HTTP/1.1 101 ").await;
    stream.write_all(&support::http::frame(0x81, b"hi")).await.expect("socket accepts data");
    // nginx listens on a socket file here, so the client has no address, and nginx sends `unix:` instead of one.
    read_until(&mut stream, "127.0.0.1:").await;
}

#[cfg_attr(not(nginx), ignore = "nginx is not installed; run `make tools`")]
#[tokio::test]
async fn nginx_passes_the_origin_check_on() {
    let (_yodel, nginx) = start().await;
    let own = format!("https://localhost:{}", nginx.address.port());
    for (origin, status) in [(own.as_str(), "101"), ("https://evil.example", "403")] {
        let request = format!("GET /ws HTTP/1.1\r\n{}Origin: {origin}", support::http::HANDSHAKE);
        let mut stream = send(&nginx, &request).await;
        read_until(&mut stream, &format!("HTTP/1.1 {status} ")).await;
    }
}

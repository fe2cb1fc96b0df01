//! Addresses of clients behind reverse proxies: `Forwarded`, `X-Forwarded-For` and the PROXY protocol.

use support::http::{self, HANDSHAKE};
use support::tls::CertificateFiles;
use support::{TIMEOUT, TestClient, TestServer, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use yodel_server::{PlainFormat, ServerConfig};

const ADA: &str = "192.0.2.1";
const BO: &str = "198.51.100.7";

/// Returns settings that trust proxies on the loopback address, permit one connection per address, and prefix each
/// broadcast with the address of its sender.
fn behind_proxy() -> ServerConfig {
    ServerConfig {
        trusted_proxy: vec!["127.0.0.0/8".parse().expect("a network")],
        max_per_address: 1,
        plain_format: PlainFormat::Seed,
        ..ServerConfig::default()
    }
}

/// Connects through a proxy that sends this header.
async fn connect(server: &TestServer, name: &'static str, value: &str) -> Result<TestClient, u16> {
    TestClient::try_connect(&format!("ws://{}/ws/broadcast", server.address), &[(name, value)]).await
}

/// Returns the address of the client as the server knows it.
async fn address(client: &mut TestClient) -> String {
    client.send("hi").await;
    client.receive().await.strip_suffix(" echo: hi").expect("an address").to_owned()
}

#[tokio::test]
async fn limits_each_client_of_a_trusted_proxy() {
    let server = TestServer::start(behind_proxy());
    let mut ada = connect(&server, "x-forwarded-for", ADA).await.expect("first connection of the address");
    assert_eq!(address(&mut ada).await, format!("{ADA}:0"));
    let invented = format!("{BO}, {ADA}");
    assert_eq!(connect(&server, "x-forwarded-for", &invented).await.err(), Some(429), "only the last address counts");
    assert_eq!(connect(&server, "forwarded", &format!("for={ADA}")).await.err(), Some(429));
    let mut bo =
        connect(&server, "forwarded", &format!("for=\"{BO}:4711\";proto=https")).await.expect("another address");
    assert_eq!(address(&mut bo).await, format!("{BO}:4711"));
    let health = server.call("GET /health HTTP/1.1", "").await;
    assert_eq!(health.status, 200, "the sockets of the proxy are not limited by address");
}

#[tokio::test]
async fn rejects_requests_whose_headers_contradict_each_other() {
    let server = TestServer::start(behind_proxy());
    for path in ["/ws", "/sse/r"] {
        let lines = format!("GET {path} HTTP/1.1\n{HANDSHAKE}Forwarded: for={ADA}\nX-Forwarded-For: {BO}");
        let response = server.call(&lines.replace("\r\n", "\n"), "").await;
        assert_eq!(response.status, 400, "{response:?}");
        assert!(response.body.contains("the proxy must set or remove both"), "{response:?}");
    }
}

#[tokio::test]
async fn ignores_the_headers_of_other_clients() {
    let server =
        TestServer::start(ServerConfig { trusted_proxy: vec![ADA.parse().expect("an address")], ..behind_proxy() });
    for _ in 0..2 {
        let mut client = connect(&server, "x-forwarded-for", ADA).await.expect("loopback has no limit");
        assert_eq!(address(&mut client).await, client.address.to_string());
    }
}

/// Opens a WebSocket over a connection that begins with a header of the PROXY protocol. Returns the response's head.
async fn handshake(server: &TestServer, header: &[u8]) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(server.address).await.expect("server is listening");
    let request = format!("GET /ws/broadcast HTTP/1.1\r\nHost: {}\r\n{HANDSHAKE}\r\n", server.address);
    http::write(&mut stream, &[header, request.as_bytes()].concat()).await;
    let head = with_timeout("the response", http::read_head(&mut stream)).await;
    (stream, head)
}

/// Returns a header of version 2 for a client with the address `ADA`.
fn version_2() -> Vec<u8> {
    [&b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"[..], &[192, 0, 2, 1, 127, 0, 0, 1, 0x10, 0x00, 0, 80]].concat()
}

#[tokio::test]
async fn accepts_the_proxy_protocol_from_trusted_proxies() {
    let server = TestServer::start(ServerConfig { proxy_protocol: true, ..behind_proxy() });
    let (mut ada, head) = handshake(&server, &version_2()).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    http::write(&mut ada, &http::frame(0x81, b"hi")).await;
    assert_eq!(http::read_frame(&mut ada).await, (0x81, b"192.0.2.1:4096 echo: hi".to_vec()));
    let (_, head) = handshake(&server, format!("PROXY TCP4 {ADA} 127.0.0.1 4711 80\r\n").as_bytes()).await;
    assert!(head.starts_with("HTTP/1.1 429 "), "{head}");
    let (_bo, head) = handshake(&server, format!("PROXY TCP4 {BO} 127.0.0.1 4711 80\r\n").as_bytes()).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    for invalid in [&b""[..], b"PROXY TCP4 nowhere 127.0.0.1 1 2\r\n"] {
        let request = [invalid, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"].concat();
        assert_eq!(http::exchange(server.address, &request).await, b"", "closed without a response");
    }
}

#[tokio::test]
async fn a_proxy_that_sends_no_header_keeps_no_place_and_delays_no_shutdown() {
    let config = ServerConfig { proxy_protocol: true, max_sockets: Some(1), ..behind_proxy() };
    let server = TestServer::start(ServerConfig { handshake_timeout: TIMEOUT * 2, drain: TIMEOUT * 2, ..config });
    let mut silent = Vec::new();
    // One within the limit, and 17 in a reserve of 16.
    for _ in 0..18 {
        silent.push(TcpStream::connect(server.address).await.expect("server is listening"));
    }
    assert_eq!(http::read_to_end(&mut silent[1]).await, b"", "the oldest socket of the reserve made room");
    server.stop();
    server.stopped().await;
}

#[tokio::test]
async fn accepts_the_proxy_protocol_before_tls() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let CertificateFiles { chain, key } = CertificateFiles::write(folder.path());
    let (tls_cert, tls_key) = (Some(chain), Some(key));
    let server = TestServer::start(ServerConfig { proxy_protocol: true, tls_cert, tls_key, ..behind_proxy() });
    let mut stream = TcpStream::connect(server.address).await.expect("server is listening");
    http::write(&mut stream, &version_2()).await;
    let mut stream = support::tls::handshake(&[], stream, &folder.path().join("cert.pem")).await.expect("TLS succeeds");
    let request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("socket accepts data");
    let mut response = String::new();
    with_timeout("the response", stream.read_to_string(&mut response)).await.expect("response is text");
    assert!(response.ends_with("alive\n"), "{response}");
}

#[tokio::test]
async fn limits_sockets_of_clients_of_the_proxy_protocol() {
    let server = TestServer::start(ServerConfig { proxy_protocol: true, ..behind_proxy() });
    // One connection, and those for requests.
    let limit = 1 + yodel_server::config::defaults::REQUEST_SOCKETS;
    let header = format!("PROXY TCP4 {ADA} 127.0.0.1 4711 80\r\n");
    let mut open = Vec::new();
    for _ in 0..limit {
        let (stream, head) = handshake_health(&server, &header).await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        open.push(stream);
    }
    let request = format!("{header}GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(http::exchange(server.address, request.as_bytes()).await, b"");
}

/// Requests `/health` and keeps the connection open.
async fn handshake_health(server: &TestServer, header: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(server.address).await.expect("server is listening");
    http::write(&mut stream, format!("{header}GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await;
    let head = with_timeout("the response", http::read_head(&mut stream)).await;
    (stream, head)
}

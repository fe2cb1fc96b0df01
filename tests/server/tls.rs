//! HTTPS and WSS on one port, with self-signed certificates.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use support::http::{self, HANDSHAKE, frame};
use support::tls::{CertificateFiles, connect};
use support::{TIMEOUT, TestServer, with_timeout};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::{Server, ServerConfig};

fn folder_with_pair() -> (TempDir, ServerConfig) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let CertificateFiles { chain, key } = CertificateFiles::write(folder.path());
    (folder, ServerConfig { tls_cert: Some(chain), tls_key: Some(key), ..ServerConfig::default() })
}

async fn start(server: Server) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("listener has an address");
    tokio::spawn(server.serve(listener).into_future());
    address
}

#[tokio::test]
async fn echoes_over_wss() {
    let (folder, config) = folder_with_pair();
    let address = start(Server::builder().config(config).build().expect("valid certificate and key")).await;
    let stream = connect(address, &folder.path().join("cert.pem")).await.expect("TLS handshake succeeds");
    let url = format!("wss://localhost:{}/ws", address.port());
    let (mut socket, _) = with_timeout("a handshake", Box::pin(client_async(url, stream))).await.expect("a WebSocket");
    socket.send(Message::text("in private")).await.expect("bytes are sent");
    let echo = with_timeout("an echo", socket.next()).await.expect("connection is open").expect("a message");
    assert_eq!(echo, Message::text("in private"));
}

#[tokio::test]
async fn knows_the_names_of_its_certificate_and_only_https_pages() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let CertificateFiles { chain, key } =
        CertificateFiles::write_for(folder.path(), &["localhost", "yodel.example", "*.wild.example"]);
    let config = ServerConfig { tls_cert: Some(chain.clone()), tls_key: Some(key), ..ServerConfig::default() };
    let address = start(Server::builder().config(config).build().expect("valid certificate and key")).await;
    for (host, scheme, status) in [
        ("yodel.example", "https", 101),
        ("a.wild.example", "https", 101),
        ("yodel.example", "http", 403),
        ("127.0.0.1", "http", 403),
        ("rebound.example", "https", 403),
        ("a.b.wild.example", "https", 403),
    ] {
        let mut stream = connect(address, &chain).await.expect("TLS handshake succeeds");
        let own = format!("Host: {host}:8443\r\nOrigin: {scheme}://{host}:8443");
        let request = format!("GET /ws HTTP/1.1\r\n{own}\r\n{HANDSHAKE}\r\n");
        stream.write_all(request.as_bytes()).await.expect("bytes are sent");
        let mut line = vec![0; b"HTTP/1.1 101 ".len()];
        with_timeout("a status", stream.read_exact(&mut line)).await.expect("a response");
        assert_eq!(String::from_utf8_lossy(&line), format!("HTTP/1.1 {status} "), "{scheme}://{host}");
    }
}

#[tokio::test]
async fn close_sends_a_tls_close_notify() {
    let (folder, config) = folder_with_pair();
    let address = start(Server::builder().config(config).build().expect("valid certificate and key")).await;
    let mut stream = connect(address, &folder.path().join("cert.pem")).await.expect("TLS handshake succeeds");
    let request = format!("GET /ws HTTP/1.1\r\nHost: {address}\r\n{HANDSHAKE}\r\n");
    stream.write_all(request.as_bytes()).await.expect("bytes are sent");
    stream.write_all(&frame(0x88, &[])).await.expect("bytes are sent");
    let mut response = Vec::new();
    with_timeout("the end of the connection", stream.read_to_end(&mut response))
        .await
        .expect("connection is closed with close_notify");
    assert!(response.ends_with(&[0x88, 0]), "{}", String::from_utf8_lossy(&response));
}

#[tokio::test]
async fn an_unfinished_tls_handshake_does_not_delay_shutdown() {
    let (_folder, config) = folder_with_pair();
    let server = TestServer::start(ServerConfig { handshake_timeout: TIMEOUT * 2, drain: TIMEOUT * 2, ..config });
    let silent = TcpStream::connect(server.address).await.expect("server is listening");
    // A second connection is served, so the first was accepted.
    let response = http::exchange(server.address, b"this is no TLS\r\n\r\n").await;
    assert!(!response.starts_with(b"HTTP"), "{response:?}");
    server.stop();
    server.stopped().await;
    drop(silent);
}

#[tokio::test]
async fn rejects_new_tls_connections_during_shutdown_with_503() {
    let (folder, config) = folder_with_pair();
    let server = TestServer::start(ServerConfig { drain: TIMEOUT * 2, ..config });
    let trusted = folder.path().join("cert.pem");
    let request = format!("GET /ws HTTP/1.1\r\nHost: {}\r\n{HANDSHAKE}\r\n", server.address);
    let mut silent = connect(server.address, &trusted).await.expect("TLS handshake succeeds");
    silent.write_all(request.as_bytes()).await.expect("bytes are sent");
    with_timeout("a response", silent.read_u8()).await.expect("WebSocket is accepted");
    server.stop();

    let mut late = connect(server.address, &trusted).await.expect("TLS handshake succeeds during the shutdown");
    late.write_all(request.as_bytes()).await.expect("bytes are sent");
    let mut response = String::new();
    with_timeout("the end of the connection", late.read_to_string(&mut response))
        .await
        .expect("connection is closed with close_notify");
    assert!(response.starts_with("HTTP/1.1 503 ") && response.contains("retry-after: 5\r\n"), "{response}");
    drop(silent);
    server.stopped().await;
}

#[tokio::test]
async fn reload_uses_a_valid_certificate_and_rejects_a_broken_one() {
    let (folder, config) = folder_with_pair();
    let server = Server::builder().config(config).build().expect("valid certificate and key");
    let certificate = server.certificate().expect("TLS is on").clone();
    let address = start(server).await;
    let old = folder.path().join("old.pem");
    let current = folder.path().join("cert.pem");
    std::fs::copy(&current, &old).expect("file can be copied");

    CertificateFiles::write(folder.path());
    assert!(connect(address, &current).await.is_err(), "the new certificate is not used before the reload");
    certificate.reload().expect("valid certificate and key");
    assert!(connect(address, &current).await.is_ok());
    assert!(connect(address, &old).await.is_err());

    std::fs::copy(&old, &current).expect("file can be copied");
    certificate.reload().expect_err("key does not match the certificate");
    CertificateFiles::write(folder.path());
    certificate.reload().expect("valid certificate and key again");
    assert!(connect(address, &current).await.is_ok());
}

#[test]
fn build_rejects_a_broken_certificate_pair() {
    let (folder, valid) = folder_with_pair();
    let other = tempfile::tempdir().expect("temporary folder");
    let foreign_key = CertificateFiles::write(other.path()).key;
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").expect("file is writable");

    for (broken, words) in [
        (ServerConfig { tls_key: Some(foreign_key), ..valid.clone() }, "cannot be used together"),
        (ServerConfig { tls_cert: Some(empty.clone()), ..valid.clone() }, "`tls_cert`"),
        (ServerConfig { tls_key: Some(empty), ..valid.clone() }, "`tls_key`"),
        (ServerConfig { tls_cert: Some(folder.path().join("nowhere.pem")), ..valid }, "nowhere.pem"),
    ] {
        let error = Server::builder().config(broken).build().expect_err("build is rejected").to_string();
        assert!(error.contains(words), "{error}");
    }
}

//! https and wss on the same port, with certificates made here.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use support::http::{self, HANDSHAKE, frame};
use support::tls::{Pair, connect};
use support::{PATIENCE, TestServer, soon};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::{Server, ServerConfig};

fn folder_with_pair() -> (TempDir, ServerConfig) {
    let folder = tempfile::tempdir().expect("a folder");
    let Pair { chain, key } = Pair::write(folder.path());
    (folder, ServerConfig { tls_cert: Some(chain), tls_key: Some(key), ..ServerConfig::default() })
}

async fn start(server: Server) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener has an address");
    tokio::spawn(server.serve(listener).into_future());
    address
}

#[tokio::test]
async fn wss_echoes() {
    let (folder, config) = folder_with_pair();
    let address = start(Server::builder().config(config).build().expect("a good pair")).await;
    let stream = connect(address, &folder.path().join("cert.pem")).await.expect("TLS");
    let url = format!("wss://localhost:{}/ws", address.port());
    let (mut socket, _) = soon("a handshake", Box::pin(client_async(url, stream))).await.expect("a WebSocket");
    socket.send(Message::text("in private")).await.expect("sent");
    let echo = soon("an echo", socket.next()).await.expect("open").expect("a message");
    assert_eq!(echo, Message::text("in private"));
}

#[tokio::test]
async fn a_close_over_tls_ends_with_a_goodbye_of_tls() {
    let (folder, config) = folder_with_pair();
    let address = start(Server::builder().config(config).build().expect("a good pair")).await;
    let mut stream = connect(address, &folder.path().join("cert.pem")).await.expect("TLS");
    let request = format!("GET /ws HTTP/1.1\r\nHost: {address}\r\n{HANDSHAKE}\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream.write_all(&frame(0x88, &[])).await.expect("sent");
    let mut answer = Vec::new();
    soon("the end", stream.read_to_end(&mut answer)).await.expect("an end, and no cut");
    assert!(answer.ends_with(&[0x88, 0]), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_caller_who_never_begins_tls_does_not_hold_up_the_stop() {
    let (_folder, config) = folder_with_pair();
    let server = TestServer::start(ServerConfig { handshake_timeout: PATIENCE * 2, drain: PATIENCE * 2, ..config });
    let silent = TcpStream::connect(server.address).await.expect("somebody listens");
    // A second caller is served, so the first was accepted.
    let cut = http::exchange(server.address, b"this is no TLS\r\n\r\n").await;
    assert!(!cut.starts_with(b"HTTP"), "{cut:?}");
    server.stop();
    server.stopped().await;
    drop(silent);
}

#[tokio::test]
async fn who_comes_over_tls_while_the_server_stops_is_sent_elsewhere() {
    let (folder, config) = folder_with_pair();
    let server = TestServer::start(ServerConfig { drain: PATIENCE * 2, ..config });
    let trusted = folder.path().join("cert.pem");
    let request = format!("GET /ws HTTP/1.1\r\nHost: {}\r\n{HANDSHAKE}\r\n", server.address);
    let mut silent = connect(server.address, &trusted).await.expect("TLS");
    silent.write_all(request.as_bytes()).await.expect("sent");
    soon("an answer", silent.read_u8()).await.expect("it is opened");
    server.stop();

    let mut late = connect(server.address, &trusted).await.expect("TLS, as always");
    late.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    soon("the end", late.read_to_string(&mut answer)).await.expect("an end, and no cut");
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: 5\r\n"), "{answer}");
    drop(silent);
    server.stopped().await;
}

#[tokio::test]
async fn a_renewed_certificate_is_used_after_a_reload_and_a_broken_one_is_not() {
    let (folder, config) = folder_with_pair();
    let server = Server::builder().config(config).build().expect("a good pair");
    let certificate = server.certificate().expect("TLS is on").clone();
    let address = start(server).await;
    let old = folder.path().join("old.pem");
    let current = folder.path().join("cert.pem");
    std::fs::copy(&current, &old).expect("a copy");

    Pair::write(folder.path());
    assert!(connect(address, &current).await.is_err(), "not before it is told");
    certificate.reload().expect("a good pair");
    assert!(connect(address, &current).await.is_ok());
    assert!(connect(address, &old).await.is_err());

    std::fs::copy(&old, &current).expect("a copy");
    certificate.reload().expect_err("the key is another's");
    Pair::write(folder.path());
    certificate.reload().expect("a good pair again");
    assert!(connect(address, &current).await.is_ok());
}

#[test]
fn a_broken_pair_is_said_at_start() {
    let (folder, good) = folder_with_pair();
    let other = tempfile::tempdir().expect("a folder");
    let foreign_key = Pair::write(other.path()).key;
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").expect("a file");

    for (broken, words) in [
        (ServerConfig { tls_key: Some(foreign_key), ..good.clone() }, "cannot be used together"),
        (ServerConfig { tls_cert: Some(empty.clone()), ..good.clone() }, "`tls_cert`"),
        (ServerConfig { tls_key: Some(empty), ..good.clone() }, "`tls_key`"),
        (ServerConfig { tls_cert: Some(folder.path().join("nowhere.pem")), ..good }, "nowhere.pem"),
    ] {
        let refused = Server::builder().config(broken).build().expect_err("it must not start").to_string();
        assert!(refused.contains(words), "{refused}");
    }
}

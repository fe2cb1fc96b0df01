//! https and wss on the same port, with certificates made here.

use std::net::SocketAddr;

use backend::{Config, Server};
use futures_util::{SinkExt, StreamExt};
use support::soon;
use support::tls::{Pair, connect};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

fn folder_with_pair() -> (TempDir, Config) {
    let folder = tempfile::tempdir().expect("a folder");
    let Pair { chain, key } = Pair::write(folder.path());
    (folder, Config { tls_cert: Some(chain), tls_key: Some(key), ..Config::default() })
}

async fn start(server: Server) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener has an address");
    tokio::spawn(server.run(listener, CancellationToken::new()));
    address
}

#[tokio::test]
async fn wss_echoes() {
    let (folder, config) = folder_with_pair();
    let address = start(Server::new(config).expect("a good pair")).await;
    let stream = connect(address, &folder.path().join("cert.pem")).await.expect("TLS");
    let url = format!("wss://localhost:{}/ws", address.port());
    let (mut socket, _) = soon("a handshake", Box::pin(client_async(url, stream))).await.expect("a WebSocket");
    socket.send(Message::text("in private")).await.expect("sent");
    let echo = soon("an echo", socket.next()).await.expect("open").expect("a message");
    assert_eq!(echo, Message::text("in private"));
}

#[tokio::test]
async fn a_renewed_certificate_is_used_after_a_reload_and_a_broken_one_is_not() {
    let (folder, config) = folder_with_pair();
    let server = Server::new(config).expect("a good pair");
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
        (Config { tls_key: Some(foreign_key), ..good.clone() }, "cannot be used together"),
        (Config { tls_cert: Some(empty.clone()), ..good.clone() }, "--tls-cert"),
        (Config { tls_key: Some(empty), ..good.clone() }, "--tls-key"),
        (Config { tls_cert: Some(folder.path().join("nowhere.pem")), ..good }, "nowhere.pem"),
    ] {
        let refused = Server::new(broken).expect_err("it must not start").to_string();
        assert!(refused.contains(words), "{refused}");
    }
}

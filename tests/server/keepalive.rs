//! Pings, and closing of clients that do not answer them.

use std::time::Duration;

use support::http::{self, frame};
use support::{TestServer, before_default, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use yodel_server::ServerConfig;
use yodel_server::config::defaults;

#[tokio::test]
async fn closes_a_client_that_answers_no_ping() {
    let short = Duration::from_millis(50);
    let server = TestServer::start(ServerConfig { ping: short, pong: short, ..ServerConfig::default() });
    let mut silent = http::open(server.address, "/ws/broadcast").await;
    // Ignoring either setting would take at least the shorter default.
    let received = before_default(defaults::PONG, "the close", http::read_to_end(&mut silent)).await;
    let expected = [&[0x89, 0][..], &[0x88, 9], &4003_u16.to_be_bytes(), b"no pong"].concat();
    assert_eq!(received, expected, "a ping, then a close");
    drop(silent);
    server.stop();
    with_timeout("the shutdown", server.stopped()).await;
}

#[tokio::test]
async fn keeps_a_client_that_answers_pings() {
    // All pings together take longer than the pong timeout, while one ping and pong take less even on a
    // slow machine.
    let config =
        ServerConfig { ping: Duration::from_millis(20), pong: Duration::from_secs(4), ..ServerConfig::default() };
    let server = TestServer::start(config);
    let mut client = http::open(server.address, "/ws/echo").await;
    for _ in 0..220 {
        let mut ping = [0; 2];
        before_default(defaults::PING, "a ping", client.read_exact(&mut ping)).await.expect("connection is open");
        assert_eq!(ping, [0x89, 0]);
        client.write_all(&frame(0x8a, &[])).await.expect("connection is open");
    }
    client.write_all(&frame(0x88, &[])).await.expect("connection is open");
    let rest = http::read_to_end(&mut client).await;
    assert!(rest.ends_with(&[0x88, 0]), "only the client closes: {rest:?}");
}

//! Pings, and what becomes of those who do not answer.

use std::time::Duration;

use support::http::{self, frame};
use support::{TestServer, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use yodel_server::ServerConfig;

#[tokio::test]
async fn a_client_that_never_answers_is_closed_and_leaves() {
    let short = Duration::from_millis(50);
    let server = TestServer::start(ServerConfig { ping: short, pong: short, ..ServerConfig::default() });
    let mut silent = http::open(server.address, "/ws/broadcast").await;
    let heard = http::read_to_end(&mut silent).await;
    let expected = [&[0x89, 0][..], &[0x88, 9], &4003_u16.to_be_bytes(), b"no pong"].concat();
    assert_eq!(heard, expected, "a ping, then a close");
    drop(silent);
    server.stop();
    soon("nobody is waited for", server.stopped()).await;
}

#[tokio::test]
async fn a_client_that_answers_is_pinged_again_and_stays() {
    // Together the pings take longer than the patience for one of them, which a slow machine
    // does not use up between a ping and its answer.
    let config =
        ServerConfig { ping: Duration::from_millis(20), pong: Duration::from_secs(4), ..ServerConfig::default() };
    let server = TestServer::start(config);
    let mut client = http::open(server.address, "/ws/echo").await;
    for _ in 0..220 {
        let mut ping = [0; 2];
        soon("a ping", client.read_exact(&mut ping)).await.expect("the connection is open");
        assert_eq!(ping, [0x89, 0]);
        client.write_all(&frame(0x8a, &[])).await.expect("the connection is open");
    }
    client.write_all(&frame(0x88, &[])).await.expect("the connection is open");
    let rest = http::read_to_end(&mut client).await;
    assert!(rest.ends_with(&[0x88, 0]), "closed by the client alone: {rest:?}");
}

//! Pings, and closing of clients that do not answer them.

use std::sync::Arc;
use std::time::Duration;

use support::http::{self, frame};
use support::{TestServer, before_default, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use yodel_server::config::defaults;
use yodel_server::{Server, ServerConfig};

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
async fn does_not_blame_a_client_whose_pongs_the_server_does_not_read() {
    let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (on_enter, until) = (Arc::clone(&entered), Arc::clone(&release));
    let short = Duration::from_millis(50);
    let builder = Server::builder().ping(short).pong(short).on_connect(move |_, request| {
        let is_slow = request.header("x-slow").is_some();
        let (entered, until) = (Arc::clone(&on_enter), Arc::clone(&until));
        async move {
            if is_slow {
                entered.notify_one();
                until.notified().await;
            }
            Ok(())
        }
    });
    let server = TestServer::start_built(builder);
    for path in ["/ws/echo", "/ws/broadcast"] {
        let (mut client, _) = http::open_with(server.address, path, "X-Slow: 1\r\n").await;
        with_timeout("the hook", entered.notified()).await;
        assert_eq!(http::read_frame(&mut client).await, (0x89, Vec::new()));
        client.write_all(&frame(0x8a, &[])).await.expect("connection is open");
        // Closed after the ping interval and the pong timeout, which the client with the slow hook exceeds as well.
        let mut silent = http::open(server.address, "/ws/echo").await;
        assert!(http::read_to_end(&mut silent).await.ends_with(b"no pong"));
        client.write_all(&frame(0x81, b"still here")).await.expect("connection is open");
        release.notify_one();
        let echo = async {
            loop {
                match http::read_frame(&mut client).await {
                    (0x89, _) => client.write_all(&frame(0x8a, &[])).await.expect("connection is open"),
                    other => return other,
                }
            }
        };
        assert_eq!(with_timeout("an echo", echo).await, (0x81, b"still here".to_vec()), "{path}");
    }
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

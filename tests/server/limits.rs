//! How many may connect, and how much they may send: who goes over it is told, or waits, and others
//! notice nothing.

use std::time::{Duration, Instant};

use support::http::{self, frame};
use support::{TestClient, TestServer, soon};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::ServerConfig;
use yodel_server::config::Plain;

/// Tries until a connection is let in.
async fn let_in(server: &TestServer) -> TestClient {
    let url = format!("ws://{}/ws", server.address);
    soon("a place is free", async {
        loop {
            match TestClient::try_connect(&url, &[]).await {
                Ok(client) => return client,
                Err(status) => assert_eq!(status, 503),
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

#[tokio::test]
async fn one_more_than_max_connections_is_told_to_come_back_and_comes_in_when_one_has_left() {
    let server = TestServer::start(ServerConfig { max_connections: Some(2), ..ServerConfig::default() });
    let (mut echo, member) = (server.connect("/ws/echo").await, server.connect("/ws/broadcast").await);
    let refused = http::handshake(server.address, "/ws").await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("retry-after: 10\r\n"), "{refused}");
    assert!(refused.contains("--max-connections"), "{refused}");
    echo.send("I noticed nothing").await;
    assert_eq!(echo.receive().await, "I noticed nothing");

    assert_eq!(member.close(1000).await, 1000);
    let _third = let_in(&server).await;
    assert!(http::handshake(server.address, "/ws").await.starts_with("HTTP/1.1 503 "));
}

#[tokio::test]
async fn a_place_is_free_again_however_its_holder_left() {
    let short = Duration::from_millis(50);
    let server = TestServer::start(ServerConfig {
        max_connections: Some(1),
        ping: short,
        pong: short,
        ..ServerConfig::default()
    });
    drop(let_in(&server).await);
    let_in(&server).await.close(1000).await;
    let mut rude = http::open(server.address, "/ws").await;
    rude.write_all(&frame(0x83, b"")).await.expect("the socket takes it");
    drop(let_in(&server).await);
    let silent = let_in(&server).await;
    let_in(&server).await.close(1000).await;
    drop((rude, silent));
}

#[tokio::test]
async fn a_handshake_that_fails_takes_no_place() {
    let server = TestServer::start(ServerConfig { max_connections: Some(1), ..ServerConfig::default() });
    let url = format!("ws://{}/ws", server.address);
    for _ in 0..3 {
        let foreign = TestClient::try_connect(&url, &[("origin", "http://evil.example")]).await;
        assert_eq!(foreign.err(), Some(403));
    }
    server.connect("/ws").await;
}

#[tokio::test]
async fn a_server_that_is_full_still_serves_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("index.html"), "the page").expect("a file");
    let config = ServerConfig { max_connections: Some(1), ..ServerConfig::default() };
    let server = TestServer::start_page(folder.path(), config);
    let _full = server.connect("/ws").await;
    assert!(http::handshake(server.address, "/ws").await.starts_with("HTTP/1.1 503 "));
    let page = http::request(server.address, "GET / HTTP/1.1").await;
    assert!(page.starts_with("HTTP/1.1 200 ") && page.ends_with("the page"), "{page}");
}

#[tokio::test]
async fn loopback_may_have_more_than_one_address_may() {
    let server = TestServer::start(ServerConfig { max_per_address: 1, ..ServerConfig::default() });
    let mut clients = Vec::new();
    for _ in 0..5 {
        clients.push(server.connect("/ws").await);
    }
    for client in &mut clients {
        client.send("all of us").await;
        assert_eq!(client.receive().await, "all of us");
    }
}

#[tokio::test]
async fn who_comes_too_fast_is_told_to_wait_a_second_and_then_comes_in() {
    let server = TestServer::start(ServerConfig { upgrade_rate: 1, ..ServerConfig::default() });
    let mut inside = server.connect("/ws").await;
    let refused = soon("a second one in the same second", async {
        loop {
            let answer = http::handshake(server.address, "/ws").await;
            if !answer.starts_with("HTTP/1.1 101 ") {
                return answer;
            }
        }
    });
    let refused = refused.await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("retry-after: 1\r\n"), "{refused}");
    assert!(refused.contains("--upgrade-rate"), "{refused}");
    let_in(&server).await;
    inside.send("still here").await;
    assert_eq!(inside.receive().await, "still here");
}

/// Sends so many of these at once; how long it takes until all of them are back.
async fn flood(client: TestClient, messages: usize, message: Message) -> Duration {
    let (mut writer, mut reader) = client.split();
    let begun = Instant::now();
    let (sent, back) = (message.clone(), message);
    let writing = tokio::spawn(async move {
        for _ in 0..messages {
            writer.send(sent.clone()).await;
        }
        writer
    });
    for _ in 0..messages {
        assert_eq!(reader.receive().await, back);
    }
    writing.await.expect("all was sent");
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_faster_than_the_rate_is_read_more_slowly_and_loses_nothing() {
    for plain in [Plain::Echo, Plain::Broadcast] {
        let server =
            TestServer::start(ServerConfig { plain, rate: Some(50), rate_burst: Some(10), ..ServerConfig::default() });
        let time = flood(server.connect("/ws").await, 60, Message::text("quick")).await;
        assert!(time >= Duration::from_millis(950), "10 at once and 50 in a second, not in {time:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_messages_count_as_well() {
    for plain in [Plain::Echo, Plain::Broadcast] {
        let server =
            TestServer::start(ServerConfig { plain, rate: Some(20), rate_burst: Some(1), ..ServerConfig::default() });
        let time = flood(server.connect("/ws").await, 11, Message::binary(vec![7; 64 * 1024])).await;
        assert!(time >= Duration::from_millis(450), "1 at once and 10 in half a second, not in {time:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_do_not_notice_one_that_sends_too_much() {
    let config =
        ServerConfig { plain: Plain::Broadcast, rate: Some(1), rate_burst: Some(5), ..ServerConfig::default() };
    let server = TestServer::start(config);
    let mut eager = http::open(server.address, "/ws/broadcast").await;
    let mut quiet = server.connect("/ws/broadcast").await;
    eager.write_all(&frame(0x81, b"me").repeat(1000)).await.expect("the socket takes it");
    let mut echo = server.connect("/ws/echo").await;
    for number in 0..5 {
        assert_eq!(quiet.receive().await, "me");
        echo.send(&number.to_string()).await;
        assert_eq!(echo.receive().await, number.to_string());
    }
    quiet.send("may I?").await;
    while quiet.receive().await != "may I?" {}
}

#[tokio::test]
async fn who_is_read_slowly_is_not_taken_for_dead() {
    let short = Duration::from_millis(20);
    let config =
        ServerConfig { rate: Some(5), rate_burst: Some(1), ping: short, pong: short, ..ServerConfig::default() };
    let server = TestServer::start(config);
    let mut client = http::open(server.address, "/ws/echo").await;
    // Everything it will ever say: its silence is the server's doing.
    let all = [frame(0x81, b"one"), frame(0x81, b"two"), frame(0x81, b"six"), frame(0x88, &[])].concat();
    client.write_all(&all).await.expect("the socket takes it");
    let heard = http::read_to_end(&mut client).await;
    let (pings, others): (Vec<_>, Vec<_>) = http::short_frames(&heard).into_iter().partition(|frame| frame.0 == 0x89);
    assert!(!pings.is_empty());
    let closed_by_the_client_alone: [(u8, &[u8]); 4] = [(0x81, b"one"), (0x81, b"two"), (0x81, b"six"), (0x88, b"")];
    assert_eq!(others, closed_by_the_client_alone);
}

#[tokio::test]
async fn who_is_read_slowly_and_does_not_read_at_all_is_let_go() {
    let short = Duration::from_millis(20);
    let config =
        ServerConfig { rate: Some(50), rate_burst: Some(1), ping: short, pong: short, ..ServerConfig::default() };
    let server = TestServer::start_small(config);
    let mut client = http::open_small(server.address, "/ws/echo").await;
    let flood = frame(0x82, &vec![7; 60_000]).repeat(1000);
    let written = soon("the server lets go", client.write_all(&flood)).await;
    assert!(written.is_err());
}

//! Plain mode: the effect of a message on each path.

use std::time::Duration;

use support::TestServer;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::ServerConfig;
use yodel_server::config::{Plain, PlainFormat};

#[tokio::test]
async fn ws_echoes_by_default() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = server.connect("/ws").await;
    client.send("hello").await;
    assert_eq!(client.receive().await, "hello");
}

#[tokio::test]
async fn ws_broadcasts_with_plain_broadcast() {
    let server = TestServer::start(ServerConfig { plain: Plain::Broadcast, ..ServerConfig::default() });
    let (mut ana, mut bo) = (server.connect("/ws").await, server.connect("/ws").await);
    ana.send("am I heard?").await;
    assert_eq!(bo.receive().await, "am I heard?");
    assert_eq!(ana.receive().await, "am I heard?");
}

#[tokio::test]
async fn echoes_the_same_bytes_and_kind() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = server.connect("/ws/echo").await;
    for message in [
        Message::text("hello"),
        Message::text(""),
        Message::text("你好，世界 \u{1F3D4} \u{0}"),
        Message::text(r#"{"id":1,"type":"auth","token":"looks like an envelope"}"#),
        Message::binary(vec![]),
        Message::binary((0..=255).collect::<Vec<u8>>()),
        Message::binary(vec![0xff; 64 * 1024]),
        Message::text("x".repeat(64 * 1024)),
    ] {
        client.send_message(message.clone()).await;
        assert_eq!(client.receive_message().await, message);
    }
}

#[tokio::test]
async fn echoes_to_the_sender_only() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ana, mut bo) = (server.connect("/ws/echo").await, server.connect("/ws/echo").await);
    ana.send("mine").await;
    assert_eq!(ana.receive().await, "mine");
    bo.send("and mine").await;
    assert_eq!(bo.receive().await, "and mine");
}

#[tokio::test]
async fn echoes_in_order() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = server.connect("/ws/echo").await;
    for number in 0..1000 {
        client.send(&number.to_string()).await;
    }
    for number in 0..1000 {
        assert_eq!(client.receive().await, number.to_string());
    }
}

#[tokio::test]
async fn broadcasts_to_all_and_the_sender_with_the_same_kind() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ana, mut bo) = (server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await);
    for message in [Message::text("to all"), Message::binary(vec![1, 2, 3])] {
        ana.send_message(message.clone()).await;
        assert_eq!(bo.receive_message().await, message);
        assert_eq!(ana.receive_message().await, message);
    }
}

#[tokio::test]
async fn seed_format_prefixes_texts_with_the_sender() {
    let server = TestServer::start(ServerConfig { plain_format: PlainFormat::Seed, ..ServerConfig::default() });
    let (mut ana, mut bo) = (server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await);
    ana.send("hello").await;
    assert_eq!(bo.receive().await, format!("{} echo: hello", ana.address));
    ana.send_message(Message::binary(vec![1])).await;
    assert_eq!(bo.receive_message().await, Message::binary(vec![1]));
}

#[tokio::test]
async fn tick_broadcasts_the_time() {
    let server = TestServer::start(ServerConfig { tick: Some(Duration::from_millis(20)), ..ServerConfig::default() });
    let mut listener = server.connect("/ws/broadcast").await;
    for _ in 0..2 {
        let tick = listener.receive().await;
        let time = tick.strip_prefix("Server broadcast: Current time is ").expect("prefix of the tutorial's ticks");
        let parts: Vec<u8> = time.split(':').map(|part| part.parse().expect("two digits")).collect();
        assert!(time.len() == 8 && parts[0] < 24 && parts[1] < 60 && parts[2] < 60, "{tick}");
    }
}

#[tokio::test]
async fn tick_skips_echo_connections() {
    let server = TestServer::start(ServerConfig { tick: Some(Duration::from_millis(5)), ..ServerConfig::default() });
    let (mut echo, mut listener) = (server.connect("/ws/echo").await, server.connect("/ws/broadcast").await);
    listener.receive().await;
    echo.send("only this").await;
    assert_eq!(echo.receive().await, "only this");
}

#[tokio::test]
async fn additional_paths_behave_like_ws() {
    let ws_path = vec!["/socket".to_owned(), "/".to_owned()];
    let server = TestServer::start(ServerConfig { ws_path, plain: Plain::Broadcast, ..ServerConfig::default() });
    let (mut ana, mut bo, mut cy) =
        (server.connect("/socket").await, server.connect("/ws").await, server.connect("/").await);
    ana.send("three paths, one room").await;
    for client in [&mut ana, &mut bo, &mut cy] {
        assert_eq!(client.receive().await, "three paths, one room");
    }
}

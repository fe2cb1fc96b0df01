//! Plain mode, row by row: what each path does with a message.

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
async fn ws_broadcasts_when_told_to() {
    let server = TestServer::start(ServerConfig { plain: Plain::Broadcast, ..ServerConfig::default() });
    let (mut ana, mut bo) = (server.connect("/ws").await, server.connect("/ws").await);
    ana.send("am I heard?").await;
    assert_eq!(bo.receive().await, "am I heard?");
    assert_eq!(ana.receive().await, "am I heard?");
}

#[tokio::test]
async fn an_echo_is_the_same_bytes_of_the_same_kind() {
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
async fn an_echo_is_nobody_elses() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ana, mut bo) = (server.connect("/ws/echo").await, server.connect("/ws/echo").await);
    ana.send("mine").await;
    assert_eq!(ana.receive().await, "mine");
    bo.send("and mine").await;
    assert_eq!(bo.receive().await, "and mine");
}

#[tokio::test]
async fn echoes_keep_their_order() {
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
async fn a_broadcast_reaches_everybody_and_the_sender_with_its_kind_kept() {
    let server = TestServer::start(ServerConfig::default());
    let (mut ana, mut bo) = (server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await);
    for message in [Message::text("to all"), Message::binary(vec![1, 2, 3])] {
        ana.send_message(message.clone()).await;
        assert_eq!(bo.receive_message().await, message);
        assert_eq!(ana.receive_message().await, message);
    }
}

#[tokio::test]
async fn the_seed_format_names_the_sender_of_a_text() {
    let server = TestServer::start(ServerConfig { plain_format: PlainFormat::Seed, ..ServerConfig::default() });
    let (mut ana, mut bo) = (server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await);
    ana.send("hello").await;
    assert_eq!(bo.receive().await, format!("{} echo: hello", ana.address));
    ana.send_message(Message::binary(vec![1])).await;
    assert_eq!(bo.receive_message().await, Message::binary(vec![1]));
}

#[tokio::test]
async fn a_tick_tells_the_time_to_everybody_on_broadcast() {
    let server = TestServer::start(ServerConfig { tick: Some(Duration::from_millis(20)), ..ServerConfig::default() });
    let mut listener = server.connect("/ws/broadcast").await;
    for _ in 0..2 {
        let told = listener.receive().await;
        let time = told.strip_prefix("Server broadcast: Current time is ").expect("the tutorial's words");
        let parts: Vec<u8> = time.split(':').map(|part| part.parse().expect("two digits")).collect();
        assert!(time.len() == 8 && parts[0] < 24 && parts[1] < 60 && parts[2] < 60, "{told}");
    }
}

#[tokio::test]
async fn a_tick_is_not_for_an_echo() {
    let server = TestServer::start(ServerConfig { tick: Some(Duration::from_millis(5)), ..ServerConfig::default() });
    let (mut echo, mut listener) = (server.connect("/ws/echo").await, server.connect("/ws/broadcast").await);
    listener.receive().await;
    echo.send("only this").await;
    assert_eq!(echo.receive().await, "only this");
}

#[tokio::test]
async fn further_paths_do_what_ws_does() {
    let ws_path = vec!["/socket".to_owned(), "/".to_owned()];
    let server = TestServer::start(ServerConfig { ws_path, plain: Plain::Broadcast, ..ServerConfig::default() });
    let (mut ana, mut bo, mut cy) =
        (server.connect("/socket").await, server.connect("/ws").await, server.connect("/").await);
    ana.send("three doors, one room").await;
    for client in [&mut ana, &mut bo, &mut cy] {
        assert_eq!(client.receive().await, "three doors, one room");
    }
}

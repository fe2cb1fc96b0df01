//! The log: a line when a connection opens, a line when it closes, and no texts.

use std::net::SocketAddr;

use support::http::{self, frame};
use support::{TestClient, Yodel, soon};
use tokio::io::AsyncWriteExt;

/// What a run logs at this level while one client says something.
async fn log_at(level: &str) -> (SocketAddr, String) {
    let yodel = Yodel::serve(&["--log", level]).await;
    let mut client = TestClient::connect(&format!("ws://{}/ws/echo", yodel.address())).await;
    let address = client.address;
    for text in ["a secret", "你好"] {
        client.send(text).await;
        assert_eq!(client.receive().await, text);
    }
    assert_eq!(client.close(1000).await, 1000);
    yodel.signal("TERM").await;
    (address, yodel.ended().await.log)
}

#[tokio::test]
async fn a_connection_is_a_line_at_its_begin_and_a_line_at_its_end() {
    let (address, log) = log_at("info").await;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(&address.to_string())).collect();
    let [opened, closed] = lines[..] else { panic!("two lines, not {log}") };
    assert!(opened.contains("connection opened") && opened.contains("mode=echo"), "{opened}");
    for part in ["connection closed", "mode=echo", "code=1000", "in=2/14B", "out=2/14B", "duration="] {
        assert!(closed.contains(part), "{part} is not in: {closed}");
    }
}

#[tokio::test]
async fn the_text_of_messages_is_logged_at_debug_only() {
    for (level, expected) in [("error", false), ("warn", false), ("info", false), ("debug", true)] {
        let (_, log) = log_at(level).await;
        assert_eq!(log.contains("a secret"), expected, "{level}: {log}");
    }
}

#[tokio::test]
async fn an_abrupt_end_is_logged_as_1006() {
    let yodel = Yodel::serve(&[]).await;
    let mut client = http::open(yodel.address(), "/ws").await;
    client.write_all(&frame(0x81, b"hi")).await.expect("the socket takes it");
    assert_eq!(soon("an echo", http::read_until(&mut client, b"hi")).await, b"\x81\x02hi");
    let address = client.local_addr().expect("an address").to_string();
    client.shutdown().await.expect("nothing more to say, not even a close frame");
    http::read_to_end(&mut client).await;
    yodel.signal("TERM").await;
    let log = yodel.ended().await.log;
    let closed = log.lines().find(|line| line.contains(&address) && line.contains("closed")).expect("a line");
    assert!(closed.contains("code=1006") && closed.contains("in=1/2B out=1/2B"), "{closed}");
}

#[tokio::test]
async fn the_log_of_a_service_has_no_colours() {
    let (_, log) = log_at("debug").await;
    assert!(!log.contains('\u{1b}'), "{log}");
}

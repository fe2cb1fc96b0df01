//! Stopping: everybody is told, and waited for.

use std::time::Duration;

use backend::Config;
use support::{PATIENCE, TestServer, http};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

#[tokio::test]
async fn everybody_is_closed_with_1001_and_waited_for() {
    let server = TestServer::start(Config::default());
    let mut echo = server.connect("/ws/echo").await;
    let mut member = server.connect("/ws/broadcast").await;
    server.stop();
    for client in [&mut echo, &mut member] {
        assert_eq!(client.closed().await, (1001, "shutdown".to_owned()));
    }
    drop((echo, member));
    server.stopped().await;
}

#[tokio::test]
async fn what_was_sent_before_arrives_before_the_close() {
    let server = TestServer::start(Config::default());
    let (mut ana, mut bo) = (server.connect("/ws/broadcast").await, server.connect("/ws/broadcast").await);
    for number in 0..100 {
        ana.send(&number.to_string()).await;
    }
    for number in 0..100 {
        assert_eq!(ana.receive().await, number.to_string());
    }
    server.stop();
    for number in 0..100 {
        assert_eq!(bo.receive().await, number.to_string());
    }
    assert_eq!(bo.closed().await.0, 1001);
}

#[tokio::test]
async fn a_client_that_answers_late_is_waited_for() {
    let server = TestServer::start(Config::default());
    let mut client = http::open(server.address, "/ws").await;
    server.stop();
    let end = [&[0x88, 10][..], &1001_u16.to_be_bytes(), b"shutdown"].concat();
    assert_eq!(http::read_until(&mut client, &end).await, end);
    assert!(server.is_running(), "the connection is still there");
    client.write_all(&http::frame(0x88, &1001_u16.to_be_bytes())).await.expect("the connection is open");
    drop(client);
    server.stopped().await;
}

#[tokio::test]
async fn a_client_that_does_not_answer_is_waited_for_as_long_as_said() {
    let server = TestServer::start(Config { drain: Duration::from_millis(100), ..Config::default() });
    let mut silent = http::open(server.address, "/ws").await;
    server.stop();
    server.stopped().await;
    let end = [&[0x88, 10][..], &1001_u16.to_be_bytes(), b"shutdown"].concat();
    assert_eq!(http::read_to_end(&mut silent).await, end);
}

#[tokio::test]
async fn half_a_request_is_not_waited_for() {
    let server =
        TestServer::start(Config { handshake_timeout: PATIENCE * 2, drain: PATIENCE * 2, ..Config::default() });
    let mut half = TcpStream::connect(server.address).await.expect("somebody listens");
    half.write_all(b"GET / HTTP/1.1\r\nHost: loc").await.expect("the socket takes it");
    // A second caller is served, so the first was accepted.
    http::request(server.address, "GET /nothing HTTP/1.1").await;
    server.stop();
    server.stopped().await;
    drop(half);
}

#[tokio::test]
async fn a_browser_that_keeps_its_http_connection_is_not_waited_for() {
    let server = TestServer::start(Config::default());
    let mut idle = TcpStream::connect(server.address).await.expect("somebody listens");
    let asked = format!("GET /nothing HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    idle.write_all(asked.as_bytes()).await.expect("the socket takes it");
    idle.readable().await.expect("an answer");
    server.stop();
    let answer = http::read_to_end(&mut idle).await;
    assert!(String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 404 "));
    drop(idle);
    server.stopped().await;
}

//! The log: one line per opened and closed connection, without message texts.

use std::net::SocketAddr;
use std::process::Stdio;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use support::http::{self, frame};
use support::yodel;
use support::{TestClient, Yodel, with_timeout};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

/// More lines than the log keeps while it is not read.
const LINES: usize = 9000;

/// Runs a server at this log level while one client sends messages. Returns the client's address and the log.
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
    (address, yodel.wait_for_exit().await.log)
}

#[tokio::test]
async fn logs_one_line_per_open_and_close() {
    let (address, log) = log_at("info").await;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(&address.to_string())).collect();
    let [opened, closed] = lines[..] else { panic!("expected two lines: {log}") };
    assert!(opened.contains("connection opened") && opened.contains("mode=echo"), "{opened}");
    for part in ["connection closed", "mode=echo", "code=1000", "in=2/14B", "out=2/14B", "duration="] {
        assert!(closed.contains(part), "{part} is not in: {closed}");
    }
}

#[tokio::test]
async fn logs_message_texts_at_debug_only() {
    for (level, expected) in [("error", false), ("warn", false), ("info", false), ("debug", true)] {
        let (_, log) = log_at(level).await;
        assert_eq!(log.contains("a secret"), expected, "{level}: {log}");
    }
}

#[tokio::test]
async fn logs_an_abnormal_close_as_1006() {
    let yodel = Yodel::serve(&[]).await;
    let mut client = http::open(yodel.address(), "/ws").await;
    client.write_all(&frame(0x81, b"hi")).await.expect("socket accepts data");
    assert_eq!(with_timeout("an echo", http::read_until(&mut client, b"hi")).await, b"\x81\x02hi");
    let address = client.local_addr().expect("valid address").to_string();
    client.shutdown().await.expect("write half can be shut down");
    http::read_to_end(&mut client).await;
    yodel.signal("TERM").await;
    let log = yodel.wait_for_exit().await.log;
    let closed =
        log.lines().find(|line| line.contains(&address) && line.contains("closed")).expect("a line for the close");
    assert!(closed.contains("code=1006") && closed.contains("in=1/2B out=1/2B"), "{closed}");
}

/// Starts a server that logs every message, and sends it far more than a pipe holds. The log is not read.
async fn with_an_unread_log() -> (Yodel, TestClient) {
    let yodel = Yodel::serve(&["--log", "debug", "--drain", "1s", "--pong", "24h"]).await;
    let client = fill_log(yodel.address()).await;
    (yodel, client)
}

/// Fills a pipe that is not read.
fn fill_pipe(path: &str) {
    let pipe = rustix::fs::open(path, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty()).expect("the pipe is open");
    let full = loop {
        if let Err(error) = rustix::io::write(&pipe, b"\n") {
            break error;
        }
    };
    assert_eq!(full, Errno::AGAIN);
}

/// Sends more messages to a server than its log holds while it is not read.
async fn fill_log(address: SocketAddr) -> TestClient {
    let mut client = TestClient::connect(&format!("ws://{address}/ws/echo")).await;
    let text = "x".repeat(1000);
    for _ in 0..LINES {
        client.send(&text).await;
        assert_eq!(client.receive().await, text);
    }
    client
}

#[tokio::test]
async fn an_unread_log_does_not_block_the_server() {
    let (yodel, client) = with_an_unread_log().await;
    assert!(http::request(yodel.address(), "GET /health HTTP/1.1").await.ends_with("alive\n"));
    let _silent = http::open(yodel.address(), "/ws").await;
    yodel.signal("TERM").await;
    drop(client);
    // The drain times out, and the error message cannot be written either.
    assert_eq!(yodel.status().await.code(), Some(1));
}

#[tokio::test]
async fn stops_with_an_unread_pipe_for_both_outputs() {
    let mut shell = yodel::shell("exec \"$0\" serve --listen 127.0.0.1:0 --log debug 2>&1");
    shell.stdout(Stdio::piped());
    let mut child = shell.spawn().expect("sh can be run");
    let mut lines = BufReader::new(child.stdout.take().expect("output is piped")).lines();
    let address = yodel::read_address(&mut lines).await;
    drop(fill_log(address).await);
    // The writer of the log waits for space for a whole line, and a shorter one could fit.
    fill_pipe(&format!("/proc/{}/fd/1", child.id().expect("process is running")));
    yodel::signal(&child, "TERM").await;
    let status = with_timeout("the process's exit", child.wait()).await.expect("process can be awaited");
    assert_eq!(status.code(), Some(0));
    drop(lines);
}

#[tokio::test]
async fn reports_lost_lines_when_the_log_is_read_again() {
    let (yodel, _client) = with_an_unread_log().await;
    let line = yodel.wait_for_line("log lines were lost").await;
    let total = line.split_once("total=").expect("a count").1.trim().parse::<usize>().expect("a number");
    assert!((1..=LINES + 100).contains(&total), "{line}");
}

#[tokio::test]
async fn log_has_no_colors_without_a_terminal() {
    let (_, log) = log_at("debug").await;
    assert!(!log.contains('\u{1b}'), "{log}");
}

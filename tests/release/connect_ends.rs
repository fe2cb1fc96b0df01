//! The end of `yodel connect`: exit status and final error message, retries and redirects.

use std::process::{Output, Stdio};

use futures_util::StreamExt;
use support::yodel::command;
use support::{Yodel, http, with_timeout};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio_tungstenite::accept_async;

use crate::closing_server::ClosingServer;
use crate::connect_process::{ConnectProcess, assert_failure, at, connect, output, stderr, stdout_on_success};
use crate::numbered_server::{NumberedServer, respond};
use crate::scripted_server::ScriptedServer;

fn redirect(location: &str) -> String {
    format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

/// Runs `yodel connect` to its end.
pub async fn run(url: &str, flags: &[&str]) -> Output {
    output(connect(url, flags)).await
}

#[tokio::test]
async fn reports_the_servers_close_code_after_its_own_close() {
    // The client has no input, so it sends a close frame. Each server responds with another code.
    for (frame, words) in [
        (&b"\x88\x02\x03\xf1"[..], "1009"),
        (b"\x88\x02\x03\xea", "1002"),
        (b"\x88\x02\x03\xf0", "1008"),
        (b"\x88\x02\x11\x94", "4500"),
        (b"", "connection lost"),
    ] {
        let server = ScriptedServer::ending(frame).await;
        assert_failure(&run(&format!("ws://{}/", server.address), &[]).await, &[words]);
    }
    let server = ScriptedServer::ending(b"\x88\x00").await;
    stdout_on_success(&run(&format!("ws://{}/", server.address), &[]).await);
}

#[tokio::test]
async fn a_killed_server_is_an_error_after_the_input() {
    // Reads the message and is gone, as after SIGKILL; the client waits for a response.
    let server = ScriptedServer::ending(b"").await;
    let url = format!("ws://{}/", server.address);
    // If the connection is lost before the end of the input is read, the client dials again.
    let output = run(&url, &["--send=hello", "--response-timeout=1h", "--retry=1"]).await;
    let log = stderr(&output);
    assert!(log.contains("connection lost"), "{log}");
    assert_failure(&output, if log.contains("retry 1 in") { &["--retry 1"] } else { &["connection lost"] });
}

#[tokio::test]
async fn a_rejected_room_ends_a_script() {
    let yodel = Yodel::serve(&["--max-rooms=1"]).await;
    for stay in [&["--stay"][..], &[]] {
        let flags = [&["--join=a", "--join=b"], stay].concat();
        assert_failure(&run(&at(&yodel, "/ws"), &flags).await, &["cannot join b", "limit"]);
    }
}

#[tokio::test]
async fn does_not_redial_after_a_permanent_failure() {
    // A label of a domain has at most 63 characters, so no name server is asked.
    let unknown = format!("ws://{}.example/", "x".repeat(64));
    assert_failure(&run(&unknown, &["--stay"]).await, &["cannot resolve"]);
    let page = "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<!DOCTYPE html>".to_owned();
    let server = NumberedServer::responding(page).await;
    assert_failure(&run(&server.url, &["--stay"]).await, &["200 OK", "HTML page", "check the path"]);
    assert_eq!(server.connection_count(), 1);
}

#[tokio::test]
async fn redials_a_server_that_it_was_connected_to() {
    let server = NumberedServer::start(|number, stream| async move {
        match number {
            0 => drop(accept_async(stream).await),
            1 => respond(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned()).await,
            _ => {
                let mut socket = accept_async(stream).await.expect("a handshake");
                while let Some(Ok(_)) = socket.next().await {}
            }
        }
    });
    let server = server.await;
    let mut client = ConnectProcess::start(connect(&server.url, &[]));
    client.next("open").await;
    client.next("open").await;
    assert_eq!(server.connection_count(), 3);
}

#[tokio::test]
async fn gives_up_after_the_limit_of_retries() {
    let (_reserved, address) = http::refusing_address();
    let url = format!("ws://{address}/ws");
    for (flag, limit) in [("--retry=1", "--retry 1"), ("--retry-for=2s", "--retry-for 2s")] {
        let output = run(&url, &["--stay", flag]).await;
        assert_failure(&output, &["cannot connect to", "refused", limit]);
        let log = stderr(&output);
        assert!(log.starts_with("connection failed: cannot connect to ") && log.contains("; retry 1 in "), "{log}");
    }
    let last = run(&url, &["--retry-for=1ms"]).await;
    assert_failure(&last, &["refused", "--retry-for 1ms"]);
    assert!(!stderr(&last).contains("retry 1 in"), "no attempt follows: {}", stderr(&last));
}

#[tokio::test]
async fn follows_redirects_of_the_same_security() {
    let yodel = Yodel::serve(&[]).await;
    let to = NumberedServer::responding(redirect(&at(&yodel, "/ws/echo").replace("ws://", "http://"))).await;
    assert_eq!(stdout_on_success(&run(&to.url, &["--send=hi"]).await), "hi\n");

    let refused = run(&to.url, &["--send=hi", "--header=Authorization: mine"]).await;
    assert_failure(&refused, &["another server", "/ws/echo"]);
    let refused = run(&to.url, &["--send=hi", "--subprotocol=yodel.plain", "--subprotocol=bearer.a.b.c"]).await;
    assert_failure(&refused, &["another server", "/ws/echo"]);
    let secure = NumberedServer::responding(redirect("https://secure.example/ws")).await;
    assert_failure(&run(&secure.url, &[]).await, &["https://secure.example/ws", "security"]);
    assert_eq!(secure.connection_count(), 1);
    let circle = NumberedServer::responding(redirect("/ws")).await;
    assert_failure(&run(&circle.url, &[]).await, &["redirects to /ws", "5 redirects"]);
    assert_eq!(circle.connection_count(), 6);
    let api = circle.url.replace("ws://", "http://");
    let publish = command(&["publish", "--url", &api, "--room=a", "--text=b"]);
    assert_failure(&output(publish).await, &["307 Temporary Redirect: Location: /ws"]);
}

#[tokio::test]
async fn a_full_output_is_an_error() {
    let yodel = Yodel::serve(&[]).await;
    let full = || Stdio::from(std::fs::File::options().write(true).open("/dev/full").expect("the device exists"));
    for arguments in
        [&["connect", &at(&yodel, "/ws"), "--send=hi"][..], &["--help"], &["serve", "--help"], &["--version"]]
    {
        let mut command = command(arguments);
        command.stdout(full()).stderr(Stdio::piped());
        // `output` would replace the standard output.
        let child = command.spawn().expect("binary can be run");
        let output = with_timeout("the process's exit", child.wait_with_output()).await.expect("process is running");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("cannot write to standard output: No space left"), "{}", stderr(&output));
    }
}

#[tokio::test]
async fn shows_the_whole_hint_of_a_rejection() {
    let yodel = Yodel::serve(&[]).await;
    let output = run(&at(&yodel, "/api/publish"), &[]).await;
    assert_failure(&output, &["404", "--api-key-file", "with the claim `api`", "check the path"]);
}

/// Returns the largest resident memory of a process so far, in kB.
fn peak_memory(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("process is running");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line with the peak");
    line.trim_end_matches("kB").trim().parse().expect("a number")
}

#[tokio::test]
async fn keeps_one_pong_for_a_server_that_does_not_read() {
    const PINGS: usize = 600_000;
    let server = NumberedServer::start(|_, stream| async move {
        let mut stream = accept_async(stream).await.expect("a handshake").into_inner();
        let ping = [&[0x89, 125][..], &[b'x'; 125]].concat();
        stream.write_all(b"\x81\x05first").await.expect("socket accepts data");
        for _ in 0..PINGS / 1_000 {
            stream.write_all(&ping.repeat(1_000)).await.expect("socket accepts data");
        }
        stream.write_all(b"\x81\x04last").await.expect("socket accepts data");
        std::future::pending::<()>().await;
    });
    let server = server.await;
    let mut client = ConnectProcess::start(connect(&server.url, &[]));
    assert_eq!(client.next("text").await["data"], "first");
    let before = peak_memory(client.id());
    assert_eq!(client.next("text").await["data"], "last");
    // All pongs would take over 75 MB.
    let grown = peak_memory(client.id()).saturating_sub(before);
    assert!(grown < 30_000, "memory grew by {grown} kB");
}

#[tokio::test]
async fn no_reconnect_exits_at_the_first_loss() {
    let (_reserved, address) = http::refusing_address();
    let url = format!("ws://{address}/ws");
    assert_failure(
        &output(connect(&url, &["--no-reconnect"])).await,
        &["--no-reconnect", "cannot connect to", "refused"],
    );
    let server = ClosingServer::with_close(1012, "restart").await;
    assert_failure(&output(connect(&server.url, &["--no-reconnect", "--stay"])).await, &["1012", "restart"]);
    assert_eq!(server.connection_count(), 1);
}

#[tokio::test]
async fn does_not_reconnect_after_a_final_close_code() {
    for (code, reason, advice) in
        [(4503, "enough", "ask the operator of the server"), (4502, "", "--token-file"), (1009, "too big", "shorter")]
    {
        let server = ClosingServer::with_close(code, reason).await;
        assert_failure(&output(connect(&server.url, &["--stay"])).await, &[&code.to_string(), reason, advice]);
        assert_eq!(server.connection_count(), 1);
    }
    let server = ClosingServer::with_close(1000, "bye").await;
    stdout_on_success(&output(connect(&server.url, &["--stay"])).await);
}

#[tokio::test]
async fn exits_successfully_on_a_closed_output_pipe() {
    let yodel = Yodel::serve(&[]).await;
    let mut command = connect(&at(&yodel, "/ws"), &[]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("binary can be run");
    let mut stdin = child.stdin.take().expect("stream is piped");
    tokio::spawn(async move { while stdin.write_all(b"again and again\n").await.is_ok() {} });
    let mut lines = BufReader::new(child.stdout.take().expect("stream is piped")).lines();
    assert_eq!(
        with_timeout("a line", lines.next_line()).await.expect("output is readable").as_deref(),
        Some("again and again")
    );
    drop(lines);
    let output = with_timeout("the process's exit", child.wait_with_output()).await.expect("process is running");
    stdout_on_success(&output);
}

#[tokio::test]
async fn exits_on_signals() {
    for signal in ["INT", "TERM"] {
        let silent = ScriptedServer::silent().await;
        let mut subscriber = ConnectProcess::start(connect(&format!("ws://{}/", silent.address), &[]));
        subscriber.next("open").await;
        subscriber.signal(signal).await;
        assert_eq!(subscriber.wait_for_exit().await, Some(0), "exit status with an unresponsive server");
    }

    let silent = ScriptedServer::silent().await;
    let mut subscriber = ConnectProcess::start(connect(&format!("ws://{}/", silent.address), &[]));
    subscriber.next("open").await;
    subscriber.signal("INT").await;
    // The process has handled the first signal when it sends a close frame.
    silent.received_bytes().await;
    subscriber.signal("INT").await;
    assert_eq!(subscriber.wait_for_exit().await, Some(1), "the second signal does not wait for the server");
}

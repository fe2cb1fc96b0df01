//! `yodel connect` in pipes and scripts: input, output, other servers, exit status.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Yodel, with_timeout};
use tokio::io::AsyncWriteExt;

use crate::connect_process::{
    ConnectProcess, assert_failure, at, connect, json_lines, output, run_with_input, stderr, stdout, stdout_on_success,
};
use crate::scripted_server::ScriptedServer;

fn numbers(count: usize) -> String {
    let numbers: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
    numbers.join("\n") + "\n"
}

#[tokio::test]
async fn echoes_piped_input_line_by_line() {
    let yodel = Yodel::serve(&[]).await;
    for path in ["/ws", "/ws/echo"] {
        let lines = numbers(20_000);
        let output = run_with_input(connect(&at(&yodel, path), &[]), lines.clone()).await;
        assert!(stdout_on_success(&output) == lines, "every line is echoed once, in order");
        assert_eq!(stderr(&output), format!("connected to {}\nclosed\n", at(&yodel, path)));
    }
}

#[tokio::test]
async fn waits_for_echoes_of_sent_messages() {
    let yodel = Yodel::serve(&[]).await;
    let flags = ["--send=one", "--send", "two"];
    assert_eq!(stdout_on_success(&output(connect(&at(&yodel, "/ws"), &flags)).await), "one\ntwo\n");
    let envelope = [&flags[..], &["--subprotocol=yodel.v1"]].concat();
    assert_eq!(stdout_on_success(&output(connect(&at(&yodel, "/ws"), &envelope)).await), "one\ntwo\n");
    assert_eq!(stdout_on_success(&output(connect(&at(&yodel, "/ws/broadcast"), &flags)).await), "one\ntwo\n");
    let first = run_with_input(connect(&at(&yodel, "/ws"), &flags), "three".to_owned()).await;
    assert_eq!(stdout_on_success(&first), "one\ntwo\nthree\n");
}

#[tokio::test]
async fn waits_for_other_responses_up_to_the_response_timeout() {
    let yodel = Yodel::serve(&["--plain-format=seed"]).await;
    // Long enough for a response on a busy machine, and longer than the default of 1 s.
    let flags = ["--send=hello", "--response-timeout=4s"];
    let started = Instant::now();
    let output = output(connect(&at(&yodel, "/ws/broadcast"), &flags)).await;
    assert!(started.elapsed() >= Duration::from_secs(4), "it was not the echo that ended the wait");
    assert!(stdout_on_success(&output).ends_with(" echo: hello\n"), "{}", stdout(&output));
}

#[tokio::test]
async fn connects_and_exits_without_input() {
    let yodel = Yodel::serve(&[]).await;
    assert_eq!(stdout_on_success(&output(connect(&at(&yodel, "/ws"), &[])).await), "");
}

#[tokio::test]
async fn publishes_piped_input_to_a_room_once_in_order() {
    let yodel = Yodel::serve(&["--rate=0"]).await;
    let mut subscriber = ConnectProcess::start(connect(&at(&yodel, "/ws"), &["--join=chat"]));
    assert_eq!(subscriber.next("joined").await["room"], "chat");
    let published = run_with_input(connect(&at(&yodel, "/ws"), &["--join=other", "--join=chat"]), numbers(5_000)).await;
    assert_eq!(stdout_on_success(&published), "", "own messages are not printed");
    for number in 1..=5_000 {
        let message = subscriber.next("message").await;
        assert_eq!((&message["offset"], &message["data"]), (&number.into(), &number.to_string().into()));
    }
    subscriber.signal("INT").await;
    assert_eq!(subscriber.wait_for_exit().await, Some(0));
}

#[tokio::test]
async fn adapts_to_the_servers_rate_limit_without_loss() {
    let yodel = Yodel::serve(&["--rate=200", "--rate-burst=50"]).await;
    let mut subscriber = ConnectProcess::start(connect(&at(&yodel, "/ws"), &["--join=chat"]));
    subscriber.next("joined").await;
    stdout_on_success(&run_with_input(connect(&at(&yodel, "/ws"), &["--join=chat"]), numbers(600)).await);
    let mut received: Vec<u64> = Vec::new();
    for _ in 0..600 {
        let message = subscriber.next("message").await;
        received.push(message["data"].as_str().and_then(|data| data.parse().ok()).unwrap_or_default());
    }
    received.sort_unstable();
    assert!(received.into_iter().eq(1..=600), "each message once");
}

#[tokio::test]
async fn prints_all_events_as_json() {
    let yodel = Yodel::serve(&[]).await;
    let objects = json_lines(&output(connect(&at(&yodel, "/ws"), &["--join=chat", "--send=hi", "--json"])).await);
    let of = |kind: &str| objects.iter().find(|object| object["type"] == kind).unwrap_or_else(|| panic!("{kind}"));
    assert_eq!(of("open")["url"], at(&yodel, "/ws"));
    assert!(of("welcome")["client"].is_string());
    assert_eq!((&of("sending")["message"], &of("sending")["data"]), (&1.into(), &"hi".into()));
    assert_eq!((&of("ok")["message"], &of("ok")["offset"]), (&1.into(), &1.into()));
    assert_eq!(of("closed")["code"], 1000);
    let states: Vec<&Value> =
        objects.iter().filter(|object| object["type"] == "delivery").map(|d| &d["state"]).collect();
    assert_eq!(states.last(), Some(&&"acknowledged".into()));
}

#[tokio::test]
async fn reconnects_and_reports_the_gap() {
    // No other test listens on this loopback address, so the port stays free.
    let yodel = Yodel::serve_at("127.0.0.3:0", &[]).await;
    let (listen, url) = (yodel.address().to_string(), at(&yodel, "/ws"));
    let mut subscriber = ConnectProcess::start(connect(&url, &["--join=chat"]));
    subscriber.next("joined").await;
    yodel.kill().await;
    subscriber.next("waiting").await;
    let again = Yodel::serve_at(&listen, &[]).await;
    assert_eq!(subscriber.next("gap").await["room"], "chat");
    stdout_on_success(&output(connect(&at(&again, "/ws"), &["--join=chat", "--send=back"])).await);
    assert_eq!(subscriber.next("message").await["data"], "back");
}

#[tokio::test]
async fn prints_the_messages_of_a_new_epoch_before_the_loss() {
    let yodel = Yodel::serve_at("127.0.0.4:0", &[]).await;
    let (listen, url) = (yodel.address().to_string(), at(&yodel, "/ws"));
    let mut subscriber = ConnectProcess::start(connect(&url, &["--join=chat"]));
    subscriber.next("joined").await;
    subscriber.signal("STOP").await;
    yodel.kill().await;
    let again = Yodel::serve_at(&listen, &[]).await;
    // Another client publishes before the subscriber notices the restart.
    stdout_on_success(&output(connect(&at(&again, "/ws"), &["--join=chat", "--send=meanwhile"])).await);
    subscriber.signal("CONT").await;
    assert_eq!(subscriber.next_of(&["message", "gap"]).await["data"], "meanwhile");
    assert_eq!(subscriber.next_of(&["message", "gap"]).await["type"], "gap");
}

#[tokio::test]
async fn rejected_handshake_error_suggests_a_fix() {
    let yodel = Yodel::serve(&[]).await;
    assert_failure(&output(connect(&at(&yodel, "/nowhere"), &[])).await, &["404", "path"]);
    assert_failure(
        &output(connect(&at(&yodel, "/ws"), &["--origin=https://evil.example"])).await,
        &["403", "--origin"],
    );
    stdout_on_success(&output(connect(&at(&yodel, "/ws"), &["--origin", &yodel.url])).await);
    assert_failure(&output(connect(&at(&yodel, "/ws"), &["--subprotocol=chat"])).await, &["400", "yodel.v1"]);
    let mail = ScriptedServer::responding("220 mail.example ESMTP\r\n").await;
    assert_failure(&output(connect(&format!("ws://{}/", mail.address), &[])).await, &["not HTTP", "WebSocket server"]);
    let echo = ScriptedServer::echoing("", b"").await;
    assert_failure(
        &output(connect(&format!("ws://{}/", echo.address), &["--join=chat"])).await,
        &["yodel.v1", "selected none"],
    );
}

#[tokio::test]
async fn sends_custom_subprotocols_and_headers() {
    let echo = ScriptedServer::echoing("Sec-WebSocket-Protocol: talk\r\n", b"\x82\x02\x00\xff").await;
    let flags = ["--subprotocol=chat", "--subprotocol=talk", "--header=X-Who: me", "--send=hi", "--json"];
    let objects = json_lines(&output(connect(&format!("ws://{}/", echo.address), &flags)).await);
    assert!(objects.iter().any(|object| object["type"] == "binary" && object["base64"] == "AP8="), "{objects:?}");
    assert!(objects.iter().any(|object| object["type"] == "text" && object["data"] == "hi"), "{objects:?}");
}

#[tokio::test]
async fn writes_received_bytes_unchanged_to_a_pipe() {
    let echo = ScriptedServer::echoing("", b"\x81\x05\x1b[31m\x82\x02\x00\xff").await;
    let output = output(connect(&format!("ws://{}/", echo.address), &["--send=hi"])).await;
    stdout_on_success(&output);
    assert_eq!(output.stdout, b"\x1b[31m\n\x00\xff\nhi\n");
}

#[tokio::test]
async fn rejects_input_that_is_not_utf_8() {
    let yodel = Yodel::serve(&[]).await;
    let mut command = connect(&at(&yodel, "/ws"), &[]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("binary can be run");
    child
        .stdin
        .take()
        .expect("stream is piped")
        .write_all(b"good\n\xff\nnever\n")
        .await
        .expect("process reads its input");
    let output = with_timeout("the process's exit", child.wait_with_output()).await.expect("process is running");
    assert_failure(&output, &["UTF-8"]);
    assert_eq!(stdout(&output), "good\n");
}

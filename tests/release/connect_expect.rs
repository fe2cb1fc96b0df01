//! `yodel connect --expect`: a check with an exit status.

use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use support::yodel::shell;
use support::{Yodel, http};

use crate::closing_server::ClosingServer;
use crate::connect_process::{
    ConnectProcess, assert_failure, at, connect, output, run_with_input, stderr, stdout, stdout_on_success,
};
use crate::scripted_server::ScriptedServer;

/// Asserts exit status 3 and that the last line is an error that contains all of these words.
fn assert_unmatched(output: &Output, words: &[&str]) {
    let log = stderr(output);
    assert_eq!(output.status.code(), Some(3), "{log}");
    let error = log.lines().last().unwrap_or_default();
    assert!(error.starts_with("error: no match for --expect ") && log.matches("error: ").count() == 1, "{log}");
    for word in words {
        assert!(error.contains(word), "{word} is not in: {log}");
    }
}

#[tokio::test]
async fn a_matched_pattern_ends_a_check() {
    let yodel = Yodel::serve(&[]).await;
    for (sent, pattern) in [
        ("--send=ping pong", "pong"),
        ("--send=12 users", r"/^\d+ users$/"),
        (r#"--send={"user":{"name":"ada","rooms":[1.0]}}"#, "json:user.rooms[0]=1"),
        ("--send=[true]", "json:[0]=true"),
    ] {
        for flags in [&["--timeout=1h"][..], &["--timeout=1h", "--subprotocol=yodel.v1"]] {
            let flags = [&[sent, "--expect", pattern], flags].concat();
            let output = output(connect(&at(&yodel, "/ws"), &flags)).await;
            assert_eq!(stdout_on_success(&output), format!("{}\n", &sent[7..]), "{pattern}: messages are printed");
        }
    }
}

#[tokio::test]
async fn every_pattern_must_be_matched_in_any_order() {
    let yodel = Yodel::serve(&[]).await;
    let flags = ["--expect=two", "--expect=/^one$/", "--expect=tw", "--timeout=1h"];
    let met = run_with_input(connect(&at(&yodel, "/ws"), &flags), "one\nthree\ntwo\nfour\n".to_owned()).await;
    assert!(stdout_on_success(&met).starts_with("one\nthree\ntwo\n"), "{}", stdout(&met));
    let flags = ["--send=one", "--send=two", "--expect=two", "--expect=/three/", "--expect=json:a=1", "--timeout=3s"];
    let unmet = output(connect(&at(&yodel, "/ws"), &flags)).await;
    assert_unmatched(&unmet, &["--expect '/three/', --expect 'json:a=1' within 3s (received 2 messages)"]);
    assert_eq!(stdout(&unmet), "one\ntwo\n");
}

#[tokio::test]
async fn a_check_waits_for_a_message_of_a_room() {
    let yodel = Yodel::serve(&[]).await;
    let mut command = connect(&at(&yodel, "/ws"), &["--join=chat", "--expect=json:event=deployed", "--timeout=1h"]);
    command.arg("--json").stdin(Stdio::null());
    let mut check = ConnectProcess::start_as_is(command);
    check.next("joined").await;
    let flags = ["--join=chat", "--send=another", r#"--send={"event":"deployed"}"#];
    stdout_on_success(&output(connect(&at(&yodel, "/ws"), &flags)).await);
    for data in ["another", r#"{"event":"deployed"}"#] {
        assert_eq!(check.next("message").await["data"], data);
    }
    assert_eq!(check.wait_for_exit().await, Some(0));
}

#[tokio::test]
async fn the_timeout_includes_connecting() {
    let (_reserved, address) = http::refusing_address();
    let started = Instant::now();
    let refused = output(connect(&format!("ws://{address}/ws"), &["--expect=a", "--timeout=700ms"])).await;
    assert_unmatched(&refused, &["within 700ms: not connected: ", "refused", "(received 0 messages)"]);
    assert!(started.elapsed() >= Duration::from_millis(700));
    let silent = ScriptedServer::silent().await;
    let url = format!("ws://{}/", silent.address);
    assert_unmatched(&output(connect(&url, &["--send=a", "--expect=a", "--timeout=300ms"])).await, &["within 300ms"]);
}

#[tokio::test]
async fn a_connection_that_ends_before_a_match_is_a_failed_check() {
    let server = ClosingServer::with_close(1000, "done").await;
    let closed = output(connect(&server.url, &["--expect=a", "--timeout=1h"])).await;
    assert_unmatched(&closed, &["before the session ended: closed (1000, normal): done", "(received 0 messages)"]);
    let server = ClosingServer::with_close(1011, "crash").await;
    let flags = ["--expect=a", "--timeout=1h", "--no-reconnect"];
    assert_unmatched(&output(connect(&server.url, &flags)).await, &["1011", "crash", "--no-reconnect"]);
}

#[tokio::test]
async fn other_errors_keep_their_exit_status() {
    let yodel = Yodel::serve(&["--max-rooms=1"]).await;
    let flags = ["--expect=a", "--timeout=1h"];
    assert_failure(&output(connect(&at(&yodel, "/nowhere"), &flags)).await, &["404"]);
    let joins = [&flags[..], &["--join=a", "--join=b"]].concat();
    assert_failure(&output(connect(&at(&yodel, "/ws"), &joins)).await, &["cannot join b"]);
    for (flags, words) in [
        (&["--expect=/(/"][..], "open group without closing"),
        (&["--expect=json:a"], "json:PATH=VALUE"),
        (&["--expect="], "the text is empty"),
        (&["--timeout=1s"], "--expect"),
        (&["--expect=a", "--stay"], "--stay"),
    ] {
        let invalid = output(connect(&at(&yodel, "/ws"), flags)).await;
        assert_eq!(invalid.status.code(), Some(2), "{flags:?}");
        assert!(stderr(&invalid).contains(words), "{}", stderr(&invalid));
    }
}

#[tokio::test]
async fn a_closed_output_does_not_hide_a_failed_check() {
    let yodel = Yodel::serve(&[]).await;
    let url = at(&yodel, "/ws");
    let script =
        format!("{{ \"$0\" connect {url} --send one --expect missing --timeout 500ms < /dev/null; echo $? >&2; }} | :");
    let output = output(shell(&script)).await;
    assert!(stderr(&output).ends_with("\n3\n"), "{}", stderr(&output));
}

#[tokio::test]
async fn an_interrupted_check_is_a_failed_one() {
    let yodel = Yodel::serve(&[]).await;
    let mut command = connect(&at(&yodel, "/ws"), &["--expect=a", "--timeout=1h", "--json"]);
    command.stdin(Stdio::null());
    let mut check = ConnectProcess::start_as_is(command);
    check.next("open").await;
    check.signal("INT").await;
    assert_eq!(check.wait_for_exit().await, Some(3));
}

//! The server process: standard output, environment variables and signals.

use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use support::http::{self, SHUTDOWN_CLOSE};
use support::tls::{self, CertificateFiles};
use support::yodel::{self, command};
use support::{TestClient, Yodel, retry_until, with_timeout};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

#[tokio::test]
async fn prints_only_its_url() {
    let mut command = command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("process is running");
    let mut stdout = BufReader::new(child.stdout.take().expect("stream is piped"));
    let mut first = String::new();
    with_timeout("the address", stdout.read_line(&mut first)).await.expect("output is readable");
    let port = first.strip_prefix("http://127.0.0.1:").and_then(|rest| rest.strip_suffix('\n')).expect("valid address");
    assert!(port.parse::<u16>().is_ok_and(|port| port != 0), "{first}");

    yodel::signal(&child, "TERM").await;
    let mut rest = String::new();
    with_timeout("the end of the output", stdout.read_to_string(&mut rest)).await.expect("output is readable");
    assert_eq!(rest, "");
    assert!(with_timeout("the process's exit", child.wait()).await.expect("process can be awaited").success());
}

#[tokio::test]
async fn sigint_and_sigterm_shut_down_gracefully() {
    for signal in ["INT", "TERM"] {
        let yodel = Yodel::serve(&[]).await;
        let mut clients = Vec::new();
        for path in ["/ws", "/ws/echo", "/ws/broadcast"] {
            clients.push(TestClient::connect(&format!("ws://{}{path}", yodel.address())).await);
        }
        yodel.signal(signal).await;
        for client in &mut clients {
            assert_eq!(client.closed().await, (1001, "shutdown".to_owned()), "{signal}");
        }
        drop(clients);
        let output = yodel.wait_for_exit().await;
        assert_eq!(output.status.code(), Some(0), "{signal}: {}", output.log);
        assert!(output.log.trim_end().ends_with("stopped"), "{}", output.log);
    }
}

#[tokio::test]
async fn second_signal_aborts_the_drain() {
    for (first, second) in [("TERM", "TERM"), ("INT", "TERM")] {
        let yodel = Yodel::serve(&["--drain", "24h", "--pong", "24h"]).await;
        let mut silent = http::open(yodel.address(), "/ws").await;
        yodel.signal(first).await;
        assert_eq!(with_timeout("a close frame", http::read_until(&mut silent, SHUTDOWN_CLOSE)).await, SHUTDOWN_CLOSE);
        yodel.signal(second).await;
        let output = yodel.wait_for_exit().await;
        assert_eq!(
            output.status.code(),
            Some(1),
            "exit status 1, not signal {:?}: {}",
            output.status.signal(),
            output.log
        );
        assert!(output.log.contains("stopping gracefully"), "no line is lost: {}", output.log);
        let last = output.log.lines().last().unwrap_or_default();
        assert!(last.starts_with("error: stopped immediately"), "{}", output.log);
    }
}

#[tokio::test]
async fn sighup_reloads_the_certificate() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let pair = CertificateFiles::write(folder.path());
    let yodel = Yodel::serve(&pair.flags()).await;
    assert!(yodel.url.starts_with("https://127.0.0.1:"), "{}", yodel.url);
    let old = folder.path().join("old.pem");
    std::fs::copy(&pair.chain, &old).expect("file can be copied");
    assert!(tls::connect(yodel.address(), &old).await.is_ok());

    CertificateFiles::write(folder.path());
    assert!(
        tls::connect(yodel.address(), &pair.chain).await.is_err(),
        "the new certificate is not used before the reload"
    );
    yodel.signal("HUP").await;
    retry_until("the new certificate", async || tls::connect(yodel.address(), &pair.chain).await.ok()).await;
    assert!(tls::connect(yodel.address(), &old).await.is_err());
}

#[tokio::test]
async fn a_certificate_file_that_blocks_does_not_stop_the_server() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let pair = CertificateFiles::write(folder.path());
    let yodel = Yodel::serve(&pair.flags()).await;
    let old = folder.path().join("old.pem");
    std::fs::rename(&pair.chain, &old).expect("file can be renamed");
    let made = Command::new("mkfifo").arg(&pair.chain).status().await.expect("mkfifo is installed");
    assert!(made.success());
    yodel.signal("HUP").await;
    let opened = with_timeout("a reader", tokio::fs::File::options().write(true).open(&pair.chain)).await;
    let _writer = opened.expect("the pipe can be opened");
    assert!(tls::connect(yodel.address(), &old).await.is_ok());
    yodel.signal("TERM").await;
    let output = yodel.wait_for_exit().await;
    assert!(output.status.success(), "{}", output.log);
}

#[tokio::test]
async fn sighup_without_tls_keeps_the_server_running() {
    let yodel = Yodel::serve(&[]).await;
    let mut client = TestClient::connect(&format!("ws://{}/ws", yodel.address())).await;
    yodel.signal("HUP").await;
    client.send("still here").await;
    assert_eq!(client.receive().await, "still here");
    drop(client);
    yodel.signal("TERM").await;
    let output = yodel.wait_for_exit().await;
    assert!(output.status.success() && output.log.contains("no certificate"), "{}", output.log);
}

#[tokio::test]
async fn sighup_of_a_closed_terminal_stops_the_server() {
    let binary = command(&[]).as_std().get_program().to_str().expect("path is UTF-8").to_owned();
    // `script` runs a command in a terminal of its own, which closes when `script` is killed.
    let serve = format!("echo $$; exec {binary} serve --listen 127.0.0.1:0");
    let mut script = Command::new("script");
    script.args(["--quiet", "--flush", "--command", &serve, "/dev/null"]).env("YODEL_DRAIN", "1s");
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("util-linux");
    let mut lines = BufReader::new(child.stdout.take().expect("stream is piped")).lines();
    let id =
        with_timeout("the process id", lines.next_line()).await.expect("output is readable").expect("a first line");
    let address = yodel::read_address(&mut lines).await;
    assert!(http::request(address, "GET /health HTTP/1.1").await.ends_with("alive\n"));
    child.kill().await.expect("process can be killed");
    retry_until("the server's end", async || has_exited(id.trim()).then_some(())).await;
}

/// Returns `true` if a process has exited. Its parent may not have waited for it.
fn has_exited(id: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    status.is_empty() || status.lines().any(|line| line.starts_with("State:") && line.contains('Z'))
}

#[tokio::test]
async fn drain_timeout_is_an_error_with_the_number_of_open_connections() {
    let yodel = Yodel::serve(&["--drain", "200ms", "--pong", "24h"]).await;
    let _silent = [http::open(yodel.address(), "/ws").await, http::open(yodel.address(), "/ws").await];
    yodel.signal("TERM").await;
    let output = yodel.wait_for_exit().await;
    assert_eq!(output.status.code(), Some(1), "{}", output.log);
    let last = output.log.lines().last().unwrap_or_default();
    assert!(last.contains("--drain ended with 2 open connections"), "{}", output.log);
}

#[tokio::test]
async fn reads_flags_from_the_environment() {
    let folder = tempfile::tempdir().expect("temporary folder");
    std::fs::write(folder.path().join("index.html"), "my own page").expect("file is writable");
    let mut command = command(&["serve"]);
    command.env("YODEL_LISTEN", "127.0.0.1:0").env("YODEL_PLAIN", "broadcast").env("YODEL_PLAIN_FORMAT", "seed");
    command.env("YODEL_WS_PATH", "/one,/two").env("YODEL_DIST", folder.path()).env("YODEL_MAX_MESSAGE", "1000");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("process is running");
    let mut lines = BufReader::new(child.stdout.take().expect("stream is piped")).lines();
    let url = with_timeout("the address", lines.next_line())
        .await
        .expect("output is readable")
        .expect("server prints its URL");
    let address = url.strip_prefix("http://").expect("valid address");

    let mut bo = TestClient::connect(&format!("ws://{address}/two")).await;
    bo.send("I am here").await;
    assert_eq!(bo.receive().await, format!("{} echo: I am here", bo.address));
    let mut ana = TestClient::connect(&format!("ws://{address}/one")).await;
    ana.send("hello").await;
    assert_eq!(bo.receive().await, format!("{} echo: hello", ana.address));
    ana.send(&"x".repeat(1001)).await;
    assert_eq!(ana.closed().await.0, 1009);
    let page = http::request(address.parse().expect("valid address"), "GET / HTTP/1.1").await;
    assert!(page.ends_with("my own page"), "{page}");
}

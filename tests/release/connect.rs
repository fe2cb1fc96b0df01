//! `yodel connect` in pipes and scripts: input, output, other servers, exit status.

use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::tls::CertificateFiles;
use support::yodel::{self, command};
use support::{Yodel, http, with_timeout};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::closing_server::ClosingServer;
use crate::scripted_server::ScriptedServer;

pub fn connect(url: &str, flags: &[&str]) -> Command {
    let mut command = command(&["connect", url]);
    command.args(flags);
    command
}

pub fn at(yodel: &Yodel, path: &str) -> String {
    format!("ws://{}{path}", yodel.address())
}

pub async fn output(mut command: Command) -> Output {
    with_timeout("the process's exit", command.output()).await.expect("binary can be run")
}

/// Runs a command with this standard input.
async fn run_with_input(mut command: Command, input: String) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("binary can be run");
    let mut stdin = child.stdin.take().expect("stream is piped");
    let writing = tokio::spawn(async move { stdin.write_all(input.as_bytes()).await });
    let output = with_timeout("the process's exit", child.wait_with_output()).await.expect("process is running");
    let _ = writing.await;
    output
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts exit status 0 and returns standard output.
pub fn stdout_on_success(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    stdout(output)
}

/// Asserts exit status 1 and one error line that contains all of these words.
pub fn assert_failure(output: &Output, words: &[&str]) {
    let log = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{log}");
    let error = log.lines().last().unwrap_or_default();
    assert!(error.starts_with("error: ") && log.matches("error: ").count() == 1, "{log}");
    for word in words {
        assert!(error.contains(word), "{word} is not in: {log}");
    }
}

fn json_lines(output: &Output) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    stdout_on_success(output).lines().map(parse).collect()
}

/// A running `yodel connect --json --stay`.
pub struct ConnectProcess {
    child: Child,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
}

impl ConnectProcess {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.args(["--json", "--stay"]).stdout(Stdio::piped()).spawn().expect("binary can be run");
        let lines = BufReader::new(child.stdout.take().expect("stream is piped")).lines();
        Self { child, lines }
    }

    /// Returns the next printed object of this type.
    pub async fn next(&mut self, kind: &str) -> Value {
        self.next_of(&[kind]).await
    }

    /// Returns the next printed object of one of these types.
    pub async fn next_of(&mut self, kinds: &[&str]) -> Value {
        loop {
            let line = with_timeout(&kinds.join(", "), self.lines.next_line())
                .await
                .expect("output is readable")
                .expect("process prints further lines");
            let object: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            if kinds.iter().any(|kind| object["type"] == *kind) {
                return object;
            }
        }
    }

    /// Returns the process id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("process is running")
    }

    async fn signal(&self, name: &str) {
        yodel::signal(&self.child, name).await;
    }

    async fn wait_for_exit(mut self) -> Option<i32> {
        with_timeout("the process's exit", self.child.wait()).await.expect("process can be awaited").code()
    }
}

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
async fn wss_verifies_certificates_unless_insecure() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let pair = CertificateFiles::write(folder.path());
    let yodel = Yodel::serve(&pair.flags()).await;
    let url = format!("wss://localhost:{}/ws/echo", yodel.address().port());
    assert_eq!(stdout_on_success(&output(connect(&url, &["--send=hi", "--insecure"])).await), "hi\n");
    let mut trusting = connect(&url, &["--send=hi"]);
    trusting.env("SSL_CERT_FILE", &pair.chain);
    assert_eq!(stdout_on_success(&output(trusting).await), "hi\n");
    let other = tempfile::tempdir().expect("temporary folder");
    let mut distrusting = connect(&url, &["--send=hi"]);
    distrusting.env("SSL_CERT_FILE", CertificateFiles::write(other.path()).chain);
    assert_failure(&output(distrusting).await, &["TLS handshake with localhost", "certificate", "--insecure"]);
}

/// Starts an HTTP proxy for any destination. Returns its address and the requests that it receives.
async fn proxy() -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("listener has an address").to_string();
    let (sender, requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let request = http::read_until(&mut client, b"\r\n\r\n").await;
            let request = String::from_utf8(request).expect("data is UTF-8");
            let server = request.split(' ').nth(1).expect("a server").to_owned();
            let _ = sender.send(request);
            let mut server = TcpStream::connect(server).await.expect("server is listening");
            client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.expect("socket accepts data");
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut server).await });
        }
    });
    (address, requests)
}

#[tokio::test]
async fn uses_the_proxy_from_the_environment() {
    let yodel = Yodel::serve(&[]).await;
    let (proxy, mut requests) = proxy().await;
    let mut through = connect(&at(&yodel, "/ws"), &["--send=hi"]);
    through.env("http_proxy", format!("http://me:secret@{proxy}"));
    assert_eq!(stdout_on_success(&output(through).await), "hi\n");
    let request = with_timeout("a request", requests.recv()).await.expect("proxy receives a request");
    assert!(request.starts_with(&format!("CONNECT {} HTTP/1.1\r\n", yodel.address())), "{request}");
    assert!(request.contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n"), "{request}");

    let mut bypass = connect(&at(&yodel, "/ws"), &["--send=hi"]);
    bypass.env("all_proxy", "http://127.0.0.1:1").env("no_proxy", "127.0.0.1");
    assert_eq!(stdout_on_success(&output(bypass).await), "hi\n");
    let mut invalid = connect(&at(&yodel, "/ws"), &["--send=hi"]);
    invalid.env("all_proxy", "socks5://127.0.0.1:1");
    assert_failure(&output(invalid).await, &["all_proxy", "socks5"]);
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

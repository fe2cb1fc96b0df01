//! `yodel connect`: pipes, scripts, servers of all kinds, and how it ends.

use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use support::tls::Pair;
use support::yodel::command;
use support::{Yodel, soon};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::lone::Lone;
use crate::peer::Peer;

pub fn connect(url: &str, flags: &[&str]) -> Command {
    let mut command = command(&["connect", url]);
    command.args(flags);
    command
}

pub fn at(yodel: &Yodel, path: &str) -> String {
    format!("ws://{}{path}", yodel.address())
}

async fn output(mut command: Command) -> Output {
    soon("it ends", command.output()).await.expect("the binary runs")
}

/// Runs it with this input.
async fn pipe(mut command: Command, input: String) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut stdin = child.stdin.take().expect("piped");
    let writing = tokio::spawn(async move { stdin.write_all(input.as_bytes()).await });
    let output = soon("it ends", child.wait_with_output()).await.expect("it runs");
    let _ = writing.await;
    output
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn log(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// That it ended well, and what it printed.
fn well(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", log(output));
    out(output)
}

/// That it ended with an error of one line that has these words.
fn badly(output: &Output, words: &[&str]) {
    let log = log(output);
    assert_eq!(output.status.code(), Some(1), "{log}");
    let error = log.lines().last().unwrap_or_default();
    assert!(error.starts_with("error: ") && log.matches("error: ").count() == 1, "{log}");
    for word in words {
        assert!(error.contains(word), "{word} is not in: {log}");
    }
}

fn objects(output: &Output) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    well(output).lines().map(parse).collect()
}

/// A running `yodel connect` that prints JSON.
pub struct Listener {
    child: Child,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
}

impl Listener {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.args(["--json", "--stay"]).stdout(Stdio::piped()).spawn().expect("the binary runs");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, lines }
    }

    /// The next object of this type.
    pub async fn next(&mut self, kind: &str) -> Value {
        loop {
            let line = soon(kind, self.lines.next_line()).await.expect("readable").expect("it goes on");
            let object: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            if object["type"] == kind {
                return object;
            }
        }
    }

    async fn signal(&self, name: &str) {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().await.expect("kill is there");
        assert!(sent.success());
    }

    async fn ended(mut self) -> Option<i32> {
        soon("it ends", self.child.wait()).await.expect("it can be waited for").code()
    }
}

fn numbers(count: usize) -> String {
    let numbers: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
    numbers.join("\n") + "\n"
}

#[tokio::test]
async fn a_pipe_is_echoed_line_by_line() {
    let yodel = Yodel::serve(&[]).await;
    for path in ["/ws", "/ws/echo"] {
        let lines = numbers(20_000);
        let output = pipe(connect(&at(&yodel, path), &[]), lines.clone()).await;
        assert!(well(&output) == lines, "every line comes back once, in its order");
        assert_eq!(log(&output), format!("connected to {}\nclosed\n", at(&yodel, path)));
    }
}

#[tokio::test]
async fn what_is_sent_is_answered_before_the_end() {
    let yodel = Yodel::serve(&[]).await;
    let flags = ["--send=one", "--send", "two"];
    assert_eq!(well(&output(connect(&at(&yodel, "/ws"), &flags)).await), "one\ntwo\n");
    let envelope = [&flags[..], &["--subprotocol=yodel.v1"]].concat();
    assert_eq!(well(&output(connect(&at(&yodel, "/ws"), &envelope)).await), "one\ntwo\n");
    assert_eq!(well(&output(connect(&at(&yodel, "/ws/broadcast"), &flags)).await), "one\ntwo\n");
    let first = pipe(connect(&at(&yodel, "/ws"), &flags), "three".to_owned()).await;
    assert_eq!(well(&first), "one\ntwo\nthree\n");
}

#[tokio::test]
async fn answers_that_are_no_echo_are_waited_for_a_while() {
    let yodel = Yodel::serve(&["--plain-format=seed"]).await;
    let flags = ["--send=hello", "--response-timeout=300ms"];
    let output = output(connect(&at(&yodel, "/ws/broadcast"), &flags)).await;
    assert!(well(&output).ends_with(" echo: hello\n"), "{}", out(&output));
}

#[tokio::test]
async fn nothing_to_say_is_a_look_whether_the_server_is_there() {
    let yodel = Yodel::serve(&[]).await;
    assert_eq!(well(&output(connect(&at(&yodel, "/ws"), &[])).await), "");
}

#[tokio::test]
async fn what_is_said_in_a_room_is_heard_there_once_and_in_order() {
    let yodel = Yodel::serve(&["--rate=0"]).await;
    let mut listener = Listener::start(connect(&at(&yodel, "/ws"), &["--join=chat"]));
    assert_eq!(listener.next("joined").await["room"], "chat");
    let said = pipe(connect(&at(&yodel, "/ws"), &["--join=other", "--join=chat"]), numbers(5_000)).await;
    assert_eq!(well(&said), "", "one's own messages do not come back");
    for number in 1..=5_000 {
        let message = listener.next("message").await;
        assert_eq!((&message["offset"], &message["data"]), (&number.into(), &number.to_string().into()));
    }
    listener.signal("INT").await;
    assert_eq!(listener.ended().await, Some(0));
}

#[tokio::test]
async fn a_server_that_wants_less_gets_it_more_slowly_and_all_of_it() {
    let yodel = Yodel::serve(&["--rate=200", "--rate-burst=50"]).await;
    let mut listener = Listener::start(connect(&at(&yodel, "/ws"), &["--join=chat"]));
    listener.next("joined").await;
    well(&pipe(connect(&at(&yodel, "/ws"), &["--join=chat"]), numbers(600)).await);
    let mut heard: Vec<u64> = Vec::new();
    for _ in 0..600 {
        let message = listener.next("message").await;
        heard.push(message["data"].as_str().and_then(|data| data.parse().ok()).unwrap_or_default());
    }
    heard.sort_unstable();
    assert!(heard.into_iter().eq(1..=600), "each one once");
}

#[tokio::test]
async fn programs_are_told_everything_as_json() {
    let yodel = Yodel::serve(&[]).await;
    let objects = objects(&output(connect(&at(&yodel, "/ws"), &["--join=chat", "--send=hi", "--json"])).await);
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
async fn it_comes_back_by_itself_and_goes_on() {
    let yodel = Yodel::serve(&[]).await;
    let (listen, url) = (yodel.address().to_string(), at(&yodel, "/ws"));
    let mut listener = Listener::start(connect(&url, &["--join=chat"]));
    listener.next("joined").await;
    yodel.kill().await;
    listener.next("waiting").await;
    let again = Yodel::serve_at(&listen, &[]).await;
    assert_eq!(listener.next("gap").await["room"], "chat");
    well(&output(connect(&at(&again, "/ws"), &["--join=chat", "--send=back"])).await);
    assert_eq!(listener.next("message").await["data"], "back");
}

#[tokio::test]
async fn without_reconnecting_the_first_loss_is_the_end() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let url = format!("ws://{}/ws", free.local_addr().expect("it has an address"));
    drop(free);
    badly(&output(connect(&url, &["--no-reconnect"])).await, &["--no-reconnect", "cannot connect to", "refused"]);
    let peer = Peer::closing_with(1012, "restart").await;
    badly(&output(connect(&peer.url, &["--no-reconnect", "--stay"])).await, &["1012", "restart"]);
    assert_eq!(peer.dialled(), 1);
}

#[tokio::test]
async fn a_server_that_wants_nobody_is_not_dialled_again() {
    for (code, reason, advice) in
        [(4503, "enough", "ask the operator of the server"), (4502, "", "--token-file"), (1009, "too big", "shorter")]
    {
        let peer = Peer::closing_with(code, reason).await;
        badly(&output(connect(&peer.url, &["--stay"])).await, &[&code.to_string(), reason, advice]);
        assert_eq!(peer.dialled(), 1);
    }
    let peer = Peer::closing_with(1000, "bye").await;
    well(&output(connect(&peer.url, &["--stay"])).await);
}

#[tokio::test]
async fn a_refusal_says_what_may_help() {
    let yodel = Yodel::serve(&[]).await;
    badly(&output(connect(&at(&yodel, "/nowhere"), &[])).await, &["404", "path"]);
    badly(&output(connect(&at(&yodel, "/ws"), &["--origin=https://evil.example"])).await, &["403", "--origin"]);
    well(&output(connect(&at(&yodel, "/ws"), &["--origin", &yodel.url])).await);
    badly(&output(connect(&at(&yodel, "/ws"), &["--subprotocol=chat"])).await, &["400", "yodel.v1"]);
    let mail = Lone::answering("220 mail.example ESMTP\r\n").await;
    badly(&output(connect(&format!("ws://{}/", mail.address), &[])).await, &["not HTTP", "WebSocket server"]);
    let echo = Lone::echoing("", b"").await;
    badly(&output(connect(&format!("ws://{}/", echo.address), &["--join=chat"])).await, &["yodel.v1", "selected none"]);
}

#[tokio::test]
async fn other_servers_have_other_subprotocols_and_headers() {
    let echo = Lone::echoing("Sec-WebSocket-Protocol: talk\r\n", b"\x82\x02\x00\xff").await;
    let flags = ["--subprotocol=chat", "--subprotocol=talk", "--header=X-Who: me", "--send=hi", "--json"];
    let objects = objects(&output(connect(&format!("ws://{}/", echo.address), &flags)).await);
    assert!(objects.iter().any(|object| object["type"] == "binary" && object["base64"] == "AP8="), "{objects:?}");
    assert!(objects.iter().any(|object| object["type"] == "text" && object["data"] == "hi"), "{objects:?}");
}

#[tokio::test]
async fn what_a_server_sends_goes_on_to_programs_as_it_is() {
    let echo = Lone::echoing("", b"\x81\x05\x1b[31m\x82\x02\x00\xff").await;
    let output = output(connect(&format!("ws://{}/", echo.address), &["--send=hi"])).await;
    well(&output);
    assert_eq!(output.stdout, b"\x1b[31m\n\x00\xff\nhi\n");
}

#[tokio::test]
async fn wss_wants_a_certificate_that_is_trusted_or_not_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let pair = Pair::write(folder.path());
    let yodel = Yodel::serve(&pair.flags()).await;
    let url = format!("wss://localhost:{}/ws/echo", yodel.address().port());
    assert_eq!(well(&output(connect(&url, &["--send=hi", "--insecure"])).await), "hi\n");
    let mut trusting = connect(&url, &["--send=hi"]);
    trusting.env("SSL_CERT_FILE", &pair.chain);
    assert_eq!(well(&output(trusting).await), "hi\n");
    let other = tempfile::tempdir().expect("a folder");
    let mut distrusting = connect(&url, &["--send=hi"]);
    distrusting.env("SSL_CERT_FILE", Pair::write(other.path()).chain);
    badly(&output(distrusting).await, &["TLS handshake with localhost", "certificate", "--insecure"]);
}

/// A proxy that connects to anybody, and what it was asked.
async fn proxy() -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("it has an address").to_string();
    let (asked, requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let request = support::http::read_until(&mut client, b"\r\n\r\n").await;
            let request = String::from_utf8(request).expect("text");
            let server = request.split(' ').nth(1).expect("a server").to_owned();
            let _ = asked.send(request);
            let mut server = TcpStream::connect(server).await.expect("the server is there");
            client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.expect("it is there");
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut server).await });
        }
    });
    (address, requests)
}

#[tokio::test]
async fn the_proxy_of_the_environment_is_used() {
    let yodel = Yodel::serve(&[]).await;
    let (proxy, mut requests) = proxy().await;
    let mut through = connect(&at(&yodel, "/ws"), &["--send=hi"]);
    through.env("http_proxy", format!("http://me:secret@{proxy}"));
    assert_eq!(well(&output(through).await), "hi\n");
    let request = requests.recv().await.expect("it was asked");
    assert!(request.starts_with(&format!("CONNECT {} HTTP/1.1\r\n", yodel.address())), "{request}");
    assert!(request.contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n"), "{request}");

    let mut past = connect(&at(&yodel, "/ws"), &["--send=hi"]);
    past.env("all_proxy", "http://127.0.0.1:1").env("no_proxy", "127.0.0.1");
    assert_eq!(well(&output(past).await), "hi\n");
    let mut wrong = connect(&at(&yodel, "/ws"), &["--send=hi"]);
    wrong.env("all_proxy", "socks5://127.0.0.1:1");
    badly(&output(wrong).await, &["all_proxy", "socks5"]);
}

#[tokio::test]
async fn whoever_closes_the_output_has_seen_enough() {
    let yodel = Yodel::serve(&[]).await;
    let mut command = connect(&at(&yodel, "/ws"), &[]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut stdin = child.stdin.take().expect("piped");
    tokio::spawn(async move { while stdin.write_all(b"again and again\n").await.is_ok() {} });
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    assert_eq!(soon("a line", lines.next_line()).await.expect("readable").as_deref(), Some("again and again"));
    drop(lines);
    let output = soon("it ends", child.wait_with_output()).await.expect("it runs");
    well(&output);
}

#[tokio::test]
async fn somebody_who_interrupts_is_not_kept_waiting() {
    for signal in ["INT", "TERM"] {
        let silent = Lone::silent().await;
        let mut listener = Listener::start(connect(&format!("ws://{}/", silent.address), &[]));
        listener.next("open").await;
        listener.signal(signal).await;
        let begin = std::time::Instant::now();
        assert_eq!(listener.ended().await, Some(0));
        assert!(begin.elapsed() < Duration::from_secs(5), "a close that nobody answers: {:?}", begin.elapsed());
    }

    let silent = Lone::silent().await;
    let mut listener = Listener::start(connect(&format!("ws://{}/", silent.address), &[]));
    listener.next("open").await;
    listener.signal("INT").await;
    listener.signal("INT").await;
    assert!(matches!(listener.ended().await, Some(0 | 1)));
}

#[tokio::test]
async fn input_that_is_no_text_is_not_sent() {
    let yodel = Yodel::serve(&[]).await;
    let mut command = connect(&at(&yodel, "/ws"), &[]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    child.stdin.take().expect("piped").write_all(b"good\n\xff\nnever\n").await.expect("it reads");
    let output = soon("it ends", child.wait_with_output()).await.expect("it runs");
    badly(&output, &["UTF-8"]);
    assert_eq!(out(&output), "good\n");
}

//! `yodel load`: exact counts, reports, and errors about servers.

use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::tls::CertificateFiles;
use support::yodel::{self, command, root};
use support::{TestClient, Yodel, before_default, http, with_timeout};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::closing_server::ClosingServer;
use crate::relay::Relay;
use crate::scripted_server::ScriptedServer;

/// Default of `--timeout`.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

async fn load(mode: &str, url: &str, flags: &[&str]) -> Output {
    let mut command = command(&["load", mode, url]);
    with_timeout("the command's exit", command.args(flags).output()).await.expect("binary can be run")
}

fn report(output: &Output) -> Value {
    let (out, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(out.lines().count(), 1, "one object on one line: {out}{log}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{log}"))
}

/// Runs a load, asserts success, and returns its JSON report.
async fn measure(mode: &str, url: &str, flags: &[&str]) -> Value {
    let output = load(mode, url, &[&["--json"], flags].concat()).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "standard error is empty: {}", String::from_utf8_lossy(&output.stderr));
    let report = report(&output);
    assert_eq!((&report["mode"], &report["url"]), (&mode.into(), &url.into()));
    assert_eq!(report["interrupted"], false);
    report
}

/// Asserts exit status 1, one error line that contains all of these words, and no report.
async fn assert_failure(mode: &str, url: &str, flags: &[&str], words: &[&str]) {
    let output = load(mode, url, flags).await;
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{log}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(log.starts_with("error: ") && log.lines().count() == 1, "one line: {log}");
    for word in words {
        assert!(log.contains(word), "{word} is not in: {log}");
    }
}

fn at(yodel: &Yodel, path: &str) -> String {
    format!("ws://{}{path}", yodel.address())
}

#[tokio::test]
async fn echo_counts_every_message() {
    let yodel = Yodel::serve(&[]).await;
    for (connections, outstanding, messages, more) in [
        ("1", "1", 1, ["--warmup=0", "--size=1"]),
        ("7", "3", 1_000, ["--binary", "--size=64"]),
        ("3", "8", 100, ["--warmup=50", "--size=64KiB"]),
        ("9", "1", 4, ["--threads=2", "--size=200"]),
    ] {
        let count = messages.to_string();
        let flags = ["--connections", connections, "--outstanding", outstanding, "--messages", &count];
        let report = measure("echo", &at(&yodel, "/ws/echo"), &[&flags[..], &more].concat()).await;
        assert_eq!((&report["unit"], &report["count"]), (&"message".into(), &messages.into()), "{report}");
        assert_eq!(report["connections"].to_string(), connections);
        for part in ["p50", "p90", "p99", "p99.9", "max"] {
            assert!(report["latency_us"][part].is_number(), "{report}");
        }
        assert!(report["server"].is_null(), "no server process was given: {report}");
    }
}

#[tokio::test]
async fn broadcast_counts_every_delivery() {
    let yodel = Yodel::serve(&[]).await;
    let flags = ["--connections=20", "--messages=50", "--warmup=3", "--outstanding"];
    for outstanding in ["1", "8", "1000"] {
        let report = measure("broadcast", &at(&yodel, "/ws/broadcast"), &[&flags[..], &[outstanding]].concat()).await;
        assert_eq!((&report["unit"], &report["count"]), (&"delivery".into(), &(20 * 50).into()), "{report}");
        assert_eq!(report["others"], 0);
    }
}

#[tokio::test]
async fn ignores_other_messages_of_the_server() {
    let yodel = Yodel::serve(&["--plain-format", "seed", "--tick", "1ms"]).await;
    let flags = ["--connections=5", "--messages=200", "--warmup=0", "--size=300"];
    let report = measure("broadcast", &at(&yodel, "/ws/broadcast"), &flags).await;
    assert_eq!(report["count"], 1_000, "{report}");
    assert!(report["others"].as_u64() > Some(0), "ticks are counted as other messages: {report}");
}

#[tokio::test]
async fn no_self_excludes_the_sender() {
    let flags = ["--no-self", "--connections=2", "--messages=20", "--outstanding=3"];
    let relay = Relay::start().await;
    let report = measure("broadcast", &relay.url, &flags).await;
    assert_eq!((&report["connections"], &report["count"]), (&2.into(), &20.into()), "{report}");
    let yodel = Yodel::serve(&[]).await;
    assert_failure("broadcast", &at(&yodel, "/ws/broadcast"), &flags, &["back to their sender", "--no-self"]).await;
    assert_failure("broadcast", &relay.url, &["--no-self", "--connections=1"], &["--no-self", "two --connections"])
        .await;
}

#[tokio::test]
async fn rate_sends_the_planned_number_of_messages() {
    let yodel = Yodel::serve(&[]).await;
    let flags = ["--rate=2000", "--time=500ms", "--warmup=100", "--connections=3"];
    let report = measure("rate", &at(&yodel, "/ws/echo"), &flags).await;
    assert_eq!((&report["unit"], &report["count"], &report["rate"]), (&"message".into(), &1_000.into(), &2_000.into()));
    assert!(report["latency_us"]["p99.9"].is_number() && report["late_us"]["max"].is_number(), "{report}");
}

#[tokio::test]
async fn counts_handshakes() {
    let yodel = Yodel::serve(&[]).await;
    let report = measure("handshake", &at(&yodel, "/ws"), &["--connections=100", "--concurrency=7"]).await;
    assert_eq!((&report["unit"], &report["count"]), (&"handshake".into(), &100.into()), "{report}");
    assert_eq!(report["concurrency"], 7);
}

#[tokio::test]
async fn idle_connections_answer_pings() {
    // The time to respond is long enough for a busy machine, and shorter than the measurement.
    let yodel = Yodel::serve(&["--ping", "200ms", "--pong", "3s"]).await;
    let flags = ["--connections=10", "--settle=5s", "--pid", &yodel.id()];
    let started = Instant::now();
    let report = measure("idle", &at(&yodel, "/ws/echo"), &flags).await;
    assert_eq!((&report["unit"], &report["count"]), (&"connection".into(), &10.into()), "{report}");
    assert!(started.elapsed() >= Duration::from_secs(5), "the measurement waits longer than the default of 3 s");
    assert!(report["server"]["resident_per_connection"].is_i64(), "{report}");
    let flags = ["--connections=100", "--messages=0", "--settle=1ms"];
    let silent = measure("idle", &at(&yodel, "/ws/broadcast"), &flags).await;
    assert_eq!(silent["count"], 100, "{silent}");
}

#[tokio::test]
async fn measures_cpu_and_memory_of_a_process() {
    let yodel = Yodel::serve(&[]).await;
    let flags = ["--messages=20000", "--pid", &yodel.id()];
    let report = measure("echo", &at(&yodel, "/ws/echo"), &flags).await;
    for figure in ["cpu_us", "busy", "resident_before", "resident_after"] {
        assert!(report["server"][figure].as_f64() > Some(0.0), "{figure}: {report}");
    }
    let [cpu, user, system] =
        ["cpu_us", "user_us", "system_us"].map(|figure| report["server"][figure].as_f64().expect(figure));
    assert!((user + system - cpu).abs() < 0.01, "{report}");
    assert_failure("echo", &at(&yodel, "/ws/echo"), &["--pid=4294967295"], &["--pid 4294967295", "no such process"])
        .await;
}

#[tokio::test]
async fn prints_a_table_without_json() {
    let yodel = Yodel::serve(&[]).await;
    let output = load("echo", &at(&yodel, "/ws/echo"), &["--messages=12345", "--pid", &yodel.id()]).await;
    let table = String::from_utf8(output.stdout).expect("data is UTF-8");
    for line in [
        &["messages", "12,345"][..],
        &["latency", "p99.9", "µs"],
        &["server", "CPU", "user", "system"],
        &["generator", "CPU", "busy", "%"],
    ] {
        assert!(table.lines().any(|found| line.iter().all(|word| found.contains(word))), "{line:?} is not in\n{table}");
    }
}

#[tokio::test]
async fn compresses_messages_when_negotiated() {
    let accept = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n";
    let flags = ["--connections=1", "--messages=20", "--warmup=0", "--size=100KiB", "--compression"];
    // This server handles frames below 64 KiB, so these messages must be compressed.
    let server = ScriptedServer::echoing(accept, b"").await;
    let report = measure("echo", &format!("ws://{}/", server.address), &flags).await;
    assert_eq!((&report["count"], &report["compression"]), (&20.into(), &true.into()), "{report}");

    let server = ScriptedServer::echoing("", b"").await;
    let flags = ["--connections=1", "--messages=20", "--warmup=0", "--size=100", "--compression"];
    let report = measure("echo", &format!("ws://{}/", server.address), &flags).await;
    assert_eq!((&report["count"], &report["compression"]), (&20.into(), &false.into()), "{report}");
}

#[tokio::test]
async fn wss_verifies_certificates_unless_insecure() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let pair = CertificateFiles::write(folder.path());
    let yodel = Yodel::serve(&pair.flags()).await;
    let url = format!("wss://localhost:{}/ws/echo", yodel.address().port());
    let flags = ["--messages=50", "--size=16KiB"];
    assert_eq!(measure("echo", &url, &[&flags[..], &["--insecure"]].concat()).await["count"], 50);

    let mut trusting = command(&["load", "echo", &url, "--json"]);
    let output =
        with_timeout("the process's exit", trusting.args(flags).env("SSL_CERT_FILE", &pair.chain).output()).await;
    assert_eq!(report(&output.expect("process is running"))["count"], 50);

    let other = tempfile::tempdir().expect("temporary folder");
    let mut distrusting = command(&["load", "echo", &url]);
    let output = distrusting.env("SSL_CERT_FILE", CertificateFiles::write(other.path()).chain).output();
    let output = with_timeout("the process's exit", output).await.expect("process is running");
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && log.contains("TLS handshake with localhost") && log.contains("certificate"),
        "{log}"
    );
}

#[tokio::test]
async fn reports_a_refused_connection() {
    let (_reserved, address) = http::refusing_address();
    let address = address.to_string();
    for mode in ["echo", "broadcast", "idle", "rate", "handshake"] {
        assert_failure(mode, &format!("ws://{address}/ws"), &[], &["cannot connect to", &address, "refused"]).await;
    }
}

#[tokio::test]
async fn reports_a_server_without_websocket() {
    let web = ScriptedServer::responding("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n\nWelcome\x1b[5m\n<html>").await;
    let words = ["rejected the handshake", "200 OK", "Welcome\u{fffd}[5m\n"];
    assert_failure("echo", &format!("ws://{}/", web.address), &[], &words).await;
    let mail = ScriptedServer::responding("220 mail.example ESMTP\r\n").await;
    assert_failure("handshake", &format!("ws://{}/", mail.address), &[], &["not HTTP", "220 mail.example"]).await;
    let yodel = Yodel::serve(&[]).await;
    assert_failure("echo", &at(&yodel, "/nowhere"), &[], &["rejected the handshake", "404 Not Found"]).await;
}

#[tokio::test]
async fn sends_headers_and_reports_a_rejected_origin() {
    let yodel = Yodel::serve(&["--open", "--origin", "http://friend.example"]).await;
    let url = at(&yodel, "/ws/echo");
    let stranger = ["--header", "Origin: http://stranger.example"];
    assert_failure("echo", &url, &stranger, &["rejected the handshake", "403 Forbidden"]).await;
    let friend = ["--messages=10", "--header", "Origin: http://friend.example"];
    assert_eq!(measure("echo", &url, &friend).await["count"], 10);
}

#[tokio::test]
async fn rejects_a_handshake_with_unrequested_options() {
    for (lines, flags, words) in [
        ("Sec-WebSocket-Extensions: permessage-deflate\r\n", &[][..], &["extension", "permessage-deflate"][..]),
        ("Sec-WebSocket-Protocol: soup\r\n", &["--subprotocol=chat"], &["chat", "soup"]),
        ("", &["--subprotocol=chat"], &["chat", "selected none"]),
    ] {
        let server = ScriptedServer::echoing(lines, b"").await;
        assert_failure("echo", &format!("ws://{}/", server.address), flags, words).await;
    }
    let server = ScriptedServer::echoing("Sec-WebSocket-Protocol: chat\r\n", b"").await;
    let flags = ["--subprotocol=chat", "--connections=1", "--messages=5"];
    assert_eq!(measure("echo", &format!("ws://{}/", server.address), &flags).await["count"], 5);
}

#[tokio::test]
async fn reports_unexpected_messages_and_closes() {
    for (first, words) in [
        (&b"\x81\x05hello"[..], &["was not sent", "5 bytes", "hello"][..]),
        (b"\x83\x00", &["protocol error", "reserved opcode"]),
        (b"\x88\x0a\x03\xf5too slow", &["closed", "1013", "too slow"]),
        (b"\x81\x7f\0\0\0\xff\0\0\0\0", &["protocol error", "too big"]),
    ] {
        let server = ScriptedServer::echoing("", first).await;
        assert_failure("echo", &format!("ws://{}/", server.address), &["--connections=1"], words).await;
    }
    let closing = ClosingServer::with_close(1008, "not you").await;
    assert_failure("idle", &closing.url, &["--connections=3"], &["closed", "1008", "not you"]).await;
}

#[tokio::test]
async fn times_out_on_a_stalled_server() {
    let unresponsive = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let url = format!("ws://{}/", unresponsive.local_addr().expect("listener has an address"));
    let failing = assert_failure("echo", &url, &["--timeout=300ms"], &["timed out", "300ms", "0 of 64 connections"]);
    before_default(DEFAULT_TIMEOUT, "the command's exit", failing).await;
    for mode in ["echo", "rate", "broadcast"] {
        let silent = ScriptedServer::silent().await;
        let flags = ["--timeout=300ms", "--connections=1", "--warmup=10"];
        let url = format!("ws://{}/", silent.address);
        let failing = assert_failure(mode, &url, &flags, &["timed out", "0 of 10"]);
        before_default(DEFAULT_TIMEOUT, "the command's exit", failing).await;
    }
}

#[tokio::test]
async fn checks_the_file_limit_before_connecting() {
    let binary = root().join("target/release/yodel");
    let script = format!("ulimit -n 100; exec {} load echo ws://127.0.0.1:1/ --connections 90", binary.display());
    let output = Command::new("sh").args(["-c", &script]).output();
    let log = with_timeout("the process's exit", output).await.expect("process is running").stderr;
    let log = String::from_utf8_lossy(&log);
    assert!(log.contains("90 connections") && log.contains("the limit is 100"), "{log}");
}

#[tokio::test]
async fn interrupt_reports_partial_results() {
    let yodel = Yodel::serve(&[]).await;
    let url = at(&yodel, "/ws/broadcast");
    let mut observer = TestClient::connect(&url).await;
    let mut command = command(&["load", "broadcast", &url, "--json", "--warmup=0", "--messages=1000000000"]);
    command.args(["--connections=2"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("process is running");
    // With one outstanding message, at least nine of ten were delivered to all connections.
    for _ in 0..10 {
        observer.receive().await;
    }
    yodel::signal(&child, "INT").await;
    drop(observer);
    let output = with_timeout("the process's exit", child.wait_with_output()).await.expect("process can be awaited");
    let report = report(&output);
    assert_eq!((output.status.code(), &report["interrupted"]), (Some(1), &true.into()), "{report}");
    assert!(report["count"].as_u64() >= Some(18), "{report}");
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: interrupted"));
}

//! `yodel load`: it counts what came and nothing else, and says what is wrong with a server.

use std::process::{Output, Stdio};

use serde_json::Value;
use support::tls::Pair;
use support::yodel::{command, root};
use support::{TestClient, Yodel, soon};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::lone::Lone;
use crate::peer::Peer;
use crate::relay::Relay;

async fn load(mode: &str, url: &str, flags: &[&str]) -> Output {
    let mut command = command(&["load", mode, url]);
    soon("the load ends", command.args(flags).output()).await.expect("the binary runs")
}

fn report(output: &Output) -> Value {
    let (out, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(out.lines().count(), 1, "one object on one line: {out}{log}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{log}"))
}

/// The report of a load that ends well.
async fn measure(mode: &str, url: &str, flags: &[&str]) -> Value {
    let output = load(mode, url, &[&["--json"], flags].concat()).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "nothing went wrong: {}", String::from_utf8_lossy(&output.stderr));
    let report = report(&output);
    assert_eq!((&report["mode"], &report["url"]), (&mode.into(), &url.into()));
    assert_eq!(report["interrupted"], false);
    report
}

/// That it ends with one line, which has all these words, and no report.
async fn refuses(mode: &str, url: &str, flags: &[&str], words: &[&str]) {
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
async fn an_echo_counts_every_message_and_no_other() {
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
        assert!(report["server"].is_null(), "nobody said which process: {report}");
    }
}

#[tokio::test]
async fn a_broadcast_counts_each_message_once_for_everybody() {
    let yodel = Yodel::serve(&[]).await;
    let flags = ["--connections=20", "--messages=50", "--warmup=3", "--outstanding"];
    for outstanding in ["1", "8", "1000"] {
        let report = measure("broadcast", &at(&yodel, "/ws/broadcast"), &[&flags[..], &[outstanding]].concat()).await;
        assert_eq!((&report["unit"], &report["count"]), (&"delivery".into(), &(20 * 50).into()), "{report}");
        assert_eq!(report["others"], 0);
    }
}

#[tokio::test]
async fn what_a_server_says_before_or_between_messages_is_no_fault() {
    let yodel = Yodel::serve(&["--plain-format", "seed", "--tick", "1ms"]).await;
    let flags = ["--connections=5", "--messages=200", "--warmup=0", "--size=300"];
    let report = measure("broadcast", &at(&yodel, "/ws/broadcast"), &flags).await;
    assert_eq!(report["count"], 1_000, "{report}");
    assert!(report["others"].as_u64() > Some(0), "it told the time: {report}");
}

#[tokio::test]
async fn a_sender_may_not_hear_itself() {
    let flags = ["--no-self", "--connections=2", "--messages=20", "--outstanding=3"];
    let relay = Relay::start().await;
    let report = measure("broadcast", &relay.url, &flags).await;
    assert_eq!((&report["connections"], &report["count"]), (&2.into(), &20.into()), "{report}");
    let yodel = Yodel::serve(&[]).await;
    refuses("broadcast", &at(&yodel, "/ws/broadcast"), &flags, &["back to their sender", "--no-self"]).await;
    refuses("broadcast", &relay.url, &["--no-self", "--connections=1"], &["--no-self", "two --connections"]).await;
}

#[tokio::test]
async fn a_rate_sends_what_was_planned() {
    let yodel = Yodel::serve(&[]).await;
    let flags = ["--rate=2000", "--time=500ms", "--warmup=100", "--connections=3"];
    let report = measure("rate", &at(&yodel, "/ws/echo"), &flags).await;
    assert_eq!((&report["unit"], &report["count"], &report["rate"]), (&"message".into(), &1_000.into(), &2_000.into()));
    assert!(report["latency_us"]["p99.9"].is_number() && report["late_us"]["max"].is_number(), "{report}");
}

#[tokio::test]
async fn handshakes_are_counted() {
    let yodel = Yodel::serve(&[]).await;
    let report = measure("handshake", &at(&yodel, "/ws"), &["--connections=100", "--concurrency=7"]).await;
    assert_eq!((&report["unit"], &report["count"]), (&"handshake".into(), &100.into()), "{report}");
    assert_eq!(report["concurrency"], 7);
}

#[tokio::test]
async fn idle_connections_answer_pings() {
    let yodel = Yodel::serve(&["--ping", "200ms", "--pong", "500ms"]).await;
    let flags = ["--connections=10", "--settle=2s", "--pid", &yodel.id()];
    let report = measure("idle", &at(&yodel, "/ws/echo"), &flags).await;
    assert_eq!((&report["unit"], &report["count"]), (&"connection".into(), &10.into()), "{report}");
    assert!(report["server"]["resident_per_connection"].is_i64(), "{report}");
    let flags = ["--connections=100", "--messages=0", "--settle=1ms"];
    let silent = measure("idle", &at(&yodel, "/ws/broadcast"), &flags).await;
    assert_eq!(silent["count"], 100, "{silent}");
}

#[tokio::test]
async fn the_cost_of_a_process_is_measured() {
    let yodel = Yodel::serve(&[]).await;
    let flags = ["--messages=20000", "--pid", &yodel.id()];
    let report = measure("echo", &at(&yodel, "/ws/echo"), &flags).await;
    for figure in ["cpu_us", "busy", "resident_before", "resident_after"] {
        assert!(report["server"][figure].as_f64() > Some(0.0), "{figure}: {report}");
    }
    let [cpu, user, system] =
        ["cpu_us", "user_us", "system_us"].map(|figure| report["server"][figure].as_f64().expect(figure));
    assert!((user + system - cpu).abs() < 0.01, "{report}");
    refuses("echo", &at(&yodel, "/ws/echo"), &["--pid=4294967295"], &["--pid 4294967295", "no such process"]).await;
}

#[tokio::test]
async fn a_table_says_the_same_to_people() {
    let yodel = Yodel::serve(&[]).await;
    let output = load("echo", &at(&yodel, "/ws/echo"), &["--messages=12345", "--pid", &yodel.id()]).await;
    let table = String::from_utf8(output.stdout).expect("text");
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
async fn compressed_messages_are_sent_taken_and_checked_when_the_server_accepts() {
    let agree = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n";
    let flags = ["--connections=1", "--messages=20", "--warmup=0", "--size=100KiB", "--compression"];
    // This server takes frames of up to 64 KiB: such messages only if they are compressed.
    let lone = Lone::echoing(agree, b"").await;
    let report = measure("echo", &format!("ws://{}/", lone.address), &flags).await;
    assert_eq!((&report["count"], &report["compression"]), (&20.into(), &true.into()), "{report}");

    let lone = Lone::echoing("", b"").await;
    let flags = ["--connections=1", "--messages=20", "--warmup=0", "--size=100", "--compression"];
    let report = measure("echo", &format!("ws://{}/", lone.address), &flags).await;
    assert_eq!((&report["count"], &report["compression"]), (&20.into(), &false.into()), "{report}");
}

#[tokio::test]
async fn wss_wants_a_certificate_that_is_trusted_or_not_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let pair = Pair::write(folder.path());
    let yodel = Yodel::serve(&pair.flags()).await;
    let url = format!("wss://localhost:{}/ws/echo", yodel.address().port());
    let flags = ["--messages=50", "--size=16KiB"];
    assert_eq!(measure("echo", &url, &[&flags[..], &["--insecure"]].concat()).await["count"], 50);

    let mut trusting = command(&["load", "echo", &url, "--json"]);
    let output = soon("it ends", trusting.args(flags).env("SSL_CERT_FILE", &pair.chain).output()).await;
    assert_eq!(report(&output.expect("it runs"))["count"], 50);

    let other = tempfile::tempdir().expect("a folder");
    let mut distrusting = command(&["load", "echo", &url]);
    let output = distrusting.env("SSL_CERT_FILE", Pair::write(other.path()).chain).output();
    let output = soon("it ends", output).await.expect("it runs");
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && log.contains("TLS handshake with localhost") && log.contains("certificate"),
        "{log}"
    );
}

#[tokio::test]
async fn nobody_there_is_said() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = free.local_addr().expect("it has an address").to_string();
    drop(free);
    for mode in ["echo", "broadcast", "idle", "rate", "handshake"] {
        refuses(mode, &format!("ws://{address}/ws"), &[], &["cannot connect to", &address, "refused"]).await;
    }
}

#[tokio::test]
async fn a_server_that_is_no_websocket_server_is_said() {
    let web = Lone::answering("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n\nWelcome\x1b[5m\n<html>").await;
    let words = ["rejected the handshake", "200 OK", "Welcome\u{fffd}[5m\n"];
    refuses("echo", &format!("ws://{}/", web.address), &[], &words).await;
    let mail = Lone::answering("220 mail.example ESMTP\r\n").await;
    refuses("handshake", &format!("ws://{}/", mail.address), &[], &["not HTTP", "220 mail.example"]).await;
    let yodel = Yodel::serve(&[]).await;
    refuses("echo", &at(&yodel, "/nowhere"), &[], &["rejected the handshake", "404 Not Found"]).await;
}

#[tokio::test]
async fn headers_are_sent_and_a_page_from_elsewhere_is_refused() {
    let yodel = Yodel::serve(&["--origin", "http://friend.example"]).await;
    let url = at(&yodel, "/ws/echo");
    let stranger = ["--header", "Origin: http://stranger.example"];
    refuses("echo", &url, &stranger, &["rejected the handshake", "403 Forbidden"]).await;
    let friend = ["--messages=10", "--header", "Origin: http://friend.example"];
    assert_eq!(measure("echo", &url, &friend).await["count"], 10);
}

#[tokio::test]
async fn a_handshake_that_agrees_on_something_else_is_refused() {
    for (lines, flags, words) in [
        ("Sec-WebSocket-Extensions: permessage-deflate\r\n", &[][..], &["extension", "permessage-deflate"][..]),
        ("Sec-WebSocket-Protocol: soup\r\n", &["--subprotocol=chat"], &["chat", "soup"]),
        ("", &["--subprotocol=chat"], &["chat", "selected none"]),
    ] {
        let lone = Lone::echoing(lines, b"").await;
        refuses("echo", &format!("ws://{}/", lone.address), flags, words).await;
    }
    let lone = Lone::echoing("Sec-WebSocket-Protocol: chat\r\n", b"").await;
    let flags = ["--subprotocol=chat", "--connections=1", "--messages=5"];
    assert_eq!(measure("echo", &format!("ws://{}/", lone.address), &flags).await["count"], 5);
}

#[tokio::test]
async fn a_server_that_says_something_else_is_found_out() {
    for (first, words) in [
        (&b"\x81\x05hello"[..], &["was not sent", "5 bytes", "hello"][..]),
        (b"\x83\x00", &["protocol error", "reserved opcode"]),
        (b"\x88\x0a\x03\xf5too slow", &["closed", "1013", "too slow"]),
        (b"\x81\x7f\0\0\0\xff\0\0\0\0", &["protocol error", "too big"]),
    ] {
        let lone = Lone::echoing("", first).await;
        refuses("echo", &format!("ws://{}/", lone.address), &["--connections=1"], words).await;
    }
    let closing = Peer::closing_with(1008, "not you").await;
    refuses("idle", &closing.url, &["--connections=3"], &["closed", "1008", "not you"]).await;
}

#[tokio::test]
async fn a_server_that_stalls_is_given_up() {
    let deaf = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let url = format!("ws://{}/", deaf.local_addr().expect("it has an address"));
    refuses("echo", &url, &["--timeout=300ms"], &["timed out", "300ms", "0 of 64 connections"]).await;
    for mode in ["echo", "rate", "broadcast"] {
        let silent = Lone::silent().await;
        let flags = ["--timeout=300ms", "--connections=1", "--warmup=10"];
        refuses(mode, &format!("ws://{}/", silent.address), &flags, &["timed out", "0 of 10"]).await;
    }
}

#[tokio::test]
async fn more_connections_than_files_are_refused_before_any_is_opened() {
    let binary = root().join("target/release/yodel");
    let script = format!("ulimit -n 100; exec {} load echo ws://127.0.0.1:1/ --connections 90", binary.display());
    let output = Command::new("sh").args(["-c", &script]).output();
    let log = soon("it ends", output).await.expect("it runs").stderr;
    let log = String::from_utf8_lossy(&log);
    assert!(log.contains("90 connections") && log.contains("the limit is 100"), "{log}");
}

#[tokio::test]
async fn an_interruption_reports_what_was_measured_until_then() {
    let yodel = Yodel::serve(&[]).await;
    let url = at(&yodel, "/ws/broadcast");
    let mut witness = TestClient::connect(&url).await;
    let mut command = command(&["load", "broadcast", &url, "--json", "--warmup=0", "--messages=1000000000"]);
    command.args(["--connections=2"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("it runs");
    // With one message on its way at once, nine of ten have been heard by everybody.
    for _ in 0..10 {
        witness.receive().await;
    }
    let id = child.id().expect("it runs").to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().await.expect("kill is there").success());
    drop(witness);
    let output = soon("it ends", child.wait_with_output()).await.expect("it ends");
    let report = report(&output);
    assert_eq!((output.status.code(), &report["interrupted"]), (Some(1), &true.into()), "{report}");
    assert!(report["count"].as_u64() >= Some(18), "{report}");
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: interrupted"));
}

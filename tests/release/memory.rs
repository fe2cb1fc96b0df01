//! The memory figures of the documents, as coarse bounds.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use support::yodel::command;
use support::{Yodel, document, with_timeout};

/// Factor by which a figure may be exceeded. The resident memory of a process has steps, and includes buffers of the
/// handshakes.
const TOLERANCE: i64 = 3;

/// Pause between two looks at the memory.
const POLL: Duration = Duration::from_millis(20);

/// Measures the growth of the server's resident memory per idle connection, in bytes.
async fn bytes_per_connection(flags: &[&str], load: &[&str]) -> i64 {
    // The log would fill its pipe, which is read only at the end.
    let yodel = Yodel::serve(&[&["--log", "warn"], flags].concat()).await;
    let (url, id) = (format!("ws://{}/ws/echo", yodel.address()), yodel.id());
    let mut command = command(&["load", "idle", &url, "--pid", &id, "--json", "--timeout", "60s"]);
    let output = with_timeout("the load's exit", command.args(load).output()).await.expect("binary can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    report["server"]["resident_per_connection"].as_i64().unwrap_or_else(|| panic!("{report}"))
}

fn assert_documented(path: &str, figure: &str) {
    let text = document::text(path).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(figure), "{path} does not say: {figure}");
}

#[tokio::test]
async fn an_idle_connection_takes_about_a_kilobyte() {
    assert_documented("docs/operations.md", "about a kilobyte per idle connection");
    assert_documented("docs/architecture.md", "an idle connection takes about a kilobyte");
    // The process itself grows by some megabytes with the first connections.
    let bytes = bytes_per_connection(&[], &["--connections", "5000", "--settle", "1s"]).await;
    assert!(bytes <= TOLERANCE * 1024, "{bytes} bytes");
}

#[tokio::test]
async fn context_takeover_takes_300_kb_per_connection() {
    assert_documented("docs/architecture.md", "costs 300 kB per connection");
    let load = ["--connections", "200", "--settle", "1s", "--compression", "--messages", "3", "--size", "1KiB"];
    let bytes = bytes_per_connection(&["--compression", "takeover"], &load).await;
    assert!((300_000 / TOLERANCE..=300_000 * TOLERANCE).contains(&bytes), "{bytes} bytes");
    let without = bytes_per_connection(&[], &load).await;
    assert!(without < bytes / 10, "{without} bytes without context takeover, {bytes} with it");
}

#[tokio::test]
async fn memory_of_ended_handshakes_is_returned_while_nothing_happens() {
    let yodel = Yodel::serve(&["--log", "warn"]).await;
    let (url, id) = (format!("ws://{}/ws/echo", yodel.address()), yodel.id());
    let load = ["load", "idle", &url, "--pid", &id, "--connections", "2500", "--settle", "1ms", "--timeout", "60s"];
    let status = with_timeout("the load's exit", command(&load).stdout(Stdio::null()).status()).await;
    assert!(status.expect("binary can be run").success());
    let full = anonymous_bytes(&id);
    with_timeout("the return of half of the memory", async {
        while anonymous_bytes(&id) > full / 2 {
            tokio::time::sleep(POLL).await;
        }
    })
    .await;
}

/// Returns the resident memory of a process that is not of a file, in bytes.
fn anonymous_bytes(id: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("a process has memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

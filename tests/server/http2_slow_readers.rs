//! Slow readers and reset streams over HTTP/2: one stream affects no other, and what it held is released.

use std::time::Duration;

use h2::Reason;
use support::http::frame;
use support::http2::Http2Stream;
use support::page::POLL_INTERVAL;
use support::tls::CertificateFiles;
use support::{Http2, TestServer, before_default, with_timeout};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::http::Method;
use yodel_server::ServerConfig;
use yodel_server::config::defaults;

/// Length of a broadcast: with its header, 4 KiB.
const MESSAGE: usize = 4096 - 4;

/// Returns settings with queues of 64 KiB.
fn config() -> ServerConfig {
    // Without pings, only the queue ends a stream that is not read.
    let ping = Duration::from_secs(3600);
    ServerConfig { max_message: 8 * 1024, max_queue: 64 * 1024, ping, ..ServerConfig::default() }
}

/// Starts a server with TLS. Its certificate is in the returned folder.
fn start_with(config: ServerConfig) -> (TestServer, TempDir) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let CertificateFiles { chain, key } = CertificateFiles::write(folder.path());
    (TestServer::start(ServerConfig { tls_cert: Some(chain), tls_key: Some(key), ..config }), folder)
}

fn start() -> (TestServer, TempDir) {
    start_with(config())
}

async fn connect(server: &TestServer, folder: &TempDir) -> Http2 {
    Http2::connect(server.address, &folder.path().join("cert.pem")).await
}

/// Broadcasts messages and reads each from the sender's own stream.
async fn broadcast(sender: &mut Http2Stream, messages: usize) {
    for _ in 0..messages {
        sender.write(frame(0x82, &[7; MESSAGE]));
        sender.read(MESSAGE + 4).await;
    }
}

/// Returns the sum of the samples that begin with this name and these labels.
async fn metric(client: &mut Http2, name: &str) -> u64 {
    let request = client.request(Method::GET, "/metrics");
    let body = client.send_request(request).await.body;
    let samples = body.lines().filter(|line| line.starts_with(name));
    samples.map(|line| line.rsplit(' ').next().expect("a value").parse::<u64>().expect("a number")).sum()
}

/// Waits until at most this many connections are open, and no bytes are queued for them.
async fn wait_for_connections(client: &mut Http2, count: u64) {
    with_timeout("closed connections", async {
        while metric(client, "yodel_connections{").await > count || metric(client, "yodel_queue_bytes{").await > 0 {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    })
    .await;
}

#[tokio::test]
async fn closes_a_stream_that_is_not_read() {
    let (server, folder) = start();
    let (mut stalled, mut active) = (connect(&server, &folder).await, connect(&server, &folder).await);
    let mut slow = stalled.open("/ws/broadcast").await;
    let mut sender = active.open("/ws/broadcast").await;
    // The stream's window, the socket and the queue take far less.
    broadcast(&mut sender, 200).await;
    wait_for_connections(&mut active, 1).await;
    assert_eq!(metric(&mut active, r#"yodel_connections_closed_total{code="1013"}"#).await, 1);

    // The close frame did not fit into the window.
    let received = slow.read_to_end().await;
    assert!(received.len() < 100 * MESSAGE, "{} bytes were queued", received.len());
    broadcast(&mut sender, 10).await;
}

#[tokio::test]
async fn resets_a_stream_whose_end_is_not_read() {
    let (server, folder) = start_with(ServerConfig { response_timeout: Duration::from_secs(2), ..config() });
    let (mut stalled, mut active) = (connect(&server, &folder).await, connect(&server, &folder).await);
    let mut slow = stalled.open("/ws/broadcast").await;
    let mut sender = active.open("/ws/broadcast").await;
    broadcast(&mut sender, 200).await;
    wait_for_connections(&mut active, 1).await;
    let reset = before_default(defaults::RESPONSE_TIMEOUT, "a reset", slow.reset_by_server()).await;
    assert_eq!(reset, Reason::CANCEL);
}

#[tokio::test]
async fn a_stalled_stream_does_not_delay_others_on_its_connection() {
    let (server, folder) = start();
    let mut client = connect(&server, &folder).await;
    let mut slow = client.open("/ws/broadcast").await;
    let mut echo = client.open("/ws/echo").await;
    let mut other = connect(&server, &folder).await;
    let mut sender = other.open("/ws/broadcast").await;
    // Less than the window that the streams of a client share.
    broadcast(&mut sender, 10).await;
    for _ in 0..10 {
        echo.write(frame(0x81, b"quick"));
        assert_eq!(echo.read(7).await, b"\x81\x05quick");
    }
    assert_eq!(slow.read(10 * (MESSAGE + 4)).await.len(), 10 * (MESSAGE + 4));
}

#[tokio::test]
async fn a_reset_releases_what_was_queued() {
    let (server, folder) = start();
    let (mut stalled, mut active) = (connect(&server, &folder).await, connect(&server, &folder).await);
    let slow = stalled.open("/ws/broadcast").await;
    let mut sender = active.open("/ws/broadcast").await;
    // More than the stream's window, less than the window and the queue together.
    broadcast(&mut sender, 24).await;
    assert!(metric(&mut active, "yodel_queue_bytes{").await > 0, "bytes wait for the slow stream");
    slow.reset();
    wait_for_connections(&mut active, 1).await;
    broadcast(&mut sender, 100).await;
    let mut again = stalled.open("/ws/echo").await;
    again.write(frame(0x81, b"on the same connection"));
    again.read(24).await;
}

#[tokio::test]
async fn survives_a_flood_of_opened_and_reset_streams() {
    let (server, folder) = start();
    let (mut hostile, mut other) = (connect(&server, &folder).await, connect(&server, &folder).await);
    let mut echo = other.open("/ws/echo").await;
    // The server may end the connection (CVE-2023-44487).
    for _ in 0..1_000 {
        if !hostile.open_and_reset("/ws/broadcast").await {
            break;
        }
    }
    // More streams than a connection may have open at a time.
    let mut persistent = connect(&server, &folder).await;
    for _ in 0..300 {
        persistent.open("/ws/broadcast").await.reset();
    }
    wait_for_connections(&mut other, 1).await;
    echo.write(frame(0x81, b"untouched"));
    assert_eq!(echo.read(11).await, b"\x81\x09untouched");
    drop((hostile, persistent));
    let mut again = connect(&server, &folder).await;
    again.open("/ws/broadcast").await;
}

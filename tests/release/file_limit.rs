//! The server raises a low soft limit of open files to serve more connections.

use support::yodel::shell;
use support::{TestClient, Yodel};

const CLIENTS: usize = 300;

/// Limit of open files in a test of a small one.
const FEW_FILES: usize = 100;

#[tokio::test]
async fn caps_connections_at_the_file_limit_and_rejects_the_rest_with_503() {
    let script = format!("ulimit -n {FEW_FILES} && exec \"$0\" serve --listen 127.0.0.1:0 --max-connections 1000");
    let yodel = Yodel::start(shell(&script)).await;
    let url = format!("ws://{}/ws", yodel.address());
    let (mut clients, mut rejected) = (Vec::new(), 0);
    for _ in 0..FEW_FILES {
        match TestClient::try_connect(&url, &[]).await {
            Ok(client) => clients.push(client),
            Err(status) => {
                assert_eq!(status, 503);
                rejected += 1;
            }
        }
    }
    assert!(clients.len() >= 20 && rejected > 0, "{} clients, {rejected} rejected", clients.len());
    for client in &mut clients {
        client.send("served").await;
        assert_eq!(client.receive().await, "served");
    }
    drop(clients);
    yodel.signal("TERM").await;
    let log = yodel.wait_for_exit().await.log;
    for words in ["`max_connections` is more than the file limit allows", "wanted=1000", "max_connections=36"] {
        assert!(log.contains(words), "{words} is not in: {log}");
    }
    assert!(!log.contains("cannot accept"), "{log}");
}

#[tokio::test]
async fn names_the_limit_that_caps_another_one() {
    let yodel = Yodel::serve(&["--max-sockets", "10", "--max-connections", "11"]).await;
    yodel.signal("TERM").await;
    let log = yodel.wait_for_exit().await.log;
    for words in ["`max_connections` is more than `max_sockets` allows", "wanted=11", "max_connections=10"] {
        assert!(log.contains(words), "{words} is not in: {log}");
    }
    assert!(!log.contains("ulimit"), "{log}");
}

#[tokio::test]
async fn raises_a_low_file_limit_and_accepts_300_connections() {
    let low_limit = "ulimit -Sn 256 && exec \"$0\" serve --listen 127.0.0.1:0 --ping 24h";
    let yodel = Yodel::start(shell(low_limit)).await;
    let url = format!("ws://{}/ws", yodel.address());
    let mut clients = Vec::with_capacity(CLIENTS);
    for _ in 0..CLIENTS {
        clients.push(TestClient::connect(&url).await);
    }
    for client in &mut clients {
        client.send("still room").await;
        assert_eq!(client.receive().await, "still room");
    }
    drop(clients);
    yodel.signal("TERM").await;
    let log = yodel.wait_for_exit().await.log;
    for words in ["file limit raised", "connection limits set"] {
        assert!(log.contains(words), "{words} is not in: {log}");
    }
}

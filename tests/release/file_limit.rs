//! The server raises a low soft limit of open files to serve more connections.

use std::process::Stdio;

use support::yodel::root;
use support::{TestClient, Yodel};
use tokio::process::Command;

const CLIENTS: usize = 300;

/// Returns a command that starts the server with a low soft limit of open files.
fn command_with_low_limit() -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -Sn 256 && exec \"$0\" serve --listen 127.0.0.1:0 --ping 24h"]);
    shell.arg(root().join("target/release/yodel")).env_clear().stdin(Stdio::null()).kill_on_drop(true);
    shell
}

#[tokio::test]
async fn raises_a_low_file_limit_and_accepts_300_connections() {
    let yodel = Yodel::start(command_with_low_limit()).await;
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
    for words in ["file limit raised", "connection limit set"] {
        assert!(log.contains(words), "{words} is not in: {log}");
    }
}

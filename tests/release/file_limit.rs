//! More connections than a shell's usual file limit allows: the server raises it as far as it may.

use std::process::Stdio;

use support::yodel::root;
use support::{TestClient, Yodel};
use tokio::process::Command;

const CROWD: usize = 300;

/// The server, started by a shell with a low limit that may be raised.
fn limited() -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -Sn 256 && exec \"$0\" serve --listen 127.0.0.1:0"]);
    shell.arg(root().join("target/release/yodel")).env_clear().stdin(Stdio::null()).kill_on_drop(true);
    shell
}

#[tokio::test]
async fn a_low_file_limit_is_raised_and_said_and_300_may_come() {
    let yodel = Yodel::start(limited()).await;
    let url = format!("ws://{}/ws", yodel.address());
    let mut crowd = Vec::with_capacity(CROWD);
    for _ in 0..CROWD {
        crowd.push(TestClient::connect(&url).await);
    }
    for client in &mut crowd {
        client.send("still room").await;
        assert_eq!(client.receive().await, "still room");
    }
    drop(crowd);
    yodel.signal("TERM").await;
    let log = yodel.ended().await.log;
    for words in ["file limit raised", "room for "] {
        assert!(log.contains(words), "{words} is not in: {log}");
    }
}

//! A node as a process.

use std::fs::File;
use std::net::SocketAddr;
use std::process::Stdio;

use support::yodel;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

/// Settings with which nothing but a loss ends a history: a client can always recover.
const LIMITS: [&str; 8] =
    ["--history-messages", "100000", "--recover-max", "100000", "--history-age", "1h", "--drain", "3s"];

/// A running `yodel serve`; killed on drop.
pub struct ChaosNode {
    child: Child,
    pub address: SocketAddr,
    /// Kept open, or the node could not write.
    _output: Lines<BufReader<ChildStdout>>,
}

impl ChaosNode {
    /// Starts a node on a free port. Returns `None` if it ends at once, as without Redis.
    pub async fn try_start(name: &str, redis: &str) -> Option<Self> {
        let mut command = yodel::command(&["serve", "--listen", "127.0.0.1:0", "--redis", redis, "--node", name]);
        command.args(LIMITS).stdout(Stdio::piped()).stderr(log(name));
        let mut child = command.spawn().expect("binary can be run");
        let mut output = BufReader::new(child.stdout.take().expect("output is piped")).lines();
        let url = support::with_timeout("the node's URL", output.next_line()).await.expect("output is readable")?;
        let address = url.strip_prefix("http://").and_then(|address| address.parse().ok());
        Some(Self { child, address: address.expect("a valid address"), _output: output })
    }

    /// Kills the node, as a crash would.
    pub async fn kill(mut self) {
        support::with_timeout("killing a node", self.child.kill()).await.expect("node can be killed");
    }

    /// Stops the node gracefully, and waits for its end.
    pub async fn drain(mut self) {
        self.signal("TERM").await;
        support::with_timeout("the end of a node", self.child.wait()).await.expect("node can be awaited");
    }

    /// Sends a signal by name, such as `STOP`.
    pub async fn signal(&self, name: &str) {
        yodel::signal(&self.child, name).await;
    }
}

/// Returns where the log goes: to a file in the folder `CHAOS_LOGS`, if set.
fn log(name: &str) -> Stdio {
    let Some(folder) = std::env::var_os("CHAOS_LOGS") else { return Stdio::null() };
    let file = std::path::Path::new(&folder).join(format!("{name}.log"));
    File::options().create(true).append(true).open(file).map_or_else(|_| Stdio::null(), Stdio::from)
}

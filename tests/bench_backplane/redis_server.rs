//! A Redis with `appendfsync always`, on a free port.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use support::yodel::root;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Pause between two attempts to reach the server.
const POLL: Duration = Duration::from_millis(2);

/// A running `redis-server`; killed on drop.
#[derive(Debug)]
pub struct RedisServer {
    folder: TempDir,
    /// Address of the server.
    pub address: SocketAddr,
    process: Child,
}

impl RedisServer {
    /// Starts a server without data.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = address.expect("a free port");
        let process = spawn(&folder, address);
        let server = Self { folder, address, process };
        server.wait_until_ready().await;
        server
    }

    /// Kills the server, and starts it again with its data. Returns when it is ready.
    pub async fn restart(&mut self) {
        self.process.kill().expect("process can be killed");
        self.process.wait().expect("process can be awaited");
        self.process = spawn(&self.folder, self.address);
        self.wait_until_ready().await;
    }

    /// Returns the process id.
    pub fn id(&self) -> String {
        self.process.id().to_string()
    }

    /// Returns a number of `INFO`, such as `used_memory` or `cmdstat_evalsha:calls`.
    pub async fn info(&self, name: &str) -> f64 {
        let info = self.command("INFO everything").await.expect("Redis answers");
        let (line, field) = name.split_once(':').unwrap_or((name, ""));
        let value = info.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':')).unwrap_or_default();
        let fields = value.split(',').find_map(|text| text.strip_prefix(field)?.strip_prefix('='));
        fields.unwrap_or(value).trim().parse().unwrap_or(0.0)
    }

    async fn wait_until_ready(&self) {
        while self.command("PING").await.is_none_or(|answer| answer != "+PONG\r\n") {
            tokio::time::sleep(POLL).await;
        }
    }

    /// Sends an inline command on a connection of its own, and returns the answer; `None` without one.
    async fn command(&self, command: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).await.ok()?;
        stream.write_all(format!("{command}\r\nQUIT\r\n").as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        Some(answer.strip_suffix("+OK\r\n")?.to_owned())
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(folder: &TempDir, address: SocketAddr) -> Child {
    let mut command = Command::new(program());
    command.current_dir(folder.path()).args(["--bind", "127.0.0.1", "--port", &address.port().to_string()]);
    command.args(["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--save", ""]);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.spawn().expect("redis-server can be run: install Redis, or run `make tools`")
}

fn program() -> PathBuf {
    let installed = root().join(".tools/bin/redis-server");
    if installed.exists() { installed } else { "redis-server".into() }
}

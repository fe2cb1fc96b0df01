//! The release binary, as `make build` leaves it, run as a process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::soon;

/// A running `yodel serve`; killed when it is dropped.
#[derive(Debug)]
pub struct Yodel {
    child: Child,
    /// What it printed: `http://127.0.0.1:PORT`.
    pub url: String,
}

/// How a run of the binary ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// What it printed to standard error: the log, and an error.
    pub log: String,
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A command that runs the binary with these arguments, and nothing from the environment.
pub fn command(arguments: &[&str]) -> Command {
    let binary = root().join("target/release/yodel");
    assert!(binary.is_file(), "there is no target/release/yodel: run `make build` first");
    let mut command = Command::new(binary);
    command.args(arguments).env_clear().stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs the binary until it ends by itself.
pub async fn run(arguments: &[&str]) -> Ended {
    let output = soon("the command ends", command(arguments).output()).await.expect("the binary runs");
    Ended { status: output.status, log: String::from_utf8_lossy(&output.stderr).into_owned() }
}

impl Yodel {
    /// Starts `yodel serve` on a free port with these further arguments.
    pub async fn serve(arguments: &[&str]) -> Self {
        Self::serve_at("127.0.0.1:0", arguments).await
    }

    /// Starts `yodel serve` on this address.
    pub async fn serve_at(listen: &str, arguments: &[&str]) -> Self {
        let mut command = command(&["serve", "--listen", listen]);
        command.args(arguments);
        Self::start(command).await
    }

    /// Starts it by this command.
    pub async fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let url = soon("the address", lines.next_line()).await.expect("readable");
        match url {
            Some(url) => Self { child, url },
            None => panic!("yodel did not start: {}", soon("its end", log(&mut child)).await),
        }
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> SocketAddr {
        let (_, address) = self.url.split_once("://").expect("a URL");
        address.parse().expect("an address")
    }

    /// Its process id.
    pub fn id(&self) -> String {
        self.child.id().expect("it runs").to_string()
    }

    /// Sends a signal by its name.
    pub async fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id()]).status().await.expect("kill is there");
        assert!(sent.success());
    }

    /// Ends it as a crash would: no close frames, no goodbye.
    pub async fn kill(mut self) {
        soon("it dies", self.child.kill()).await.expect("it can be killed");
    }

    /// Waits until it has ended by itself.
    pub async fn ended(mut self) -> Ended {
        let log = soon("its log ends", log(&mut self.child)).await;
        let status = soon("it ends", self.child.wait()).await.expect("it can be waited for");
        Ended { status, log }
    }
}

async fn log(child: &mut Child) -> String {
    let mut log = String::new();
    let mut stderr = child.stderr.take().expect("piped");
    stderr.read_to_string(&mut log).await.expect("the log is text");
    log
}

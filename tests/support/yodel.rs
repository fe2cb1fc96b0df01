//! The release binary of `make build`, run as a process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::with_timeout;

/// A running `yodel serve`; killed on drop.
#[derive(Debug)]
pub struct Yodel {
    child: Child,
    /// URL that it printed: `http://127.0.0.1:PORT`.
    pub url: String,
}

/// Exit status and standard error of a finished process.
#[derive(Debug)]
pub struct ProcessOutput {
    /// Exit status.
    pub status: ExitStatus,
    /// Standard error: the log and the error message.
    pub log: String,
}

/// Returns the root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Returns a command that runs the binary with these arguments and an empty environment.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments);
    isolate(&mut command);
    command
}

/// Returns a command that runs a shell script with an empty environment. `"$0"` is the binary.
pub fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(binary());
    isolate(&mut command);
    command
}

fn binary() -> PathBuf {
    let binary = root().join("target/release/yodel");
    assert!(binary.is_file(), "target/release/yodel does not exist; run `make build`");
    binary
}

fn isolate(command: &mut Command) {
    // No load balancer waits for a shutdown.
    command.env_clear().env("YODEL_LAME_DUCK", "0s").stdin(Stdio::null()).kill_on_drop(true);
}

/// Reads the output of `yodel serve` up to its URL, and returns the address in it.
pub async fn read_address(lines: &mut Lines<BufReader<ChildStdout>>) -> SocketAddr {
    with_timeout("the address", async {
        loop {
            let line = lines.next_line().await.expect("output is readable").expect("server prints its URL");
            if let Some(address) = line.trim().strip_prefix("http://") {
                return address.parse().expect("valid address");
            }
        }
    })
    .await
}

/// Runs the binary until it exits.
pub async fn run(arguments: &[&str]) -> ProcessOutput {
    let output = with_timeout("the process's exit", command(arguments).output()).await.expect("binary can be run");
    ProcessOutput { status: output.status, log: String::from_utf8_lossy(&output.stderr).into_owned() }
}

/// Sends a signal by name, such as `TERM`, to a running process.
pub async fn signal(child: &Child, name: &str) {
    let id = child.id().expect("process is running").to_string();
    let sending = Command::new("kill").args([&format!("-{name}"), &id]).status();
    assert!(with_timeout("`kill`", sending).await.expect("`kill` can be run").success());
}

/// Arguments for a server that sends no pings: it would close a client that a test does not read from while it drives a
/// browser.
pub const NO_PINGS: [&str; 2] = ["--ping", "1h"];

impl Yodel {
    /// Starts `yodel serve` on a free loopback port with additional arguments.
    pub async fn serve(arguments: &[&str]) -> Self {
        Self::serve_at("127.0.0.1:0", arguments).await
    }

    /// Starts `yodel serve` on this address with additional arguments.
    pub async fn serve_at(listen: &str, arguments: &[&str]) -> Self {
        let mut command = command(&["serve", "--listen", listen]);
        command.args(arguments);
        Self::start(command).await
    }

    /// Starts a command that runs `yodel serve`, and waits for its URL.
    pub async fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("binary can be run");
        let mut lines = BufReader::new(child.stdout.take().expect("output is piped")).lines();
        let url = with_timeout("the server's URL", lines.next_line()).await.expect("output is readable");
        match url {
            Some(url) => Self { child, url },
            None => panic!("yodel did not start: {}", with_timeout("reading its log", log(&mut child)).await),
        }
    }

    /// Returns the address in the URL: `127.0.0.1:PORT`.
    pub fn address(&self) -> SocketAddr {
        let (_, address) = self.url.split_once("://").expect("a URL");
        address.parse().expect("valid address")
    }

    /// Returns the process id.
    pub fn id(&self) -> String {
        self.child.id().expect("process is running").to_string()
    }

    /// Sends a signal by name, such as `TERM`.
    pub async fn signal(&self, name: &str) {
        signal(&self.child, name).await;
    }

    /// Kills the process, as a crash would: without close frames.
    pub async fn kill(mut self) {
        with_timeout("killing the process", self.child.kill()).await.expect("process can be killed");
    }

    /// Waits until the process exits. Does not read its log.
    pub async fn status(mut self) -> ExitStatus {
        with_timeout("the process's exit", self.child.wait()).await.expect("process can be awaited")
    }

    /// Reads the log up to the first line that contains a text, and returns that line.
    pub async fn wait_for_line(mut self, text: &str) -> String {
        let mut lines = BufReader::new(self.child.stderr.take().expect("output is piped")).lines();
        with_timeout(text, async {
            loop {
                let line = lines.next_line().await.expect("log is UTF-8").expect("process is running");
                if line.contains(text) {
                    return line;
                }
            }
        })
        .await
    }

    /// Waits until the process exits.
    pub async fn wait_for_exit(mut self) -> ProcessOutput {
        let log = with_timeout("the end of the log", log(&mut self.child)).await;
        let status = with_timeout("the process's exit", self.child.wait()).await.expect("process can be awaited");
        ProcessOutput { status, log }
    }
}

async fn log(child: &mut Child) -> String {
    let mut log = String::new();
    let mut stderr = child.stderr.take().expect("output is piped");
    stderr.read_to_string(&mut log).await.expect("log is UTF-8");
    log
}

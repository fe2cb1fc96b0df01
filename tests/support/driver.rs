//! `WebDriver` processes: each starts and controls one browser.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::with_timeout;

/// A running driver process; killed on drop.
#[derive(Debug)]
pub(crate) struct Driver {
    /// URL of the `WebDriver` endpoint.
    pub url: String,
    _child: Child,
    /// Kept open so that later output does not fail in the process.
    _output: Lines<BufReader<ChildStdout>>,
    home: TempDir,
}

impl Driver {
    /// Starts a driver, which prints its port after `prefix`. The driver and its browser get an empty
    /// temporary home folder.
    pub async fn start(program: &str, arguments: &[&str], prefix: &str) -> Self {
        let home = tempfile::tempdir().expect("temporary folder");
        let mut command = Command::new(program);
        command.args(arguments).env("HOME", home.path()).env("TMPDIR", home.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let spawned = command.spawn();
        let mut child = spawned.unwrap_or_else(|error| panic!("cannot start {program}: {error}; run `make tools`"));
        let mut output = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let port = with_timeout("the driver's port", port(&mut output, prefix)).await;
        Self { url: format!("http://127.0.0.1:{port}"), _child: child, _output: output, home }
    }

    /// Returns the home folder of the driver and its browser.
    pub fn home(&self) -> &Path {
        self.home.path()
    }
}

async fn port(output: &mut Lines<BufReader<ChildStdout>>, prefix: &str) -> u16 {
    while let Some(line) = output.next_line().await.expect("output is readable") {
        if let Some((_, port)) = line.split_once(prefix) {
            return port.trim_end_matches('.').parse().expect("a port number");
        }
    }
    panic!("driver exited before it printed its port");
}

//! Drivers: the process that starts one browser and tells it what a test wants.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::soon;

/// A driver's process; killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Driver {
    /// Where it listens.
    pub url: String,
    _child: Child,
    /// Open as long as the process, which may say more.
    _output: Lines<BufReader<ChildStdout>>,
    home: TempDir,
}

impl Driver {
    /// Starts one, which says its port after these words. It and its browser have a home of their
    /// own: nothing is found there, and nothing stays.
    pub async fn start(program: &str, arguments: &[&str], words: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(program);
        command.args(arguments).env("HOME", home.path()).env("TMPDIR", home.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let spawned = command.spawn();
        let mut child =
            spawned.unwrap_or_else(|error| panic!("{program}: {error}; `make tools` installs what the tests need"));
        let mut output = BufReader::new(child.stdout.take().expect("piped")).lines();
        let port = soon("the driver's port", port(&mut output, words)).await;
        Self { url: format!("http://127.0.0.1:{port}"), _child: child, _output: output, home }
    }

    /// The folder for what it and its browser write.
    pub fn home(&self) -> &Path {
        self.home.path()
    }
}

async fn port(output: &mut Lines<BufReader<ChildStdout>>, words: &str) -> u16 {
    while let Some(line) = output.next_line().await.expect("readable") {
        if let Some((_, port)) = line.split_once(words) {
            return port.trim_end_matches('.').parse().expect("a port");
        }
    }
    panic!("the driver ended");
}

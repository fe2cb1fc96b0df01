//! Three nodes, `HAProxy` and Redis, started by `scripts/cluster`.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use crate::page::POLL_INTERVAL;
use crate::process_group::ProcessGroup;
use crate::with_timeout;
use crate::yodel::root;

/// The parts, by their names in the output of the script.
pub const PARTS: [&str; 5] = ["HAProxy", "yodel-1", "yodel-2", "yodel-3", "Redis"];

/// A running `scripts/cluster` on free ports. It and all that it has started are killed on drop.
#[derive(Debug)]
pub struct Cluster {
    group: ProcessGroup,
    output: PathBuf,
}

impl Cluster {
    /// Runs the script, and waits until every part has started.
    ///
    /// # Panics
    /// Panics if the script fails.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let output = folder.path().join("output");
        let file = File::create(&output).expect("folder is writable");
        let mut command = Command::new(root().join("scripts/cluster"));
        command.env("PORT", "0").env("TMPDIR", folder.path()).stdin(Stdio::null());
        command.stderr(file.try_clone().expect("a file")).stdout(file);
        let group = ProcessGroup::start(&mut command, folder).expect("the script can be run");
        let mut cluster = Self { group, output };
        cluster.wait_for("Ctrl-C ends everything").await;
        cluster
    }

    /// Waits until the script has printed a text.
    ///
    /// # Panics
    /// Panics if the script ends before.
    pub async fn wait_for(&mut self, text: &str) {
        with_timeout(text, async {
            while !self.output().contains(text) {
                let ended = self.group.leader.try_wait().expect("process can be awaited");
                assert_eq!(ended, None, "{}", self.output());
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        })
        .await;
    }

    /// Returns what the script has printed.
    pub fn output(&self) -> String {
        fs::read_to_string(&self.output).expect("output is UTF-8")
    }

    /// Returns the address of a part.
    pub fn address(&self, part: &str) -> SocketAddr {
        let (url, _) = self.line(part);
        url.split_once("://").and_then(|(_, address)| address.parse().ok()).expect("an address")
    }

    /// Returns the identifier of the process that a part had at first.
    pub fn process(&self, part: &str) -> String {
        self.line(part).1
    }

    /// Sends a signal by name to a process of the script.
    pub fn kill(process: &str, signal: &str) {
        let sent = Command::new("kill").args([&format!("-{signal}"), process]).status();
        assert!(sent.expect("`kill` can be run").success(), "{signal} to {process}");
    }

    /// Ends the script with a signal by name, and waits until it has ended. Returns its status.
    pub async fn end(&mut self, signal: &str) -> ExitStatus {
        Self::kill(&self.group.leader.id().to_string(), signal);
        with_timeout("the script's exit", async {
            loop {
                if let Some(status) = self.group.leader.try_wait().expect("process can be awaited") {
                    return status;
                }
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        })
        .await
    }

    /// Returns the names of the script's temporary files.
    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.group.folder()).expect("folder is readable");
        let names = entries.map(|entry| entry.expect("folder is readable").file_name().to_string_lossy().into_owned());
        names.filter(|name| name != "output").collect()
    }

    /// Returns URL and process of a part, from a line `http://127.0.0.1:PORT    PART, process ID`.
    fn line(&self, part: &str) -> (String, String) {
        let (output, start) = (self.output(), format!("{part}, process "));
        let found = output.lines().find_map(|line| {
            let (url, rest) = line.trim().split_once("    ")?;
            Some((url.to_owned(), rest.strip_prefix(&start)?.to_owned()))
        });
        found.unwrap_or_else(|| panic!("no {part} in {output}"))
    }
}

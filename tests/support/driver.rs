//! `WebDriver` processes: each starts and controls one browser.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::with_timeout;

/// Maximum number of starts of a driver. `chromedriver --port=0` picks a free port of IPv4 and exits if another process
/// has the same port of IPv6.
const START_ATTEMPTS: u32 = 5;

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
    ///
    /// # Panics
    /// Panics if the program cannot be started, or exits before it prints its port in every attempt.
    pub async fn start(program: &str, arguments: &[&str], prefix: &str) -> Self {
        for _ in 0..START_ATTEMPTS {
            if let Some(driver) = Self::try_start(program, arguments, prefix).await {
                return driver;
            }
        }
        panic!("{program} exited {START_ATTEMPTS} times before it printed its port");
    }

    /// Returns `None` if the driver exits before it prints its port.
    async fn try_start(program: &str, arguments: &[&str], prefix: &str) -> Option<Self> {
        let home = tempfile::tempdir().expect("temporary folder");
        let mut command = Command::new(program);
        command.args(arguments).env("HOME", home.path()).env("TMPDIR", home.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let spawned = command.spawn();
        let mut child = spawned.unwrap_or_else(|error| panic!("cannot start {program}: {error}; run `make tools`"));
        let mut output = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let port = with_timeout("the driver's port", port(&mut output, prefix)).await?;
        Some(Self { url: format!("http://127.0.0.1:{port}"), _child: child, _output: output, home })
    }

    /// Returns the home folder of the driver and its browser.
    pub fn home(&self) -> &Path {
        self.home.path()
    }
}

/// Returns `None` if the output ends before the port.
async fn port(output: &mut Lines<BufReader<ChildStdout>>, prefix: &str) -> Option<u16> {
    while let Some(line) = output.next_line().await.expect("output is readable") {
        if let Some((_, port)) = line.split_once(prefix) {
            return Some(port.trim_end_matches('.').parse().expect("a port number"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::Driver;

    /// Writes a program that exits at once, until its file `count` has this many bytes.
    fn failing_program(folder: &std::path::Path, failures: usize) -> String {
        let program = folder.join("driver");
        let script = format!(
            "#!/bin/sh\ncount={}/count\nprintf x >> $count\n[ $(wc -c < $count) -gt {failures} ] || exit 1\necho ready on 4242.\nexec sleep 60\n",
            folder.display()
        );
        std::fs::write(&program, script).expect("folder is writable");
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("own file");
        program.to_str().expect("path is UTF-8").to_owned()
    }

    #[tokio::test]
    async fn starts_again_when_the_port_was_taken() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let driver = Driver::start(&failing_program(folder.path(), 2), &[], "ready on ").await;
        assert_eq!(driver.url, "http://127.0.0.1:4242");
    }

    #[tokio::test]
    #[should_panic(expected = "exited 5 times")]
    async fn a_driver_that_always_exits_is_an_error() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let _driver = Driver::start(&failing_program(folder.path(), 99), &[], "ready on ").await;
    }
}

//! `WebDriver` processes: each starts and controls one browser.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};

use crate::process_group::ProcessGroup;
use crate::with_timeout;

/// Maximum number of starts of a driver. `chromedriver --port=0` picks a free port of IPv4 and exits if another process
/// has the same port of IPv6.
const START_ATTEMPTS: u32 = 5;

/// A running driver process; killed together with its browser on drop and at the end of this program.
#[derive(Debug)]
pub(crate) struct Driver {
    /// URL of the `WebDriver` endpoint.
    pub url: String,
    group: ProcessGroup,
    /// Kept open so that later output does not fail in the process.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts a driver, which prints its port after `prefix`. The driver and its browser get an empty
    /// temporary home folder.
    ///
    /// # Panics
    /// Panics if the program cannot be started, or exits before it prints its port in every attempt.
    pub async fn start(program: &str, arguments: &[&str], prefix: &'static str) -> Self {
        for _ in 0..START_ATTEMPTS {
            if let Some(driver) = Self::try_start(program, arguments, prefix).await {
                return driver;
            }
        }
        panic!("{program} exited {START_ATTEMPTS} times before it printed its port");
    }

    /// Returns `None` if the driver exits before it prints its port.
    async fn try_start(program: &str, arguments: &[&str], prefix: &'static str) -> Option<Self> {
        let home = tempfile::tempdir().expect("temporary folder");
        let mut command = Command::new(program);
        command.args(arguments).env("HOME", home.path()).env("TMPDIR", home.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let started = ProcessGroup::start(&mut command, home);
        let mut group = started.unwrap_or_else(|error| panic!("cannot start {program}: {error}; run `make tools`"));
        let mut output = BufReader::new(group.leader.stdout.take().expect("stdout is piped"));
        // After a timeout, the group is killed, which ends the thread that reads.
        let reading = tokio::task::spawn_blocking(move || (port(&mut output, prefix), output));
        let (port, output) = with_timeout("the driver's port", reading).await.expect("output is readable");
        Some(Self { url: format!("http://127.0.0.1:{}", port?), group, _output: output })
    }

    /// Returns the home folder of the driver and its browser.
    pub fn home(&self) -> &Path {
        self.group.folder()
    }
}

/// Returns `None` if the output ends before the port.
fn port(output: &mut impl BufRead, prefix: &str) -> Option<u16> {
    let mut line = String::new();
    while output.read_line(&mut line).expect("output is UTF-8") > 0 {
        if let Some((_, port)) = line.split_once(prefix) {
            return Some(port.trim_end().trim_end_matches('.').parse().expect("a port number"));
        }
        line.clear();
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

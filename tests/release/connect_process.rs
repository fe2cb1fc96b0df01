//! `yodel connect` as a process: its arguments, input, output and end.

use std::process::{Output, Stdio};

use serde_json::Value;
use support::yodel::{self, command};
use support::{Yodel, with_timeout};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

pub fn connect(url: &str, flags: &[&str]) -> Command {
    let mut command = command(&["connect", url]);
    command.args(flags);
    command
}

pub fn at(yodel: &Yodel, path: &str) -> String {
    format!("ws://{}{path}", yodel.address())
}

pub async fn output(mut command: Command) -> Output {
    with_timeout("the process's exit", command.output()).await.expect("binary can be run")
}

/// Runs a command with this standard input.
pub async fn run_with_input(mut command: Command, input: String) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("binary can be run");
    let mut stdin = child.stdin.take().expect("stream is piped");
    let writing = tokio::spawn(async move { stdin.write_all(input.as_bytes()).await });
    let output = with_timeout("the process's exit", child.wait_with_output()).await.expect("process is running");
    let _ = writing.await;
    output
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts exit status 0 and returns standard output.
pub fn stdout_on_success(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    stdout(output)
}

/// Asserts exit status 1 and one error line that contains all of these words.
pub fn assert_failure(output: &Output, words: &[&str]) {
    let log = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{log}");
    let error = log.lines().last().unwrap_or_default();
    assert!(error.starts_with("error: ") && log.matches("error: ").count() == 1, "{log}");
    for word in words {
        assert!(error.contains(word), "{word} is not in: {log}");
    }
}

pub fn json_lines(output: &Output) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    stdout_on_success(output).lines().map(parse).collect()
}

/// A running `yodel connect --json`.
pub struct ConnectProcess {
    child: Child,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
}

impl ConnectProcess {
    /// Starts a command with `--json --stay`.
    pub fn start(mut command: Command) -> Self {
        command.args(["--json", "--stay"]);
        Self::start_as_is(command)
    }

    /// Starts a command that has `--json`.
    pub fn start_as_is(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("binary can be run");
        let lines = BufReader::new(child.stdout.take().expect("stream is piped")).lines();
        Self { child, lines }
    }

    /// Returns the next printed object of this type.
    pub async fn next(&mut self, kind: &str) -> Value {
        self.next_of(&[kind]).await
    }

    /// Returns the next printed object of one of these types.
    pub async fn next_of(&mut self, kinds: &[&str]) -> Value {
        loop {
            let line = with_timeout(&kinds.join(", "), self.lines.next_line())
                .await
                .expect("output is readable")
                .expect("process prints further lines");
            let object: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            if kinds.iter().any(|kind| object["type"] == *kind) {
                return object;
            }
        }
    }

    /// Returns the process id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("process is running")
    }

    pub async fn signal(&self, name: &str) {
        yodel::signal(&self.child, name).await;
    }

    pub async fn wait_for_exit(mut self) -> Option<i32> {
        with_timeout("the process's exit", self.child.wait()).await.expect("process can be awaited").code()
    }
}

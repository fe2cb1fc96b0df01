//! Programs that the build runs.

use std::ffi::OsStr;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;

/// Runs a program and returns its standard output.
///
/// # Errors
/// Returns an error if the program is not installed or fails. What it says about that is on standard error.
pub fn run<A: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = A>) -> Result<String, Error> {
    run_with_input(program, arguments, "")
}

/// Runs a program with a text as its standard input; returns its standard output.
///
/// # Errors
/// Returns an error if the program is not installed or fails.
pub fn run_with_input<A: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = A>,
    input: &str,
) -> Result<String, Error> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Error::MissingTool(program.to_owned()),
        _ => Error::file(Path::new(program), error),
    };
    let mut child = command.spawn().map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read its input may have closed it.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        return Err(Error::Tool(program.to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

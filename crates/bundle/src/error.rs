//! Errors of a build.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The reason why the bundle could not be made.
#[derive(Debug)]
pub enum Error {
    /// A program is not installed.
    MissingTool(String),
    /// A program failed; its own message is on standard error.
    Tool(String),
    /// A file could not be read or written.
    File(PathBuf, io::Error),
    /// A file does not have the expected content.
    Content(PathBuf, String),
}

impl Error {
    /// Returns the error of an operation on a file.
    pub fn file(path: &Path, error: io::Error) -> Self {
        Self::File(path.to_owned(), error)
    }

    /// Returns the error of a file with unexpected content.
    pub fn content(path: &Path, message: impl fmt::Display) -> Self {
        Self::Content(path.to_owned(), message.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingTool(name) => write!(f, "{name} is not installed: run scripts/tools"),
            Self::Tool(name) => write!(f, "{name} failed"),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Content(path, message) => write!(f, "{}: {message}", path.display()),
        }
    }
}

impl std::error::Error for Error {}

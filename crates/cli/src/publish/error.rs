//! Why `yodel publish` ends with an error, in one line.

use std::io;
use std::path::PathBuf;

use crate::dial::DialError;

/// Why a message was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The system gave no threads or clocks.
    #[error("cannot start: {0}")]
    System(io::Error),
    /// Standard output is closed.
    #[error("it is published, but the answer cannot be printed: {0}")]
    Output(io::Error),
    /// Standard input has no text.
    #[error("standard input cannot be read: {0}")]
    Input(io::Error),
    /// The message is no JSON.
    #[error("the message is no JSON: {0} (--text sends any text)")]
    NoJson(serde_json::Error),
    /// A file cannot be read.
    #[error("{}: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
    /// A file has no key or token in it.
    #[error("{}: there is no key or token in it", .0.display())]
    NoCredentials(PathBuf),
    /// The server cannot be reached.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// The connection broke, or the answer is none. Nobody knows whether it is published.
    #[error("no answer: {0}; it may be published all the same (--key makes it safe to repeat)")]
    Broken(io::Error),
    /// The server does not want it.
    #[error("the server refused it: {status}{}{detail}", if .detail.is_empty() { "" } else { ": " })]
    Refused {
        /// The status of the answer.
        status: String,
        /// What the server says.
        detail: String,
    },
}

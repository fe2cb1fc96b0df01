//! Errors of `yodel publish`; each message is one line.

use std::io;
use std::path::PathBuf;

use crate::dial::DialError;

/// Error that ends `yodel publish`.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The runtime could not be created.
    #[error("cannot start: {0}")]
    System(io::Error),
    /// Writing the response to standard output failed.
    #[error("published, but cannot write the response to standard output: {0}")]
    Output(io::Error),
    /// Standard input cannot be read, or is not UTF-8.
    #[error("cannot read standard input: {0}")]
    Input(io::Error),
    /// The message is not valid JSON.
    #[error("the message is not valid JSON: {0} (to send plain text, use --text)")]
    InvalidJson(serde_json::Error),
    /// A file cannot be read.
    #[error("{}: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
    /// A file contains no key or token.
    #[error("{}: the file contains no key or token", .0.display())]
    NoCredentials(PathBuf),
    /// Connecting to the server failed.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// The response is missing or invalid. The message may have been published.
    #[error("no response: {0}; the message may have been published (with --key, repeating the command is safe)")]
    NoResponse(io::Error),
    /// The server responded with an error.
    #[error("the server rejected the message: {status}{}{detail}", if .detail.is_empty() { "" } else { ": " })]
    Rejected {
        /// Status code and reason phrase.
        status: String,
        /// The server's description of the error.
        detail: String,
    },
}

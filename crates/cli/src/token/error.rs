//! Errors of `yodel token`; each message is one line.

use std::io;
use std::path::PathBuf;

use yodel_server::auth::{CredentialFileError, SignerError, VerifyError};

/// Error that ends `yodel token`.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// A file cannot be read or contains no usable key.
    #[error("{}", file_in_flags(.0))]
    File(#[from] CredentialFileError),
    /// No key to sign with was given.
    #[error("no signing key: give --jwt-secret-file or --jwt-private-key")]
    NoKey,
    /// A server would not accept the claims.
    #[error("a server would not accept this token: {0}")]
    Claims(VerifyError),
    /// Signing failed.
    #[error(transparent)]
    Sign(#[from] SignerError),
    /// The operating system provided no random numbers.
    #[error("cannot get random numbers from the system: {0}")]
    Random(getrandom::Error),
    /// The file for the secret exists already or cannot be written.
    #[error("--output {}: {problem}", .file.display())]
    SecretFile {
        /// Path of the file.
        file: PathBuf,
        /// The problem.
        problem: io::Error,
    },
    /// Standard input cannot be read.
    #[error("cannot read the token from standard input: {0}")]
    Input(io::Error),
    /// The input is not a JSON Web Token.
    #[error("{0}")]
    Malformed(VerifyError),
    /// Verification with the given key failed.
    #[error("not accepted: {0}")]
    NotAccepted(VerifyError),
    /// Writing to standard output failed.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
}

/// Returns the message of a file error, with the flag in place of the setting.
fn file_in_flags(error: &CredentialFileError) -> String {
    let CredentialFileError { setting, file, problem } = error;
    format!("--{} {}: {problem}", setting.replace('_', "-"), file.display())
}

//! Why `yodel token` ends with an error, in one line.

use std::io;

use yodel_server::auth::{AuthError, SignerError, VerifyError};

/// Why `yodel token` ends with an error.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] AuthError),
    /// There is nothing to sign with.
    #[error("say what to sign with: --jwt-secret-file or --jwt-private-key")]
    NoKey,
    /// What it should claim is out of bounds.
    #[error("the server would not accept it: {0}")]
    Claims(VerifyError),
    /// The token cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignerError),
    /// The system has no randomness.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// Standard input cannot be read.
    #[error("cannot read the token from standard input: {0}")]
    Input(io::Error),
    /// What was given is no token.
    #[error("{0}")]
    Form(VerifyError),
    /// A key was given, and the token is not good for it.
    #[error("not accepted: {0}")]
    NotAccepted(VerifyError),
    /// Standard output is closed.
    #[error("cannot print it: {0}")]
    Output(io::Error),
}

//! Error of a rejected token.

/// Error of a rejected token. It contains no part of the token, so it may be logged and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The token is invalid, for the given reason.
    #[error("{0}")]
    Invalid(&'static str),
    /// The token was valid and has expired.
    #[error("the token has expired")]
    Expired,
    /// The user of the token is blocked for some time.
    #[error("the user is blocked")]
    Blocked,
}

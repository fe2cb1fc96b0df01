//! Why a token is not accepted.

/// Why a token is not accepted. Nothing of the token is in it: it may be logged and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// It never will be; what is wrong with it.
    #[error("{0}")]
    Bad(&'static str),
    /// It was good once.
    #[error("the token has expired")]
    Expired,
}

//! The limit of connections of a user.

/// Error of a connection whose user has as many connections to this node as the limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the user has reached its limit of connections")]
pub struct UserLimitReached;

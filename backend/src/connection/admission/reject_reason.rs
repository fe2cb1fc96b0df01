//! Reasons to reject a connection.

use axum::http::StatusCode;

/// The reason why a connection is rejected; its text is the body of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectReason {
    /// The server shuts down.
    #[error("The server is shutting down. Try again in a few seconds.")]
    Stopping,
    /// The server has `--max-connections` connections.
    #[error("The server has reached its limit of connections (--max-connections).")]
    Full,
    /// The address has `--max-per-address` connections.
    #[error("Your address has reached its limit of connections (--max-per-address).")]
    Address,
    /// The user has `--max-per-user` connections.
    #[error("The user has reached its limit of connections (--max-per-user).")]
    User,
    /// New connections exceed `--upgrade-rate`.
    #[error("The server has reached its rate of new connections (--upgrade-rate).")]
    Rate,
    /// The server has `--max-sockets` open sockets.
    #[error("The server has reached its limit of open sockets (--max-sockets).")]
    Sockets,
}

impl RejectReason {
    /// All reasons.
    pub const ALL: [Self; 6] = [Self::Stopping, Self::Full, Self::Address, Self::User, Self::Rate, Self::Sockets];

    /// Returns the status of the response.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Address | Self::User => StatusCode::TOO_MANY_REQUESTS,
            Self::Stopping | Self::Full | Self::Rate | Self::Sockets => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Returns the label in metrics.
    pub fn label(self) -> &'static str {
        match self {
            Self::Stopping => "stopping",
            Self::Full => "max_connections",
            Self::Address => "max_per_address",
            Self::User => "max_per_user",
            Self::Rate => "upgrade_rate",
            Self::Sockets => "max_sockets",
        }
    }

    /// Returns the value of the `Retry-After` header, in seconds.
    pub fn retry_after(self) -> u32 {
        match self {
            Self::Rate => 1,
            Self::Stopping => 5,
            Self::Full | Self::Address | Self::User | Self::Sockets => 10,
        }
    }
}

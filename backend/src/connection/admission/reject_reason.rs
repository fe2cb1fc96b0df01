//! Why somebody is not let in.

use axum::http::StatusCode;

/// Why a connection may not be opened now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectReason {
    /// The server stops.
    #[error("This server is stopping. Another one, or a new one, will answer soon.")]
    Stopping,
    /// `--max-connections`
    #[error("This server has as many connections as it takes (--max-connections).")]
    Full,
    /// `--max-per-address`
    #[error("This address has as many connections as one may have (--max-per-address).")]
    Address,
    /// `--upgrade-rate`
    #[error("Too many connections are being opened at once (--upgrade-rate).")]
    Rate,
}

impl RejectReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Stopping, Self::Full, Self::Address, Self::Rate];

    /// With which status it is refused.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Address => StatusCode::TOO_MANY_REQUESTS,
            Self::Stopping | Self::Full | Self::Rate => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A word for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Stopping => "stopping",
            Self::Full => "max_connections",
            Self::Address => "max_per_address",
            Self::Rate => "upgrade_rate",
        }
    }

    /// How many seconds later it makes sense to try again.
    pub fn retry_after(self) -> u32 {
        match self {
            Self::Rate => 1,
            Self::Stopping => 5,
            Self::Full | Self::Address => 10,
        }
    }
}

//! The states of a session.

use yodel_protocol::CloseCode;

use crate::{Generation, UrlError};

/// The failure that a session recovers from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastFailure {
    /// The close code.
    pub code: CloseCode,
    /// The close reason that the server sent; empty without one.
    pub reason: String,
    /// Number of consecutive failures without a stable connection between them, from 1.
    pub attempt: u32,
}

/// The reason why a session does not dial anymore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The caller disconnected.
    User,
    /// The server closed with a code that forbids a reconnect.
    Fatal {
        /// The close code.
        code: CloseCode,
        /// The close reason that the server sent.
        reason: String,
    },
    /// The address cannot be dialed.
    InvalidUrl(UrlError),
    /// The maximum number of attempts failed, the last one with this failure.
    Exhausted(LastFailure),
}

impl StopReason {
    /// Returns whether [`Event::RetryNow`](crate::Event::RetryNow) dials the same address again.
    pub(crate) fn can_retry(&self) -> bool {
        matches!(self, Self::Fatal { .. } | Self::Exhausted(_))
    }
}

/// The state of a session. Times are wall-clock times in milliseconds, as passed to `step`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// No connection was requested yet.
    Idle,
    /// A socket is being opened, or will be as soon as the minimum time between two dials has passed.
    Connecting(Generation),
    /// The connection is established.
    Open(Generation),
    /// A close frame was sent; the session waits for the server's close frame.
    Closing(Generation),
    /// The session waits before the next dial.
    Backoff {
        /// Time of the next dial.
        until_ms: u64,
        /// The failure before the wait.
        last_failure: LastFailure,
    },
    /// The browser reports that there is no network, which may be wrong.
    Offline {
        /// Time of the next dial if the browser reports no network until then.
        fallback_at_ms: u64,
    },
    /// The page is in the back/forward cache.
    Suspended,
    /// The session does not dial until the caller connects again.
    Stopped(StopReason),
}

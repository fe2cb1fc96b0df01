//! Where a session can be.

use yodel_protocol::CloseCode;

use crate::{BadUrl, Generation};

/// Why a session waits for the next dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The code of the last close.
    pub code: CloseCode,
    /// The server's words.
    pub reason: String,
    /// Failures in a row without a stable connection between them, from 1.
    pub attempt: u32,
}

/// Why a session does not dial any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A person disconnected.
    User,
    /// The server closed with a code that says: stay away.
    Fatal {
        /// The code.
        code: CloseCode,
        /// The server's words.
        reason: String,
    },
    /// The address cannot be dialled.
    BadUrl(BadUrl),
    /// All attempts that the session was given are used up.
    Exhausted,
}

impl Stopped {
    /// Returns whether [`Event::RetryNow`](crate::Event::RetryNow) dials the same address again.
    pub(crate) fn can_retry(&self) -> bool {
        matches!(self, Self::Fatal { .. } | Self::Exhausted)
    }
}

/// Where a session is. Times are on the clock that `step` is called with, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing was asked for yet.
    Idle,
    /// A socket is being opened, or will be as soon as it may.
    Connecting(Generation),
    /// A socket is open.
    Open(Generation),
    /// A close frame was sent; waiting for the answer.
    Closing(Generation),
    /// Waiting to dial again.
    Backoff {
        /// When.
        until_ms: u64,
        /// After what.
        why: Why,
    },
    /// The browser says that there is no network; it may be wrong.
    Offline {
        /// When to dial all the same.
        fallback_at_ms: u64,
    },
    /// The page is hidden in the back/forward cache.
    Suspended,
    /// Not dialling until a person asks.
    Stopped(Stopped),
}

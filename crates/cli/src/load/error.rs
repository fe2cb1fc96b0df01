//! Errors that end `yodel load`; each message is one line.

use std::io;
use std::time::Duration;

use jiff::SignedDuration;
use yodel_protocol::CloseCode;

use crate::dial::{DialError, excerpt};
use yodel_websocket::error::ProtocolError;

/// Error that ends `yodel load`.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A thread, a signal handler or a clock could not be created.
    #[error("cannot start: {0}")]
    System(io::Error),
    /// Writing to standard output failed.
    #[error("cannot write the report to standard output: {0}")]
    Output(io::Error),
    /// The process of --pid does not exist.
    #[error("--pid {0}: no such process on this machine")]
    NoSuchProcess(u32),
    /// The limit of open files is too low.
    #[error("{connections} connections need {needed} open files, but the limit is {limit}: raise it with `ulimit -Hn`")]
    FileLimit {
        /// Requested number of connections.
        connections: u64,
        /// Needed number of open files.
        needed: u64,
        /// The hard limit.
        limit: u64,
    },
    /// Opening a connection failed.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// The server closed a connection.
    #[error("the server closed a connection {0}")]
    Closed(String),
    /// Reading or writing failed.
    #[error("connection error: {0}")]
    Io(io::Error),
    /// The server violated the WebSocket protocol.
    #[error("protocol error by the server: {0}")]
    ProtocolError(#[from] ProtocolError),
    /// A received message differs from every sent one.
    #[error("received a message that was not sent ({length} bytes): {excerpt}")]
    UnexpectedMessage {
        /// Length in bytes.
        length: usize,
        /// Excerpt of its first line.
        excerpt: String,
    },
    /// The server sent more messages than it received.
    #[error("received more messages than were sent: measure an endpoint that broadcasts with `yodel load broadcast`")]
    TooManyMessages,
    /// --no-self with a single connection.
    #[error("--no-self needs at least two --connections: one sends and the others receive")]
    NoReceivers,
    /// The server delivers messages to their sender despite --no-self.
    #[error("the server sends messages back to their sender: remove --no-self")]
    DeliveredToSender,
    /// A message was lost, duplicated or reordered.
    #[error("received message {received} instead of message {expected}: a message was lost, duplicated or reordered")]
    OutOfOrder {
        /// The expected number.
        expected: u64,
        /// The received number.
        received: u64,
    },
    /// Nothing was received for the time of --timeout.
    #[error("timed out: nothing received for {:#} after {done} of {total} {items}", SignedDuration::try_from(*.timeout).unwrap_or(SignedDuration::MAX))]
    Stalled {
        /// The time without progress.
        timeout: Duration,
        /// Number of items received.
        done: u64,
        /// Number of expected items.
        total: u64,
        /// Name of the counted items, in the plural.
        items: &'static str,
    },
    /// Interrupted by Ctrl-C; `true` if a report of the measurement until then is printed.
    #[error("interrupted{}", if *.0 { ": the report covers the part until then" } else { " before anything was measured" })]
    Interrupted(bool),
}

impl LoadError {
    /// Creates the error for a close frame with this code and reason.
    pub fn closed(code: CloseCode, reason: &str) -> Self {
        let reason =
            if reason.is_empty() { code.name().unwrap_or("no reason").to_owned() } else { excerpt(reason.as_bytes()) };
        Self::Closed(match code {
            CloseCode::NO_CODE => "without a code".to_owned(),
            code => format!("with {} ({reason})", code.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_code_and_reason_of_a_close() {
        for (code, reason, words) in [
            (CloseCode::NO_CODE, "", "without a code"),
            (CloseCode::TRY_AGAIN_LATER, "", "with 1013 (try again later)"),
            (CloseCode::TRY_AGAIN_LATER, "too\x07slow", "with 1013 (too\u{fffd}slow)"),
            (CloseCode(3000), "", "with 3000 (no reason)"),
        ] {
            assert_eq!(LoadError::closed(code, reason).to_string(), format!("the server closed a connection {words}"));
        }
    }
}

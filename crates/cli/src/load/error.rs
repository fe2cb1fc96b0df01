//! Why a run ends before its end, in one line.

use std::io;
use std::time::Duration;

use jiff::SignedDuration;
use yodel_protocol::CloseCode;

use crate::dial::{DialError, excerpt};
use yodel_websocket::error::ProtocolError;

/// Why `yodel load` ends with an error.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system gave no threads, signals or clocks.
    #[error("cannot start: {0}")]
    System(io::Error),
    /// Standard output is closed.
    #[error("cannot print the report: {0}")]
    Output(io::Error),
    /// There is nothing to measure.
    #[error("--pid {0}: there is no such process here")]
    Process(u32),
    /// More connections than files can be open.
    #[error("{connections} connections need {needed} open files, but {allowed} is the limit here (ulimit -Hn)")]
    Files {
        /// How many were asked for.
        connections: u64,
        /// The files they need.
        needed: u64,
        /// The hard limit.
        allowed: u64,
    },
    /// No connection could be opened.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// The server closed an open connection.
    #[error("the server closed a connection {0}")]
    Closed(String),
    /// The connection broke.
    #[error("a connection broke: {0}")]
    Broken(io::Error),
    /// The server does not speak the protocol.
    #[error("the server broke the protocol: {0}")]
    Violation(#[from] ProtocolError),
    /// A message that was never sent.
    #[error("a message came that was never sent ({length} bytes): {begin}")]
    Unexpected {
        /// Its length.
        length: usize,
        /// How it begins.
        begin: String,
    },
    /// More answers than questions.
    #[error("more messages came than were sent")]
    TooMany,
    /// A broadcast to nobody.
    #[error("--no-self needs at least two --connections: the first one sends, and somebody has to listen")]
    NobodyListens,
    /// The sender hears itself.
    #[error("the server sends messages back to their sender: leave out --no-self")]
    HeardItself,
    /// A message is lost, or came twice, or late.
    #[error("message {came} came where message {due} was due: it got lost, came twice or out of order")]
    Order {
        /// The number that should have come.
        due: u64,
        /// The number that came.
        came: u64,
    },
    /// Nothing comes any more.
    #[error("gave up: nothing came for {:#} after {done} of {total} {what}", SignedDuration::try_from(*.patience).unwrap_or(SignedDuration::MAX))]
    Stalled {
        /// How long nothing came.
        patience: Duration,
        /// How many came.
        done: u64,
        /// How many there should have been.
        total: u64,
        /// Of what.
        what: &'static str,
    },
    /// Ctrl-C.
    #[error("interrupted{}", if *.0 { ": the report is of what was measured until then" } else { " before anything was measured" })]
    Interrupted(bool),
}

impl LoadError {
    /// A close frame with this code and reason.
    pub fn closed(code: CloseCode, reason: &str) -> Self {
        let why =
            if reason.is_empty() { code.name().unwrap_or("no reason").to_owned() } else { excerpt(reason.as_bytes()) };
        Self::Closed(match code {
            CloseCode::NO_CODE => "without a code".to_owned(),
            code => format!("with {} ({why})", code.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_is_said_with_its_code_and_reason() {
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

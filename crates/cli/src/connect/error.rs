//! Errors that end `yodel connect`; each message is one line with the next step.

use std::io;
use std::process::ExitCode;

use yodel_protocol::frame::ErrorReply;
use yodel_protocol::{CloseCode, RoomName};

use super::failure_text::describe_close;
use crate::dial::DialError;

/// Error that ends `yodel connect`.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The runtime or a signal handler could not be created.
    #[error("cannot start: {0}")]
    System(io::Error),
    /// The file of --token-file contains no token.
    #[error("--token-file {0}")]
    Token(String),
    /// Connecting failed, and another attempt would fail in the same way.
    #[error("{}{}", .0, hint(.0))]
    Dial(DialError),
    /// The server closed with a code that forbids a reconnect.
    #[error("{} ({})", describe_close(*.code, .reason), advice(*.code))]
    Fatal {
        /// The close code.
        code: CloseCode,
        /// The close reason, from the server.
        reason: String,
    },
    /// The connection was lost or not established, and a flag limits the number of attempts.
    #[error("{reason} ({limit} is set)")]
    GaveUp {
        /// The last failure.
        reason: String,
        /// The flag with its value.
        limit: String,
    },
    /// The connection was lost, or the server closed it with an error, and it was not restored before the end.
    #[error("{0}")]
    Ended(String),
    /// No connection was established before the end.
    #[error("not connected{}{reason}", if .reason.is_empty() { "" } else { ": " })]
    NotConnected {
        /// The last failure; empty without one.
        reason: String,
    },
    /// The server rejected a room of --join.
    #[error("cannot join {room}: {}: {}{}", .error.code, .error.message, join_advice(.error))]
    JoinRejected {
        /// The room.
        room: RoomName,
        /// The server's error.
        error: ErrorReply,
    },
    /// Writing to standard output failed.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    /// Messages that failed, or whose delivery is unknown.
    #[error("{} {} not delivered, or delivery is unknown", .0, if *.0 == 1 { "message was" } else { "messages were" })]
    Undelivered(usize),
    /// An input line could not be read.
    #[error("{0}; the rest of the input was not sent")]
    Input(String),
    /// Messages of --expect did not arrive.
    #[error("{0}")]
    Unmatched(String),
    /// A second signal arrived before the connection was closed.
    #[error("interrupted")]
    Interrupted,
}

impl ConnectError {
    /// Exit status if a message of --expect did not arrive: neither that of other errors nor that of invalid arguments.
    const UNMATCHED: u8 = 3;

    /// Returns the exit status of the command.
    pub fn exit_status(&self) -> ExitCode {
        if self.is_unmatched() { ExitCode::from(Self::UNMATCHED) } else { ExitCode::FAILURE }
    }

    /// Returns `true` if a message of --expect did not arrive.
    pub fn is_unmatched(&self) -> bool {
        matches!(self, Self::Unmatched(_))
    }
}

fn hint(error: &DialError) -> &'static str {
    match error {
        DialError::Rejected { status, .. } if status.starts_with("401") => " (authenticate with --token-file)",
        DialError::Rejected { status, .. } if status.starts_with("403") => " (is --origin or --token-file missing?)",
        DialError::Rejected { status, .. } if ["404", "200"].iter().any(|code| status.starts_with(code)) => {
            " (check the path)"
        }
        DialError::Handshake(_) => " (is this a WebSocket server that supports the subprotocol?)",
        _ => "",
    }
}

fn join_advice(error: &ErrorReply) -> &'static str {
    if error.code == yodel_protocol::ErrorCode::Forbidden { " (use a --token-file that permits it)" } else { "" }
}

fn advice(code: CloseCode) -> &'static str {
    match code.0 {
        1002 | 1003 | 1007 => "the server reports a protocol error",
        1008 => "the server's policy does not allow this",
        1009 => "send shorter messages",
        1010 => "the server requires an extension",
        4501 => "is this a Yodel server? Other servers do not support --join",
        4502 => "authenticate with a valid token: --token-file",
        4503 => "ask the operator of the server",
        4504 => "close other connections first",
        4505 => "the server could not parse a message",
        _ => "the server does not allow a reconnect",
    }
}

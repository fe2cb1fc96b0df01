//! Why `yodel connect` ends with an error, in one line that says what to do.

use std::io;

use yodel_protocol::CloseCode;

use super::words::closed;
use crate::dial::DialError;

/// Why it ended.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The system gave no threads or signals.
    #[error("cannot start: {0}")]
    System(io::Error),
    /// There is no token where it should be.
    #[error("--token-file {0}")]
    Token(String),
    /// The server cannot be reached, and will not be.
    #[error("{}{}", .0, hint(.0))]
    Dial(DialError),
    /// The server closed and does not want this client back.
    #[error("{} ({})", closed(*.code, .reason), advice(*.code))]
    Fatal {
        /// The code.
        code: CloseCode,
        /// The server's words.
        reason: String,
    },
    /// There is no connection, and `--no-reconnect` does not want another.
    #[error("gave up, as --no-reconnect says: {0}")]
    Lost(String),
    /// Not everything arrived.
    #[error("{0} of the messages did not arrive, or perhaps not")]
    Undelivered(usize),
    /// Part of the input could not be sent.
    #[error("{0}; nothing after it was sent")]
    Input(String),
    /// Somebody could not wait.
    #[error("interrupted")]
    Interrupted,
}

fn hint(error: &DialError) -> &'static str {
    match error {
        DialError::Tls(..) => " (--insecure connects to whoever it is)",
        DialError::Rejected { status, .. } if status.starts_with("401") => " (--token-file logs in)",
        DialError::Rejected { status, .. } if status.starts_with("403") => {
            " (perhaps --origin or --token-file is missing)"
        }
        DialError::Rejected { status, .. } if status.starts_with("404") => " (is the path right?)",
        DialError::Handshake(_) => " (is it a WebSocket server, and does it know the subprotocol?)",
        _ => "",
    }
}

fn advice(code: CloseCode) -> &'static str {
    match code.0 {
        1002 | 1003 | 1007 => "this server and this client do not understand each other",
        1008 => "the server does not allow this",
        1009 => "send shorter messages",
        1010 => "the server wants an extension",
        4501 => "is it a Yodel server? Without --join any WebSocket server will do",
        4502 => "log in with a good --token-file",
        4503 => "ask those who run the server",
        4504 => "close other connections first",
        4505 => "what was sent was not understood",
        _ => "the server says not to come back",
    }
}

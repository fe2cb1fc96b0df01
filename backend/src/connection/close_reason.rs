//! Close reasons.

use std::borrow::Cow;

use yodel_protocol::CloseCode;
use yodel_websocket::error::ProtocolError;

use crate::backplane::unavailable::Unavailable;
use crate::hooks::error::Rejection;

/// The reason why a connection is closed.
#[derive(Clone, Debug)]
pub enum CloseReason {
    /// The peer closed the connection with this code, or the connection was lost (1006).
    Peer(CloseCode),
    /// The server closes the connection with this code and reason.
    Server(CloseCode, Cow<'static, str>),
    /// The peer violated the WebSocket protocol. Its further input cannot be decoded.
    Protocol(ProtocolError),
}

impl CloseReason {
    /// Creates the close reason of a connection that did not respond to a ping.
    pub fn no_pong() -> Self {
        Self::Server(CloseCode::NO_PONG, "no pong".into())
    }

    /// Creates the close reason of a connection without replies whose request the message store did not answer.
    pub fn unavailable() -> Self {
        Self::Server(CloseCode::TRY_AGAIN_LATER, Unavailable.to_string().into())
    }

    /// Creates the close reason of a connection whose socket failed.
    pub fn connection_lost(_: std::io::Error) -> Self {
        Self::Peer(CloseCode::ABNORMAL)
    }

    /// Returns the close code.
    pub fn code(&self) -> CloseCode {
        match self {
            Self::Peer(code) | Self::Server(code, _) => *code,
            Self::Protocol(violation) => violation.close_code(),
        }
    }

    /// Returns the label under which the close is counted as a rejection; `None` if the peer closed, for a
    /// shutdown and for a code without a name.
    pub fn rejection_label(&self) -> Option<&'static str> {
        let is_shutdown = matches!(self.code(), CloseCode::GOING_AWAY | CloseCode::SHUTDOWN);
        let by_server = !matches!(self, Self::Peer(_)) && !is_shutdown;
        by_server.then(|| self.code().name()).flatten()
    }

    /// Returns the text of the close frame; empty if the peer closed.
    pub fn reason(&self) -> String {
        match self {
            Self::Peer(_) => String::new(),
            Self::Server(_, reason) => reason.clone().into_owned(),
            Self::Protocol(violation) => violation.to_string(),
        }
    }
}

impl From<Rejection> for CloseReason {
    fn from(rejection: Rejection) -> Self {
        Self::Server(rejection.code, rejection.reason)
    }
}

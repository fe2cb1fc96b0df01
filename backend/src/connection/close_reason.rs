//! Why a connection ends.

use std::borrow::Cow;

use yodel_protocol::CloseCode;
use yodel_websocket::violation::Violation;

use crate::hooks::error::Rejection;

/// Why a connection ends.
#[derive(Clone, Debug)]
pub enum CloseReason {
    /// The peer closed, or is connection_lost.
    Peer(CloseCode),
    /// The server closes, with a reason for people.
    Server(CloseCode, Cow<'static, str>),
    /// The peer broke the protocol: nothing it sends can be understood any more.
    Protocol(Violation),
}

impl CloseReason {
    /// Returns the close code.
    pub fn code(&self) -> CloseCode {
        match self {
            Self::Peer(code) | Self::Server(code, _) => *code,
            Self::Protocol(violation) => violation.close_code(),
        }
    }

    /// Returns the name under which the end is counted as a refusal; `None` for a regular one.
    pub fn rejection_label(&self) -> Option<&'static str> {
        let is_shutdown = matches!(self.code(), CloseCode::GOING_AWAY | CloseCode::SHUTDOWN);
        let by_server = !matches!(self, Self::Peer(_)) && !is_shutdown;
        by_server.then(|| self.code().name()).flatten()
    }

    /// Returns the reason for people.
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

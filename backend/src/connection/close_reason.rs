//! Why a connection ends.

use std::borrow::Cow;

use yodel_protocol::CloseCode;
use yodel_websocket::error::ProtocolError;

use crate::hooks::error::Rejection;

/// Why a connection ends.
#[derive(Clone, Debug)]
pub enum CloseReason {
    /// The peer closed, or is gone.
    Theirs(CloseCode),
    /// The server closes, with a reason for people.
    Ours(CloseCode, Cow<'static, str>),
    /// The peer broke the protocol: nothing it sends can be understood any more.
    Broken(ProtocolError),
}

impl CloseReason {
    /// Returns the close code.
    pub fn code(&self) -> CloseCode {
        match self {
            Self::Theirs(code) | Self::Ours(code, _) => *code,
            Self::Broken(violation) => violation.close_code(),
        }
    }

    /// Returns the name under which the end is counted as a refusal; `None` for a regular one.
    pub fn refusal(&self) -> Option<&'static str> {
        let stops = matches!(self.code(), CloseCode::GOING_AWAY | CloseCode::SHUTDOWN);
        let ours = !matches!(self, Self::Theirs(_)) && !stops;
        ours.then(|| self.code().name()).flatten()
    }

    /// Returns the reason for people.
    pub fn reason(&self) -> String {
        match self {
            Self::Theirs(_) => String::new(),
            Self::Ours(_, reason) => reason.clone().into_owned(),
            Self::Broken(violation) => violation.to_string(),
        }
    }
}

impl From<Rejection> for CloseReason {
    fn from(rejection: Rejection) -> Self {
        Self::Ours(rejection.code, rejection.reason)
    }
}

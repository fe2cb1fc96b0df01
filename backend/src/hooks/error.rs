//! Errors of hooks.

use std::borrow::Cow;

use yodel_protocol::id::InvalidName;
use yodel_protocol::{CloseCode, ErrorCode};

use crate::auth::IdentityError;

/// The error reply to a request of a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct RequestError {
    /// Kind of the error; it tells the client whether to retry.
    pub code: ErrorCode,
    /// Description of the error.
    pub message: String,
}

impl RequestError {
    /// Creates an error of the given kind.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Creates a `forbidden` error: the user lacks a permission.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Forbidden, message)
    }
}

/// The rejection of a connection by the `authenticate` or `on_connect` hook.
///
/// A WebSocket is opened and then closed with its code and reason, because browsers hide the HTTP status from
/// scripts. Where no WebSocket is opened, the response has status 401 for [`CloseCode::UNAUTHORIZED`] and
/// [`CloseCode::TOKEN_EXPIRED`], 500 for [`CloseCode::INTERNAL_ERROR`] and 403 for all other codes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Rejection {
    pub(crate) code: CloseCode,
    pub(crate) reason: Cow<'static, str>,
}

impl Rejection {
    /// Creates a rejection. Clients that follow the protocol reconnect after codes 4000 to 4499 and do not
    /// after 4500 to 4999. Codes outside of 3000 to 4999 become 1008, policy violation. The close frame
    /// contains the first 123 bytes of the reason (RFC 6455 §5.5).
    pub fn new(code: CloseCode, reason: impl Into<Cow<'static, str>>) -> Self {
        let code = if matches!(code.0, 3000..=4999) { code } else { CloseCode(1008) };
        Self { code, reason: reason.into() }
    }

    /// Creates a rejection with 4502, unauthorized: the credentials are missing or invalid.
    pub fn unauthorized(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(CloseCode::UNAUTHORIZED, reason)
    }

    /// Creates a rejection with 1008, policy violation: the connection is not allowed.
    pub fn forbidden(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { code: CloseCode(1008), reason: reason.into() }
    }

    /// Creates the rejection for a hook that panicked.
    pub(crate) fn internal() -> Self {
        Self { code: CloseCode::INTERNAL_ERROR, reason: "internal error".into() }
    }

    /// Returns the close code.
    pub fn code(&self) -> CloseCode {
        self.code
    }

    /// Returns the close reason.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl From<IdentityError> for Rejection {
    /// An identity that cannot be built is a defect of the hook: 1011, internal error.
    fn from(_: IdentityError) -> Self {
        Self::internal()
    }
}

/// The error of an invalid registration of hooks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    /// A hook or call handler is registered more than once.
    #[error("hook {0} is registered more than once")]
    Duplicate(String),
    /// A call handler has an invalid event name.
    #[error("call {name:?} cannot be registered: {error}")]
    Name {
        /// The invalid name.
        name: String,
        /// The rule that it violates.
        error: InvalidName,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_a_code_that_must_not_be_sent() {
        for (given, sent) in
            [(4001, 4001), (3000, 3000), (4999, 4999), (1005, 1008), (1006, 1008), (0, 1008), (5000, 1008)]
        {
            assert_eq!(Rejection::new(CloseCode(given), "no").code(), CloseCode(sent));
        }
    }
}

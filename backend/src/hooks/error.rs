//! Results of hooks other than success.

use std::borrow::Cow;

use yodel_protocol::id::InvalidName;
use yodel_protocol::{CloseCode, ErrorCode};

use crate::auth::IdentityError;

/// The error reply to a request of a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct RequestError {
    /// Kind of the error, which says whether the client may retry.
    pub code: ErrorCode,
    /// Description for people.
    pub message: String,
}

impl RequestError {
    /// Creates an error of the given kind.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Creates an error that says that the user lacks a permission.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Forbidden, message)
    }
}

/// The refusal of a connection by the `authenticate` or `on_connect` hook.
///
/// A WebSocket is closed with its code and reason, since browsers show scripts no HTTP status. Where no
/// WebSocket is open, the response has status 401 for [`CloseCode::UNAUTHORIZED`] and
/// [`CloseCode::TOKEN_EXPIRED`], 500 for [`CloseCode::INTERNAL_ERROR`] and 403 for all other codes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Rejection {
    pub(crate) code: CloseCode,
    pub(crate) reason: Cow<'static, str>,
}

impl Rejection {
    /// Creates a rejection. Clients that follow the protocol reconnect after codes 4000 to 4499 and stay
    /// away after 4500 to 4999. A code that must not be sent (RFC 6455 §7.4) becomes 1008, policy
    /// violation; a reason of more than 123 bytes is cut off in the close frame.
    pub fn new(code: CloseCode, reason: impl Into<Cow<'static, str>>) -> Self {
        let code = if matches!(code.0, 3000..=4999) { code } else { CloseCode(1008) };
        Self { code, reason: reason.into() }
    }

    /// Creates a rejection with 4502, unauthorized: the credentials are missing or not valid.
    pub fn unauthorized(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(CloseCode::UNAUTHORIZED, reason)
    }

    /// Creates a rejection with 1008, policy violation: the connection is not allowed.
    pub fn forbidden(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { code: CloseCode(1008), reason: reason.into() }
    }

    /// The rejection by a hook that panicked.
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
    /// An identity that the hook cannot make is a defect of the program: 1011, internal error.
    fn from(_: IdentityError) -> Self {
        Self::internal()
    }
}

/// A mistake in the registration of hooks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    /// A hook, or the handler of a call, is registered more than once.
    #[error("hook {0} is registered more than once")]
    Duplicate(String),
    /// A call has an invalid event name.
    #[error("call {name:?} cannot be registered: {error}")]
    Name {
        /// Name that was given.
        name: String,
        /// Rule that it breaks.
        error: InvalidName,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_has_a_code_that_may_be_sent() {
        for (given, sent) in
            [(4001, 4001), (3000, 3000), (4999, 4999), (1005, 1008), (1006, 1008), (0, 1008), (5000, 1008)]
        {
            assert_eq!(Rejection::new(CloseCode(given), "no").code(), CloseCode(sent));
        }
    }
}

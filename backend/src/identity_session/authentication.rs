//! Authentication of a request that opens a connection, by the hook and then by the settings.

use std::borrow::Cow;

use axum::http::HeaderMap;
use yodel_protocol::{CloseCode, UserId};

use crate::auth::{Authenticator, Identity, VerifyError};
use crate::hooks::error::Rejection;
use crate::hooks::registry::Hooks;
use crate::hooks::request_head::RequestHead;
use crate::limits::server_metrics::AuthFailure;

/// The reason why a request was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// The token was rejected.
    #[error("{0}")]
    Token(VerifyError),
    /// The `authenticate` hook rejected the request.
    #[error("{0}")]
    Hook(Rejection),
}

impl AuthenticationError {
    /// Returns the close code and reason.
    pub fn close(&self) -> (CloseCode, Cow<'static, str>) {
        match self {
            Self::Token(VerifyError::Expired) => (CloseCode::TOKEN_EXPIRED, "token expired".into()),
            Self::Token(VerifyError::Blocked) => (CloseCode::KICKED, VerifyError::Blocked.to_string().into()),
            Self::Token(denied) => (CloseCode::UNAUTHORIZED, denied.to_string().into()),
            Self::Hook(Rejection { code, reason }) => (*code, reason.clone()),
        }
    }

    /// Returns the kind of failure for the metrics.
    pub fn failure(&self) -> AuthFailure {
        match self {
            Self::Token(denied) => failure(*denied),
            Self::Hook(Rejection { code: CloseCode::TOKEN_EXPIRED, .. }) => AuthFailure::Expired,
            Self::Hook(Rejection { code: CloseCode::UNAUTHORIZED, .. }) => AuthFailure::Invalid,
            Self::Hook(_) => AuthFailure::Forbidden,
        }
    }
}

/// Returns the kind of failure of a rejected token, for the metrics.
pub fn failure(denied: VerifyError) -> AuthFailure {
    match denied {
        VerifyError::Invalid(_) => AuthFailure::Invalid,
        VerifyError::Expired => AuthFailure::Expired,
        VerifyError::Blocked => AuthFailure::Forbidden,
    }
}

/// Authenticates a request. Returns `None` if the client may still send a token. `request` is required if an
/// `authenticate` hook is registered. `now` returns the Unix time in seconds, and is called after the hook. Dropping
/// the future drops the hook.
///
/// # Errors
/// Returns an error if the hook rejects the request, or if it leaves the decision to the settings and the
/// token is rejected.
pub async fn authenticate(
    auth: &Authenticator,
    hooks: &Hooks,
    path: &str,
    headers: &HeaderMap,
    request: Option<&RequestHead>,
    now: impl FnOnce() -> u64,
) -> Result<Option<Identity>, AuthenticationError> {
    match hooks.run_authenticate(request).await.map_err(AuthenticationError::Hook)? {
        Some(identity) => auth.check_blocked(&identity).map(|()| Some(identity)).map_err(AuthenticationError::Token),
        None => auth.identify(path, headers, now()).map_err(AuthenticationError::Token),
    }
}

/// Returns the user of an identity; `None` for an anonymous one.
pub fn user(identity: &Identity) -> Option<UserId> {
    identity.user().and_then(|user| UserId::new(user).ok())
}

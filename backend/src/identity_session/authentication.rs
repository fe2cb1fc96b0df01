//! Authentication of a request that opens a connection: by the hook, then by the settings.

use std::borrow::Cow;

use axum::http::HeaderMap;
use yodel_protocol::{CloseCode, UserId};

use crate::auth::{self, Authenticator, Identity, VerifyError};
use crate::hooks::error::Rejection;
use crate::hooks::registry::Hooks;
use crate::hooks::request_head::RequestHead;
use crate::limits::server_metrics::AuthFailure;

/// Why a request is not authenticated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// The server does not accept the token.
    #[error("{0}")]
    Token(VerifyError),
    /// The `authenticate` hook refuses.
    #[error("{0}")]
    Hook(Rejection),
}

impl AuthenticationError {
    /// Returns code and reason for the close frame.
    pub fn close(&self) -> (CloseCode, Cow<'static, str>) {
        match self {
            Self::Token(VerifyError::Expired) => (CloseCode::TOKEN_EXPIRED, "token expired".into()),
            Self::Token(denied) => (CloseCode::UNAUTHORIZED, denied.to_string().into()),
            Self::Hook(Rejection { code, reason }) => (*code, reason.clone()),
        }
    }

    /// Returns the kind of failure, for the counters.
    pub fn failure(&self) -> AuthFailure {
        match self {
            Self::Token(denied) => failure(*denied),
            Self::Hook(Rejection { code: CloseCode::TOKEN_EXPIRED, .. }) => AuthFailure::Expired,
            Self::Hook(Rejection { code: CloseCode::UNAUTHORIZED, .. }) => AuthFailure::Invalid,
            Self::Hook(_) => AuthFailure::Forbidden,
        }
    }
}

/// Returns the kind of failure that a denied token is, for the counters.
pub fn failure(denied: VerifyError) -> AuthFailure {
    match denied {
        VerifyError::Invalid(_) => AuthFailure::Invalid,
        VerifyError::Expired => AuthFailure::Expired,
    }
}

/// Returns the identity of a request; `None` when a token is still due. `request` is needed where an
/// `authenticate` hook is registered.
///
/// # Errors
/// When the hook refuses the request or leaves the decision to the settings, and its token is not accepted.
pub async fn authenticate(
    auth: &Authenticator,
    hooks: &Hooks,
    path: &str,
    headers: &HeaderMap,
    request: Option<&RequestHead>,
) -> Result<Option<Identity>, AuthenticationError> {
    match hooks.identify(request).await.map_err(AuthenticationError::Hook)? {
        Some(identity) => Ok(Some(identity)),
        None => auth.identify(path, headers, auth::now()).map_err(AuthenticationError::Token),
    }
}

/// Returns the user of an identity.
pub fn user(identity: &Identity) -> Option<UserId> {
    identity.user().and_then(|user| UserId::new(user).ok())
}

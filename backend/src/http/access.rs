//! Access checks of connections and of the HTTP API. The API requires an API key, or a token with the claim `api`.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use yodel_protocol::CloseCode;

use crate::auth::origins::OriginError;
use crate::auth::{self, Authenticator, CredentialSource, Credentials, Identity, VerifyError};
use crate::connection::admission::RejectReason;
use crate::hooks::error::Rejection;
use crate::hooks::request_head::RequestHead;
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::identity_session::authentication::{self, AuthenticationError};
use crate::limits::server_metrics::AuthFailure;

const API_DISABLED: &str = "The HTTP API is disabled. To enable it, start the server with --api-key-file FILE \
                   (`yodel token secret` creates a key), or with --auth jwt for tokens with the claim `api`.";

const CREDENTIALS_REQUIRED: &str =
    "Authentication required: send an API key or a token in the header `Authorization: Bearer`.";

/// Error text for a missing token.
pub const TOKEN_REQUIRED: &str =
    "Authentication required: send a token in the header `Authorization: Bearer` or in the cookie.";

/// Returns the head of a request for the hooks, or `None` if no hook needs it.
pub fn request_head(app: &AppState, uri: &Uri, headers: &HeaderMap, peer: SocketAddr) -> Option<RequestHead> {
    app.server.hooks.takes_request_head().then(|| RequestHead::new(uri.clone(), headers.clone(), peer))
}

/// Returns the identity of a request that opens a connection; `None` if a token may still follow.
///
/// # Errors
/// Returns an error if the token is invalid or the hook rejects it.
pub async fn identify(
    app: &AppState,
    path: &str,
    headers: &HeaderMap,
    head: Option<&RequestHead>,
) -> Result<Option<Identity>, AuthenticationError> {
    let now = || auth::seconds(app.server.hub.unix_ms());
    authentication::authenticate(&app.server.auth, &app.server.hooks, path, headers, head, now).await
}

/// Returns the response to a request whose host or origin is not allowed.
pub fn forbidden(error: &OriginError) -> impl IntoResponse + use<> {
    (StatusCode::FORBIDDEN, format!("{error}.\n"))
}

/// Returns the HTTP status for a failed authentication.
pub fn status(error: &AuthenticationError) -> StatusCode {
    match error {
        AuthenticationError::Token(VerifyError::Blocked) => StatusCode::FORBIDDEN,
        AuthenticationError::Token(_) => StatusCode::UNAUTHORIZED,
        AuthenticationError::Hook(rejection) => rejected_status(rejection),
    }
}

/// Returns the HTTP status for a rejection by a hook.
pub fn rejected_status(rejection: &Rejection) -> StatusCode {
    match rejection.code() {
        CloseCode::UNAUTHORIZED | CloseCode::TOKEN_EXPIRED => StatusCode::UNAUTHORIZED,
        CloseCode::INTERNAL_ERROR => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::FORBIDDEN,
    }
}

/// Middleware of the API: passes on authorized requests, unless the server is shutting down.
pub async fn check(State(app): State<AppState>, request: Request, next: Next) -> Result<Response, ApiError> {
    check_enabled(&app, request.headers())?;
    check_credentials(&app, request.headers())?;
    if app.admission.is_closed() {
        return Err(RejectReason::Stopping.into());
    }
    Ok(next.run(request).await)
}

/// Checks that the API is enabled and the origin allowed.
pub fn check_enabled(app: &AppState, headers: &HeaderMap) -> Result<(), ApiError> {
    app.origins.check(headers)?;
    let auth = &app.server.auth;
    let enabled = auth.api_keys().is_some() || auth.requires_tokens();
    if enabled { Ok(()) } else { Err(ApiError::not_found(API_DISABLED)) }
}

/// Checks the credentials of a request; counts a failure.
pub fn check_credentials(app: &AppState, headers: &HeaderMap) -> Result<(), ApiError> {
    let now = auth::seconds(app.server.hub.unix_ms());
    authorize(&app.server.auth, headers, now).map_err(|(failure, detail)| {
        let forbidden = failure == AuthFailure::Forbidden;
        let status = if forbidden { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
        app.server.metrics.add_auth_failure(failure);
        app.server.metrics.add_rejection(status.canonical_reason().unwrap_or_default());
        ApiError::new(status, detail)
    })
}

/// Checks the credentials in the `Authorization` header at the Unix time `now`, in seconds. Cookies are ignored,
/// because browsers send them with requests of any page.
///
/// # Errors
/// The kind of failure, and its description for the response.
fn authorize(auth: &Authenticator, headers: &HeaderMap, now: u64) -> Result<(), (AuthFailure, String)> {
    let credentials = Credentials::find(headers, None).filter(|found| found.source() == CredentialSource::Header);
    let Some(credentials) = credentials else {
        return Err((AuthFailure::Missing, CREDENTIALS_REQUIRED.to_owned()));
    };
    if auth.api_keys().is_some_and(|keys| keys.contains(credentials.token())) {
        return Ok(());
    }
    match auth.verify(credentials.token(), now) {
        Ok(None) => Err((AuthFailure::Invalid, "The API key is unknown.".to_owned())),
        Ok(Some(identity)) if identity.may_api() => Ok(()),
        Ok(Some(_)) => Err((AuthFailure::Forbidden, "Permission denied: the token has no claim `api`.".to_owned())),
        Err(denied) => Err((
            authentication::failure(denied),
            format!("The credential is neither a known API key nor a valid token: {denied}."),
        )),
    }
}

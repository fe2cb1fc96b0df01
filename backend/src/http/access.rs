//! Access: who may open a connection, and who may use the HTTP interface, which takes one of its keys or a
//! token that says so.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use yodel_protocol::CloseCode;

use crate::auth::{self, Auth, Credentials, Identity, Source};
use crate::connection::admission::RejectReason;
use crate::hooks::error::Rejection;
use crate::hooks::request_head::RequestHead;
use crate::http::error::Problem;
use crate::http::state::App;
use crate::identity_session::authentication::{self, AuthenticationError};
use crate::limits::server_metrics::AuthFailure;

const OFF: &str = "The HTTP interface is off. To switch it on, start the server with --api-key-file FILE \
                   (`yodel token secret` makes a key), or with --auth jwt for tokens that claim `api`.";

const WANTED: &str = "A key or a token is needed, in the header `Authorization: Bearer`.";

/// What a client is told that brings no token and has to.
pub const TOKEN_WANTED: &str = "A token is needed: in the header `Authorization: Bearer`, or in the cookie.";

/// Returns the head of a request for the hooks that take it, or nothing where none is registered.
pub fn request_head(app: &App, uri: &Uri, headers: &HeaderMap, peer: SocketAddr) -> Option<RequestHead> {
    app.shared.hooks.takes_request_head().then(|| RequestHead::new(uri.clone(), headers.clone(), peer))
}

/// Returns the identity of a request that opens a connection; `None` when a token is still due.
///
/// # Errors
/// When the hook or the settings refuse it.
pub async fn identify(
    app: &App,
    path: &str,
    headers: &HeaderMap,
    head: Option<&RequestHead>,
) -> Result<Option<Identity>, AuthenticationError> {
    authentication::authenticate(&app.shared.auth, &app.shared.hooks, path, headers, head).await
}

/// Returns the HTTP status of a request that is not authenticated.
pub fn status(error: &AuthenticationError) -> StatusCode {
    match error {
        AuthenticationError::Token(_) => StatusCode::UNAUTHORIZED,
        AuthenticationError::Hook(rejection) => rejected_status(rejection),
    }
}

/// Returns the HTTP status of a connection that a hook refuses.
pub fn rejected_status(rejection: &Rejection) -> StatusCode {
    match rejection.code() {
        CloseCode::UNAUTHORIZED | CloseCode::TOKEN_EXPIRED => StatusCode::UNAUTHORIZED,
        CloseCode::INTERNAL_ERROR => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::FORBIDDEN,
    }
}

/// Lets through what is allowed, while the server does not stop.
pub async fn check(State(app): State<App>, request: Request, next: Next) -> Result<Response, Problem> {
    check_switched_on(&app, request.headers())?;
    check_credentials(&app, request.headers())?;
    if app.admission.is_closed() {
        return Err(RejectReason::Stopping.into());
    }
    Ok(next.run(request).await)
}

/// Whether the interface is there, for a page or program like this.
pub fn check_switched_on(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    app.origins.check(headers)?;
    let auth = &app.shared.auth;
    let on = auth.api_keys().is_some() || auth.verifier().is_some();
    if on { Ok(()) } else { Err(Problem::not_found(OFF)) }
}

/// Whether a request has what it takes; counted when it has not.
pub fn check_credentials(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    examine(&app.shared.auth, headers, auth::now()).map_err(|(failure, detail)| {
        let known = failure == AuthFailure::Forbidden;
        let status = if known { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
        app.shared.metrics.failed(failure);
        app.shared.metrics.count(status.canonical_reason().unwrap_or_default());
        Problem::new(status, detail)
    })
}

/// Only the header counts: a browser sends it for no page but the one that knows the token.
fn examine(auth: &Authenticator, headers: &HeaderMap, now: u64) -> Result<(), (AuthFailure, String)> {
    let credentials = Credentials::find(headers, None).filter(|found| found.source() == CredentialSource::Header);
    let Some(credentials) = credentials else {
        return Err((AuthFailure::Missing, WANTED.to_owned()));
    };
    if auth.api_keys().is_some_and(|keys| keys.contains(credentials.token())) {
        return Ok(());
    }
    let Some(verifier) = auth.verifier() else {
        return Err((AuthFailure::Invalid, "This is none of the keys.".to_owned()));
    };
    match verifier.verify(credentials.token(), now) {
        Ok(identity) if identity.may_api() => Ok(()),
        Ok(_) => Err((AuthFailure::Forbidden, "The token does not claim `api`.".to_owned())),
        Err(denied) => {
            Err((authentication::failure(denied), format!("This is none of the keys, and as a token: {denied}.")))
        }
    }
}

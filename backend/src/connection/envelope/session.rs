//! Authentication of a connection in envelope mode.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};
use yodel_protocol::{ClientId, CloseCode, ErrorCode, UserId};

use crate::auth::{self, Identity, VerifyError};
use crate::connection::close_reason::CloseReason;
use crate::connection::connection_io::ConnectionIo;
use crate::connection::context::ServerContext;
use crate::encode::SharedPayload;
use crate::hooks::error::RequestError;
use crate::hooks::request_head::RequestHead;
use crate::hub::{Hub, UserLimitReached};
use crate::identity_session::authentication::{self, AuthenticationError};
use crate::identity_session::{IdentitySession, Principal, ReceiveOptions, SessionContext, SessionSubscriber};

/// Messages for a `yodel.v1` client in addition to those of its rooms.
const SUBSCRIPTIONS: ReceiveOptions = ReceiveOptions { direct: true, broadcasts: true };

/// User of a token, and its expiry in seconds since 1970.
pub type Renewal = (Option<UserId>, Option<u64>);

/// The authentication state of a connection in envelope mode.
pub struct EnvelopeSession(SessionState);

enum SessionState {
    /// No token yet. Holds the deadline, and the head of the request for the `on_connect` hook.
    AwaitingToken(Pin<Box<Sleep>>, Option<RequestHead>),
    /// The credentials of the request were rejected; the connection will be closed.
    Rejected(AuthenticationError),
    /// Authenticated.
    Authenticated(IdentitySession),
}

impl EnvelopeSession {
    /// Creates the state from the result of the request's authentication.
    ///
    /// # Errors
    /// Returns an error if the user has reached its limit of connections.
    pub fn new(
        identity: Result<Option<Identity>, AuthenticationError>,
        client: &ClientId,
        handle: SessionSubscriber,
        request: Option<RequestHead>,
        server: &ServerContext,
        session: &SessionContext<'_>,
    ) -> Result<Self, UserLimitReached> {
        Ok(Self(match identity {
            Ok(Some(identity)) => {
                SessionState::Authenticated(start_session(identity, client, handle, request, session)?)
            }
            Ok(None) => {
                let deadline = Box::pin(sleep_until(Instant::now() + server.config.auth.timeout));
                SessionState::AwaitingToken(deadline, request.filter(|_| server.hooks.has_connect()))
            }
            Err(error) => SessionState::Rejected(error),
        }))
    }

    /// Authenticates with a token, or renews the identity of the same user. Returns the user, and the expiry
    /// of the token in seconds since 1970; both are `None` if the server requires no token.
    ///
    /// # Errors
    /// The inner error if the token is rejected, or belongs to another user; the outer one if the user has reached its
    /// limit of connections.
    pub fn renew(
        &mut self,
        token: &str,
        client: &ClientId,
        io: &ConnectionIo,
    ) -> Result<Result<Renewal, RequestError>, UserLimitReached> {
        let verified = io.server.auth.verify(token, auth::seconds(io.server.hub.unix_ms())).map_err(|denied| {
            io.server.metrics.add_rejection("token");
            io.server.metrics.add_auth_failure(authentication::failure(denied));
            let code = match denied {
                VerifyError::Expired => ErrorCode::TokenExpired,
                VerifyError::Invalid(_) => ErrorCode::Unauthorized,
                VerifyError::Blocked => ErrorCode::Forbidden,
            };
            RequestError::new(code, denied.to_string())
        });
        let identity = match verified {
            Ok(Some(identity)) => identity,
            Ok(None) => return Ok(Ok((None, None))), // Authentication is off.
            Err(error) => return Ok(Err(error)),
        };
        let (user, expires) = (authentication::user(&identity), identity.expires());
        match &mut self.0 {
            SessionState::Authenticated(session) if session.principal().sender.user != user => {
                return Ok(Err(RequestError::forbidden("the token belongs to another user")));
            }
            SessionState::Authenticated(session) => session.renew(identity, &io.server.hub),
            SessionState::AwaitingToken(_, request) => {
                let (handle, request) = (io.socket.handle.clone(), request.take());
                self.0 = SessionState::Authenticated(start_session(
                    identity,
                    client,
                    handle,
                    request,
                    &io.session_context(),
                )?);
            }
            SessionState::Rejected(_) => {} // Closed before a frame is read.
        }
        Ok(Ok((user, expires)))
    }

    /// Returns whether the client has not sent a token yet.
    pub fn awaits_token(&self) -> bool {
        matches!(self.0, SessionState::AwaitingToken(..))
    }

    /// Checks that the credentials of the request were not rejected.
    ///
    /// # Errors
    /// The close code and reason of the rejection.
    pub fn check(&self) -> Result<(), CloseReason> {
        let SessionState::Rejected(error) = &self.0 else { return Ok(()) };
        let (code, reason) = error.close();
        Err(CloseReason::Server(code, reason))
    }

    /// Checks the deadlines of authentication and token.
    ///
    /// # Errors
    /// Returns an error if no token arrived in time, or the token has expired.
    pub fn poll(&mut self, hub: &Hub<SharedPayload>, context: &mut Context<'_>) -> Result<(), CloseReason> {
        let (passed, code, reason) = match &mut self.0 {
            SessionState::AwaitingToken(deadline, _) => {
                (deadline.as_mut().poll(context), CloseCode::UNAUTHORIZED, "authentication timeout")
            }
            SessionState::Authenticated(session) => {
                (session.poll_expired(hub, context), CloseCode::TOKEN_EXPIRED, "token expired")
            }
            SessionState::Rejected(_) => return Ok(()),
        };
        if passed.is_ready() { Err(CloseReason::Server(code, reason.into())) } else { Ok(()) }
    }

    /// Returns whether no `on_connect` hook is running.
    ///
    /// # Errors
    /// Returns an error if the hook rejected the connection.
    pub fn poll_connected(&mut self, io: &ConnectionIo, context: &mut Context<'_>) -> Result<bool, CloseReason> {
        let SessionState::Authenticated(session) = &mut self.0 else { return Ok(true) };
        match session.poll_connected(&io.session_context(), context) {
            Poll::Ready(accepted) => accepted.map(|()| true).map_err(CloseReason::from),
            Poll::Pending => Ok(false),
        }
    }

    /// Returns whether an `on_connect` hook is running.
    pub fn is_connecting(&self) -> bool {
        matches!(&self.0, SessionState::Authenticated(session) if !session.is_connected())
    }

    /// Returns the principal; `None` before authentication.
    pub fn principal(&self) -> Option<Arc<Principal>> {
        match &self.0 {
            SessionState::Authenticated(session) => Some(Arc::clone(session.principal())),
            SessionState::AwaitingToken(..) | SessionState::Rejected(_) => None,
        }
    }

    /// Ends the session, which starts the `on_disconnect` hook.
    pub fn disconnect(self, code: CloseCode, reason: &str, session: &SessionContext<'_>) {
        if let SessionState::Authenticated(identity_session) = self.0 {
            identity_session.disconnect(code, reason, session);
        }
    }
}

fn start_session(
    identity: Identity,
    client: &ClientId,
    handle: SessionSubscriber,
    request: Option<RequestHead>,
    session: &SessionContext<'_>,
) -> Result<IdentitySession, UserLimitReached> {
    let sender = IdentitySession::sender(&identity, client.clone(), None);
    IdentitySession::new(identity, sender, handle, SUBSCRIPTIONS, request, session)
}

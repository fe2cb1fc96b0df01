//! The identity of a connection: since when, and until when.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};
use yodel_protocol::{ClientId, CloseCode, ErrorCode, UserId};

use crate::auth::{self, Denied, Identity};
use crate::connection::close_reason::CloseReason;
use crate::connection::connection_loop::ConnectionIo;
use crate::connection::context::ServerContext;
use crate::hooks::error::RequestError;
use crate::hooks::request_head::RequestHead;
use crate::identity_session::authentication::{self, AuthenticationError};
use crate::identity_session::{IdentitySession, Principal, ReceiveOptions, SessionContext, SessionSubscriber};

/// What a client of `yodel.v1` receives besides the messages of its rooms.
const SUBSCRIPTIONS: ReceiveOptions = ReceiveOptions { direct: true, broadcasts: true };

/// A login, or the wait for one.
pub struct EnvelopeSession(SessionState);

enum SessionState {
    /// Not yet; until this time, with the head of the request where the `on_connect` hook takes it.
    AwaitingToken(Pin<Box<Sleep>>, Option<RequestHead>),
    /// Not, and never: the connection closes.
    Denied(AuthenticationError),
    /// Logged in.
    Authenticated(IdentitySession),
}

impl EnvelopeSession {
    /// Begins with the result of the request's authentication.
    pub fn new(
        identity: Result<Option<Identity>, AuthenticationError>,
        client: &ClientId,
        handle: SessionSubscriber,
        request: Option<RequestHead>,
        server: &ServerContext,
        session: &SessionContext<'_>,
    ) -> Self {
        Self(match identity {
            Ok(Some(identity)) => {
                SessionState::Authenticated(start_session(identity, client, handle, request, session))
            }
            Ok(None) => {
                let until = Box::pin(sleep_until(Instant::now() + server.config.auth.timeout));
                SessionState::AwaitingToken(until, request.filter(|_| server.hooks.has_connect()))
            }
            Err(error) => SessionState::Denied(error),
        })
    }

    /// Takes a token: the first one, or a new one of the same user. Returns its user and when it expires.
    ///
    /// # Errors
    /// When the token is not accepted, or is another user's.
    pub fn renew(
        &mut self,
        token: &str,
        client: &ClientId,
        io: &ConnectionIo,
    ) -> Result<(Option<UserId>, Option<u64>), RequestError> {
        let Some(verifier) = io.server.auth.verifier() else {
            return Ok((None, None)); // Nobody is asked for a token here.
        };
        let identity = verifier.verify(token, auth::now()).map_err(|denied| {
            io.server.metrics.count("token");
            io.server.metrics.failed(authentication::failure(denied));
            let expired = matches!(denied, Denied::Expired);
            let code = if expired { ErrorCode::TokenExpired } else { ErrorCode::Unauthorized };
            RequestError::new(code, denied.to_string())
        })?;
        let (user, expires) = (authentication::user(&identity), identity.expires());
        match &mut self.0 {
            SessionState::Authenticated(session) if session.principal().sender.user != user => {
                return Err(RequestError::forbidden("the token is another user's"));
            }
            SessionState::Authenticated(session) => session.renew(identity),
            SessionState::AwaitingToken(_, request) => {
                let (handle, request) = (io.socket.handle.clone(), request.take());
                self.0 = SessionState::Authenticated(start_session(
                    identity,
                    client,
                    handle,
                    request,
                    &io.session_context(),
                ));
            }
            SessionState::Denied(_) => {} // It closes before it is read.
        }
        Ok((user, expires))
    }

    /// Returns whether the request was authenticated, or may still be.
    ///
    /// # Errors
    /// With what the connection is closed otherwise.
    pub fn check(&self) -> Result<(), CloseReason> {
        let SessionState::Denied(error) = &self.0 else { return Ok(()) };
        let (code, reason) = error.close();
        Err(CloseReason::Server(code, reason))
    }

    /// Checks the time.
    ///
    /// # Errors
    /// When no token came in time, or the last one has expired.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Result<(), CloseReason> {
        let (deadline, code, reason) = match &mut self.0 {
            SessionState::AwaitingToken(until, _) => {
                (until.as_mut().poll(context), CloseCode::UNAUTHORIZED, "no `auth` in time")
            }
            SessionState::Authenticated(session) => {
                (session.poll_expired(context), CloseCode::TOKEN_EXPIRED, "token expired")
            }
            SessionState::Denied(_) => return Ok(()),
        };
        if deadline.is_ready() { Err(CloseReason::Server(code, reason.into())) } else { Ok(()) }
    }

    /// Returns whether the `on_connect` hook has finished, or none has to.
    ///
    /// # Errors
    /// When the hook refuses the connection.
    pub fn poll_connected(&mut self, io: &ConnectionIo, context: &mut Context<'_>) -> Result<bool, CloseReason> {
        let SessionState::Authenticated(session) = &mut self.0 else { return Ok(true) };
        match session.poll_connected(&io.session_context(), context) {
            Poll::Ready(accepted) => accepted.map(|()| true).map_err(CloseReason::from),
            Poll::Pending => Ok(false),
        }
    }

    /// Returns whether an `on_connect` hook runs.
    pub fn is_connecting(&self) -> bool {
        matches!(&self.0, SessionState::Authenticated(session) if !session.is_connected())
    }

    /// Returns the identity on this connection, once it is known.
    pub fn principal(&self) -> Option<Arc<Principal>> {
        match &self.0 {
            SessionState::Authenticated(session) => Some(Arc::clone(session.principal())),
            SessionState::AwaitingToken(..) | SessionState::Denied(_) => None,
        }
    }

    /// Ends the session.
    pub fn disconnect(self, code: CloseCode, reason: &str, session: &SessionContext<'_>) {
        if let SessionState::Authenticated(entered) = self.0 {
            entered.disconnect(code, reason, session);
        }
    }
}

fn start_session(
    identity: Identity,
    client: &ClientId,
    handle: SessionSubscriber,
    request: Option<RequestHead>,
    session: &SessionContext<'_>,
) -> IdentitySession {
    let sender = IdentitySession::sender(&identity, client.clone(), None);
    IdentitySession::new(identity, sender, handle, SUBSCRIPTIONS, request, session)
}

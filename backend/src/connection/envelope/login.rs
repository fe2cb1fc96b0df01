//! The identity of a connection: since when, and until when.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};
use yodel_protocol::{ClientId, CloseCode, ErrorCode, UserId};

use crate::auth::{self, Identity, VerifyError};
use crate::connection::close_reason::CloseReason;
use crate::connection::context::ServerContext;
use crate::connection::open::Wire;
use crate::hooks::error::RequestError;
use crate::hooks::request_head::RequestHead;
use crate::identity_session::authentication::{self, AuthenticationError};
use crate::identity_session::{IdentitySession, Receives, SessionContext, SessionLine, SessionMember};

/// What a client of `yodel.v1` receives besides the messages of its rooms.
const RECEIVES: Receives = Receives { direct: true, broadcasts: true };

/// A login, or the wait for one.
pub struct Login(State);

enum State {
    /// Not yet; until this time, with the head of the request where the `on_connect` hook takes it.
    Out(Pin<Box<Sleep>>, Option<RequestHead>),
    /// Not, and never: the connection closes.
    Denied(AuthenticationError),
    /// Logged in.
    In(IdentitySession),
}

impl Login {
    /// Begins with the result of the request's authentication.
    pub fn new(
        identity: Result<Option<Identity>, AuthenticationError>,
        client: &ClientId,
        line: SessionLine,
        request: Option<RequestHead>,
        shared: &ServerContext,
        session: &SessionContext<'_>,
    ) -> Self {
        Self(match identity {
            Ok(Some(identity)) => State::In(enter(identity, client, line, request, session)),
            Ok(None) => {
                let until = Box::pin(sleep_until(Instant::now() + shared.config.auth.timeout));
                State::Out(until, request.filter(|_| shared.hooks.has_connect()))
            }
            Err(error) => State::Denied(error),
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
        wire: &Wire,
    ) -> Result<(Option<UserId>, Option<u64>), RequestError> {
        let Some(verifier) = wire.shared.auth.verifier() else {
            return Ok((None, None)); // Nobody is asked for a token here.
        };
        let identity = verifier.verify(token, auth::now()).map_err(|denied| {
            wire.shared.metrics.add_rejection("token");
            wire.shared.metrics.add_auth_failure(authentication::failure(denied));
            let expired = matches!(denied, VerifyError::Expired);
            let code = if expired { ErrorCode::TokenExpired } else { ErrorCode::Unauthorized };
            RequestError::new(code, denied.to_string())
        })?;
        let (user, expires) = (authentication::user(&identity), identity.expires());
        match &mut self.0 {
            State::In(session) if session.member().sender.user != user => {
                return Err(RequestError::forbidden("the token is another user's"));
            }
            State::In(session) => session.renew(identity),
            State::Out(_, request) => {
                let (line, request) = (wire.socket.line.clone(), request.take());
                self.0 = State::In(enter(identity, client, line, request, &wire.session()));
            }
            State::Denied(_) => {} // It closes before it is read.
        }
        Ok((user, expires))
    }

    /// Returns whether the request was authenticated, or may still be.
    ///
    /// # Errors
    /// With what the connection is closed otherwise.
    pub fn check(&self) -> Result<(), CloseReason> {
        let State::Denied(error) = &self.0 else { return Ok(()) };
        let (code, reason) = error.close();
        Err(CloseReason::Ours(code, reason))
    }

    /// Checks the time.
    ///
    /// # Errors
    /// When no token came in time, or the last one has expired.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Result<(), CloseReason> {
        let (time_is_up, code, reason) = match &mut self.0 {
            State::Out(until, _) => (until.as_mut().poll(context), CloseCode::UNAUTHORIZED, "no `auth` in time"),
            State::In(session) => (session.poll_expired(context), CloseCode::TOKEN_EXPIRED, "token expired"),
            State::Denied(_) => return Ok(()),
        };
        if time_is_up.is_ready() { Err(CloseReason::Ours(code, reason.into())) } else { Ok(()) }
    }

    /// Returns whether the `on_connect` hook has finished, or none has to.
    ///
    /// # Errors
    /// When the hook refuses the connection.
    pub fn poll_connected(&mut self, wire: &Wire, context: &mut Context<'_>) -> Result<bool, CloseReason> {
        let State::In(session) = &mut self.0 else { return Ok(true) };
        match session.poll_connected(&wire.session(), context) {
            Poll::Ready(accepted) => accepted.map(|()| true).map_err(CloseReason::from),
            Poll::Pending => Ok(false),
        }
    }

    /// Returns whether an `on_connect` hook runs.
    pub fn is_connecting(&self) -> bool {
        matches!(&self.0, State::In(session) if !session.is_connected())
    }

    /// Returns the identity on this connection, once it is known.
    pub fn member(&self) -> Option<Arc<SessionMember>> {
        match &self.0 {
            State::In(session) => Some(Arc::clone(session.member())),
            State::Out(..) | State::Denied(_) => None,
        }
    }

    /// Ends the session.
    pub fn disconnect(self, code: CloseCode, reason: &str, session: &SessionContext<'_>) {
        if let State::In(entered) = self.0 {
            entered.disconnect(code, reason, session);
        }
    }
}

fn enter(
    identity: Identity,
    client: &ClientId,
    line: SessionLine,
    request: Option<RequestHead>,
    session: &SessionContext<'_>,
) -> IdentitySession {
    let sender = IdentitySession::sender(&identity, client.clone(), None);
    IdentitySession::new(identity, sender, line, RECEIVES, request, session)
}

//! Connections in plain mode.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::task::Context;

use tracing::debug;
use yodel_protocol::CloseCode;
use yodel_websocket::message::Kind;

use super::lobby::Lobby;
use super::session::PlainSession;
use crate::auth::Identity;
use crate::config::Plain;
use crate::connection::close_reason::CloseReason;
use crate::connection::connection_io::ConnectionIo;
use crate::connection::connection_mode::ConnectionMode;
use crate::connection::context::ServerContext;
use crate::connection::handle::ConnectionHandle;
use crate::connection::input_limits::InputLimits;
use crate::connection::stats::ConnectionStats;
use crate::encode::SharedPayload;
use crate::hooks::request_head::RequestHead;
use crate::hub::Membership;
use crate::identity_session::SessionContext;

/// The state of a connection in plain mode, `echo` or `broadcast`.
pub struct PlainMode {
    /// `None` for an echo connection that needs no identity.
    session: Option<Box<PlainSession>>,
    limits: Option<Box<InputLimits>>,
    /// During a shutdown: the offset to deliver before the close, plus one, so that the option needs no extra
    /// byte in an idle connection.
    shutdown: Option<NonZeroU64>,
}

impl PlainMode {
    /// Creates the mode with an identity. A broadcast connection receives all messages from now on, or once
    /// its hooks have approved it.
    pub fn new(
        plain: Plain,
        identity: Identity,
        handle: &Arc<ConnectionHandle>,
        request: Option<RequestHead>,
        server: &ServerContext,
        session: &SessionContext<'_>,
    ) -> Self {
        let session = PlainSession::new(identity, plain, handle, request, server, session);
        Self { session, limits: InputLimits::new(&server.config), shutdown: None }
    }

    fn lobby(&self) -> Option<&Lobby> {
        self.session.as_ref().and_then(|session| session.lobby.as_ref())
    }

    /// Returns whether the backplane has not answered a publish.
    fn has_publishes(&self) -> bool {
        self.session.as_ref().is_some_and(|session| !session.in_flight.is_empty())
    }

    fn membership(&self) -> Option<&Membership<SharedPayload>> {
        self.lobby().and_then(Lobby::membership)
    }
}

impl ConnectionMode for PlainMode {
    fn name(&self) -> &'static str {
        if self.lobby().is_some() { Plain::Broadcast.name() } else { Plain::Echo.name() }
    }

    fn on_ping_timeout(&self) -> Result<(), CloseReason> {
        // The pong may be unread because the server paused reading. In the lobby it does so for a full room, too; an
        // echo connection is otherwise read unless the peer does not read.
        let throttled = self.limits.as_ref().is_some_and(|limits| limits.is_waiting());
        let waiting = throttled || self.session.as_ref().is_some_and(|session| session.is_hook_running());
        if waiting || self.lobby().is_some() { Ok(()) } else { Err(CloseReason::no_pong()) }
    }

    fn on_shutdown(&mut self, _io: &mut ConnectionIo) {
        let published = self.membership().map_or(0, |membership| membership.room.published());
        self.shutdown = Some(NonZeroU64::MIN.saturating_add(published));
    }

    fn poll_progress(&mut self, io: &mut ConnectionIo, context: &mut Context<'_>) -> Result<(), CloseReason> {
        let session = self.session.as_mut();
        if session.is_some_and(|session| session.identity_session.poll_expired(&io.server.hub, context).is_ready()) {
            return Err(CloseReason::Server(CloseCode::TOKEN_EXPIRED, "token expired".into()));
        }
        if let Some(session) = &mut self.session {
            session.poll_publishes(context)?;
        }
        match (self.shutdown, self.membership()) {
            (Some(_), _) if self.has_publishes() => Ok(()),
            // Messages published before the shutdown are delivered before the close.
            (Some(after), Some(membership))
                if membership.room.poll_delivered(after.get() - 1, context).is_pending() =>
            {
                Ok(())
            }
            (Some(_), _) => Err(CloseReason::Server(CloseCode::GOING_AWAY, "shutdown".into())),
            _ => Ok(()),
        }
    }

    /// An echo connection is read when its replies are written, so TCP slows down a peer that does not read.
    /// A member of the lobby is read while the lobby accepts messages; its outbox bounds the queue.
    fn may_read(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        flushed: bool,
    ) -> Result<bool, CloseReason> {
        let allowed = match &mut self.session {
            Some(session) => session.poll_hooks(&io.socket.handle, &io.session_context(), context)?,
            None => true,
        };
        let ready = match (self.lobby(), self.membership()) {
            (None, _) => flushed,
            (Some(_), membership) => {
                let overflowed = |_| CloseReason::Server(CloseCode::TRY_AGAIN_LATER, "too slow".into());
                io.socket.handle.outbox.check_overflow().map_err(overflowed)?;
                let in_flight = self.session.as_ref().map_or(0, |session| session.in_flight.len());
                in_flight < io.server.config.max_in_flight
                    && membership.is_some_and(|membership| membership.room.poll_capacity(context).is_ready())
            }
        };
        let not_throttled = self.limits.as_mut().is_none_or(|limits| limits.poll_ready(context).is_ready());
        Ok(ready && not_throttled && allowed)
    }

    fn on_message(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason> {
        debug!(peer = %io.admitted.peer, ?kind, text = ?String::from_utf8_lossy(payload), "message received");
        let accepts_more = match self.session.as_deref_mut() {
            Some(PlainSession { identity_session, lobby: Some(lobby), in_flight }) => {
                let (principal, session) = (identity_session.principal(), io.session_context());
                lobby.handle_message(kind, payload, principal, &session, context, in_flight);
                in_flight.len() < io.server.config.max_in_flight
                    && lobby.is_ready()
                    && lobby.membership().is_some_and(|membership| !membership.room.is_full())
            }
            _ => io.socket.reply(context, kind, payload, replies).map_err(CloseReason::connection_lost)?,
        };
        let within_limits = self.limits.as_mut().is_none_or(|limits| limits.take(1, 0));
        Ok(within_limits && accepts_more)
    }

    fn on_input(&mut self, frames: u32, bytes: u32) -> bool {
        self.limits.as_mut().is_none_or(|limits| limits.take(frames, bytes))
    }

    fn on_close(self, code: CloseCode, reason: &str, io: &ConnectionIo) {
        if let Some(session) = self.session {
            session.disconnect(code, reason, &io.session_context());
        }
    }

    fn sent(&self, io: &ConnectionIo) -> ConnectionStats {
        // An echo connection sends what it receives.
        if self.lobby().is_some() { io.socket.handle.outbox.sent() } else { io.received }
    }
}

#[cfg(test)]
mod tests;

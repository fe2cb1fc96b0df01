//! The session of a plain-mode connection.

use std::sync::Arc;
use std::task::{Context, Poll};

use tracing::debug;
use yodel_protocol::CloseCode;

use super::lobby::Lobby;
use crate::auth::Identity;
use crate::backplane::publish::PublishError;
use crate::config::{Plain, PlainFormat};
use crate::connection::close_reason::CloseReason;
use crate::connection::context::ServerContext;
use crate::connection::handle::ConnectionHandle;
use crate::connection::in_flight::InFlight;
use crate::hooks::request_head::RequestHead;
use crate::identity_session::{IdentitySession, ReceiveOptions, SessionContext};
use crate::runtime::random;

/// The identity session and lobby membership of a plain-mode connection.
pub struct PlainSession {
    pub identity_session: IdentitySession,
    /// `None` for an echo connection.
    pub lobby: Option<Lobby>,
    /// Publishes that the backplane has not answered.
    pub in_flight: InFlight<()>,
}

impl PlainSession {
    /// Registers a connection in the directory, and joins the lobby in broadcast mode, unless a hook has to
    /// approve that first. Returns `None` for an anonymous echo connection without hooks, which needs no
    /// session.
    pub fn new(
        identity: Identity,
        plain: Plain,
        handle: &Arc<ConnectionHandle>,
        request: Option<RequestHead>,
        server: &ServerContext,
        context: &SessionContext<'_>,
    ) -> Option<Box<Self>> {
        let broadcasts = plain == Plain::Broadcast;
        if !(broadcasts || identity.user().is_some() || context.hooks.has_connection_hooks()) {
            return None;
        }
        let prefixes_sender = broadcasts && server.config.plain_format == PlainFormat::Seed;
        let prefix = prefixes_sender.then(|| format!("{} echo: ", context.peer).into());
        let sender = IdentitySession::sender(&identity, random::client_id(), prefix);
        let options = ReceiveOptions { direct: false, broadcasts };
        let identity_session = IdentitySession::new(identity, sender, handle.clone(), options, request, context);
        let join = || Lobby::join(identity_session.principal(), handle, context);
        let lobby = broadcasts.then(|| if identity_session.is_connected() { join() } else { Lobby::NotJoined });
        Some(Box::new(Self { identity_session, lobby, in_flight: InFlight::default() }))
    }

    /// Polls the running hook. Returns whether messages are accepted.
    ///
    /// # Errors
    /// Returns an error if a hook rejects the connection.
    pub fn poll_hooks(
        &mut self,
        handle: &Arc<ConnectionHandle>,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
    ) -> Result<bool, CloseReason> {
        let Poll::Ready(accepted) = self.identity_session.poll_connected(session, context) else { return Ok(false) };
        accepted?;
        let Some(lobby) = &mut self.lobby else { return Ok(true) };
        let principal = self.identity_session.principal();
        if matches!(lobby, Lobby::NotJoined) {
            *lobby = Lobby::join(principal, handle, session);
        }
        if !lobby.is_ready() {
            lobby.poll(principal, handle, session, context, &mut self.in_flight)?;
        }
        Ok(lobby.is_ready())
    }

    /// Takes the answers to publishes. Plain mode has no replies: a message that may be lost ends the connection.
    ///
    /// # Errors
    /// Returns an error if the backplane did not answer a publish.
    pub fn poll_publishes(&mut self, context: &mut Context<'_>) -> Result<(), CloseReason> {
        while let Poll::Ready(Some(((), result))) = self.in_flight.poll_next(context) {
            match result {
                Ok(_) => {}
                Err(PublishError::Unavailable(_)) => return Err(CloseReason::unavailable()),
                Err(error) => debug!(%error, "message not published"),
            }
        }
        Ok(())
    }

    /// Returns whether a hook is running.
    pub fn is_hook_running(&self) -> bool {
        !self.identity_session.is_connected() || self.lobby.as_ref().is_some_and(|lobby| !lobby.is_ready())
    }

    /// Leaves the lobby and ends the session.
    pub fn disconnect(self, code: CloseCode, reason: &str, session: &SessionContext<'_>) {
        drop(self.lobby);
        self.identity_session.disconnect(code, reason, session);
    }
}

//! A plain-mode connection that has a name.

use std::sync::Arc;
use std::task::{Context, Poll};

use yodel_protocol::CloseCode;

use super::lobby::Lobby;
use crate::auth::Identity;
use crate::config::{Plain, PlainFormat};
use crate::connection::close_reason::CloseReason;
use crate::connection::context::ServerContext;
use crate::connection::line::Line;
use crate::hooks::request_head::RequestHead;
use crate::hub::clock;
use crate::identity_session::{IdentitySession, Receives, SessionContext};

/// A plain-mode connection that has a name: because it has a user, broadcasts, or hooks are called for it.
pub struct Participant {
    pub session: IdentitySession,
    /// None for an echo.
    pub lobby: Option<Lobby>,
}

impl Participant {
    /// Enters a connection into the directory, and into the lobby where it broadcasts, unless hooks have
    /// to allow that first. Returns nothing for an echo that needs no name.
    pub fn new(
        identity: Identity,
        plain: Plain,
        line: &Arc<Line>,
        request: Option<RequestHead>,
        shared: &ServerContext,
        context: &SessionContext<'_>,
    ) -> Option<Box<Self>> {
        let broadcasts = plain == Plain::Broadcast;
        if !(broadcasts || identity.user().is_some() || context.hooks.watches_connections()) {
            return None;
        }
        let names_sender = broadcasts && shared.config.plain_format == PlainFormat::Seed;
        let prefix = names_sender.then(|| format!("{} echo: ", context.peer).into());
        let sender = IdentitySession::sender(&identity, clock::client(), prefix);
        let receives = Receives { direct: false, broadcasts };
        let session = IdentitySession::new(identity, sender, line.clone(), receives, request, context);
        let join = || Lobby::join(session.member(), line, context);
        let lobby = broadcasts.then(|| if session.is_connected() { join() } else { Lobby::Outside });
        Some(Box::new(Self { session, lobby }))
    }

    /// Goes on where a hook has decided. Returns whether messages may be taken.
    ///
    /// # Errors
    /// When a hook refuses the connection.
    pub fn poll_hooks(
        &mut self,
        line: &Arc<Line>,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
    ) -> Result<bool, CloseReason> {
        let Poll::Ready(accepted) = self.session.poll_connected(session, context) else { return Ok(false) };
        accepted?;
        let Some(lobby) = &mut self.lobby else { return Ok(true) };
        let member = self.session.member();
        if matches!(lobby, Lobby::Outside) {
            *lobby = Lobby::join(member, line, session);
        }
        if !lobby.is_free() {
            lobby.poll(member, line, session, context)?;
        }
        Ok(lobby.is_free())
    }

    /// Returns whether a hook runs.
    pub fn is_waiting(&self) -> bool {
        !self.session.is_connected() || self.lobby.as_ref().is_some_and(|lobby| !lobby.is_free())
    }

    /// Leaves the lobby and ends the session.
    pub fn disconnect(self, code: CloseCode, reason: &str, session: &SessionContext<'_>) {
        drop(self.lobby);
        self.session.disconnect(code, reason, session);
    }
}

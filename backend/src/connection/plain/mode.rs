//! A connection in plain mode.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::task::Context;

use tracing::debug;
use yodel_protocol::CloseCode;
use yodel_websocket::message::Kind;

use super::lobby::Lobby;
use super::participant::Participant;
use crate::auth::Identity;
use crate::config::Plain;
use crate::connection::close_reason::CloseReason;
use crate::connection::context::ServerContext;
use crate::connection::line::Line;
use crate::connection::open::{Mode, Wire, gone};
use crate::connection::throttle::Throttle;
use crate::connection::traffic::Count;
use crate::encode::SharedPayload;
use crate::hooks::request_head::RequestHead;
use crate::hub::Membership;
use crate::identity_session::SessionContext;
use crate::limits::token_bucket::TokenBucket;

/// An echo, or a member of the lobby.
pub struct PlainMode {
    /// None for an echo without a name.
    participant: Option<Box<Participant>>,
    throttle: Option<Box<Throttle>>,
    /// The server stops, and so much, less one, is to be delivered before the close. (An idle connection
    /// has no byte to spare.)
    leaving: Option<NonZeroU64>,
}

impl PlainMode {
    /// Begins an echo or a broadcasting connection with an identity. A broadcasting one receives
    /// everything that is sent from now on, unless hooks have to allow that first.
    pub fn new(
        plain: Plain,
        identity: Identity,
        line: &Arc<Line>,
        request: Option<RequestHead>,
        shared: &ServerContext,
        session: &SessionContext<'_>,
    ) -> Self {
        let participant = Participant::new(identity, plain, line, request, shared, session);
        let rate = shared.config.message_rate();
        let throttle = rate.map(|rate| Box::new(Throttle::new(TokenBucket::new(rate))));
        Self { participant, throttle, leaving: None }
    }

    fn rested(&mut self) -> bool {
        self.throttle.as_mut().is_none_or(|throttle| throttle.take())
    }

    fn lobby(&self) -> Option<&Lobby> {
        self.participant.as_ref().and_then(|participant| participant.lobby.as_ref())
    }

    fn seat(&self) -> Option<&Membership<SharedPayload>> {
        self.lobby().and_then(Lobby::seat)
    }
}

impl Mode for PlainMode {
    fn name(&self) -> &'static str {
        if self.lobby().is_some() { Plain::Broadcast.name() } else { Plain::Echo.name() }
    }

    fn silent(&self) -> Result<(), CloseReason> {
        // Perhaps it was not listened to.
        let throttled = self.throttle.as_ref().is_some_and(|throttle| throttle.is_waiting());
        let waiting = throttled || self.participant.as_ref().is_some_and(|participant| participant.is_waiting());
        if waiting { Ok(()) } else { Err(CloseReason::Ours(CloseCode::NO_PONG, "no pong".into())) }
    }

    fn leave(&mut self, _wire: &mut Wire) {
        let published = self.seat().map_or(0, |seat| seat.room.published());
        self.leaving = Some(NonZeroU64::MIN.saturating_add(published));
    }

    fn poll(&mut self, _wire: &mut Wire, context: &mut Context<'_>) -> Result<(), CloseReason> {
        let participant = self.participant.as_mut();
        if participant.is_some_and(|participant| participant.session.poll_expired(context).is_ready()) {
            return Err(CloseReason::Ours(CloseCode::TOKEN_EXPIRED, "token expired".into()));
        }
        match (self.leaving, self.seat()) {
            // What others were told before reaches this one too.
            (Some(after), Some(seat)) if seat.room.poll_delivered(after.get() - 1, context).is_pending() => Ok(()),
            (Some(_), _) => Err(CloseReason::Ours(CloseCode::GOING_AWAY, "shutdown".into())),
            _ => Ok(()),
        }
    }

    /// An echo reads on only when its answers are out, so that TCP slows down a peer that does not
    /// read. A member of the lobby is read as long as the lobby takes more: its outbox bounds what
    /// waits for it.
    fn may_read(&mut self, wire: &mut Wire, context: &mut Context<'_>, flushed: bool) -> Result<bool, CloseReason> {
        let allowed = match &mut self.participant {
            Some(participant) => participant.poll_hooks(&wire.socket.line, &wire.session(), context)?,
            None => true,
        };
        let ready = match (self.lobby(), self.seat()) {
            (None, _) => flushed,
            (Some(_), seat) => {
                let overflowed = |_| CloseReason::Ours(CloseCode::TRY_AGAIN_LATER, "too slow".into());
                wire.socket.line.outbox.check().map_err(overflowed)?;
                seat.is_some_and(|seat| seat.room.poll_capacity(context).is_ready())
            }
        };
        let rested = self.throttle.as_mut().is_none_or(|throttle| throttle.poll_ready(context).is_ready());
        Ok(ready && rested && allowed)
    }

    fn take(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason> {
        debug!(peer = %wire.admitted.peer, ?kind, text = ?String::from_utf8_lossy(payload), "message");
        let room = match self.participant.as_deref_mut() {
            Some(Participant { session, lobby: Some(lobby) }) => {
                lobby.take(kind, payload, session.member(), &wire.session(), context);
                lobby.is_free() && lobby.seat().is_some_and(|seat| !seat.room.is_full())
            }
            _ => wire.socket.reply(context, kind, payload, replies).map_err(gone)?,
        };
        Ok(self.rested() && room)
    }

    fn pinged(&mut self) -> bool {
        self.rested()
    }

    fn closed(self, code: CloseCode, reason: &str, wire: &Wire) {
        if let Some(participant) = self.participant {
            participant.disconnect(code, reason, &wire.session());
        }
    }

    fn sent(&self, wire: &Wire) -> Count {
        // An echo sends what it received.
        if self.lobby().is_some() { wire.socket.line.outbox.sent() } else { wire.received }
    }
}

#[cfg(test)]
mod tests;

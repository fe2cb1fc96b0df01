//! What an event stream holds while it is open, and what ends it.

use std::sync::Arc;
use std::task::{Context, Poll};

use yodel_protocol::CloseCode;

use crate::connection::close_reason::CloseReason;
use crate::connection::context::ServerContext;
use crate::connection::goodbye::Goodbye;
use crate::connection::line::Line;
use crate::connection::registry::Place;
use crate::connection::signals::Signal;
use crate::encode::SharedPayload;
use crate::hub::Membership;
use crate::identity_session::{IdentitySession, SessionContext};

/// What an event stream holds while it is open.
pub struct Holds {
    seat: Membership<SharedPayload>,
    session: IdentitySession,
    leaving: Option<Goodbye>,
    _place: Place,
}

impl Holds {
    /// Holds a place in a room and among the open connections.
    pub fn new(seat: Membership<SharedPayload>, session: IdentitySession, place: Place) -> Self {
        Self { seat, session, leaving: None, _place: place }
    }

    /// Returns when to come back, in milliseconds, where the server stops.
    pub fn retry_ms(&self) -> Option<u64> {
        self.leaving.as_ref().map(Goodbye::retry_ms)
    }

    /// Leaves the room and ends the session.
    pub fn leave(self, code: CloseCode, reason: &str, session: &SessionContext<'_>) {
        drop(self.seat);
        self.session.disconnect(code, reason, session);
    }

    /// Ready when something ends it.
    pub fn poll_ended(&mut self, line: &Line, shared: &ServerContext, context: &mut Context<'_>) -> Poll<CloseReason> {
        line.register(context);
        while let Some(signal) = line.signal() {
            match signal {
                // Nobody can answer here: whether the peer is there is for TCP to say.
                Signal::Ping | Signal::Silent => {}
                Signal::Leave => {
                    let rooms = vec![Arc::clone(&self.seat.room)];
                    self.leaving = Some(Goodbye::new(rooms, shared.registry.leaving()));
                }
                Signal::Dismissed => {
                    let (code, reason) = line.dismissal().unwrap_or((CloseCode::KICKED, String::new()));
                    return Poll::Ready(CloseReason::Ours(code, reason.into()));
                }
            }
        }
        if line.outbox.check().is_err() {
            return Poll::Ready(CloseReason::Ours(CloseCode::TOO_SLOW, "too slow".into()));
        }
        if self.session.poll_expired(context).is_ready() {
            return Poll::Ready(CloseReason::Ours(CloseCode::TOKEN_EXPIRED, "token expired".into()));
        }
        // What others were told before reaches this one too.
        let told = self.leaving.as_mut().is_some_and(|goodbye| goodbye.poll(context).is_ready());
        if told && line.outbox.is_empty() {
            return Poll::Ready(CloseReason::Ours(CloseCode::SHUTDOWN, "shutdown".into()));
        }
        Poll::Pending
    }
}

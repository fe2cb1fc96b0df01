//! Resources of an open event stream, and the conditions that end it.

use std::sync::Arc;
use std::task::{Context, Poll};

use yodel_protocol::CloseCode;

use crate::connection::close_reason::CloseReason;
use crate::connection::commands::Command;
use crate::connection::context::ServerContext;
use crate::connection::handle::ConnectionHandle;
use crate::connection::registry::Registration;
use crate::connection::shutdown_notice::ShutdownNotice;
use crate::encode::SharedPayload;
use crate::hub::Membership;
use crate::identity_session::{IdentitySession, SessionContext};

/// The membership, identity session and registration of an open event stream.
pub struct StreamSession {
    membership: Membership<SharedPayload>,
    session: IdentitySession,
    shutdown: Option<ShutdownNotice>,
    registration: Registration,
}

impl StreamSession {
    /// Creates the session of a stream that has joined its room.
    pub fn new(membership: Membership<SharedPayload>, session: IdentitySession, registration: Registration) -> Self {
        Self { membership, session, shutdown: None, registration }
    }

    /// Returns the reconnect delay in milliseconds during a shutdown.
    pub fn retry_ms(&self) -> Option<u64> {
        self.shutdown.as_ref().map(ShutdownNotice::retry_ms)
    }

    /// Leaves the room and ends the identity session, in this order. Returns the registration, with which load shedding
    /// finds what is still queued.
    pub fn end(self, code: CloseCode, reason: &str, session: &SessionContext<'_>) -> Registration {
        drop(self.membership);
        self.session.disconnect(code, reason, session);
        self.registration
    }

    /// Handles commands and deadlines. Ready with the reason when the stream has to end.
    pub fn poll_ended(
        &mut self,
        handle: &ConnectionHandle,
        server: &ServerContext,
        context: &mut Context<'_>,
    ) -> Poll<CloseReason> {
        handle.register(context);
        while let Some(command) = handle.take_command() {
            match command {
                // Server-Sent Events have no pongs; TCP reports a lost connection.
                Command::Ping | Command::PingTimeout => {}
                Command::Shutdown => {
                    let rooms = vec![Arc::clone(&self.membership.room)];
                    self.shutdown =
                        Some(ShutdownNotice::new(rooms, server.registry.draining_connections(), server.hub.random()));
                }
                Command::Disconnect => {
                    let (code, reason) = handle.disconnect_reason().unwrap_or((CloseCode::KICKED, String::new()));
                    return Poll::Ready(CloseReason::Server(code, reason.into()));
                }
            }
        }
        if handle.outbox.check_overflow().is_err() {
            return Poll::Ready(CloseReason::Server(CloseCode::TOO_SLOW, "too slow".into()));
        }
        if self.session.poll_expired(&server.hub, context).is_ready() {
            return Poll::Ready(CloseReason::Server(CloseCode::TOKEN_EXPIRED, "token expired".into()));
        }
        // As in other modes, published messages are delivered before the shutdown.
        let delivered =
            self.shutdown.as_mut().is_some_and(|shutdown_notice| shutdown_notice.poll_delivered(context).is_ready());
        if delivered && handle.outbox.is_empty() {
            return Poll::Ready(CloseReason::Server(CloseCode::SHUTDOWN, "shutdown".into()));
        }
        Poll::Pending
    }
}

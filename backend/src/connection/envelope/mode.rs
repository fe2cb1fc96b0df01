//! Connections in envelope mode.

use std::sync::Arc;
use std::task::Context;

use tracing::debug;
use yodel_protocol::frame::{Message, ServerFrame, Welcome};
use yodel_protocol::{ClientFrame, ClientId, CloseCode, ErrorCode};
use yodel_websocket::message::Kind;

use super::calls::Calls;
use super::joined_rooms::JoinedRooms;
use super::limiter::RequestLimiter;
use super::pending::PendingRequest;
use super::protocol_errors::ProtocolErrorLimiter;
use super::publishes::Publishes;
use super::replies::send_reply;
use super::session::EnvelopeSession;
use crate::auth::Identity;
use crate::config::Plain;
use crate::connection::close_reason::CloseReason;
use crate::connection::connection_io::ConnectionIo;
use crate::connection::connection_mode::ConnectionMode;
use crate::connection::context::ServerContext;
use crate::connection::handle::ConnectionHandle;
use crate::connection::shutdown_notice::ShutdownNotice;
use crate::connection::throttle::Throttle;
use crate::encode::SharedPayload;
use crate::environment::random_client_id;
use crate::hooks::error::RequestError;
use crate::hooks::request_head::RequestHead;
use crate::hub::{Room, UserLimitReached};
use crate::identity_session::SessionContext;
use crate::identity_session::authentication::AuthenticationError;
use crate::limits::token_bucket::TokenBucket;

/// The state of a connection in envelope mode.
pub struct EnvelopeMode {
    pub(super) client: ClientId,
    /// The plain mode of the endpoint, for the welcome frame.
    plain: Plain,
    /// True until the welcome frame is sent.
    welcome_pending: bool,
    pub(super) session: EnvelopeSession,
    pub(super) rooms: JoinedRooms,
    limiter: Option<Box<RequestLimiter>>,
    /// Limits the bytes that are read per second.
    byte_throttle: Option<Box<Throttle>>,
    protocol_errors: ProtocolErrorLimiter,
    pub(super) calls: Calls,
    /// A room whose queue is full. While set, reading pauses.
    pub(super) full_room: Option<Arc<Room<SharedPayload>>>,
    /// Publishes that the backplane has not answered; `None` until there is one. While there are many, reading pauses.
    pub(super) publishes: Option<Box<Publishes>>,
    /// A request that waits for a hook or the backplane. While set, reading pauses.
    pub(super) pending: Option<Box<PendingRequest>>,
    shutdown: Option<ShutdownNotice>,
}

impl EnvelopeMode {
    /// Creates the mode with the result of authentication. Registers an authenticated client in the
    /// directory, and reserves the place of the welcome frame in the outbox.
    ///
    /// # Errors
    /// Returns an error if the user has reached its limit of connections.
    pub fn new(
        plain: Plain,
        identity: Result<Option<Identity>, AuthenticationError>,
        handle: &Arc<ConnectionHandle>,
        request: Option<RequestHead>,
        server: &ServerContext,
        session: &SessionContext<'_>,
    ) -> Result<Self, UserLimitReached> {
        let client = random_client_id(session.hub.random());
        handle.outbox.reserve();
        let envelope_session = EnvelopeSession::new(identity, &client, handle.clone(), request, server, session)?;
        Ok(Self {
            client,
            plain,
            welcome_pending: true,
            session: envelope_session,
            rooms: JoinedRooms::default(),
            limiter: server.config.message_rate().map(|rate| Box::new(RequestLimiter::new(rate))),
            byte_throttle: server.config.byte_rate().map(|rate| Box::new(Throttle::new(TokenBucket::new(rate)))),
            protocol_errors: ProtocolErrorLimiter::default(),
            calls: Calls::default(),
            full_room: None,
            publishes: None,
            pending: None,
            shutdown: None,
        })
    }

    fn send_welcome(&mut self, io: &mut ConnectionIo) {
        let config = &io.server.config;
        let welcome = ServerFrame::<Message>::Welcome(Welcome {
            client: self.client.clone(),
            user: self.session.principal().and_then(|principal| principal.sender.user.clone()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            node: io.server.node.clone(),
            plain: self.plain.name().to_owned(),
            ping: config.ping.as_secs() + u64::from(config.ping.subsec_nanos() > 0),
            max: config.max_message as u64,
            time: io.server.hub.unix_ms(),
            auth_required: self.session.awaits_token(),
        });
        let frames = io.socket.frames(Kind::Text, welcome.encode().as_bytes());
        io.socket.handle.outbox.fill_reserved(frames);
    }

    /// Handles a frame. Returns false if reading has to pause.
    fn handle_frame(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        text: &str,
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason> {
        let frame = ClientFrame::decode(text);
        let id = frame.as_ref().map_or_else(|error| error.id, |frame| Some(frame.id));
        let reply = match (self.limiter.as_mut().map_or(Ok(Ok(())), |limiter| limiter.check())?, frame) {
            (Err(error), _) => Err(error),
            (Ok(()), Ok(frame)) => {
                debug!(client = %self.client, ?frame, "frame received");
                self.handle_request(io, context, frame, replies)?
            }
            (Ok(()), Err(error)) => {
                if error.id.is_none() {
                    self.protocol_errors.record()?;
                }
                Err(RequestError::new(ErrorCode::BadRequest, error.message))
            }
        };
        send_reply(io, context, id, reply, replies)
    }

    /// Returns whether reading is paused because of a limit.
    fn is_throttled(&self) -> bool {
        self.limiter.as_ref().is_some_and(|limiter| limiter.is_waiting())
            || self.byte_throttle.as_ref().is_some_and(|throttle| throttle.is_waiting())
    }
}

impl ConnectionMode for EnvelopeMode {
    fn name(&self) -> &'static str {
        yodel_protocol::SUBPROTOCOL
    }

    fn on_ping_timeout(&self) -> Result<(), CloseReason> {
        // The pong may be unread because the server paused reading.
        // Publishes under way may have paused it as well, a moment ago.
        let waits = self.full_room.is_some() || self.pending.is_some() || self.publishes_in_flight() > 0;
        if waits || self.session.is_connecting() || self.is_throttled() { Ok(()) } else { Err(CloseReason::no_pong()) }
    }

    fn on_shutdown(&mut self, io: &mut ConnectionIo) {
        self.shutdown = Some(ShutdownNotice::new(
            self.rooms.rooms(),
            io.server.registry.draining_connections(),
            io.server.hub.random(),
        ));
    }

    fn poll_progress(&mut self, io: &mut ConnectionIo, context: &mut Context<'_>) -> Result<(), CloseReason> {
        if std::mem::take(&mut self.welcome_pending) {
            self.session.check()?;
            self.send_welcome(io);
        }
        io.socket
            .handle
            .outbox
            .check_overflow()
            .map_err(|_| CloseReason::Server(CloseCode::TOO_SLOW, "too slow".into()))?;
        self.session.poll(&io.server.hub, context)?;
        self.poll_publishes(io, context)?;
        self.poll_pending(io, context)?;
        let Some(shutdown_notice) = &mut self.shutdown else { return Ok(()) };
        let delivered = shutdown_notice.poll_delivered(context).is_ready();
        if !delivered || self.publishes.as_ref().is_some_and(|publishes| !publishes.is_empty()) {
            return Ok(());
        }
        let mut frames = Vec::new();
        io.socket
            .reply(context, Kind::Text, shutdown_notice.encode().as_bytes(), &mut frames)
            .map_err(CloseReason::connection_lost)?;
        io.socket.write(context, &mut frames, &[]).map_err(CloseReason::connection_lost)?;
        Err(CloseReason::Server(CloseCode::SHUTDOWN, "shutdown".into()))
    }

    /// Reads while the client reads its replies and no room of the client is full.
    fn may_read(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        _flushed: bool,
    ) -> Result<bool, CloseReason> {
        if self.full_room.as_ref().is_some_and(|room| room.poll_capacity(context).is_ready()) {
            self.full_room = None;
        }
        let not_limited = self.limiter.as_mut().is_none_or(|limiter| limiter.poll_ready(context).is_ready())
            && self.byte_throttle.as_mut().is_none_or(|throttle| throttle.poll_ready(context).is_ready());
        let connected = self.session.poll_connected(io, context)?;
        Ok(!self.is_blocked(io) && not_limited && connected && io.socket.handle.outbox.queued_replies() == 0)
    }

    fn on_message(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason> {
        let (Kind::Text, Ok(text)) = (kind, std::str::from_utf8(payload)) else {
            let reason = "yodel.v1 accepts only text messages";
            return Err(CloseReason::Server(CloseCode::UNSUPPORTED_DATA, reason.into()));
        };
        let accepts_more = self.handle_frame(io, context, text, replies)?;
        let not_limited = !self.is_throttled();
        // A client that has just authenticated waits for its `on_connect` hook.
        let connected = self.session.poll_connected(io, context)?;
        Ok(accepts_more && not_limited && connected && !self.is_blocked(io))
    }

    fn on_input(&mut self, frames: u32, bytes: u32) -> bool {
        let within_rate = self.limiter.as_mut().is_none_or(|limiter| limiter.on_frames(frames));
        let within_bytes = self.byte_throttle.as_mut().is_none_or(|throttle| throttle.take(bytes));
        within_rate && within_bytes
    }

    fn on_close(self, code: CloseCode, reason: &str, io: &ConnectionIo) {
        debug!(client = %self.client, code = code.0, "client disconnected");
        self.session.disconnect(code, reason, &io.session_context());
    }
}

#[cfg(test)]
mod tests;

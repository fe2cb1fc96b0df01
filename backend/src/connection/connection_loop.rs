//! An open connection, whatever it speaks: first it does what it was told from outside, then it
//! writes what waits, then it reads.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tracing::info;
use yodel_protocol::CloseCode;

use super::admission::Admitted;
use super::buffers::{self, Buffers};
use super::close_reason::CloseReason;
use super::closing::{self, CloseFuture};
use super::commands::Command;
use super::context::ServerContext;
use super::socket::Socket;
use super::stats::ConnectionStats;
use crate::identity_session::SessionContext;
use yodel_websocket::decoder::Received;
use yodel_websocket::message::Kind;

/// How many reads there are before other connections get a turn.
pub const READS_PER_POLL: usize = 4;

/// How much payload is dealt with before it is written, in bytes. A read of compressed messages can
/// hold a thousand times as much as it is long.
const MAX_PAYLOAD_PER_READ: u64 = 256 * 1024;

/// What becomes of messages.
pub trait ConnectionMode: Sized {
    /// What it is called in the log.
    fn name(&self) -> &'static str;

    /// The peer did not answer a ping. Returns when that is no wonder.
    fn on_ping_timeout(&self) -> Result<(), CloseReason> {
        Err(CloseReason::Server(CloseCode::NO_PONG, "no pong".into()))
    }

    /// The server is_shutdown.
    fn on_shutdown(&mut self, io: &mut ConnectionIo);

    /// Something happened, perhaps: whatever it waits for is looked at.
    ///
    /// # Errors
    /// When the connection ends.
    fn poll_progress(&mut self, io: &mut ConnectionIo, context: &mut Context<'_>) -> Result<(), CloseReason>;

    /// Whether the peer is read; `flushed` says whether everything it was sent is out.
    ///
    /// # Errors
    /// When the connection ends.
    fn may_read(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        flushed: bool,
    ) -> Result<bool, CloseReason>;

    /// Takes a message; replies are added to `replies`. False when something has to be waited for
    /// before there is more.
    ///
    /// # Errors
    /// When the connection ends.
    fn on_message(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason>;

    /// A ping was answered. False when something has to be waited for before there is more.
    fn on_ping(&mut self) -> bool;

    /// All messages of one read were consumed.
    fn on_read_handled(&mut self, _io: &mut ConnectionIo) {}

    /// Ends the mode with the connection: it leaves all rooms, and the disconnect hook runs.
    fn on_close(self, code: CloseCode, reason: &str, io: &ConnectionIo);

    /// What was sent, where the outbox does not know.
    fn sent(&self, io: &ConnectionIo) -> ConnectionStats {
        io.socket.handle.outbox.sent()
    }
}

/// What connections have in common.
#[derive(Debug)]
pub struct ConnectionIo {
    pub socket: Socket,
    pub server: Arc<ServerContext>,
    pub received: ConnectionStats,
    pub admitted: Admitted,
    opened: Instant,
}

impl ConnectionIo {
    /// Returns what the session of this connection borrows.
    pub fn session_context(&self) -> SessionContext<'_> {
        self.server.session_context(self.admitted.peer)
    }
}

/// A connection in one of the modes.
pub struct ConnectionLoop<M> {
    io: ConnectionIo,
    mode: M,
}

impl<M: ConnectionMode> ConnectionLoop<M> {
    /// Begins to serve an open WebSocket.
    pub fn new(socket: Socket, server: Arc<ServerContext>, admitted: Admitted, mode: M) -> Self {
        info!(peer = %admitted.peer, mode = %mode.name(), "connection opened");
        let io =
            ConnectionIo { socket, server, received: ConnectionStats::default(), admitted, opened: Instant::now() };
        Self { io, mode }
    }

    /// Leaves all rooms, and closes.
    pub fn close(self, close_reason: CloseReason) -> CloseFuture {
        let Self { io, mode } = self;
        let (code, name, sent) = (close_reason.code(), mode.name(), mode.sent(&io));
        // Out of all rooms before the closing handshake, which may take a while.
        mode.on_close(code, &close_reason.reason(), &io);
        let ConnectionIo { socket, server, received, admitted, opened } = io;
        let (peer, duration) = (admitted.peer, opened.elapsed());
        server.metrics.closed(code);
        if let Some(rejection_label) = close_reason.rejection_label() {
            server.metrics.count(rejection_label);
        }
        info!(%peer, mode = %name, code = code.0, in = %received, out = %sent, ?duration, "connection closed");
        let is_shutdown = matches!(code, CloseCode::GOING_AWAY | CloseCode::SHUTDOWN);
        // Longer than the drain, which cuts it off.
        let step_timeout = if is_shutdown { server.config.drain.saturating_mul(2) } else { server.config.pong };
        Box::pin(async move {
            server.connections.until_expired(closing::close(socket, close_reason, step_timeout)).await;
            drop(admitted);
        })
    }

    /// Carries messages until one side closes: what waits goes out first, then what has come is read.
    pub fn poll_run(&mut self, context: &mut Context<'_>) -> Poll<Result<Infallible, CloseReason>> {
        self.io.socket.handle.register(context);
        for _ in 0..READS_PER_POLL {
            self.handle_commands(context)?;
            self.mode.poll_progress(&mut self.io, context)?;
            let flushed = self.io.socket.poll_flush(context).map_err(connection_lost)?.is_ready();
            if !self.mode.may_read(&mut self.io, context, flushed)? {
                return Poll::Pending;
            }
            ready!(self.poll_input(context))?;
        }
        // There may be more; others first.
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Does what this connection was told from outside.
    fn handle_commands(&mut self, context: &mut Context<'_>) -> Result<(), CloseReason> {
        while let Some(command) = self.io.socket.handle.take_command() {
            match command {
                Command::Ping => self.io.socket.ping(context).map(|_| ()).map_err(connection_lost)?,
                Command::PingTimeout => self.mode.on_ping_timeout()?,
                Command::Shutdown => self.mode.on_shutdown(&mut self.io),
                Command::Disconnect => {
                    let (code, reason) =
                        self.io.socket.handle.disconnect_reason().unwrap_or((CloseCode::KICKED, String::new()));
                    return Err(CloseReason::Server(code, reason.into()));
                }
            }
        }
        Ok(())
    }

    fn poll_input(&mut self, context: &mut Context<'_>) -> Poll<Result<(), CloseReason>> {
        buffers::with(|buffers| {
            let Buffers { input, .. } = buffers;
            let mut input = std::mem::take(input);
            let length = self.io.socket.poll_read(context, &mut input).map_err(connection_lost);
            let consumed = length.map_ok(|length| self.handle_input(context, &mut input[..length], buffers));
            buffers.input = input;
            consumed.map(|consumed| consumed.and_then(|consumed| consumed))
        })
    }

    fn handle_input(
        &mut self,
        context: &mut Context<'_>,
        input: &mut [u8],
        buffers: &mut Buffers,
    ) -> Result<(), CloseReason> {
        if input.is_empty() {
            return Err(CloseReason::Peer(CloseCode::ABNORMAL));
        }
        let (consumed, close_reason) = self.handle_messages(context, input, buffers);
        self.io.socket.unread(&input[consumed..]);
        self.mode.on_read_handled(&mut self.io);
        if !buffers.replies.is_empty() {
            self.io.socket.write(context, &mut buffers.replies, &[]).map_err(connection_lost)?;
        }
        close_reason
    }

    /// Deals with messages until the input ends or something has to be waited for.
    fn handle_messages(
        &mut self,
        context: &mut Context<'_>,
        input: &mut [u8],
        buffers: &mut Buffers,
    ) -> (usize, Result<(), CloseReason>) {
        let (mut consumed, before) = (0, self.io.received.bytes());
        while consumed < input.len() && self.io.received.bytes() - before < MAX_PAYLOAD_PER_READ {
            let (length, event) = match self.io.socket.decode(&mut input[consumed..], &mut buffers.message) {
                Ok(decoded) => decoded,
                Err(violation) => return (input.len(), Err(CloseReason::Protocol(violation))),
            };
            consumed += length;
            match self.handle_event(context, event.as_ref(), &mut buffers.replies) {
                Ok(true) => {}
                Ok(false) => break,
                Err(close_reason) => return (consumed, Err(close_reason)),
            }
        }
        (consumed, Ok(()))
    }

    /// False when something has to be waited for before there is more.
    fn handle_event(
        &mut self,
        context: &mut Context<'_>,
        event: Option<&Received<'_>>,
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason> {
        let Self { io, mode } = self;
        match event {
            Some(Received::Message(kind, payload)) => {
                io.received.add(1, payload.len() as u64);
                mode.on_message(io, context, *kind, payload, replies)
            }
            Some(Received::Ping(payload)) => {
                io.socket.pong(payload, replies);
                Ok(mode.on_ping())
            }
            Some(Received::Close(code, _)) => Err(CloseReason::Peer(*code)),
            Some(Received::Pong(_)) | None => Ok(true),
        }
    }
}

/// The peer is connection_lost.
pub fn connection_lost(_: std::io::Error) -> CloseReason {
    CloseReason::Peer(CloseCode::ABNORMAL)
}

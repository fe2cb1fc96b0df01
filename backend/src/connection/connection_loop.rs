//! The loop of an open connection, for all modes: handles commands, then writes queued frames, then reads.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::task::yield_now;
use tracing::info;
use yodel_protocol::CloseCode;

use super::admission::Admitted;
use super::buffers::{self, Buffers};
use super::close_reason::CloseReason;
use super::closing::{self, CloseFuture};
use super::commands::Command;
use super::connection_io::ConnectionIo;
use super::connection_mode::ConnectionMode;
use super::context::ServerContext;
use super::socket::Socket;
use super::stats::ConnectionStats;
use yodel_websocket::decoder::Event;

/// Maximum number of reads in one poll, before other tasks get a turn.
pub const READS_PER_POLL: usize = 4;

/// Maximum payload of messages, or of the replies to them if they are larger, in one poll, in bytes. One message may
/// exceed it. A small request can have a reply that takes milliseconds to encode and to compress, and compressed input
/// can expand a thousandfold.
const MAX_PAYLOAD_PER_POLL: u64 = 256 * 1024;

/// The loop of an open connection: its I/O and its mode.
pub struct ConnectionLoop<M> {
    io: ConnectionIo,
    mode: M,
}

impl<M: ConnectionMode> ConnectionLoop<M> {
    /// Creates the loop of an open WebSocket.
    pub fn new(socket: Socket, server: Arc<ServerContext>, admitted: Admitted, mode: M) -> Self {
        info!(peer = %admitted.peer, mode = %mode.name(), "connection opened");
        let io =
            ConnectionIo { socket, server, received: ConnectionStats::default(), admitted, opened: Instant::now() };
        Self { io, mode }
    }

    /// Leaves all rooms and returns the closing handshake.
    pub fn close(self, close_reason: CloseReason) -> CloseFuture {
        let Self { io, mode } = self;
        let (code, name, sent) = (close_reason.code(), mode.name(), mode.sent(&io));
        // Leave the rooms before the closing handshake, which can take long.
        mode.on_close(code, &close_reason.reason(), &io);
        let ConnectionIo { socket, server, received, admitted, opened } = io;
        let (peer, duration) = (admitted.peer, opened.elapsed());
        server.metrics.add_close(code);
        if let Some(rejection_label) = close_reason.rejection_label() {
            server.metrics.add_rejection(rejection_label);
        }
        info!(%peer, mode = %name, code = code.0, in = %received, out = %sent, ?duration, "connection closed");
        let is_shutdown = matches!(code, CloseCode::GOING_AWAY | CloseCode::SHUTDOWN);
        // Longer than the drain timeout, which ends it.
        let step_timeout = if is_shutdown { server.config.drain.saturating_mul(2) } else { server.config.pong };
        Box::pin(async move {
            server.connections.run_until_expired(closing::close(socket, close_reason, step_timeout)).await;
            drop(admitted);
        })
    }

    /// Runs the connection: handles commands, flushes the outbox and reads, at most [`READS_PER_POLL`] times and
    /// `MAX_PAYLOAD_PER_POLL` bytes.
    ///
    /// # Errors
    /// The reason to close the connection.
    pub fn poll_run(&mut self, context: &mut Context<'_>) -> Poll<Result<Infallible, CloseReason>> {
        self.io.socket.handle.register(context);
        let (mut reads, mut payload) = (0, 0);
        while reads < READS_PER_POLL && payload < MAX_PAYLOAD_PER_POLL {
            reads += 1;
            let is_ping_timeout = self.handle_commands(context)?;
            self.mode.poll_progress(&mut self.io, context)?;
            payload += self.account_for_late_replies();
            let flushed = self.io.socket.poll_flush(context).map_err(CloseReason::connection_lost)?.is_ready();
            if !self.mode.may_read(&mut self.io, context, flushed)? {
                if is_ping_timeout {
                    self.mode.on_ping_timeout()?;
                }
                return Poll::Pending;
            }
            match self.poll_input(context, &mut payload) {
                // Only now: the response may have been unread, because the server itself had paused reading.
                Poll::Pending if is_ping_timeout => return Poll::Ready(Err(CloseReason::no_pong())),
                input => ready!(input)?,
            }
        }
        // There may be more input. The runtime wakes the task after it has looked for the input of others; otherwise a
        // busy connection per thread would keep all others waiting.
        let poll = pin!(yield_now()).poll(context);
        debug_assert!(poll.is_pending(), "the first poll of a yield is pending");
        Poll::Pending
    }

    /// Handles all commands from other tasks. Returns whether the time to answer a ping is over.
    ///
    /// # Errors
    /// The reason to close the connection.
    fn handle_commands(&mut self, context: &mut Context<'_>) -> Result<bool, CloseReason> {
        let mut is_ping_timeout = false;
        while let Some(command) = self.io.socket.handle.take_command() {
            match command {
                Command::Ping => self.io.socket.ping(context).map(|_| ()).map_err(CloseReason::connection_lost)?,
                Command::PingTimeout => is_ping_timeout = true,
                Command::Shutdown => self.mode.on_shutdown(&mut self.io),
                Command::Disconnect => {
                    let (code, reason) =
                        self.io.socket.handle.disconnect_reason().unwrap_or((CloseCode::KICKED, String::new()));
                    return Err(CloseReason::Server(code, reason.into()));
                }
            }
        }
        Ok(is_ping_timeout)
    }

    /// Reads and handles input once, and adds the payload of messages and replies to `payload`. Pending if there is no
    /// input.
    ///
    /// # Errors
    /// Returns an error if the connection is to be closed.
    fn poll_input(&mut self, context: &mut Context<'_>, payload: &mut u64) -> Poll<Result<(), CloseReason>> {
        buffers::with(|buffers| {
            let Buffers { input, .. } = buffers;
            let mut input = std::mem::take(input);
            let length = self.io.socket.poll_read(context, &mut input).map_err(CloseReason::connection_lost);
            let consumed = length.map_ok(|length| self.handle_input(context, &mut input[..length], buffers, payload));
            buffers.input = input;
            consumed.map(|consumed| consumed.and_then(|consumed| consumed))
        })
    }

    /// Accounts for replies to earlier requests, for example to those that a hook has approved. Returns their payload in
    /// bytes.
    fn account_for_late_replies(&mut self) -> u64 {
        let replied = self.io.socket.take_replied();
        if replied > 0 {
            self.mode.on_input(0, replied);
        }
        u64::from(replied)
    }

    fn handle_input(
        &mut self,
        context: &mut Context<'_>,
        input: &mut [u8],
        buffers: &mut Buffers,
        payload: &mut u64,
    ) -> Result<(), CloseReason> {
        if input.is_empty() {
            return Err(CloseReason::Peer(CloseCode::ABNORMAL));
        }
        let (consumed, close_reason) = self.handle_messages(context, input, buffers, payload);
        self.io.socket.unread(&input[consumed..]);
        self.io.socket.report_memory();
        if !buffers.replies.is_empty() {
            self.io.socket.write(context, &mut buffers.replies, &[]).map_err(CloseReason::connection_lost)?;
        }
        close_reason
    }

    /// Handles messages until the input ends, the mode pauses reading, or `payload` reaches `MAX_PAYLOAD_PER_POLL`.
    /// Returns the number of bytes consumed.
    fn handle_messages(
        &mut self,
        context: &mut Context<'_>,
        input: &mut [u8],
        buffers: &mut Buffers,
        payload: &mut u64,
    ) -> (usize, Result<(), CloseReason>) {
        let mut consumed = 0;
        while consumed < input.len() && *payload < MAX_PAYLOAD_PER_POLL {
            let before = self.io.received.bytes();
            let (length, event) = match self.io.socket.decode(&mut input[consumed..], &mut buffers.message) {
                Ok(decoded) => decoded,
                Err(violation) => return (input.len(), Err(CloseReason::Protocol(violation))),
            };
            consumed += length;
            let is_message = matches!(event, Some(Event::Message(..)));
            let accepts_more = match self.handle_event(context, event.as_ref(), &mut buffers.replies) {
                Ok(accepts_more) => accepts_more,
                Err(close_reason) => return (consumed, Err(close_reason)),
            };
            let replied = self.io.socket.take_replied();
            *payload += (self.io.received.bytes() - before).max(u64::from(replied));
            let (mut frames, mut bytes) = (self.io.socket.take_frames(), u32::try_from(length).unwrap_or(u32::MAX));
            if is_message {
                frames = frames.saturating_sub(1); // The mode has counted the message.
                // A reply counts if it is larger than its request, whose parts have been counted as they arrived.
                bytes = bytes.saturating_add(replied.saturating_sub(self.io.socket.take_requested()));
            }
            if !self.mode.on_input(frames, bytes) || !accepts_more {
                break;
            }
        }
        (consumed, Ok(()))
    }

    /// Handles a decoded event. Returns false if reading has to pause.
    fn handle_event(
        &mut self,
        context: &mut Context<'_>,
        event: Option<&Event<'_>>,
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason> {
        let Self { io, mode } = self;
        match event {
            Some(Event::Message(kind, payload)) => {
                io.received.add(1, payload.len() as u64);
                mode.on_message(io, context, *kind, payload, replies)
            }
            Some(Event::Ping(payload)) => {
                io.socket.pong(payload, replies);
                Ok(true)
            }
            Some(Event::Close(code, _)) => Err(CloseReason::Peer(*code)),
            Some(Event::Pong(_)) | None => Ok(true),
        }
    }
}

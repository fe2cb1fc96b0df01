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
use super::closing::{self, Closing};
use super::context::ServerContext;
use super::signals::Signal;
use super::socket::Socket;
use super::traffic::Count;
use crate::identity_session::SessionContext;
use yodel_websocket::decoder::Event;
use yodel_websocket::message::Kind;

/// How many reads there are before other connections get a turn.
pub const TURN: usize = 4;

/// How much payload is dealt with before it is written, in bytes. A read of compressed messages can
/// hold a thousand times as much as it is long.
const WORK: u64 = 256 * 1024;

/// What becomes of messages.
pub trait Mode: Sized {
    /// What it is called in the log.
    fn name(&self) -> &'static str;

    /// The peer did not answer a ping. Returns when that is no wonder.
    fn silent(&self) -> Result<(), CloseReason> {
        Err(CloseReason::Ours(CloseCode::NO_PONG, "no pong".into()))
    }

    /// The server stops.
    fn leave(&mut self, wire: &mut Wire);

    /// Something happened, perhaps: whatever it waits for is looked at.
    ///
    /// # Errors
    /// When the connection ends.
    fn poll(&mut self, wire: &mut Wire, context: &mut Context<'_>) -> Result<(), CloseReason>;

    /// Whether the peer is read; `flushed` says whether everything it was sent is out.
    ///
    /// # Errors
    /// When the connection ends.
    fn may_read(&mut self, wire: &mut Wire, context: &mut Context<'_>, flushed: bool) -> Result<bool, CloseReason>;

    /// Takes a message; replies are added to `replies`. False when something has to be waited for
    /// before there is more.
    ///
    /// # Errors
    /// When the connection ends.
    fn take(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason>;

    /// A ping was answered. False when something has to be waited for before there is more.
    fn pinged(&mut self) -> bool;

    /// All messages of one read were taken.
    fn taken(&mut self, _wire: &mut Wire) {}

    /// Ends the mode with the connection: it leaves all rooms, and the disconnect hook runs.
    fn closed(self, code: CloseCode, reason: &str, wire: &Wire);

    /// What was sent, where the outbox does not know.
    fn sent(&self, wire: &Wire) -> Count {
        wire.socket.line.outbox.sent()
    }
}

/// What connections have in common.
#[derive(Debug)]
pub struct Wire {
    pub socket: Socket,
    pub shared: Arc<ServerContext>,
    pub received: Count,
    pub admitted: Admitted,
    opened: Instant,
}

impl Wire {
    /// Returns what the session of this connection borrows.
    pub fn session(&self) -> SessionContext<'_> {
        self.shared.session(self.admitted.peer)
    }
}

/// A connection in one of the modes.
pub struct Open<M> {
    wire: Wire,
    mode: M,
}

impl<M: Mode> Open<M> {
    /// Begins to serve an open WebSocket.
    pub fn new(socket: Socket, shared: Arc<ServerContext>, admitted: Admitted, mode: M) -> Self {
        info!(peer = %admitted.peer, mode = %mode.name(), "connection opened");
        let wire = Wire { socket, shared, received: Count::default(), admitted, opened: Instant::now() };
        Self { wire, mode }
    }

    /// Leaves all rooms, and closes.
    pub fn close(self, ending: CloseReason) -> Closing {
        let Self { wire, mode } = self;
        let (code, name, sent) = (ending.code(), mode.name(), mode.sent(&wire));
        // Out of all rooms before the closing handshake, which may take a while.
        mode.closed(code, &ending.reason(), &wire);
        let Wire { socket, shared, received, admitted, opened } = wire;
        let (peer, duration) = (admitted.peer, opened.elapsed());
        shared.tally.closed(code);
        if let Some(refusal) = ending.refusal() {
            shared.tally.count(refusal);
        }
        info!(%peer, mode = %name, code = code.0, in = %received, out = %sent, ?duration, "connection closed");
        let stops = matches!(code, CloseCode::GOING_AWAY | CloseCode::SHUTDOWN);
        // Longer than the drain, which cuts it off.
        let patience = if stops { shared.config.drain.saturating_mul(2) } else { shared.config.pong };
        Box::pin(async move {
            shared.connections.until_expired(closing::close(socket, ending, patience)).await;
            drop(admitted);
        })
    }

    /// Carries messages until one side closes: what waits goes out first, then what has come is read.
    pub fn poll_run(&mut self, context: &mut Context<'_>) -> Poll<Result<Infallible, CloseReason>> {
        self.wire.socket.line.register(context);
        for _ in 0..TURN {
            self.obey(context)?;
            self.mode.poll(&mut self.wire, context)?;
            let flushed = self.wire.socket.poll_flush(context).map_err(gone)?.is_ready();
            if !self.mode.may_read(&mut self.wire, context, flushed)? {
                return Poll::Pending;
            }
            ready!(self.poll_incoming(context))?;
        }
        // There may be more; others first.
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Does what this connection was told from outside.
    fn obey(&mut self, context: &mut Context<'_>) -> Result<(), CloseReason> {
        while let Some(signal) = self.wire.socket.line.signal() {
            match signal {
                Signal::Ping => self.wire.socket.ping(context).map(|_| ()).map_err(gone)?,
                Signal::Silent => self.mode.silent()?,
                Signal::Leave => self.mode.leave(&mut self.wire),
                Signal::Dismissed => {
                    let (code, reason) =
                        self.wire.socket.line.dismissal().unwrap_or((CloseCode::KICKED, String::new()));
                    return Err(CloseReason::Ours(code, reason.into()));
                }
            }
        }
        Ok(())
    }

    fn poll_incoming(&mut self, context: &mut Context<'_>) -> Poll<Result<(), CloseReason>> {
        buffers::with(|buffers| {
            let Buffers { input, .. } = buffers;
            let mut input = std::mem::take(input);
            let length = self.wire.socket.poll_read(context, &mut input).map_err(gone);
            let taken = length.map_ok(|length| self.take_input(context, &mut input[..length], buffers));
            buffers.input = input;
            taken.map(|taken| taken.and_then(|taken| taken))
        })
    }

    fn take_input(
        &mut self,
        context: &mut Context<'_>,
        input: &mut [u8],
        buffers: &mut Buffers,
    ) -> Result<(), CloseReason> {
        if input.is_empty() {
            return Err(CloseReason::Theirs(CloseCode::ABNORMAL));
        }
        let (taken, ending) = self.take_messages(context, input, buffers);
        self.wire.socket.hold(&input[taken..]);
        self.mode.taken(&mut self.wire);
        if !buffers.replies.is_empty() {
            self.wire.socket.write(context, &mut buffers.replies, &[]).map_err(gone)?;
        }
        ending
    }

    /// Deals with messages until the input ends or something has to be waited for.
    fn take_messages(
        &mut self,
        context: &mut Context<'_>,
        input: &mut [u8],
        buffers: &mut Buffers,
    ) -> (usize, Result<(), CloseReason>) {
        let (mut taken, begun) = (0, self.wire.received.bytes());
        while taken < input.len() && self.wire.received.bytes() - begun < WORK {
            let (consumed, received) = match self.wire.socket.decode(&mut input[taken..], &mut buffers.message) {
                Ok(decoded) => decoded,
                Err(violation) => return (input.len(), Err(CloseReason::Broken(violation))),
            };
            taken += consumed;
            match self.take_received(context, received.as_ref(), &mut buffers.replies) {
                Ok(true) => {}
                Ok(false) => break,
                Err(ending) => return (taken, Err(ending)),
            }
        }
        (taken, Ok(()))
    }

    /// False when something has to be waited for before there is more.
    fn take_received(
        &mut self,
        context: &mut Context<'_>,
        received: Option<&Event<'_>>,
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason> {
        let Self { wire, mode } = self;
        match received {
            Some(Event::Message(kind, payload)) => {
                wire.received.add(1, payload.len() as u64);
                mode.take(wire, context, *kind, payload, replies)
            }
            Some(Event::Ping(payload)) => {
                wire.socket.pong(payload, replies);
                Ok(mode.pinged())
            }
            Some(Event::Close(code, _)) => Err(CloseReason::Theirs(*code)),
            Some(Event::Pong(_)) | None => Ok(true),
        }
    }
}

/// The peer is gone.
pub fn gone(_: std::io::Error) -> CloseReason {
    CloseReason::Theirs(CloseCode::ABNORMAL)
}

//! Plain mode: raw messages, no JSON, no greeting.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use protocol::CloseCode;
use tracing::{debug, info};

use super::admission::Admitted;
use super::buffers::{self, Buffers};
use super::closing::{self, Closing};
use super::signals::Signal;
use super::socket::Socket;
use super::throttle::Throttle;
use super::traffic::Count;
use super::{Ending, Surroundings};
use crate::config::{Plain, PlainFormat};
use crate::hub::Seat;
use crate::rate::Bucket;
use crate::websocket::batch::{Batch, BatchBuilder};
use crate::websocket::decoder::Received;
use crate::websocket::message::Kind;

/// How many reads there are before other connections get a turn.
const TURN: usize = 4;

/// How much payload is dealt with before it is written, in bytes. A read of compressed messages can
/// hold a thousand times as much as it is long.
const WORK: u64 = 256 * 1024;

/// A connection in plain mode.
#[derive(Debug)]
pub struct PlainConnection {
    socket: Socket,
    shared: Arc<Surroundings>,
    /// The seat in the lobby; none for an echo.
    seat: Option<Seat<Batch>>,
    throttle: Option<Box<Throttle>>,
    /// The server stops, and so many batches are to be delivered before the close.
    leaving: Option<u64>,
    opened: Instant,
    received: Count,
    admitted: Admitted,
}

impl PlainConnection {
    /// Begins to serve an open WebSocket; one with a seat in the lobby broadcasts, others echo.
    pub fn open(socket: Socket, seat: Option<Seat<Batch>>, shared: Arc<Surroundings>, admitted: Admitted) -> Self {
        let throttle = shared.config.message_rate().map(|rate| Box::new(Throttle::new(Bucket::new(rate))));
        let (opened, received) = (Instant::now(), Count::default());
        let connection = Self { socket, shared, seat, throttle, leaving: None, opened, received, admitted };
        info!(peer = %connection.admitted.peer, mode = %connection.mode(), "connection opened");
        connection
    }

    /// Leaves the lobby, and closes.
    pub fn close(self, ending: Ending) -> Closing {
        let (code, peer, mode, received) = (ending.code(), self.admitted.peer, self.mode(), self.received);
        // An echo sends what it received.
        let sent = if self.seat.is_some() { self.socket.line.outbox.sent() } else { received };
        let duration = self.opened.elapsed();
        if let Some(refusal) = ending.refusal() {
            self.shared.tally.count(refusal);
        }
        info!(%peer, %mode, code = code.0, in = %received, out = %sent, ?duration, "connection closed");
        let patience = if code == CloseCode::GOING_AWAY { self.shared.config.drain } else { self.shared.config.pong };
        let Self { socket, admitted, .. } = self;
        Box::pin(async move {
            closing::close(socket, ending, patience).await;
            drop(admitted);
        })
    }

    fn mode(&self) -> Plain {
        if self.seat.is_some() { Plain::Broadcast } else { Plain::Echo }
    }

    /// Carries messages until one side closes: what waits goes out first, then what has come is read.
    pub fn poll_run(&mut self, context: &mut Context<'_>) -> Poll<Result<Infallible, Ending>> {
        self.socket.line.register(context);
        for _ in 0..TURN {
            self.obey(context)?;
            let flushed = self.socket.poll_flush(context).map_err(gone)?.is_ready();
            if !self.may_read(context, flushed)? {
                return Poll::Pending;
            }
            ready!(self.poll_incoming(context))?;
        }
        // There may be more; others first.
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Does what this connection was told from outside.
    fn obey(&mut self, context: &mut Context<'_>) -> Result<(), Ending> {
        while let Some(signal) = self.socket.line.signal() {
            match signal {
                Signal::Ping => self.socket.ping(context).map(|_| ()).map_err(gone)?,
                // It was not listened to.
                Signal::Silent if self.throttle.as_ref().is_some_and(|throttle| throttle.is_waiting()) => {}
                Signal::Silent => return Err(Ending::Ours(CloseCode::NO_PONG, "no pong")),
                Signal::Leave => self.leaving = Some(self.seat.as_ref().map_or(0, Seat::published)),
            }
        }
        match (self.leaving, &self.seat) {
            // What others were told before reaches this one too.
            (Some(batches), Some(seat)) if seat.poll_delivered(batches, context).is_pending() => Ok(()),
            (Some(_), _) => Err(Ending::Ours(CloseCode::GOING_AWAY, "shutdown")),
            _ => Ok(()),
        }
    }

    /// An echo reads on only when its answers are out, so that TCP slows down a peer that does not
    /// read. A member of the lobby is read as long as the lobby takes more: its outbox bounds what
    /// waits for it.
    fn may_read(&mut self, context: &mut Context<'_>, flushed: bool) -> Result<bool, Ending> {
        let ready = match &self.seat {
            None => flushed,
            Some(seat) => {
                let overflowed = |_| Ending::Ours(CloseCode::TRY_AGAIN_LATER, "too slow");
                self.socket.line.outbox.check().map_err(overflowed)?;
                seat.poll_room(context).is_ready()
            }
        };
        let rested = self.throttle.as_mut().is_none_or(|throttle| throttle.poll_ready(context).is_ready());
        Ok(ready && rested)
    }

    fn poll_incoming(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Ending>> {
        buffers::with(|buffers| {
            let Buffers { input, .. } = buffers;
            let mut input = std::mem::take(input);
            let length = self.socket.poll_read(context, &mut input).map_err(gone);
            let taken = length.map_ok(|length| self.take_input(context, &mut input[..length], buffers));
            buffers.input = input;
            taken.map(|taken| taken.and_then(|taken| taken))
        })
    }

    fn take_input(&mut self, context: &mut Context<'_>, input: &mut [u8], buffers: &mut Buffers) -> Result<(), Ending> {
        if input.is_empty() {
            return Err(Ending::Theirs(CloseCode::ABNORMAL));
        }
        let (taken, ending) = self.take_messages(context, input, buffers);
        self.socket.hold(&input[taken..]);
        if let Some(batch) = buffers.batch.take() {
            self.shared.hub.publish(batch);
        }
        if !buffers.replies.is_empty() {
            self.socket.write(context, &mut buffers.replies, &[]).map_err(gone)?;
        }
        ending
    }

    /// Deals with messages until the input ends or something has to be waited for.
    fn take_messages(
        &mut self,
        context: &mut Context<'_>,
        input: &mut [u8],
        buffers: &mut Buffers,
    ) -> (usize, Result<(), Ending>) {
        let (mut taken, begun) = (0, self.received.bytes());
        while taken < input.len() && self.received.bytes() - begun < WORK {
            let (consumed, received) = match self.socket.decode(&mut input[taken..], &mut buffers.message) {
                Ok(decoded) => decoded,
                Err(violation) => return (input.len(), Err(Ending::Broken(violation))),
            };
            taken += consumed;
            match self.take_received(context, received.as_ref(), &mut buffers.replies, &mut buffers.batch) {
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
        received: Option<&Received<'_>>,
        replies: &mut Vec<u8>,
        batch: &mut BatchBuilder,
    ) -> Result<bool, Ending> {
        match received {
            Some(Received::Message(kind, payload)) => {
                let room = self.take_message(context, *kind, payload, replies, batch)?;
                return Ok(self.throttle.as_mut().is_none_or(|throttle| throttle.take()) && room);
            }
            Some(Received::Ping(payload)) => {
                self.socket.pong(payload, replies);
                return Ok(self.throttle.as_mut().is_none_or(|throttle| throttle.take()));
            }
            Some(Received::Close(code, _)) => return Err(Ending::Theirs(*code)),
            Some(Received::Pong(_)) | None => {}
        }
        Ok(true)
    }

    fn take_message(
        &mut self,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
        batch: &mut BatchBuilder,
    ) -> Result<bool, Ending> {
        self.received.add(1, payload.len() as u64);
        debug!(peer = %self.admitted.peer, ?kind, text = ?String::from_utf8_lossy(payload), "message");
        if self.seat.is_none() {
            return self.socket.reply(context, kind, payload, replies).map_err(gone);
        }
        match (self.shared.config.plain_format, kind) {
            (PlainFormat::Seed, Kind::Text) => {
                let text = format!("{} echo: {}", self.admitted.peer, String::from_utf8_lossy(payload));
                batch.push(kind, text.as_bytes());
            }
            _ => batch.push(kind, payload),
        }
        Ok(!batch.is_full())
    }
}

fn gone(_: std::io::Error) -> Ending {
    Ending::Theirs(CloseCode::ABNORMAL)
}

#[cfg(test)]
mod tests;

//! One open WebSocket: its bytes, and what reads and writes them.

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::task::{Context, Poll};

use protocol::CloseCode;

use super::line::Line;
use super::transport::Transport;
use crate::websocket::decoder::{Decoder, Inflation, Received, Role};
use crate::websocket::encoder::{self, Encoder};
use crate::websocket::extension::Agreement;
use crate::websocket::message::Kind;
use crate::websocket::violation::Violation;

/// From here on a message goes out from where it was read, in bytes; copying shorter ones together
/// costs less than a slice each.
const LARGE: usize = 4 * 1024;

/// When replies are written although more is to come, in bytes.
const ENOUGH: usize = 64 * 1024;

/// A WebSocket whose handshake is over.
#[derive(Debug)]
pub struct Socket {
    pub transport: Transport,
    pub line: Arc<Line>,
    decoder: Decoder,
    encoder: Encoder,
    /// Input that was read and is not dealt with yet.
    held: Box<[u8]>,
    /// The answer to the last ping, while other things wait to be written: earlier pings need none
    /// (RFC 6455, section 5.5.3), and a peer that only asks does not fill the memory.
    pong: Option<Box<[u8]>>,
}

impl Socket {
    /// A socket that has already received `held`, for messages of at most `max_message` bytes.
    pub fn new(
        transport: Transport,
        line: Arc<Line>,
        held: Box<[u8]>,
        max_message: usize,
        compression: Option<&Agreement>,
    ) -> Self {
        let inflation = match compression {
            None => Inflation::Refused,
            Some(agreed) if agreed.client_takeover => Inflation::Together(Box::default()),
            Some(_) => Inflation::Apart,
        };
        let decoder = Decoder::new(Role::Server, max_message, inflation);
        Self { transport, line, decoder, encoder: Encoder::new(compression), held, pong: None }
    }

    /// Writes what waits; ready when nothing does.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        std::task::ready!(self.line.outbox.poll_flush(&mut self.transport, context))?;
        if let Some(payload) = self.pong.take() {
            self.pong(context, &payload)?;
            return self.line.outbox.poll_flush(&mut self.transport, context);
        }
        Poll::Ready(Ok(()))
    }

    /// Reads into `buffer`; 0 at the end.
    pub fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        if self.held.is_empty() {
            return self.transport.poll_read(self.line.outbox.socket(), context, buffer);
        }
        let held = std::mem::take(&mut self.held);
        let length = held.len().min(buffer.len());
        buffer[..length].copy_from_slice(&held[..length]);
        self.held = held[length..].into();
        Poll::Ready(Ok(length))
    }

    /// Whether all input that came was dealt with.
    pub fn is_drained(&self) -> bool {
        self.held.is_empty()
    }

    /// Ends our side of the transport.
    pub fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.transport.poll_shutdown(self.line.outbox.socket(), context)
    }

    /// Keeps input for the next read, before what is held already.
    pub fn hold(&mut self, input: &[u8]) {
        if !input.is_empty() {
            self.held = [input, &self.held].concat().into();
        }
    }

    /// What is complete at the front of `input`, and how long that is.
    ///
    /// # Errors
    /// When the peer broke the protocol.
    pub fn decode<'b>(
        &mut self,
        input: &'b mut [u8],
        room: &'b mut Vec<u8>,
    ) -> Result<(usize, Option<Received<'b>>), Violation> {
        self.decoder.read(input, room).map(|step| (step.consumed, step.received))
    }

    /// Sends a message, or puts it to the replies that are to be sent. False when the peer has to
    /// read before there is more.
    ///
    /// # Errors
    /// When the peer is gone.
    pub fn reply(
        &mut self,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> io::Result<bool> {
        if payload.len() >= LARGE && self.encoder.keeps(payload.len()) {
            let (header, length) = encoder::plain_header(kind, payload.len());
            replies.extend_from_slice(&header[..length]);
            return self.write(context, replies, payload);
        }
        self.encoder.message(kind, payload, replies);
        if replies.len() < ENOUGH { Ok(true) } else { self.write(context, replies, &[]) }
    }

    /// Sends the replies, and a payload that belongs to them. False when not all of it is out.
    ///
    /// # Errors
    /// When the peer is gone.
    pub fn write(&mut self, context: &mut Context<'_>, replies: &mut Vec<u8>, payload: &[u8]) -> io::Result<bool> {
        let slices = [IoSlice::new(replies), IoSlice::new(payload)];
        let slices = if payload.is_empty() { &slices[..1] } else { &slices[..] };
        let written = self.line.outbox.write(&mut self.transport, context, slices);
        replies.clear();
        written
    }

    /// Sends a ping.
    ///
    /// # Errors
    /// When the peer is gone.
    pub fn ping(&mut self, context: &mut Context<'_>) -> io::Result<bool> {
        let mut frame = Vec::new();
        encoder::ping(&mut frame);
        self.write(context, &mut frame, &[])
    }

    /// Answers a ping, as soon as nothing waits before it.
    ///
    /// # Errors
    /// When the peer is gone.
    pub fn pong(&mut self, context: &mut Context<'_>, payload: &[u8]) -> io::Result<()> {
        if !self.line.outbox.is_empty() {
            self.pong = Some(payload.into());
            return Ok(());
        }
        let mut frame = Vec::new();
        encoder::pong(payload, &mut frame);
        self.write(context, &mut frame, &[]).map(|_| ())
    }

    /// Sends a close frame, the last thing that goes out.
    ///
    /// # Errors
    /// When the peer is gone.
    pub fn close(&mut self, context: &mut Context<'_>, code: CloseCode, reason: &str) -> io::Result<()> {
        self.line.outbox.close();
        let mut frame = Vec::new();
        if let Some(payload) = self.pong.take() {
            // After the close frame nothing counts.
            encoder::pong(&payload, &mut frame);
        }
        encoder::close(code, reason, &mut frame);
        self.write(context, &mut frame, &[]).map(|_| ())
    }
}

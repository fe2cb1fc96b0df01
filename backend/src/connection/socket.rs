//! One open WebSocket: its bytes, and what reads and writes them.

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::upgrade::Upgraded;
use yodel_protocol::CloseCode;

use super::held::Held;
use super::line::Line;
use super::tcp::Tcp;
use super::transport::Transport;
use crate::net::http::{self, Underneath};
use yodel_websocket::decoder::{Decoder, Event, Inflation, Role};
use yodel_websocket::encoder::{self, Encoder};
use yodel_websocket::error::ProtocolError;
use yodel_websocket::extension::DeflateParams;
use yodel_websocket::frame::MAX_HEADER;
use yodel_websocket::message::Kind;

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
    held: Option<Box<Held>>,
    /// The answer to the last ping, while other things wait to be written: earlier pings need none
    /// (RFC 6455, section 5.5.3), and a peer that only asks does not fill the memory.
    pong: Option<Box<[u8]>>,
}

impl Socket {
    /// Creates the socket of a connection that HTTP has upgraded. A TCP socket is handed to the outbox of
    /// `line`, where others can write to it.
    pub fn from_upgraded(
        upgraded: Upgraded,
        line: Arc<Line>,
        max_message: usize,
        compression: Option<&DeflateParams>,
    ) -> Self {
        let (underneath, held) = http::take_back(upgraded);
        let transport = match underneath {
            Underneath::Stream(stream) => Transport::Own(stream),
            Underneath::Tcp(stream) => {
                line.outbox.open(Tcp::new(stream));
                Transport::Shared
            }
        };
        Self::new(transport, line, &held, max_message, compression)
    }

    /// A socket that has already received `held`, for messages of at most `max_message` bytes.
    pub fn new(
        transport: Transport,
        line: Arc<Line>,
        held: &[u8],
        max_message: usize,
        compression: Option<&DeflateParams>,
    ) -> Self {
        let inflation = match compression {
            None => Inflation::Disabled,
            Some(agreed) if agreed.client_context_takeover => Inflation::ContextTakeover(Box::default()),
            Some(_) => Inflation::PerMessage,
        };
        let decoder = Decoder::new(Role::Server, max_message, inflation);
        Self { transport, line, decoder, encoder: Encoder::new(compression), held: Held::new(held), pong: None }
    }

    /// Writes what waits; ready when nothing does.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_flush_outbox(context))?;
        let Some(payload) = self.pong.take() else { return Poll::Ready(Ok(())) };
        let mut frame = Vec::new();
        encoder::pong(&payload, &mut frame);
        self.write(context, &mut frame, &[])?;
        self.poll_flush_outbox(context)
    }

    fn poll_flush_outbox(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut written = false;
        let flushed = self.line.outbox.poll_flush(&mut self.transport, context, &mut written);
        if written {
            // A peer that reads is there, also when it does not come to answering pings.
            self.line.hear();
        }
        flushed
    }

    /// Reads into `buffer`, first what is held; 0 at the end.
    pub fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        if let Some(held) = &mut self.held {
            return Poll::Ready(Ok(held.lend(buffer)));
        }
        let read = ready!(self.transport.poll_read(self.line.outbox.socket(), context, buffer))?;
        self.line.hear();
        Poll::Ready(Ok(read))
    }

    /// Whether all input that came was dealt with.
    pub fn is_drained(&self) -> bool {
        self.held.is_none()
    }

    /// Ends our side of the transport.
    pub fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.transport.poll_shutdown(self.line.outbox.socket(), context)
    }

    /// Keeps for the next read what is left of the input of the last one.
    pub fn hold(&mut self, left: &[u8]) {
        match &mut self.held {
            None => self.held = Held::new(left),
            Some(held) => {
                if !held.give_back(left.len()) {
                    self.held = None;
                }
            }
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
    ) -> Result<(usize, Option<Event<'b>>), ProtocolError> {
        self.decoder.read(input, room).map(|step| (step.consumed, step.event))
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
        if payload.len() >= LARGE && self.encoder.sends_plain(payload.len()) {
            let (header, length) = encoder::plain_header(kind, payload.len());
            replies.extend_from_slice(&header[..length]);
            return self.write(context, replies, payload);
        }
        self.encoder.message(kind, payload, replies);
        if replies.len() < ENOUGH { Ok(true) } else { self.write(context, replies, &[]) }
    }

    /// The frames of a message, to be sent by way of the outbox.
    pub fn frames(&mut self, kind: Kind, payload: &[u8]) -> Bytes {
        let mut frames = Vec::with_capacity(payload.len() + MAX_HEADER);
        self.encoder.message(kind, payload, &mut frames);
        frames.into()
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

    /// Answers a ping: with the other replies, or as soon as nothing waits before it.
    pub fn pong(&mut self, payload: &[u8], replies: &mut Vec<u8>) {
        if self.line.outbox.is_empty() {
            encoder::pong(payload, replies);
        } else {
            self.pong = Some(payload.into());
        }
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

//! An open WebSocket: transport, codec and pending input.

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::upgrade::Upgraded;
use yodel_protocol::CloseCode;

use super::handle::ConnectionHandle;
use super::pending_input::PendingInput;
use super::tcp::Tcp;
use super::transport::Transport;
use crate::net::http::{self, UpgradedSocket};
use yodel_websocket::decoder::{Decoder, Event, Inflation, Role};
use yodel_websocket::encoder::{self, Encoder};
use yodel_websocket::error::ProtocolError;
use yodel_websocket::extension::DeflateParams;
use yodel_websocket::frame::MAX_HEADER;
use yodel_websocket::message::Kind;

/// Minimum payload size that is written without a copy, in bytes. For smaller payloads a copy costs less than
/// another slice.
const ZERO_COPY_MIN: usize = 4 * 1024;

/// Size of the collected replies at which they are written, in bytes.
const REPLY_BATCH: usize = 64 * 1024;

/// A WebSocket after its handshake.
#[derive(Debug)]
pub struct Socket {
    pub transport: Transport,
    pub handle: Arc<ConnectionHandle>,
    decoder: Decoder,
    encoder: Encoder,
    /// Input that was read but not handled.
    pending_input: Option<Box<PendingInput>>,
    /// The payload of the next pong, while other frames are queued. Only the latest ping needs a response
    /// (RFC 6455 §5.5.3), so a peer that sends only pings cannot fill the memory.
    pong: Option<Box<[u8]>>,
    /// Bytes of input since the last [`take_requested`](Self::take_requested).
    requested: u32,
    /// Payload of the replies since the last [`take_replied`](Self::take_replied), in bytes.
    replied: u32,
}

impl Socket {
    /// Creates a WebSocket from an upgraded HTTP connection. A TCP socket is attached to the outbox of
    /// `handle`, so that publishers can write to it.
    pub fn from_upgraded(
        upgraded: Upgraded,
        handle: Arc<ConnectionHandle>,
        max_message: usize,
        compression: Option<&DeflateParams>,
    ) -> Self {
        let (underneath, pending_input) = http::into_socket(upgraded);
        let transport = match underneath {
            UpgradedSocket::Stream(stream) => Transport::Own(stream),
            UpgradedSocket::Tcp(stream, permit) => {
                handle.outbox.attach_socket(Tcp::new(stream, permit));
                Transport::Shared
            }
        };
        Self::new(transport, handle, &pending_input, max_message, compression)
    }

    /// Creates a WebSocket with input that was already read. Messages have at most `max_message` bytes.
    pub fn new(
        transport: Transport,
        handle: Arc<ConnectionHandle>,
        pending_input: &[u8],
        max_message: usize,
        compression: Option<&DeflateParams>,
    ) -> Self {
        let inflation = match compression {
            None => Inflation::Disabled,
            Some(agreed) if agreed.client_context_takeover => Inflation::ContextTakeover(Box::default()),
            Some(_) => Inflation::PerMessage,
        };
        let decoder = Decoder::new(Role::Server, max_message, inflation);
        let socket = Self {
            transport,
            handle,
            decoder,
            encoder: Encoder::new(compression),
            pending_input: PendingInput::new(pending_input),
            pong: None,
            requested: 0,
            replied: 0,
        };
        socket.report_memory();
        socket
    }

    /// Writes the outbox and then a pending pong. Ready when nothing is queued.
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
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
        let flushed = self.handle.outbox.poll_flush(&mut self.transport, context, &mut written);
        if written {
            // A peer that reads is alive, even if it does not get to respond to pings.
            self.handle.mark_alive();
        }
        flushed
    }

    /// Reads into `buffer`: first the pending input, then from the transport. Returns 0 at the end of the
    /// input.
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
    pub fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        if let Some(pending_input) = &mut self.pending_input {
            return Poll::Ready(Ok(pending_input.read(buffer)));
        }
        let read = ready!(self.transport.poll_read(self.handle.outbox.socket(), context, buffer))?;
        self.handle.mark_alive();
        Poll::Ready(Ok(read))
    }

    /// Reports the memory of input and compression contexts.
    pub fn report_memory(&self) {
        let pending = self.pending_input.as_ref().map_or(0, |pending_input| pending_input.memory());
        let compression = self.encoder.memory() + self.decoder.context_memory();
        self.handle.report_memory(pending + self.decoder.partial_memory(), compression);
    }

    /// Returns whether no input is pending.
    pub fn is_input_handled(&self) -> bool {
        self.pending_input.is_none()
    }

    /// Shuts down the sending direction of the transport.
    pub fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.transport.poll_shutdown(self.handle.outbox.socket(), context)
    }

    /// Keeps the unhandled end of the last read for the next read.
    pub fn unread(&mut self, rest: &[u8]) {
        match &mut self.pending_input {
            None => self.pending_input = PendingInput::new(rest),
            Some(pending_input) => {
                if !pending_input.unread(rest.len()) {
                    self.pending_input = None;
                }
            }
        }
    }

    /// Decodes the event at the start of `input`. Returns the number of bytes consumed, and the event if it
    /// is complete.
    ///
    /// # Errors
    /// Returns an error if the peer violated the protocol.
    pub fn decode<'b>(
        &mut self,
        input: &'b mut [u8],
        buffer: &'b mut Vec<u8>,
    ) -> Result<(usize, Option<Event<'b>>), ProtocolError> {
        let step = self.decoder.read(input, buffer)?;
        self.requested = self.requested.saturating_add(u32::try_from(step.consumed).unwrap_or(u32::MAX));
        Ok((step.consumed, step.event))
    }

    /// Returns the number of frames that were decoded since the last call.
    pub fn take_frames(&mut self) -> u32 {
        self.decoder.take_frames()
    }

    /// Ends the exchange of messages: skips those of the peer from now on, decodes only its close frame, and frees the
    /// compression contexts. A partial message is never completed.
    pub fn discard_messages(&mut self) {
        self.decoder.discard_messages();
        self.encoder = Encoder::Plain;
        self.report_memory();
    }

    /// Sends a message, or appends it to `replies`. Returns false if the transport accepted only a part.
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
    pub fn reply(
        &mut self,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> io::Result<bool> {
        self.count_reply(payload);
        if payload.len() >= ZERO_COPY_MIN && self.encoder.sends_plain(payload.len()) {
            let (header, length) = encoder::plain_header(kind, payload.len());
            replies.extend_from_slice(&header[..length]);
            return self.write(context, replies, payload);
        }
        self.encoder.message(kind, payload, replies);
        if replies.len() < REPLY_BATCH { Ok(true) } else { self.write(context, replies, &[]) }
    }

    /// Encodes a message as frames for the outbox.
    pub fn frames(&mut self, kind: Kind, payload: &[u8]) -> Bytes {
        self.count_reply(payload);
        let mut frames = Vec::with_capacity(payload.len() + MAX_HEADER);
        self.encoder.message(kind, payload, &mut frames);
        // Compression needs only a part of it.
        frames.shrink_to_fit();
        frames.into()
    }

    /// Returns the bytes of input that were decoded since the last call.
    pub fn take_requested(&mut self) -> u32 {
        std::mem::take(&mut self.requested)
    }

    /// Returns the payload of the replies since the last call, in bytes, before their compression.
    pub fn take_replied(&mut self) -> u32 {
        std::mem::take(&mut self.replied)
    }

    fn count_reply(&mut self, payload: &[u8]) {
        self.replied = self.replied.saturating_add(u32::try_from(payload.len()).unwrap_or(u32::MAX));
    }

    /// Writes the collected replies, then `payload`, and clears `replies`. Returns false if the transport
    /// accepted only a part; the rest is queued.
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
    pub fn write(&mut self, context: &mut Context<'_>, replies: &mut Vec<u8>, payload: &[u8]) -> io::Result<bool> {
        let slices = [IoSlice::new(replies), IoSlice::new(payload)];
        let slices = if payload.is_empty() { &slices[..1] } else { &slices[..] };
        let written = self.handle.outbox.write(&mut self.transport, context, slices);
        replies.clear();
        written
    }

    /// Sends a ping. Returns false if it was queued.
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
    pub fn ping(&mut self, context: &mut Context<'_>) -> io::Result<bool> {
        let mut frame = Vec::new();
        encoder::ping(&mut frame);
        self.write(context, &mut frame, &[])
    }

    /// Responds to a ping: appends the pong to `replies`, or stores it while other frames are queued.
    pub fn pong(&mut self, payload: &[u8], replies: &mut Vec<u8>) {
        if self.handle.outbox.is_empty() {
            encoder::pong(payload, replies);
        } else {
            self.pong = Some(payload.into());
        }
    }

    /// Sends a close frame and rejects further deliveries.
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
    pub fn close(&mut self, context: &mut Context<'_>, code: CloseCode, reason: &str) -> io::Result<()> {
        self.handle.outbox.close();
        let mut frame = Vec::new();
        if let Some(payload) = self.pong.take() {
            // A pong must precede the close frame (RFC 6455 §5.5.1).
            encoder::pong(&payload, &mut frame);
        }
        encoder::close(code, reason, &mut frame);
        self.write(context, &mut frame, &[]).map(|_| ())
    }
}

//! One open client connection.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use yodel_protocol::CloseCode;

use super::error::LoadError;
use super::outgoing::{FrameQueue, Outgoing};
use crate::dial::Stream;
use crate::dial::frame::{UnmaskedFrame, append_frame};
use yodel_websocket::decoder::{Decoder, Event};
use yodel_websocket::frame::Opcode;

/// Size of one read, in bytes: usually all that is available after a wakeup.
const READ_BUFFER: usize = 128 * 1024;

thread_local! {
    /// Buffers shared by all connections of a thread; a connection stores only an incomplete message.
    static BUFFERS: RefCell<Buffers> =
        RefCell::new(Buffers { input: vec![0; READ_BUFFER].into_boxed_slice(), message: Vec::new() });
}

struct Buffers {
    input: Box<[u8]>,
    /// Buffer for a message that is fragmented or compressed.
    message: Vec<u8>,
}

/// An open WebSocket connection.
pub struct Socket {
    stream: Box<dyn Stream>,
    /// Masking key of all frames: one random key per connection, because this traffic needs no protection from
    /// proxies.
    pub key: [u8; 4],
    /// `true` if the server accepted compression.
    pub compressed: bool,
    decoder: Decoder,
    /// Bytes that followed the handshake and are not decoded yet.
    pending: Vec<u8>,
    /// The encoded pong that is being written.
    pong: Vec<u8>,
    /// The encoded pong for the latest ping. Replaces an earlier one that is not being written yet (RFC 6455,
    /// section 5.5.3).
    next_pong: Vec<u8>,
    unflushed: bool,
}

impl Socket {
    /// Creates the connection after its handshake.
    pub fn new(stream: Box<dyn Stream>, key: [u8; 4], compressed: bool, decoder: Decoder, pending: Vec<u8>) -> Self {
        Self { stream, key, compressed, decoder, pending, pong: Vec::new(), next_pong: Vec::new(), unflushed: false }
    }

    /// Writes outgoing frames and reads once. Calls `on_message` for each complete message. Ready after a read, even if
    /// no message is complete.
    pub fn poll_io(
        &mut self,
        context: &mut Context<'_>,
        outgoing: &mut impl Outgoing,
        mut on_message: impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Poll<Result<(), LoadError>> {
        let written = self.poll_write(context, outgoing);
        let read = self.poll_read(context, &mut on_message);
        match (written, read) {
            // A server that closes the connection sends the reason before it stops reading.
            (Poll::Ready(Err(_)), Poll::Ready(Err(closed))) => Poll::Ready(Err(closed)),
            (Poll::Ready(Err(error)), _) => Poll::Ready(Err(LoadError::Io(error))),
            (_, read) => read,
        }
    }

    /// Performs one [`poll_io`](Self::poll_io). Cancellation safe.
    pub async fn write_and_read(
        &mut self,
        outgoing: &mut impl Outgoing,
        mut on_message: impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        poll_fn(|context| self.poll_io(context, outgoing, &mut on_message)).await
    }

    /// Sends a close frame and waits until the server closes the connection.
    pub async fn close(mut self) -> Result<(), LoadError> {
        let mut queue = self.close_frame();
        loop {
            match self.write_and_read(&mut queue, |_| Ok(())).await {
                Ok(()) => {}
                Err(LoadError::Closed(_)) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends a close frame if the socket accepts it immediately; does not wait for the server.
    pub async fn send_close(mut self) {
        let mut queue = self.close_frame();
        let once = poll_fn(|context| Poll::Ready(self.poll_write(context, &mut queue)));
        let _ = tokio::task::unconstrained(once).await;
    }

    fn close_frame(&self) -> FrameQueue {
        let mut queue = FrameQueue::default();
        let payload = &CloseCode::NORMAL.0.to_be_bytes();
        queue.push(UnmaskedFrame { opcode: Opcode::Close, compressed: false, payload }, self.key);
        queue
    }

    fn poll_write(&mut self, context: &mut Context<'_>, outgoing: &mut impl Outgoing) -> Poll<io::Result<()>> {
        while outgoing.is_between_frames() {
            if self.pong.is_empty() {
                std::mem::swap(&mut self.pong, &mut self.next_pong);
            }
            if self.pong.is_empty() {
                break;
            }
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &self.pong))?;
            self.pong.drain(..written);
            self.unflushed = true;
        }
        while !outgoing.next().is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, outgoing.next()))?;
            outgoing.advance(written);
            self.unflushed = true;
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.stream).poll_flush(context))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        on_message: &mut impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Poll<Result<(), LoadError>> {
        BUFFERS.with_borrow_mut(|Buffers { input, message }| {
            if !self.pending.is_empty() {
                let mut pending = std::mem::take(&mut self.pending);
                self.decode(&mut pending, message, on_message)?;
            }
            let mut buffer = ReadBuf::new(input);
            // A read that does not fill the buffer has emptied the socket, so there is no second read.
            if let Err(error) = ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer)) {
                return Poll::Ready(Err(LoadError::Io(error)));
            }
            if buffer.filled().is_empty() {
                return Poll::Ready(Err(LoadError::Closed("without a close frame".to_owned())));
            }
            Poll::Ready(self.decode(buffer.filled_mut(), message, on_message))
        })
    }

    fn decode(
        &mut self,
        input: &mut [u8],
        buffer: &mut Vec<u8>,
        on_message: &mut impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        let mut consumed = 0;
        while consumed < input.len() {
            let decoded = self.decoder.read(&mut input[consumed..], buffer)?;
            consumed += decoded.consumed;
            match decoded.event {
                Some(Event::Message(_, message)) => on_message(message)?,
                Some(Event::Ping(payload)) => {
                    self.next_pong.clear();
                    let pong = UnmaskedFrame { opcode: Opcode::Pong, compressed: false, payload };
                    append_frame(pong, self.key, &mut self.next_pong);
                }
                Some(Event::Close(code, reason)) => return Err(LoadError::closed(code, reason)),
                Some(Event::Pong(_)) | None => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

//! One open connection, seen from the client.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use protocol::CloseCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::error::LoadError;
use super::inbox::{Inbox, Incoming};
use super::outgoing::{Form, Outbox, Outgoing, append_frame};
use crate::websocket::frame::Opcode;

/// What one read takes from the kernel, in bytes: all that a wake-up brings, as a rule.
const READ_BUFFER: usize = 128 * 1024;

thread_local! {
    /// One buffer for all connections of a thread; a connection keeps only half a frame.
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BUFFER].into_boxed_slice());
}

/// TCP, or TLS on it.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// An open WebSocket.
pub struct Socket {
    stream: Box<dyn Stream>,
    /// What this connection masks its frames with: one random key, because no proxy is to be fooled here.
    pub key: [u8; 4],
    /// Whether the server takes compressed messages.
    pub compressed: bool,
    inbox: Inbox,
    /// Whether the inbox has bytes that nobody looked at.
    unseen: bool,
    /// Answers to pings.
    pongs: Vec<u8>,
    unflushed: bool,
}

impl Socket {
    /// A connection whose handshake is done.
    pub fn new(stream: Box<dyn Stream>, key: [u8; 4], compressed: bool, inbox: Inbox) -> Self {
        Self { stream, key, compressed, inbox, unseen: true, pongs: Vec::new(), unflushed: false }
    }

    /// Writes what is to go out, and reads once. Ready when something was read, also if no message
    /// is whole yet.
    pub fn poll_turn(
        &mut self,
        context: &mut Context<'_>,
        outgoing: &mut impl Outgoing,
        mut on: impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Poll<Result<(), LoadError>> {
        let written = self.poll_write(context, outgoing);
        let read = self.poll_read(context, &mut on);
        match (written, read) {
            // A server that closes says why before it stops reading.
            (Poll::Ready(Err(_)), Poll::Ready(Err(closed))) => Poll::Ready(Err(closed)),
            (Poll::Ready(Err(error)), _) => Poll::Ready(Err(LoadError::Broken(error))),
            (_, read) => read,
        }
    }

    /// One turn, waited for.
    pub async fn turn(
        &mut self,
        outgoing: &mut impl Outgoing,
        mut on: impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        poll_fn(|context| self.poll_turn(context, outgoing, &mut on)).await
    }

    /// Says goodbye and waits until the server is gone.
    pub async fn close(mut self) -> Result<(), LoadError> {
        let mut outbox = self.goodbye();
        loop {
            match self.turn(&mut outbox, |_| Ok(())).await {
                Ok(()) => {}
                Err(LoadError::Closed(_)) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Says goodbye, if that can be said at once, and waits for nobody.
    pub async fn leave(mut self) {
        let mut outbox = self.goodbye();
        let once = poll_fn(|context| Poll::Ready(self.poll_write(context, &mut outbox)));
        let _ = tokio::task::unconstrained(once).await;
    }

    fn goodbye(&self) -> Outbox {
        let mut outbox = Outbox::default();
        let payload = &CloseCode::NORMAL.0.to_be_bytes();
        outbox.push(Form { opcode: Opcode::Close, compressed: false, payload }, self.key);
        outbox
    }

    fn poll_write(&mut self, context: &mut Context<'_>, outgoing: &mut impl Outgoing) -> Poll<io::Result<()>> {
        while !self.pongs.is_empty() && outgoing.is_between_frames() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &self.pongs))?;
            self.pongs.drain(..written);
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
        on: &mut impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Poll<Result<(), LoadError>> {
        if std::mem::take(&mut self.unseen) {
            self.take(&[], on)?;
        }
        BUFFER.with_borrow_mut(|buffer| {
            let mut buffer = ReadBuf::new(buffer);
            // A read that does not fill the buffer also says that the socket is empty now, so
            // nobody is asked a second time.
            if let Err(error) = ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer)) {
                return Poll::Ready(Err(LoadError::Broken(error)));
            }
            if buffer.filled().is_empty() {
                return Poll::Ready(Err(LoadError::Closed("without a close frame".to_owned())));
            }
            Poll::Ready(self.take(buffer.filled(), on))
        })
    }

    fn take(&mut self, bytes: &[u8], on: &mut impl FnMut(&[u8]) -> Result<(), LoadError>) -> Result<(), LoadError> {
        let Self { inbox, pongs, key, .. } = self;
        inbox.take(bytes, &mut |incoming| match incoming {
            Incoming::Message(message) => on(message),
            Incoming::Ping(payload) => {
                append_frame(Form { opcode: Opcode::Pong, compressed: false, payload }, *key, pongs);
                Ok(())
            }
        })
    }
}

//! A socket that is closed gently.
//!
//! Closing a TCP socket with unread input resets it, and the reset can overtake what was written
//! last: a client that sent too much would see 1006 instead of the 1009 that tells it why, and come
//! back for ever. So the input of a dropped socket is read away for a moment (RFC 6455, section
//! 7.1.1, asks for the same). Over TLS it also says that it ends (RFC 8446, section 6.1): without
//! that a client cannot tell the end from a cut.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::net::stream::Stream;
use crate::net::tasks::ServerTasks;

/// How long the rest is read away.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// How much of it, in bytes.
const MAX_DRAINED_BYTES: u64 = 16 * 1024 * 1024;

/// A socket that says that it ends, and reads its input to the end, when it is dropped.
#[derive(Debug)]
pub struct LingeringSocket<S: Stream> {
    /// Only taken out by `drop`.
    stream: Option<S>,
    ended: bool,
    tasks: ServerTasks,
}

impl<S: Stream> LingeringSocket<S> {
    /// Wraps a socket; `tasks` counts the time after the drop as well.
    pub fn new(stream: S, tasks: ServerTasks) -> Self {
        Self { stream: Some(stream), ended: false, tasks }
    }

    /// The socket itself, for one who closes it gently by other means.
    ///
    /// # Panics
    /// Never: only `drop` takes the socket out.
    pub fn into_inner(mut self) -> S {
        self.stream.take().expect("only `drop` takes it out")
    }

    fn inner(&mut self) -> io::Result<Pin<&mut S>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl<S: Stream> Drop for LingeringSocket<S> {
    fn drop(&mut self) {
        let is_running = tokio::runtime::Handle::try_current().is_ok();
        if let (false, Some(stream), true) = (self.ended, self.stream.take(), is_running) {
            self.tasks.spawn_io(tokio::time::timeout(DRAIN_TIMEOUT, drain_input(stream)));
        }
    }
}

async fn drain_input<S: Stream>(mut stream: S) -> io::Result<u64> {
    stream.shutdown().await?;
    tokio::io::copy(&mut stream.take(MAX_DRAINED_BYTES), &mut tokio::io::sink()).await
}

impl<S: Stream> AsyncRead for LingeringSocket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let (before, room) = (buffer.filled().len(), buffer.remaining());
        let read = ready!(self.inner()?.poll_read(context, buffer));
        self.ended |= read.is_err() || (room > 0 && buffer.filled().len() == before);
        Poll::Ready(read)
    }
}

impl<S: Stream> AsyncWrite for LingeringSocket<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.inner()?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.inner()?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner()?.poll_shutdown(context)
    }
}

//! Lingering close of a socket.
//!
//! Closing a TCP socket with unread input resets the connection, and the reset can discard the data written last: a
//! client whose message was too large would see 1006 instead of 1009, and reconnect forever. So after a socket is
//! dropped, its write side is shut down and its input is drained for a limited time (RFC 6455, section 7.1.1). Over TLS
//! the shutdown sends `close_notify` (RFC 8446, section 6.1), without which a client cannot distinguish the end from
//! truncation.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::net::socket_limit::SocketPermit;
use crate::net::stream::Stream;
use crate::net::tasks::ServerTasks;
use crate::net::write_timeout::WriteTimeout;

/// Maximum duration of the drain.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// Maximum number of bytes drained.
const MAX_DRAINED_BYTES: u64 = 16 * 1024 * 1024;

/// Socket that is shut down and drained when it is dropped, in a task of its own.
#[derive(Debug)]
pub struct LingeringSocket<S: Stream> {
    /// `None` only after `drop` or `into_inner` took it.
    stream: Option<S>,
    ended: bool,
    tasks: ServerTasks,
    /// `None` only after `drop` or `into_inner` took it.
    permit: Option<SocketPermit>,
    write_timeout: Option<WriteTimeout>,
}

impl<S: Stream> LingeringSocket<S> {
    /// Wraps a socket; the drain is spawned on `tasks`, so a shutdown waits for it.
    pub fn new(stream: S, permit: SocketPermit, tasks: ServerTasks) -> Self {
        Self { stream: Some(stream), ended: false, tasks, permit: Some(permit), write_timeout: None }
    }

    /// Limits the time without progress of a write; `None` for no limit.
    #[must_use]
    pub fn with_write_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.write_timeout = timeout.map(WriteTimeout::new);
        self
    }

    /// Closes the socket at once when it is dropped. What was written last may be lost if input is unread.
    #[must_use]
    pub fn without_linger(mut self) -> Self {
        self.ended = true;
        self
    }

    /// Returns the socket and its permit, for a caller that closes it in its own way.
    ///
    /// # Panics
    /// Never: before this call, only `drop` takes the socket.
    pub fn into_inner(mut self) -> (S, SocketPermit) {
        let taken = self.stream.take().zip(self.permit.take());
        taken.expect("only `drop` takes the socket")
    }

    fn check_timeout<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match &mut self.write_timeout {
            Some(timeout) => timeout.check(context, written),
            None => written,
        }
    }

    fn inner(&mut self) -> io::Result<Pin<&mut S>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl<S: Stream> Drop for LingeringSocket<S> {
    fn drop(&mut self) {
        let is_running = tokio::runtime::Handle::try_current().is_ok();
        if let (false, Some(stream), true) = (self.ended, self.stream.take(), is_running) {
            let permit = self.permit.take();
            self.tasks.spawn_io(async move {
                let _ = tokio::time::timeout(DRAIN_TIMEOUT, drain_input(stream)).await;
                drop(permit);
            });
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
        let written = self.inner()?.poll_write(context, bytes);
        self.check_timeout(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.inner()?.poll_write_vectored(context, slices);
        self.check_timeout(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = self.inner()?.poll_flush(context);
        self.check_timeout(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Over TLS a shutdown writes as well.
        let shut_down = self.inner()?.poll_shutdown(context);
        self.check_timeout(context, shut_down)
    }
}

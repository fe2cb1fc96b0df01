//! Byte stream of a WebSocket over HTTP/2, which limits the time to accept its end.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::stream::Stream;
use super::stream_tasks::{self, Progress};

/// Byte stream of a WebSocket. From its drop on, the client has a limited time to accept what was written, after which
/// the stream is reset.
#[derive(Debug)]
pub struct TrackedStream<S> {
    inner: S,
    progress: Arc<Progress>,
}

impl<S: Stream> TrackedStream<S> {
    /// Wraps the byte stream of the HTTP/2 stream whose task runs.
    pub fn new(inner: S) -> Self {
        Self { inner, progress: stream_tasks::current() }
    }
}

impl<S> Drop for TrackedStream<S> {
    fn drop(&mut self) {
        self.progress.end();
    }
}

impl<S: Stream> AsyncRead for TrackedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: Stream> AsyncWrite for TrackedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

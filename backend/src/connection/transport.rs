//! The transport of a WebSocket: a TCP socket, or a stream over one (TLS, HTTP/2).

use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::ReadBuf;

use super::tcp::Tcp;
use crate::net::stream::Stream;

/// The transport of a connection.
pub enum Transport {
    /// The TCP socket in the outbox, which publishers can write to.
    Shared,
    /// A stream that only the task of the connection uses.
    Own(Pin<Box<dyn Stream>>),
}

impl Transport {
    /// Reads into `buffer`. Returns 0 at the end of the input.
    pub fn poll_read(
        &mut self,
        shared: Option<&Tcp>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Shared => with(shared, |socket| socket.poll_read(context, buffer)),
            Self::Own(stream) => {
                let mut buffer = ReadBuf::new(buffer);
                stream.as_mut().poll_read(context, &mut buffer).map_ok(|()| buffer.filled().len())
            }
        }
    }

    /// Writes as much of `slices` as the transport accepts, and returns the number of bytes.
    pub fn poll_write(
        &mut self,
        shared: Option<&Tcp>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Shared => with(shared, |socket| socket.poll_write(context, slices)),
            Self::Own(stream) => stream.as_mut().poll_write_vectored(context, slices),
        }
    }

    /// Flushes the transport. TCP needs no flush.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Shared => Poll::Ready(Ok(())),
            Self::Own(stream) => stream.as_mut().poll_flush(context),
        }
    }

    /// Shuts down the sending direction.
    pub fn poll_shutdown(&mut self, shared: Option<&Tcp>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Shared => with(shared, |socket| Poll::Ready(socket.shutdown())),
            Self::Own(stream) => stream.as_mut().poll_shutdown(context),
        }
    }

    /// Returns whether the transport needs a shutdown before it is dropped. A drop would omit the close alert
    /// of TLS and reset an HTTP/2 stream.
    pub fn shutdown_needed(&self) -> bool {
        matches!(self, Self::Own(_))
    }
}

fn with<T>(shared: Option<&Tcp>, act: impl FnOnce(&Tcp) -> Poll<io::Result<T>>) -> Poll<io::Result<T>> {
    shared.map_or(Poll::Ready(Err(io::ErrorKind::NotConnected.into())), act)
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shared => "Shared",
            Self::Own(_) => "Own",
        })
    }
}

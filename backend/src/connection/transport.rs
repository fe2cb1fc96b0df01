//! What a WebSocket runs over: a TCP socket, or a stream on top of one (TLS, HTTP/2).

use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::ReadBuf;

use super::tcp::Tcp;
use crate::net::stream::Stream;

/// One connection's bytes.
pub enum Transport {
    /// The socket in the outbox, where others can write to it.
    Shared,
    /// Only its own task can use it.
    Own(Pin<Box<dyn Stream>>),
}

impl Transport {
    /// Reads into `buffer`; 0 at the end.
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

    /// Writes the beginning of `slices`.
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

    /// What was written is on its way; TCP needs nothing for that.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Shared => Poll::Ready(Ok(())),
            Self::Own(stream) => stream.as_mut().poll_flush(context),
        }
    }

    /// Ends our side.
    pub fn poll_shutdown(&mut self, shared: Option<&Tcp>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Shared => with(shared, |socket| Poll::Ready(socket.shutdown())),
            Self::Own(stream) => stream.as_mut().poll_shutdown(context),
        }
    }

    /// Whether dropping it does not end it as it should: TLS says that it ends, HTTP/2 resets.
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

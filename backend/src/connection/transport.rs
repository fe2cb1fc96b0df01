//! What a WebSocket runs over: a TCP socket, or a stream on top of one (TLS, HTTP/2).

use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;

use super::outbox::Outbox;
use crate::listener::Stream;

/// One connection's bytes.
pub enum Transport {
    /// Its other half is in the outbox, for others to write to.
    Tcp(OwnedReadHalf),
    /// Only its own task can use it.
    Stream(Pin<Box<dyn Stream>>),
}

impl Transport {
    /// Reads into `buffer`; 0 at the end.
    pub fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        let read = match self {
            Self::Tcp(half) => Pin::new(half).poll_read(context, &mut buffer),
            Self::Stream(stream) => stream.as_mut().poll_read(context, &mut buffer),
        };
        read.map_ok(|()| buffer.filled().len())
    }

    /// Writes the beginning of `slices`.
    pub fn poll_write(
        &mut self,
        outbox: &Outbox,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Self::Stream(stream) = self {
            return stream.as_mut().poll_write_vectored(context, slices);
        }
        let Some(half) = outbox.socket() else {
            return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
        };
        loop {
            ready!(half.as_ref().poll_write_ready(context))?;
            let written = match slices {
                [slice] => half.try_write(slice),
                slices => half.try_write_vectored(slices),
            };
            match written {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    /// What was written is on its way; TCP needs nothing for that.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(_) => Poll::Ready(Ok(())),
            Self::Stream(stream) => stream.as_mut().poll_flush(context),
        }
    }
}

impl Transport {
    /// Ends our side.
    pub fn poll_shutdown(&mut self, outbox: &Outbox, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Stream(stream) => stream.as_mut().poll_shutdown(context),
            Self::Tcp(_) => Poll::Ready(outbox.socket().map_or(Ok(()), |half| {
                rustix::net::shutdown(half.as_ref(), rustix::net::Shutdown::Write).map_err(io::Error::from)
            })),
        }
    }

    /// Whether dropping it does not end it as it should: TLS says that it ends, HTTP/2 resets.
    pub fn shutdown_needed(&self) -> bool {
        matches!(self, Self::Stream(_))
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp(_) => "Tcp",
            Self::Stream(_) => "Stream",
        })
    }
}

//! A TCP socket that its task reads and everybody may write to.
//!
//! The calls go to the kernel as directly as safe Rust can: through the C library each would also be
//! a point where a thread can be cancelled, which costs more than everything else here.

use std::io::{self, IoSlice};
use std::task::{Context, Poll, ready};

use rustix::net::{RecvFlags, SendFlags, Shutdown};
use tokio::io::Interest;
use tokio::net::TcpStream;

/// An open socket.
#[derive(Debug)]
pub struct Tcp(TcpStream);

impl Tcp {
    /// Takes over a socket.
    pub fn new(stream: TcpStream) -> Self {
        Self(stream)
    }

    /// Reads into `buffer`; 0 at the end.
    pub fn poll_read(&self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_read_ready(context))?;
            let mut read = None;
            let drained = self.0.try_io(Interest::READABLE, || {
                let (length, _) = rustix::net::recv(&self.0, &mut *buffer, RecvFlags::empty())?;
                read = Some(length);
                // Less than there was room for: there is no more, and no need to ask the kernel.
                if length > 0 && length < buffer.len() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
            });
            match (read, drained) {
                (Some(length), _) => return Poll::Ready(Ok(length)),
                (None, Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                (None, error) => return Poll::Ready(error.map(|()| 0)),
            }
        }
    }

    /// Writes the beginning of `slices`.
    pub fn poll_write(&self, context: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            let written = self.0.try_io(Interest::WRITABLE, || match slices {
                [slice] => self.try_write(slice),
                slices => Ok(rustix::io::writev(&self.0, slices)?),
            });
            match written {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    /// Writes what there is room for, from whatever thread. Who is told that there is none leaves the
    /// rest to the socket's own task.
    ///
    /// # Errors
    /// When there is no room, or the peer is connection_lost.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::net::send(&self.0, bytes, SendFlags::empty())?)
    }

    /// Ends our side.
    ///
    /// # Errors
    /// When the peer is connection_lost.
    pub fn shutdown(&self) -> io::Result<()> {
        Ok(rustix::net::shutdown(&self.0, Shutdown::Write)?)
    }
}

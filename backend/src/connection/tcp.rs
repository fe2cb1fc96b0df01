//! A TCP socket that its task reads and any task can write.
//!
//! System calls go to the kernel through rustix: in the C library each of them is a cancellation point, which
//! costs more than everything else here.

use std::io::{self, IoSlice};
use std::task::{Context, Poll, ready};

use rustix::net::{RecvFlags, SendFlags, Shutdown};
use tokio::io::Interest;
use tokio::net::TcpStream;

use crate::net::socket_limit::SocketPermit;

/// A connected TCP socket.
#[derive(Debug)]
pub struct Tcp {
    stream: TcpStream,
    _permit: SocketPermit,
}

impl Tcp {
    /// Wraps a socket, which counts against the limit of sockets until it is closed.
    pub fn new(stream: TcpStream, permit: SocketPermit) -> Self {
        Self { stream, _permit: permit }
    }

    /// Reads into `buffer`. Returns 0 at the end of the input.
    pub fn poll_read(&self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.stream.poll_read_ready(context))?;
            let mut read = None;
            let drained = self.stream.try_io(Interest::READABLE, || {
                let (length, _) = rustix::net::recv(&self.stream, &mut *buffer, RecvFlags::empty())?;
                read = Some(length);
                // A short read: the socket is drained, and the next read needs no system call to find out.
                if length > 0 && length < buffer.len() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
            });
            match (read, drained) {
                (Some(length), _) => return Poll::Ready(Ok(length)),
                (None, Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                (None, error) => return Poll::Ready(error.map(|()| 0)),
            }
        }
    }

    /// Writes as much of `slices` as the socket accepts, and returns the number of bytes.
    pub fn poll_write(&self, context: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.stream.poll_write_ready(context))?;
            let written = self.stream.try_io(Interest::WRITABLE, || match slices {
                [slice] => self.try_write(slice),
                slices => Ok(rustix::io::writev(&self.stream, slices)?),
            });
            match written {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    /// Writes as much as the socket accepts, from any task. After `WouldBlock` the task of the connection has
    /// to write the rest.
    ///
    /// # Errors
    /// `WouldBlock` if the send buffer is full, or the error of a lost connection.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::net::send(&self.stream, bytes, SendFlags::empty())?)
    }

    /// Shuts down the sending direction.
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
    pub fn shutdown(&self) -> io::Result<()> {
        Ok(rustix::net::shutdown(&self.stream, Shutdown::Write)?)
    }
}

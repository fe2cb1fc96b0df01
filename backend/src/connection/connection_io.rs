//! The I/O half of a connection.

use std::sync::Arc;
use std::time::Instant;

use super::admission::Admitted;
use super::context::ServerContext;
use super::socket::Socket;
use super::stats::ConnectionStats;
use crate::identity_session::SessionContext;

/// The I/O half of a connection, which is the same in all modes.
#[derive(Debug)]
pub struct ConnectionIo {
    pub socket: Socket,
    pub server: Arc<ServerContext>,
    /// Messages received so far.
    pub received: ConnectionStats,
    /// Counts against the limits of connections until it is dropped.
    pub admitted: Admitted,
    pub opened: Instant,
}

impl ConnectionIo {
    /// Returns the server and the peer address, as the identity session needs them.
    pub fn session_context(&self) -> SessionContext<'_> {
        self.server.session_context(self.admitted.peer)
    }
}

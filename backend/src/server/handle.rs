//! The server behind a mounted router.

use std::time::Duration;

use super::shutdown::Shutdown;
use crate::hooks::handle::Handle;

/// A handle of the server behind a mounted router; see [`Server::into_parts`](crate::Server::into_parts).
///
/// Connections that are open stay when it is dropped.
#[derive(Clone, Debug)]
#[must_use = "connections are upgraded: only `shutdown` ends them"]
pub struct ServerHandle {
    pub(super) handle: Handle,
    pub(super) shutdown: Shutdown,
}

impl ServerHandle {
    /// Returns what the program can do with the server: publish, send, list, disconnect.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Shuts down gracefully: rejects new connections with 503, asks the open ones to leave, spread over the time
    /// until the deadline so that they do not all reconnect at once, and cuts off those that have not left then.
    /// Returns the number of those.
    ///
    /// To be awaited beside or after the HTTP server's own shutdown, which knows nothing of upgraded connections.
    /// No task of the server is left when it returns. When the future is dropped, connections that were asked to
    /// leave still do.
    pub async fn shutdown(&self, deadline: Duration) -> usize {
        let open = self.shutdown.drain(deadline).await;
        self.shutdown.finish().await;
        open
    }
}

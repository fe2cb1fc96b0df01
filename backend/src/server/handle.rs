//! The server behind a mounted router.

use std::time::Duration;

use super::shutdown::Shutdown;
use crate::hooks::handle::Handle;

/// Handle of the server behind a mounted router; see [`Server::into_parts`](crate::Server::into_parts).
///
/// Dropping it does not close open connections.
///
/// ```
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::net::SocketAddr;
/// use std::time::Duration;
/// use yodel_server::Server;
///
/// let (live, server) = Server::builder().build()?.into_parts();
/// let app = axum::Router::new().nest("/live", live).into_make_service_with_connect_info::<SocketAddr>();
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// axum::serve(listener, app)
///     .with_graceful_shutdown(async move {
///         // The program waits for a signal here.
///         let cut_off = server.shutdown(Duration::from_secs(10)).await;
///         println!("{cut_off} connections did not end in time");
///     })
///     .await?;
/// # Ok(())
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use = "connections are upgraded: only `shutdown` ends them"]
pub struct ServerHandle {
    pub(super) handle: Handle,
    pub(super) lame_duck: Duration,
    pub(super) shutdown: Shutdown,
}

impl ServerHandle {
    /// Returns a handle to publish, send, list connections and disconnect.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Shuts down gracefully: after [`ServerConfig::lame_duck`](crate::ServerConfig::lame_duck), rejects new
    /// connections with 503 and closes the open ones, spread over the time until the deadline so that they do not all
    /// reconnect at once. Connections that are still open at the deadline are cut off; returns their number.
    ///
    /// Await it during or after the HTTP server's own shutdown, which does not cover upgraded connections. When it
    /// returns, all tasks of the server have ended. If the future is dropped, connections that are already closing
    /// still close.
    pub async fn shutdown(&self, deadline: Duration) -> usize {
        self.shutdown.announce(self.lame_duck).await;
        let open = self.shutdown.drain(deadline).await;
        self.shutdown.finish().await;
        open.unwrap_or(0)
    }
}

//! Graceful shutdown: closes connections one after the other until the deadline, then cuts off the remaining ones.

use std::time::Duration;

use tokio::time::timeout;
use tracing::{error, info, warn};
use yodel_protocol::CloseCode;

use super::background::Background;
use crate::http::state::AppState;

/// Time after the deadline in which connections that were cut off can end their handlers and write log lines.
const GRACE: Duration = Duration::from_millis(500);

/// Shutdown of a server: its connections and background tasks.
#[derive(Clone, Debug)]
pub struct Shutdown {
    app: AppState,
    background: Background,
}

impl Shutdown {
    /// Creates the shutdown of a server.
    pub fn new(app: AppState, background: Background) -> Self {
        Self { app, background }
    }

    /// Reports for this time that the server is not ready, so that load balancers choose other servers. All clients are
    /// still served.
    pub async fn announce(&self, lame_duck: Duration) {
        self.app.admission.leave();
        if !lame_duck.is_zero() {
            info!(?lame_duck, "shutdown announced; still serving");
            tokio::time::sleep(lame_duck).await;
        }
    }

    /// Rejects new connections, and closes the open ones, spread over the time until the deadline. Returns the number
    /// of connections that are still open then, or of sockets if there are no connections; `None` if everything ended
    /// in time.
    pub async fn drain(&self, deadline: Duration) -> Option<usize> {
        let AppState { admission, server, sockets, .. } = &self.app;
        admission.close();
        let draining = async {
            server.registry.drain(deadline).await;
            server.connections.drained().await;
        };
        if timeout(deadline, draining).await.is_ok() {
            return None;
        }
        let open = match admission.connections() {
            0 => sockets.open(),
            connections => connections,
        };
        warn!(open, timeout = ?deadline, "drain timed out; closing remaining connections");
        Some(open as usize)
    }

    /// Cuts off remaining connections, and waits until all tasks have ended.
    pub async fn finish(&self) {
        let tasks = &self.app.server.connections;
        self.cut_off();
        if timeout(GRACE, tasks.ended()).await.is_err() {
            tasks.end();
            if timeout(GRACE, tasks.ended()).await.is_err() {
                error!("a handler blocks its thread; shutting down without waiting for it");
            }
        }
        self.background.stop().await;
    }

    /// Cuts off all connections.
    fn cut_off(&self) {
        self.app.admission.close();
        self.app.server.connections.expire();
        self.app.server.registry.disconnect_all(CloseCode::GOING_AWAY, "shutdown");
    }

    /// Cuts off connections and stops tasks without waiting for them.
    pub fn abandon(&self) {
        self.cut_off();
        self.app.server.connections.end();
    }
}

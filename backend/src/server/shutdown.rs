//! A graceful shutdown: connections are asked to leave one after the other, waited for, and then cut off.

use std::time::Duration;

use tokio::time::timeout;
use tracing::{error, warn};
use yodel_protocol::CloseCode;

use super::background::Background;
use crate::http::state::App;

/// After the deadline: time for the log lines and handlers of connections that were cut off.
const GRACE: Duration = Duration::from_millis(500);

/// What a shutdown ends.
#[derive(Clone, Debug)]
pub struct Shutdown {
    app: App,
    background: Background,
}

impl Shutdown {
    /// Creates the shutdown of a server.
    pub fn new(app: App, background: Background) -> Self {
        Self { app, background }
    }

    /// Rejects new connections, and asks the open ones to leave, spread over the time until the deadline. Those
    /// that have not left then are cut off; returns their number.
    pub async fn drain(&self, deadline: Duration) -> usize {
        let App { admission, shared, .. } = &self.app;
        admission.close();
        let draining = async {
            shared.registry.drain(deadline).await;
            shared.connections.drained().await;
        };
        if timeout(deadline, draining).await.is_ok() {
            return 0;
        }
        let open = admission.connections();
        warn!(open, timeout = ?deadline, "drain timed out; closing remaining connections");
        open as usize
    }

    /// Cuts off what is left, and waits until no task is left.
    pub async fn finish(&self) {
        let tasks = &self.app.shared.connections;
        self.cut_off();
        if timeout(GRACE, tasks.ended()).await.is_err() {
            tasks.end();
            if timeout(GRACE, tasks.ended()).await.is_err() {
                error!("a handler blocks its thread; leaving it behind");
            }
        }
        self.background.stop().await;
    }

    /// Ends connections at once.
    fn cut_off(&self) {
        self.app.admission.close();
        self.app.shared.connections.expire();
        self.app.shared.registry.disconnect_all(CloseCode::GOING_AWAY, "shutdown");
    }

    /// Ends connections and tasks without waiting for them.
    pub fn abandon(&self) {
        self.cut_off();
        self.app.shared.connections.end();
    }
}

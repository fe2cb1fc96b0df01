//! What all connections share.

use std::net::SocketAddr;
use std::sync::Arc;

use super::registry::Registry;
use crate::auth::Authenticator;
use crate::config::ServerConfig;
use crate::encode::SharedPayload;
use crate::hooks::registry::Hooks;
use crate::hub::Hub;
use crate::identity_session::SessionContext;
use crate::limits::server_metrics::ServerMetrics;
use crate::net::tasks::ServerTasks;

/// What all connections share.
#[derive(Debug)]
pub struct ServerContext {
    /// Settings.
    pub config: Arc<ServerConfig>,
    /// Rooms, and the directory of connections.
    pub hub: Hub<SharedPayload>,
    /// All open connections.
    pub registry: Registry,
    /// Counts of what was refused.
    pub metrics: ServerMetrics,
    /// Authentication by settings.
    pub auth: Authenticator,
    /// Hooks of the embedding program.
    pub hooks: Hooks,
    /// Tasks that must end before the server does: connections, and hooks that run for them.
    pub connections: ServerTasks,
    /// Name of this server among several.
    pub node: String,
}

impl ServerContext {
    /// Returns what a session of a connection from this peer borrows.
    pub fn session(&self, peer: SocketAddr) -> SessionContext<'_> {
        SessionContext { hub: &self.hub, hooks: &self.hooks, tasks: &self.connections, peer }
    }
}

//! The server context.

use std::net::SocketAddr;
use std::sync::Arc;

use super::memory_budget::MemoryBudget;
use super::registry::Registry;
use crate::auth::Authenticator;
#[cfg(feature = "disk")]
use crate::backplane::disk::DiskMetrics;
#[cfg(feature = "redis")]
use crate::backplane::{redis::RedisStore, shared::SharedBackplane};
use crate::config::ServerConfig;
use crate::encode::SharedPayload;
use crate::hooks::registry::Hooks;
use crate::hub::Hub;
#[cfg(feature = "redis")]
use crate::hub::Room;
use crate::identity_session::SessionContext;
use crate::limits::server_metrics::ServerMetrics;
use crate::net::tasks::ServerTasks;

/// The state that all connections share.
#[derive(Debug)]
pub struct ServerContext {
    /// Settings of the server.
    pub config: Arc<ServerConfig>,
    /// Rooms, and the directory of connections.
    pub hub: Hub<SharedPayload>,
    /// All open connections.
    pub registry: Registry,
    /// Budget of the memory that connections buffer.
    pub budget: MemoryBudget,
    /// Counters of rejections, close codes and authentication failures.
    pub metrics: ServerMetrics,
    /// Authentication by the settings of the server.
    pub auth: Authenticator,
    /// Hooks of the embedding program.
    pub hooks: Hooks,
    /// Tasks that a graceful shutdown waits for: connections, and hooks that run for them.
    pub connections: ServerTasks,
    /// Name of this node, random for each start unless it is set.
    pub node: String,
    /// Backplane that this node shares with others; `None` if it is the only one.
    #[cfg(feature = "redis")]
    pub redis: Option<Arc<RedisBackplane>>,
    /// State of the folder of the rooms; `None` if they are not kept on a disk.
    #[cfg(feature = "disk")]
    pub data: Option<DataStatus>,
}

/// State of the folder that keeps the rooms.
#[cfg(feature = "disk")]
#[derive(Debug)]
pub struct DataStatus {
    /// Counters of the folder.
    pub metrics: Arc<DiskMetrics>,
    /// Maximum size of the folder, in bytes.
    pub max_bytes: Option<u64>,
}

/// Backplane of nodes that share a Redis.
#[cfg(feature = "redis")]
pub type RedisBackplane = SharedBackplane<Room<SharedPayload>, RedisStore>;

impl ServerContext {
    /// Returns the context for the identity session of a connection with this peer address.
    pub fn session_context(&self, peer: SocketAddr) -> SessionContext<'_> {
        SessionContext { hub: &self.hub, hooks: &self.hooks, tasks: &self.connections, peer }
    }
}

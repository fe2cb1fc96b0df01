//! A node of a simulation.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;
use yodel_protocol::UserId;

use super::disk_node::DiskNode;
use super::shared_node::SharedNode;
use super::status::NodeStatus;
use crate::auth::{Authenticator, Identity};
use crate::config::{Plain, ServerConfig};
use crate::connection::admission::{Admission, Mode};
use crate::connection::context::ServerContext;
use crate::connection::envelope::mode::EnvelopeMode;
use crate::connection::handle::ConnectionHandle;
use crate::connection::memory_budget::MemoryBudget;
use crate::connection::outbox::Outbox;
use crate::connection::registry::Registry;
use crate::connection::socket::Socket;
use crate::connection::task::ConnectionTask;
use crate::connection::transport::Transport;
use crate::encode::{SharedPayload, WireFormat};
use crate::hooks::registry::Hooks;
use crate::hub::Hub;
use crate::limits::server_metrics::ServerMetrics;
use crate::net::tasks::ServerTasks;

/// Memory that the connections of a node may buffer, in bytes.
const BUDGET: usize = 64 << 20;

/// Process of a node. Dropping it kills the process: nothing is sent to anybody any more.
pub struct SimulatedNode {
    pub(super) server: Arc<ServerContext>,
    pub(super) rooms: NodeRooms,
    pub(super) admission: Admission,
    /// Background tasks; that of the rooms first.
    pub(super) background: Vec<AbortOnDropHandle<()>>,
    pub(super) connections: Arc<Mutex<JoinSet<()>>>,
}

/// Place of the rooms of a node.
#[derive(Debug)]
pub(super) enum NodeRooms {
    /// A store that nodes share.
    Shared(SharedNode),
    /// The disk of a machine.
    Disk(DiskNode),
}

impl SimulatedNode {
    /// Returns the number of the connection to the store; `None` if the rooms are on a disk.
    pub fn link(&self) -> Option<usize> {
        match &self.rooms {
            NodeRooms::Shared(shared) => Some(shared.link()),
            NodeRooms::Disk(_) => None,
        }
    }

    /// Opens a `yodel.v1` connection of a user, who may broadcast, or of an anonymous client, after its handshake. Returns
    /// false if the node accepts none.
    ///
    /// # Panics
    /// If called outside of a tokio runtime.
    pub fn accept(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, user: Option<&UserId>) -> bool {
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let Ok(admitted) = self.admission.admit(peer, Mode::Envelope) else { return false };
        let server = &self.server;
        let outbox = Outbox::new(WireFormat::Envelope, None, server.config.max_queue, server.budget.clone());
        let handle = Arc::new(ConnectionHandle::new(outbox));
        let identity = user.and_then(|user| Identity::builder(user.as_str()).ok());
        let identity = identity.map_or_else(Identity::anonymous, |user| user.may_broadcast(true).build());
        let session = server.session_context(peer);
        let Ok(mode) = EnvelopeMode::new(Plain::Echo, Ok(Some(identity)), &handle, None, server, &session) else {
            return false;
        };
        let socket = Socket::new(Transport::Own(Box::pin(stream)), handle, &[], server.config.max_message, None);
        let task = ConnectionTask::envelope(socket, mode, Arc::clone(server), admitted);
        let mut connections = self.connections.lock();
        while connections.try_join_next().is_some() {}
        connections.spawn(task);
        true
    }

    /// Accepts no further connections, and begins to close the open ones, as a graceful shutdown does. Rooms on a disk are
    /// then written.
    ///
    /// # Panics
    /// If called outside of a tokio runtime.
    pub fn drain(&mut self, window: Duration) {
        self.admission.close();
        let (registry, stop) = (self.server.registry.clone(), self.rooms.stop());
        let draining = tokio::spawn(async move {
            registry.drain(window).await;
            stop();
        });
        self.background.push(AbortOnDropHandle::new(draining));
    }

    /// Returns what the process has in memory.
    pub fn status(&self) -> NodeStatus {
        NodeStatus::of(self)
    }
}

impl NodeRooms {
    /// Returns a function that writes everything and ends the run in order.
    fn stop(&self) -> Box<dyn FnOnce() + Send> {
        match self {
            Self::Shared(_) => Box::new(|| {}),
            Self::Disk(disk) => Box::new(disk.stop()),
        }
    }

    fn kill(&self) {
        match self {
            Self::Shared(shared) => shared.kill(),
            Self::Disk(disk) => disk.kill(),
        }
    }
}

/// Returns the context of a node's connections.
pub(super) fn context(config: ServerConfig, hub: Hub<SharedPayload>, node: String) -> ServerContext {
    ServerContext {
        registry: Registry::new(config.ping, config.pong),
        budget: MemoryBudget::new(BUDGET),
        auth: Authenticator::new(&config).expect("the settings need no files"),
        config: Arc::new(config),
        hub,
        metrics: ServerMetrics::default(),
        hooks: Hooks::default(),
        connections: ServerTasks::default(),
        node,
        redis: None,
        data: None,
    }
}

impl Drop for SimulatedNode {
    fn drop(&mut self) {
        // First what others would see: a process that is killed neither publishes nor leaves its rooms.
        self.background.clear();
        self.connections.lock().abort_all();
        self.rooms.kill();
    }
}

impl fmt::Debug for SimulatedNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedNode").field("rooms", &self.rooms).finish_non_exhaustive()
    }
}

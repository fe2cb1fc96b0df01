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

use super::status::NodeStatus;
use crate::auth::{Authenticator, Identity};
use crate::backplane::shared::SharedBackplane;
use crate::backplane::shared::config::SharedConfig;
use crate::backplane::shared::simulated_store::{SimulatedClock, SimulatedCluster, SimulatedRandom, SimulatedStore};
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
use crate::environment::Environment;
use crate::hooks::registry::Hooks;
use crate::hub::{Hub, HubNode, Room};
use crate::limits::server_metrics::ServerMetrics;
use crate::net::tasks::ServerTasks;
use crate::runtime::{self, TokioSpawner};

/// Memory that the connections of a node may buffer, in bytes.
const BUDGET: usize = 64 << 20;

/// Backplane of a node.
pub(super) type Backplane = SharedBackplane<Room<SharedPayload>, SimulatedStore>;

/// Process of a node. Dropping it kills the process: nothing is sent to anybody any more.
pub struct SimulatedNode {
    link: usize,
    cluster: SimulatedCluster,
    pub(super) server: Arc<ServerContext>,
    pub(super) backplane: Arc<Backplane>,
    pub(super) admission: Admission,
    /// Background tasks; the backplane first.
    pub(super) background: Vec<AbortOnDropHandle<()>>,
    connections: Mutex<JoinSet<()>>,
}

impl SimulatedNode {
    /// Starts a process. `link` is the number of its connection to the store, which no other process has.
    ///
    /// # Panics
    /// If called outside of a tokio runtime, or if the settings need files.
    pub fn start(
        link: usize,
        config: ServerConfig,
        shared: SharedConfig,
        cluster: &SimulatedCluster,
        random: &SimulatedRandom,
    ) -> Self {
        let (store, events) = cluster.connect(link);
        let (hub_node, node) = (Arc::<HubNode<SharedPayload>>::default(), shared.node.to_string());
        let clock = || Box::new(SimulatedClock::new());
        let backplane = Backplane::new(store, shared, clock(), Box::new(random.fork()), Arc::clone(&hub_node) as _);
        let spawner = Arc::<TokioSpawner>::default();
        let environment =
            Environment { clock: clock(), random: Box::new(random.fork()), spawner: Box::new(Arc::clone(&spawner)) };
        let hub = Hub::with_backplane(config.retention(), environment, Arc::clone(&backplane) as _);
        hub_node.attach(&hub);
        let server = Arc::new(context(config, hub.clone(), node));
        let background = vec![
            AbortOnDropHandle::new(tokio::spawn(Arc::clone(&backplane).run(events))),
            AbortOnDropHandle::new(tokio::spawn(runtime::maintain(hub, &spawner))),
            AbortOnDropHandle::new(tokio::spawn(server.registry.clone().run())),
        ];
        let admission = Admission::new(u32::MAX, 0, None);
        let connections = Mutex::default();
        Self { link, cluster: cluster.clone(), server, backplane, admission, background, connections }
    }

    /// Returns the number of the connection to the store.
    pub fn link(&self) -> usize {
        self.link
    }

    /// Opens a `yodel.v1` connection of a user, who may broadcast, or of an anonymous client, after its handshake. Returns false if the node
    /// accepts none.
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

    /// Accepts no further connections, and begins to close the open ones, as a graceful shutdown does.
    ///
    /// # Panics
    /// If called outside of a tokio runtime.
    pub fn drain(&mut self, window: Duration) {
        self.admission.close();
        let registry = self.server.registry.clone();
        let draining = tokio::spawn(async move { registry.drain(window).await });
        self.background.push(AbortOnDropHandle::new(draining));
    }

    /// Returns what the process has in memory.
    pub fn status(&self) -> NodeStatus {
        NodeStatus::of(self)
    }
}

fn context(config: ServerConfig, hub: Hub<SharedPayload>, node: String) -> ServerContext {
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
        #[cfg(feature = "redis")]
        redis: None,
        #[cfg(feature = "disk")]
        data: None,
    }
}

impl Drop for SimulatedNode {
    fn drop(&mut self) {
        // First what others would see: a process that is killed neither publishes nor leaves its rooms.
        self.background.clear();
        self.cluster.cut(self.link);
        self.connections.lock().abort_all();
    }
}

impl fmt::Debug for SimulatedNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedNode").field("link", &self.link).finish_non_exhaustive()
    }
}

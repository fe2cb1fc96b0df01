//! A node whose rooms are in a store that nodes share.

use std::fmt;
use std::sync::Arc;

use tokio_util::task::AbortOnDropHandle;

use super::node::{NodeRooms, SimulatedNode, context};
use super::status::WaitingMessages;
use crate::backplane::shared::SharedBackplane;
use crate::backplane::shared::config::SharedConfig;
use crate::backplane::shared::simulated_store::{SimulatedClock, SimulatedCluster, SimulatedStore};
use crate::config::ServerConfig;
use crate::connection::admission::Admission;
use crate::encode::SharedPayload;
use crate::environment::{Environment, SimulatedRandom};
use crate::hub::{Hub, HubNode, Room};
use crate::runtime::{self, TokioSpawner};

/// Rooms of a process in a store that nodes share.
pub struct SharedNode {
    link: usize,
    cluster: SimulatedCluster,
    backplane: Arc<Backplane>,
}

/// Backplane of a node.
type Backplane = SharedBackplane<Room<SharedPayload>, SimulatedStore>;

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
        let rooms = NodeRooms::Shared(SharedNode { link, cluster: cluster.clone(), backplane });
        Self { server, rooms, admission: Admission::new(u32::MAX, 0, None), background, connections: Arc::default() }
    }
}

impl SharedNode {
    /// Returns the number of the connection to the store.
    pub fn link(&self) -> usize {
        self.link
    }

    /// Cuts the connection to the store.
    pub fn kill(&self) {
        self.cluster.cut(self.link);
    }

    /// Returns what waits to be published.
    pub fn waiting(&self) -> WaitingMessages {
        let metrics = self.backplane.metrics();
        WaitingMessages {
            number: metrics.queued.get(),
            bytes: metrics.queued_bytes.get(),
            followed_rooms: Some(metrics.followed_rooms.get()),
        }
    }
}

impl fmt::Debug for SharedNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedNode").field("link", &self.link).finish_non_exhaustive()
    }
}

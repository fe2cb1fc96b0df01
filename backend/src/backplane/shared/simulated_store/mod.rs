//! Store in memory for several nodes over a simulated network. Everything depends on a seed and on the time of tokio,
//! which is paused.
//!
//! | content | file |
//! |---|---|
//! | contents of a server | `server` |
//! | subscriptions of a node | `link` |
//! | operations; faults; defects | `operations`; `faults`; `defect` |
//! | everything that was published | `journal` |
//! | clock | `clock` |

mod clock;
mod defect;
mod faults;
mod journal;
mod link;
mod operations;
mod presence;
mod server;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout_at};
use yodel_protocol::RoomName;

use super::store::{Event, Partition, Refusal, StoreError, StoreMessage, StorePublication};
use crate::environment::SimulatedRandom;
pub use clock::SimulatedClock;
pub use defect::Defect;
pub use faults::PublishFault;
pub use journal::Journal;
#[cfg(feature = "simulation")]
pub use journal::{DAMAGED, text_of};
use link::NodeLink;
use server::SimulatedServer;

/// Time after which an operation fails.
pub const DEADLINE: Duration = Duration::from_secs(1);

/// Servers, network and nodes of a simulation. Clones share their state.
#[derive(Clone, Debug)]
pub struct SimulatedCluster(Arc<ClusterInner>);

#[derive(Debug)]
struct ClusterInner {
    partitions: Partition,
    random: SimulatedRandom,
    journal: Journal,
    state: Mutex<ClusterState>,
    /// Notified when a store or node is no longer frozen.
    thawed: Notify,
}

#[derive(Debug)]
struct ClusterState {
    /// Servers in the order of failovers; the last one is current.
    servers: Vec<SimulatedServer>,
    /// Asynchronous copy of the current server.
    copy: SimulatedServer,
    links: BTreeMap<usize, NodeLink>,
    frozen: bool,
    publish_fault: Option<PublishFault>,
    /// Probability that a request or an answer is lost, in percent.
    loss: usize,
    /// Probability that an event is lost, in percent.
    event_loss: usize,
    /// Maximum latency in one direction, in milliseconds.
    latency: u64,
    /// Time of the last operation that was executed after its deadline.
    late: Option<Instant>,
    /// Number of executed operations by name.
    operations: BTreeMap<&'static str, usize>,
}

/// Connection of a node to the cluster.
#[derive(Debug)]
pub struct SimulatedStore {
    cluster: SimulatedCluster,
    node: usize,
}

impl SimulatedCluster {
    /// Creates a cluster with one empty server.
    pub fn new(random: &SimulatedRandom, partitions: Partition, history: usize, room_lifetime: Duration) -> Self {
        let server = SimulatedServer::new(partitions, history, room_lifetime);
        let state = ClusterState {
            copy: server.clone(),
            servers: vec![server],
            links: BTreeMap::new(),
            frozen: false,
            publish_fault: None,
            loss: 0,
            event_loss: 0,
            latency: 5,
            late: None,
            operations: BTreeMap::new(),
        };
        let (random, journal) = (random.fork(), Journal::default());
        let (state, thawed) = (Mutex::new(state), Notify::new());
        Self(Arc::new(ClusterInner { partitions, random, journal, state, thawed }))
    }

    /// Connects a node, whose earlier connection ends, and returns its events.
    pub fn connect(&self, node: usize) -> (Arc<SimulatedStore>, mpsc::Receiver<Event>) {
        let (sender, events) = mpsc::channel(64);
        let current = self.0.state.lock().servers.len() - 1;
        let link = NodeLink::new(self, node, current, sender);
        self.0.state.lock().links.insert(node, link);
        (Arc::new(SimulatedStore { cluster: self.clone(), node }), events)
    }

    /// Returns the number of operations with a name that were executed.
    pub fn operations(&self, name: &str) -> usize {
        self.0.state.lock().operations.get(name).copied().unwrap_or_default()
    }

    /// Returns the journal.
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    fn with_link<T>(&self, node: usize, act: impl FnOnce(&mut NodeLink) -> T) -> Option<T> {
        self.0.state.lock().links.get_mut(&node).map(act)
    }

    fn latency(&self) -> Duration {
        let latency = self.0.state.lock().latency;
        self.0.random.millis(0..latency + 1)
    }

    fn is_lost(&self) -> bool {
        let loss = self.0.state.lock().loss;
        self.0.random.percent(loss)
    }

    async fn wait_until_thawed(&self, node: usize) {
        loop {
            let thawed = self.0.thawed.notified();
            let frozen = {
                let state = self.0.state.lock();
                state.frozen || state.links.get(&node).is_some_and(|link| link.frozen)
            };
            if !frozen {
                return;
            }
            thawed.await;
        }
    }

    async fn wait_while_held(&self, node: usize) {
        loop {
            let thawed = self.0.thawed.notified();
            if self.with_link(node, |link| link.held) != Some(true) {
                return;
            }
            thawed.await;
        }
    }

    /// Sends an event to the nodes that have subscribed to a room on a server.
    fn send(&self, state: &mut ClusterState, server: usize, room: &RoomName, event: &Event) {
        let now = Instant::now();
        for link in state.links.values_mut() {
            let subscribed = link.connected && link.event_server == server && link.active.contains(room);
            if subscribed && !link.silent && !self.0.random.percent(state.event_loss) {
                link.send(event.clone(), now + self.0.random.millis(0..state.latency + 1));
            }
        }
    }

    fn publish(
        &self,
        node: usize,
        partition: Partition,
        generation: u64,
        messages: &[StoreMessage],
    ) -> Vec<Result<StorePublication, Refusal>> {
        let mut state = self.0.state.lock();
        let server = state.links[&node].server;
        let mut publish = |message: &StoreMessage| {
            let publication = state.servers[server].publish(partition, generation, message)?;
            if !publication.duplicate {
                self.0.journal.publish(&message.room, &publication.position, &message.payload);
                let (room, position) = (message.room.clone(), publication.position.clone());
                let event = Event::Message { room, position, payload: message.payload.clone() };
                self.send(&mut state, server, &message.room, &event);
            }
            Ok(publication)
        };
        messages.iter().map(&mut publish).collect()
    }
}

impl SimulatedStore {
    /// Executes an operation on the server of this node. It may be executed although the caller gets an error.
    async fn call<T: Send + 'static>(
        &self,
        name: &'static str,
        execute: impl FnOnce(&SimulatedCluster) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (cluster, node, deadline) = (self.cluster.clone(), self.node, Instant::now() + DEADLINE);
        let (sender, receiver) = oneshot::channel();
        tokio::spawn(async move {
            sleep(cluster.latency()).await;
            if !cluster.is_lost() {
                cluster.wait_until_thawed(node).await;
                if Instant::now() > deadline {
                    cluster.0.state.lock().late = Some(Instant::now());
                }
                *cluster.0.state.lock().operations.entry(name).or_default() += 1;
                let answer = execute(&cluster);
                sleep(cluster.latency()).await;
                if !cluster.is_lost() {
                    drop(sender.send(answer));
                    return;
                }
            }
            // A lost connection is noticed at once, or never.
            if cluster.0.random.percent(50) {
                tokio::time::sleep_until(deadline).await;
            }
            drop(sender);
        });
        match timeout_at(deadline, receiver).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(StoreError("the connection was lost".to_owned())),
            Err(_) => Err(StoreError("the deadline has passed".to_owned())),
        }
    }

    /// Executes an operation on the contents of the server of this node.
    async fn call_server<T: Send + 'static>(
        &self,
        name: &'static str,
        execute: impl FnOnce(&mut SimulatedServer) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let node = self.node;
        self.call(name, move |cluster| {
            let mut state = cluster.0.state.lock();
            let server = state.links[&node].server;
            execute(&mut state.servers[server])
        })
        .await
    }
}

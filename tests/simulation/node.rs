//! Nodes of a simulation, which are killed, drained, frozen and started again.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::DuplexStream;
use tokio::time::{Instant, sleep};
use yodel_protocol::UserId;
use yodel_server::config::defaults;
use yodel_server::simulation::{FoundMessages, NodeStatus, SharedConfig, SimulatedNode, SimulatedRandom};
use yodel_server::{Compression, ServerConfig};

use crate::plan::Plan;
use crate::record::Record;
use crate::store::Store;
use crate::violation::Property;

/// Maximum number of messages that wait in a partition of a node to be published.
pub const QUEUE_MESSAGES: usize = 12;

/// Maximum number of bytes that are queued for a client of a narrow connection.
const NARROW_QUEUE: usize = 2_048;

/// Number of processes between the connections of two nodes to the store.
const STRIDE: usize = 16;

/// Time after which a node that cannot read its disk is started again.
const RESTART: Duration = Duration::from_millis(300);

/// Nodes of a simulation. Clones share their state.
#[derive(Clone, Debug)]
pub struct SimulatedNodes(Arc<NodesInner>);

#[derive(Debug)]
struct NodesInner {
    store: Store,
    record: Record,
    random: SimulatedRandom,
    config: ServerConfig,
    room_lifetime: Duration,
    slots: Vec<Mutex<Slot>>,
}

#[derive(Debug)]
struct Slot {
    /// The process; `None` while the node is away.
    process: Option<SimulatedNode>,
    /// Number of processes so far.
    starts: usize,
    is_draining: bool,
    /// True if it is started again after a failed start.
    is_starting_later: bool,
    frozen_until: Instant,
}

impl SimulatedNodes {
    /// Starts nodes.
    pub fn start(plan: &Plan, store: &Store, random: &SimulatedRandom, record: &Record) -> Self {
        let slot = || Slot {
            process: None,
            starts: 0,
            is_draining: false,
            is_starting_later: false,
            frozen_until: Instant::now(),
        };
        let slots = (0..plan.nodes).map(|_| Mutex::new(slot())).collect();
        let nodes = Self(Arc::new(NodesInner {
            store: store.clone(),
            record: record.clone(),
            random: random.clone(),
            config: server_config(plan),
            room_lifetime: Duration::from_millis(plan.room_lifetime_ms),
            slots,
        }));
        (0..plan.nodes).for_each(|node| nodes.start_node(node));
        nodes
    }

    /// Starts a node, unless it runs. If it cannot read its disk, it is started again later.
    pub fn start_node(&self, node: usize) {
        let mut slot = self.0.slots[node].lock();
        if slot.process.is_some() {
            return;
        }
        let starts = slot.starts;
        slot.starts += 1;
        slot.is_draining = false;
        self.0.record.count(|counts| counts.starts += 1);
        match self.start_process(node, starts) {
            Ok(process) => {
                slot.process = Some(process);
                self.note_found();
            }
            Err(error) => {
                self.0.record.note(format!("node {node} cannot start: {error}"));
                self.start_later(node, &mut slot);
            }
        }
        for violation in self.0.store.take_violations() {
            self.0.record.violation(Property::Durability, violation);
        }
    }

    fn start_later(&self, node: usize, slot: &mut Slot) {
        if !std::mem::replace(&mut slot.is_starting_later, true) {
            let nodes = self.clone();
            drop(tokio::spawn(async move {
                sleep(RESTART).await;
                nodes.0.slots[node].lock().is_starting_later = false;
                nodes.start_node(node);
            }));
        }
    }

    /// Records what a start has found on the disk.
    fn note_found(&self) {
        let Some(machine) = self.0.store.machine() else { return };
        let FoundMessages { unacknowledged, lost, are_epochs_new } = machine.found();
        let epochs = if are_epochs_new { ", and begins new epochs" } else { "" };
        self.0.record.note(format!("the node finds {unacknowledged} unacknowledged messages, misses {lost}{epochs}"));
        self.0.record.count(|counts| counts.found += usize::try_from(unacknowledged).unwrap_or(usize::MAX));
    }

    fn start_process(&self, node: usize, starts: usize) -> Result<SimulatedNode, String> {
        let config = self.0.config.clone();
        match &self.0.store {
            Store::Shared(cluster) => {
                let name = format!("n{node}.{starts}");
                let shared = SharedConfig { room_lifetime: self.0.room_lifetime, ..shared_config(&name) };
                Ok(SimulatedNode::start(node + starts * STRIDE, config, shared, cluster, &self.0.random))
            }
            Store::Disk(machine) => SimulatedNode::start_on_disk(config, machine, &self.0.random),
        }
    }

    /// Returns whether a node runs.
    pub fn is_running(&self, node: usize) -> bool {
        self.0.slots[node].lock().process.is_some()
    }

    /// Kills the process of a node.
    pub fn kill(&self, node: usize) {
        let process = self.0.slots[node].lock().process.take();
        drop(process);
    }

    /// Begins the graceful shutdown of a node.
    pub fn drain(&self, node: usize, window: Duration) {
        let mut slot = self.0.slots[node].lock();
        slot.is_draining = true;
        if let Some(process) = &mut slot.process {
            process.drain(window);
        }
    }

    /// Freezes a node until a time. The operations of its store are answered afterwards.
    pub fn freeze(&self, node: usize, until: Instant) {
        self.0.slots[node].lock().frozen_until = until;
    }

    /// Returns the time until which a node neither receives nor sends anything.
    pub fn frozen_until(&self, node: usize) -> Instant {
        self.0.slots[node].lock().frozen_until
    }

    /// Returns the node for a new connection: one that is ready, as far as a load balancer knows.
    pub fn choose(&self, noise: u64) -> usize {
        let is_ready = |node: &usize| {
            let slot = self.0.slots[*node].lock();
            slot.process.is_some() && !slot.is_draining
        };
        let ready: Vec<usize> = (0..self.len()).filter(is_ready).collect();
        let pick = |count: usize| usize::try_from(noise % count as u64).expect("less than the number of nodes");
        if ready.is_empty() { pick(self.len()) } else { ready[pick(ready.len())] }
    }

    /// Opens a connection to a node. Returns false if it accepts none.
    pub fn accept(&self, node: usize, stream: DuplexStream, user: Option<&UserId>) -> bool {
        let slot = self.0.slots[node].lock();
        slot.process.as_ref().is_some_and(|process| process.accept(stream, user))
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.0.slots.len()
    }

    /// Returns the number of a node's connection to the shared store; `None` if it is away, or on a disk.
    pub fn link(&self, node: usize) -> Option<usize> {
        self.0.slots[node].lock().process.as_ref().and_then(SimulatedNode::link)
    }

    /// Returns what a node has in memory; `None` if it is away.
    pub fn status(&self, node: usize) -> Option<NodeStatus> {
        self.0.slots[node].lock().process.as_ref().map(SimulatedNode::status)
    }
}

fn server_config(plan: &Plan) -> ServerConfig {
    ServerConfig {
        ping: Duration::from_secs(5),
        pong: Duration::from_secs(3),
        history_messages: plan.history,
        recover_max: plan.history,
        max_queue: if plan.is_narrow { NARROW_QUEUE } else { defaults::MAX_QUEUE },
        max_in_flight: 8,
        compression: Compression::Off,
        ..ServerConfig::default()
    }
}

/// Times that are short enough for a simulation, and in the same relations as the defaults.
fn shared_config(name: &str) -> SharedConfig {
    SharedConfig {
        queue_messages: QUEUE_MESSAGES,
        publish_timeout: Duration::from_secs(2),
        follow_timeout: Duration::from_secs(2),
        recover_max: 1_000,
        check_interval: Duration::from_millis(500),
        lease: Duration::from_secs(3),
        unused_after: Duration::from_secs(2),
        presence_interval: Duration::from_secs(5),
        ..SharedConfig::new(name)
    }
}

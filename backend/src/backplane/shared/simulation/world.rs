//! State that the tasks of a simulation share, and its checks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use yodel_protocol::{Offset, Position, RoomName};

use super::node::SimulatedNode;
use super::receiver::ReceivingClient;
use super::recorded_node::ClientsByNode;
use super::{HISTORY, NODES, PARTITIONS, ROOMS, Summary};
use crate::backplane::shared::recorded_member::RecordedMember;
use crate::backplane::shared::recorded_replica::{JoinOutcome, RecordedReplica};
use crate::backplane::shared::replica::FollowingReplica;
use crate::backplane::shared::simulated_store::SimulatedCluster;
use crate::environment::SimulatedRandom;

/// Phase of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SimulationPhase {
    /// Faults happen.
    Faulty,
    /// No further faults happen, and the last ones end.
    Ending,
    /// Members that are connected stay.
    Over,
}

/// State that the tasks of a simulation share.
#[derive(Debug)]
pub struct World {
    /// Random numbers.
    pub random: SimulatedRandom,
    /// The store.
    pub cluster: SimulatedCluster,
    /// Nodes by number.
    pub nodes: Vec<Arc<SimulatedNode>>,
    /// Names of the rooms.
    pub rooms: Vec<RoomName>,
    phase: Mutex<SimulationPhase>,
    acknowledged: AtomicUsize,
    recovered: AtomicUsize,
    trace: Mutex<Vec<String>>,
}

impl World {
    /// Starts the nodes of a simulation.
    pub fn new(seed: u64) -> Arc<Self> {
        let random = SimulatedRandom::new(seed);
        let cluster = SimulatedCluster::new(&random, PARTITIONS, HISTORY, Duration::from_secs(60));
        let nodes = (0..NODES).map(|node| SimulatedNode::start(node, &cluster, &random)).collect();
        let rooms = (0..ROOMS).map(|room| RoomName::new(&format!("r{room}")).unwrap()).collect();
        let (acknowledged, recovered) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let (phase, trace) = (Mutex::new(SimulationPhase::Faulty), Mutex::default());
        Arc::new(Self { random, cluster, nodes, rooms, phase, acknowledged, recovered, trace })
    }

    /// Returns whether no further faults happen.
    pub fn is_ending(&self) -> bool {
        *self.phase.lock() >= SimulationPhase::Ending
    }

    /// Returns whether members that are connected stay.
    pub fn is_over(&self) -> bool {
        *self.phase.lock() >= SimulationPhase::Over
    }

    /// Begins a phase.
    pub fn set_phase(&self, phase: SimulationPhase) {
        *self.phase.lock() = phase;
    }

    /// Records an event.
    pub fn trace(&self, event: String) {
        self.trace.lock().push(event);
    }

    /// Records a violation.
    pub fn violation(&self, text: String) {
        self.cluster.journal().violation(text);
    }

    /// Records the acknowledgment of a message.
    pub fn acknowledged(&self, room: &RoomName, position: &Position, text: &str) {
        self.cluster.journal().acknowledge(room, position, text);
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        self.trace(format!("{text} is at {position:?}"));
    }

    /// Counts a join.
    pub fn joined(&self, outcome: JoinOutcome) {
        self.recovered.fetch_add(usize::from(outcome == JoinOutcome::Recovered), Ordering::Relaxed);
    }

    /// Checks that a member of a room and the room are at its position in the store.
    pub fn check_settled(&self, client: &ReceivingClient, replica: &RecordedReplica) {
        // A room that was evicted begins anew with its next message.
        let stored = self.cluster.position(&client.room).filter(|position| position.offset > Offset(0));
        let (member, room) = (client.member.position(), replica.position());
        if member.is_none() || member != room || stored.as_ref().is_some_and(|stored| member.as_ref() != Some(stored)) {
            let (number, name) = (client.member.number(), &client.room);
            self.violation(format!("member {number} is at {member:?}, {name} at {room:?}, the store at {stored:?}"));
        }
    }

    /// Checks that nothing waits and that exactly the rooms with members are followed and subscribed.
    pub fn check_idle(&self) {
        for (number, node) in self.nodes.iter().enumerate() {
            let backplane = node.backplane();
            let metrics = backplane.metrics();
            let waiting = [metrics.queued.get(), metrics.queued_bytes.get(), metrics.in_flight.get()];
            let joined: Vec<RoomName> =
                node.rooms().iter().filter(|room| room.members() > 0).map(|r| r.name().clone()).collect();
            let subscribed: Vec<RoomName> = self.cluster.subscriptions(node.link()).into_iter().collect();
            let followed = usize::try_from(metrics.followed_rooms.get()).unwrap();
            if waiting != [0; 3] || joined != subscribed || followed != joined.len() || node.has_ended() {
                self.violation(format!(
                    "node {number}: {waiting:?} wait, {joined:?} joined, {subscribed:?} subscribed, {followed} followed, ended {}",
                    node.has_ended()
                ));
            }
        }
    }

    /// Checks that each node knows the members of its rooms on the other nodes.
    pub fn check_presence(&self) {
        for node in &self.nodes {
            for room in node.rooms().iter().filter(|room| room.members() > 0) {
                let others = self.nodes.iter().filter(|other| !Arc::ptr_eq(other, node));
                let present = others.filter_map(|other| {
                    let clients = other.local().room(room.name(), self.cluster.journal()).presence();
                    let clients = clients.into_iter().filter_map(|entry| entry.client).map(|client| client.to_string());
                    Some((other.name(), clients.collect::<BTreeSet<_>>())).filter(|(_, clients)| !clients.is_empty())
                });
                let (present, known): (ClientsByNode, _) = (present.collect(), node.local().remote(room.name()));
                if present != known {
                    let (node, room) = (node.name(), room.name());
                    self.violation(format!("{node} knows {known:?} in {room}, where {present:?} are"));
                }
            }
        }
    }

    /// Returns what has happened.
    pub fn summary(&self, members: &[Arc<RecordedMember>]) -> Summary {
        Summary {
            published: self.cluster.journal().len(),
            acknowledged: self.acknowledged.load(Ordering::Relaxed),
            received: members.iter().map(|member| member.received()).sum(),
            recovered: self.recovered.load(Ordering::Relaxed),
            trace: std::mem::take(&mut self.trace.lock()),
            violations: self.cluster.journal().violations(),
        }
    }
}

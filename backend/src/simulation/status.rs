//! Memory and work of a node of a simulation.

use std::collections::BTreeMap;
use tokio_util::task::AbortOnDropHandle;

use yodel_protocol::{Position, RoomName};

use super::node::SimulatedNode;
use crate::connection::memory_budget::MemoryPart;

/// Memory and work of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeStatus {
    /// Messages that wait to be published, including those that the store has not answered.
    pub queued: u64,
    /// Size of those messages, in bytes.
    pub queued_bytes: u64,
    /// Memory of all histories, in bytes.
    pub retained_bytes: usize,
    /// Memory that connections buffer, in bytes.
    pub buffered_bytes: usize,
    /// Rooms that the node follows.
    pub followed_rooms: u64,
    /// Rooms with members: their positions and numbers of connections.
    pub rooms: BTreeMap<RoomName, (Position, u64)>,
    /// Number of open connections.
    pub connections: u32,
    /// True if a background task has ended, which none does by itself.
    pub has_ended: bool,
}

impl NodeStatus {
    pub(super) fn of(node: &SimulatedNode) -> Self {
        let (hub, metrics) = (&node.server.hub, node.backplane.metrics());
        let rooms = hub.rooms().into_iter().map(|room| (room.name.clone(), room.stats()));
        let joined = rooms.filter(|(_, stats)| stats.clients > 0);
        Self {
            queued: metrics.queued.get(),
            queued_bytes: metrics.queued_bytes.get(),
            retained_bytes: hub.metrics().retained_bytes(),
            buffered_bytes: MemoryPart::ALL.iter().map(|part| node.server.budget.part(*part)).sum(),
            followed_rooms: metrics.followed_rooms.get(),
            rooms: joined.map(|(name, stats)| (name, (stats.position, stats.clients))).collect(),
            connections: node.admission.connections(),
            has_ended: node.background.iter().any(AbortOnDropHandle::is_finished),
        }
    }
}

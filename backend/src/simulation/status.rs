//! Memory and work of a node of a simulation.

use std::collections::BTreeMap;

use tokio_util::task::AbortOnDropHandle;
use yodel_protocol::{Position, RoomName};

use super::node::{NodeRooms, SimulatedNode};
use crate::connection::memory_budget::MemoryPart;

/// Memory and work of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeStatus {
    /// True if messages can be published, as far as the node knows.
    pub is_available: bool,
    /// Messages that wait.
    pub waiting: WaitingMessages,
    /// Memory of all histories, in bytes.
    pub retained_bytes: usize,
    /// Memory that connections buffer, in bytes.
    pub buffered_bytes: usize,
    /// Rooms with members: their positions and numbers of connections.
    pub rooms: BTreeMap<RoomName, (Position, u64)>,
    /// Number of open connections.
    pub connections: u32,
    /// True if a background task has ended, which none does by itself.
    pub has_ended: bool,
}

/// Messages that wait to be published or written, including those that the store or the disk has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingMessages {
    /// Their number.
    pub number: u64,
    /// Their size, in bytes.
    pub bytes: u64,
    /// Rooms that the node follows in a store; `None` on a disk.
    pub followed_rooms: Option<u64>,
}

impl NodeStatus {
    pub(super) fn of(node: &SimulatedNode) -> Self {
        let hub = &node.server.hub;
        let rooms = hub.rooms().into_iter().map(|room| (room.name.clone(), room.stats()));
        let joined = rooms.filter(|(_, stats)| stats.clients > 0);
        Self {
            is_available: hub.backplane().is_available(),
            waiting: match &node.rooms {
                NodeRooms::Shared(shared) => shared.waiting(),
                NodeRooms::Disk(disk) => disk.waiting(),
            },
            retained_bytes: hub.metrics().retained_bytes(),
            buffered_bytes: MemoryPart::ALL.iter().map(|part| node.server.budget.part(*part)).sum(),
            rooms: joined.map(|(name, stats)| (name, (stats.position, stats.clients))).collect(),
            connections: node.admission.connections(),
            has_ended: node.background.iter().any(AbortOnDropHandle::is_finished),
        }
    }
}

//! Checks of the memory of the nodes.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use yodel_server::simulation::{NodeStatus, WaitingMessages};

use crate::node::QUEUE_MESSAGES;
use crate::store::PARTITIONS;
use crate::violation::{Property, Violation};
use crate::world::World;

/// Maximum memory of a history, in bytes, for each message and room.
const MESSAGE_BYTES: usize = 2_048;

/// Maximum memory that the connections of a node buffer, in bytes.
const BUFFERED_BYTES: usize = 1 << 20;

/// Maximum memory of what waits for the disk and cannot be refused, in bytes.
const UNREFUSED_BYTES: usize = 16 << 10;

/// Checks the limits of memory every second, for ever.
pub async fn watch(world: Arc<World>) {
    let retained = MESSAGE_BYTES * (world.plan.history + 1) * (world.rooms.len() + 2);
    loop {
        sleep(Duration::from_secs(1)).await;
        for (node, status) in statuses(&world) {
            let too_much = waits_too_much(&world, status.waiting)
                || status.retained_bytes > retained
                || status.buffered_bytes > BUFFERED_BYTES
                || status.rooms.len() > world.rooms.len();
            if too_much {
                world.record.violation(Property::Memory, format!("node {node} holds too much: {status:?}"));
                return;
            }
        }
    }
}

fn waits_too_much(world: &World, waiting: WaitingMessages) -> bool {
    if world.plan.disk.is_some() {
        waiting.bytes > (world.plan.queue_bytes + UNREFUSED_BYTES) as u64
    } else {
        waiting.number > QUEUE_MESSAGES as u64 * u64::from(PARTITIONS) * 2
    }
}

/// Checks that nothing waits, and that each node follows the rooms that it has members in.
pub fn check_idle(world: &World) -> Vec<Violation> {
    let mut found = Vec::new();
    for (node, status) in statuses(world) {
        let WaitingMessages { number, bytes, followed_rooms } = status.waiting;
        let idle = number == 0 && bytes == 0 && status.buffered_bytes == 0;
        let follows = followed_rooms.is_none_or(|followed| followed == status.rooms.len() as u64);
        if !idle || !follows || status.has_ended {
            found.push(Violation { property: Property::Memory, text: format!("node {node} is not idle: {status:?}") });
        }
    }
    for (node, _) in statuses(world).filter(|(_, status)| !status.is_available) {
        found.push(Violation { property: Property::Recovery, text: format!("node {node} cannot publish") });
    }
    let connections: u32 = statuses(world).map(|(_, status)| status.connections).sum();
    if connections as usize != world.clients.len() {
        let text = format!("{} clients have {connections} connections", world.clients.len());
        found.push(Violation { property: Property::Memory, text });
    }
    found
}

fn statuses(world: &World) -> impl Iterator<Item = (usize, NodeStatus)> {
    (0..world.nodes.len()).filter_map(|node| Some((node, world.nodes.status(node)?)))
}

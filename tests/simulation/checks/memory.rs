//! Checks of the memory of the nodes.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::node::QUEUE_MESSAGES;
use crate::violation::{Property, Violation};
use crate::world::{PARTITIONS, World};

/// Maximum memory of a history, in bytes, for each message and room.
const MESSAGE_BYTES: usize = 2_048;

/// Maximum memory that the connections of a node buffer, in bytes.
const BUFFERED_BYTES: usize = 1 << 20;

/// Checks the limits of memory every second, for ever.
pub async fn watch(world: Arc<World>) {
    let queued = QUEUE_MESSAGES as u64 * u64::from(PARTITIONS) * 2;
    let retained = MESSAGE_BYTES * (world.plan.history + 1) * (world.rooms.len() + 2);
    loop {
        sleep(Duration::from_secs(1)).await;
        for (node, status) in statuses(&world) {
            let too_much = status.queued > queued
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

/// Checks that nothing waits, and that each node follows the rooms that it has members in.
pub fn check_idle(world: &World) -> Vec<Violation> {
    let mut found = Vec::new();
    for (node, status) in statuses(world) {
        let idle = status.queued == 0 && status.queued_bytes == 0 && status.buffered_bytes == 0;
        if !idle || status.followed_rooms != status.rooms.len() as u64 || status.has_ended {
            found.push(Violation { property: Property::Memory, text: format!("node {node} is not idle: {status:?}") });
        }
    }
    let connections: u32 = statuses(world).map(|(_, status)| status.connections).sum();
    if connections as usize != world.clients.len() {
        let text = format!("{} clients have {connections} connections", world.clients.len());
        found.push(Violation { property: Property::Memory, text });
    }
    found
}

fn statuses(world: &World) -> impl Iterator<Item = (usize, yodel_server::simulation::NodeStatus)> {
    (0..world.nodes.len()).filter_map(|node| Some((node, world.nodes.status(node)?)))
}

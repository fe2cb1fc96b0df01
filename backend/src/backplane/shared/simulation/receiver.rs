//! Client that is a member of a room.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use yodel_protocol::RoomName;

use super::world::World;
use crate::backplane::shared::recorded_member::RecordedMember;
use crate::backplane::shared::recorded_replica::{JoinOutcome, RecordedReplica};

/// Client that joins a room, leaves it sometimes, and joins again with the position that it has, perhaps on another node.
#[derive(Debug)]
pub struct ReceivingClient {
    /// Room of the client.
    pub room: RoomName,
    /// The member.
    pub member: Arc<RecordedMember>,
    /// Number of the node of its last join.
    pub node: usize,
}

impl ReceivingClient {
    /// Stays in the room until the end of the simulation, with interruptions. Returns the client and its room.
    pub async fn run(mut self, world: Arc<World>) -> (Self, Arc<RecordedReplica>) {
        loop {
            let (replica, _) = self.join(&world).await;
            let joined = self.node;
            let leaves = !world.is_ending() && world.random.percent(80);
            let stays = if leaves { world.random.millis(500..8_000) } else { Duration::from_secs(2) };
            while timeout(stays, self.member.disconnected.notified()).await.is_err() {
                if world.is_over() {
                    return (self, replica);
                }
                if leaves && !world.is_ending() {
                    world.nodes[joined].leave(&replica, &self.member);
                    sleep(world.random.millis(0..3_000)).await;
                    self.node = world.random.index(world.nodes.len());
                    break;
                }
            }
            // Its node may have disconnected it before.
            world.nodes[joined].leave(&replica, &self.member);
        }
    }

    /// Joins, on another node if one does not answer.
    pub async fn join(&mut self, world: &World) -> (Arc<RecordedReplica>, JoinOutcome) {
        loop {
            if let Some(joined) = world.nodes[self.node].join(&self.room, &self.member).await {
                world.joined(joined.1);
                return joined;
            }
            sleep(world.random.millis(50..500)).await;
            self.node = world.random.index(world.nodes.len());
        }
    }
}

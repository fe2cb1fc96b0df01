//! Rules of the shared backplane, each on its own, with the time of tokio paused.

mod availability;
mod checks;
mod epochs;
mod follows;
mod listings;
mod presence;
mod publishes;
mod scripted_store;
mod users;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use yodel_protocol::{IdempotencyKey, Position, RoomName};

use super::recorded_member::RecordedMember;
use super::recorded_replica::{JoinOutcome, RecordedReplica};
use super::simulated_store::SimulatedCluster;
use super::simulation::node::SimulatedNode;
use super::store::Partition;
use crate::backplane::message::{Body, MessageKey, NewMessage};
use crate::backplane::publish::PublishError;
use crate::backplane::recipients::Recipients;
use crate::backplane::unavailable::Unavailable;
use crate::environment::SimulatedRandom;

/// Number of messages in a history.
const HISTORY: usize = 60;

/// Lifetime of a position that is not kept.
const LIFETIME: Duration = Duration::from_secs(60);

const UNAVAILABLE: PublishError = PublishError::Unavailable(Unavailable);

/// Nodes that share a store, without faults.
struct TestCluster {
    cluster: SimulatedCluster,
    nodes: Vec<Arc<SimulatedNode>>,
    sent: u64,
}

impl TestCluster {
    fn new(nodes: usize) -> Self {
        Self::with_partitions(nodes, 1)
    }

    fn with_partitions(nodes: usize, partitions: Partition) -> Self {
        let random = SimulatedRandom::new(7);
        let cluster = SimulatedCluster::new(&random, partitions, HISTORY, LIFETIME);
        let nodes = (0..nodes).map(|node| SimulatedNode::start(node, &cluster, &random)).collect();
        Self { cluster, nodes, sent: 0 }
    }

    /// Publishes on a node that does not know yet that the store has another generation, so that it learns it.
    async fn publish_refused(&self, node: usize) {
        let refused = self.nodes[node].publish(&room(), message("refused", true), Recipients::All).await;
        assert_eq!(refused, Err(UNAVAILABLE));
    }

    /// Publishes messages on a node, and waits for their acknowledgments.
    async fn publish(&mut self, node: usize, messages: usize) {
        for _ in 0..messages {
            self.sent += 1;
            let text = format!("s0/{}/keyed", self.sent);
            self.nodes[node].publish(&room(), message(&text, true), Recipients::All).await.unwrap();
        }
    }

    fn member(&self, number: usize) -> Arc<RecordedMember> {
        RecordedMember::new(number, self.cluster.journal())
    }

    async fn join(&self, node: usize, member: &Arc<RecordedMember>) -> (Arc<RecordedReplica>, JoinOutcome) {
        self.nodes[node].join(&room(), member).await.expect("the store answers")
    }

    #[track_caller]
    fn check_offset(&self, member: &RecordedMember, offset: u64) {
        assert_eq!(member.position().map(|position| position.offset.0), Some(offset));
        assert_eq!(self.cluster.journal().violations(), Vec::<String>::new());
    }

    fn metric(&self, node: usize, name: &str) -> u64 {
        let backplane = self.nodes[node].backplane();
        let metrics = backplane.metrics();
        match name {
            "gaps" => metrics.gaps.get(),
            "catch_ups" => metrics.catch_ups.get(),
            "resets" => metrics.resets.get(),
            "followed_rooms" => metrics.followed_rooms.get(),
            "failed_checks" => metrics.failed_checks.get(),
            other => panic!("{other} is no metric"),
        }
    }
}

fn room() -> RoomName {
    RoomName::new("r").unwrap()
}

fn message(text: &str, keyed: bool) -> NewMessage {
    let body = Body::Text(text.into());
    let key = keyed.then(|| MessageKey::new(IdempotencyKey::new(text).unwrap(), &body));
    NewMessage { body, from: None, key, order: None }
}

/// Waits for longer than a message is on its way, and for less than the time to the next check.
async fn short_wait() {
    sleep(Duration::from_millis(40)).await;
}

/// Waits for longer than two checks.
async fn two_checks() {
    sleep(Duration::from_millis(1_200)).await;
}

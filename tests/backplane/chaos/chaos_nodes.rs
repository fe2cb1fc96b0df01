//! The nodes of a run.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::sleep;

use super::chaos_node::ChaosNode;

const NODES: usize = 3;

/// Time between two starts of a node that finds no Redis.
const RESTART_PAUSE: Duration = Duration::from_millis(500);

/// Nodes that share a Redis. One that does not run is `None`.
pub struct ChaosNodes {
    redis: String,
    nodes: Vec<Option<ChaosNode>>,
}

impl ChaosNodes {
    /// Starts all nodes.
    pub async fn start(redis: &str) -> Self {
        let mut nodes = Self { redis: redis.to_owned(), nodes: (0..NODES).map(|_| None).collect() };
        for index in 0..NODES {
            nodes.start_node(index).await;
        }
        nodes
    }

    /// Returns the addresses of the nodes that run.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.nodes.iter().flatten().map(|node| node.address).collect()
    }

    /// Returns the number of nodes.
    pub fn count(&self) -> u64 {
        self.nodes.len() as u64
    }

    /// Returns a node that runs.
    pub fn node(&self, index: usize) -> &ChaosNode {
        self.nodes[index].as_ref().expect("the node runs")
    }

    /// Takes a node out, in order to end it.
    pub fn take(&mut self, index: usize) -> ChaosNode {
        self.nodes[index].take().expect("the node runs")
    }

    /// Starts a node that was taken out. Repeats it until Redis answers.
    pub async fn start_node(&mut self, index: usize) {
        self.nodes[index] = loop {
            if let Some(node) = ChaosNode::try_start(&format!("n{}", index + 1), &self.redis).await {
                break Some(node);
            }
            sleep(RESTART_PAUSE).await;
        };
    }
}

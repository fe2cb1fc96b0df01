//! Nodes that share a Redis.

use std::net::SocketAddr;

use support::Yodel;
use support::http::request;

use crate::process::{cpu_micros, resident_bytes};
use crate::redis_server::RedisServer;

/// Arguments of each server: the generator does not answer pings, and it is on the same machine, so that the buffers of its
/// connections fill up in bursts.
const SERVER: [&str; 6] = ["--log", "error", "--ping", "1h", "--max-queue", "64MiB"];

/// Nodes that share a Redis, or a single node without one.
#[derive(Debug)]
pub struct Deployment {
    /// The Redis, if there are several nodes.
    pub redis: Option<RedisServer>,
    nodes: Vec<Yodel>,
}

impl Deployment {
    /// Starts a node that keeps its rooms in memory.
    pub async fn single() -> Self {
        Self { redis: None, nodes: vec![Yodel::serve(&SERVER).await] }
    }

    /// Starts three nodes and their Redis.
    pub async fn shared() -> Self {
        let redis = RedisServer::start().await;
        let url = format!("redis://{}", redis.address);
        let mut nodes = Vec::new();
        for name in ["n1", "n2", "n3"] {
            nodes.push(Yodel::serve(&[&SERVER[..], &["--node", name, "--redis", &url]].concat()).await);
        }
        Self { redis: Some(redis), nodes }
    }

    /// Returns the Redis.
    pub fn redis(&self) -> &RedisServer {
        self.redis.as_ref().expect("several nodes have a Redis")
    }

    /// Returns the address of a node; the numbers continue from the beginning.
    pub fn address(&self, number: usize) -> SocketAddr {
        self.nodes[number % self.nodes.len()].address()
    }

    /// Returns the CPU time of all nodes, in microseconds.
    pub fn cpu_micros(&self) -> f64 {
        self.nodes.iter().map(|node| cpu_micros(&node.id())).sum()
    }

    /// Returns the resident memory of all nodes, in bytes.
    pub fn resident_bytes(&self) -> f64 {
        self.nodes.iter().map(|node| resident_bytes(&node.id())).sum()
    }

    /// Returns the sum of a metric without labels over all nodes, and the smallest value.
    pub async fn metric(&self, name: &str) -> (f64, f64) {
        let mut values = Vec::new();
        for node in &self.nodes {
            let response = request(node.address(), "GET /metrics HTTP/1.1").await;
            let value = response.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
            values.push(value.unwrap_or_else(|| panic!("{name} is missing")));
        }
        (values.iter().sum(), values.iter().copied().fold(f64::INFINITY, f64::min))
    }
}

//! Nodes that share a Redis.

use std::net::SocketAddr;

use support::Yodel;
use support::http::request;
use support::yodel::shell;

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
    /// Starts nodes that keep their rooms in memory, on one processor.
    pub async fn in_memory(nodes: usize, processor: usize) -> Self {
        let mut deployment = Self { redis: None, nodes: Vec::new() };
        for _ in 0..nodes {
            deployment.nodes.push(start(&SERVER, Some(processor)).await);
        }
        deployment
    }

    /// Starts three nodes and their Redis; the nodes on one processor, if it is given.
    pub async fn shared(processor: Option<usize>) -> Self {
        let redis = RedisServer::start().await;
        let url = format!("redis://{}", redis.address);
        let mut nodes = Vec::new();
        for name in ["n1", "n2", "n3"] {
            nodes.push(start(&[&SERVER[..], &["--node", name, "--redis", &url]].concat(), processor).await);
        }
        Self { redis: Some(redis), nodes }
    }

    /// Returns the number of nodes.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
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

/// Starts a node, on a processor if it is given.
async fn start(arguments: &[&str], processor: Option<usize>) -> Yodel {
    let Some(processor) = processor else { return Yodel::serve(arguments).await };
    let arguments = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat().join(" ");
    Yodel::start(shell(&format!(r#"exec taskset --cpu-list {processor} "$0" {arguments}"#))).await
}

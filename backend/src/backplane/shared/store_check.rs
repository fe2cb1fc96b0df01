//! Check of a partition: the lease that it renews, and the state that it returns.

use std::time::Duration;

use yodel_protocol::{Position, RoomName};

/// Lease of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease<'a> {
    /// Name of the node, unique to its process.
    pub node: &'a str,
    /// Time for which the lease is valid without a renewal.
    pub time: Duration,
}

/// State of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Generation of the partition.
    pub generation: u64,
    /// Number of changes so far. One that is lower than before means that changes were lost.
    pub number: u64,
    /// Rooms with messages since the last check, and their positions; `None` if the store no longer knows all of them.
    pub changed: Option<Vec<(RoomName, Position)>>,
    /// Nodes with a valid lease.
    pub nodes: Vec<String>,
}

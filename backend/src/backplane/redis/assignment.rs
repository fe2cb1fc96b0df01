//! Partitions on one server.

use std::sync::Arc;

use crate::backplane::shared::store::Partition;

/// Partitions on one server, and whether it has the key with their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub partitions: Arc<[Partition]>,
    /// The key with the number of partitions.
    pub has_partition_count: bool,
}

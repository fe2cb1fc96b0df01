//! What a server has.

use std::sync::Arc;

use crate::backplane::shared::store::Partition;

/// What a server has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub partitions: Arc<[Partition]>,
    /// The key with the number of partitions.
    pub has_partition_count: bool,
}

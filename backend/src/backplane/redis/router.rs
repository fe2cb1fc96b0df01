//! Finds the server of a partition.

use std::sync::Arc;

use crate::backplane::shared::store::{Partition, StoreError};

use super::assignment::Assignment;
use super::cluster::Cluster;
use super::context::RedisContext;
use super::locator::{Locator, Sentinels};
use super::server::RedisServer;
use super::url::Topology;

/// Finds the server of a partition.
pub(super) enum Router {
    /// All partitions are on one server.
    One(Arc<RedisServer>),
    Cluster(Cluster),
}

impl Router {
    /// Starts the connections to the servers, and in a Cluster looks for them first.
    pub async fn start(context: &Arc<RedisContext>, topology: Topology) -> Result<Self, StoreError> {
        let locator = match topology {
            Topology::Single(address) => Locator::Fixed(address),
            Topology::Sentinel { sentinels, master, credentials } => {
                Locator::Sentinel(Arc::new(Sentinels { addresses: sentinels, master, credentials }))
            }
            Topology::Cluster(seeds) => return Ok(Self::Cluster(Cluster::start(context, seeds).await?)),
        };
        let partitions = (0..context.keys.partitions()).collect();
        let assignment = Assignment { partitions, has_partition_count: true };
        Ok(Self::One(Arc::new(RedisServer::start(context, locator, assignment))))
    }

    /// Returns the server of a partition, or `None` if no server has its slot.
    pub fn server(&self, partition: Partition) -> Option<Arc<RedisServer>> {
        match self {
            Self::One(server) => Some(Arc::clone(server)),
            Self::Cluster(cluster) => cluster.server(partition),
        }
    }

    pub fn servers(&self) -> Vec<Arc<RedisServer>> {
        match self {
            Self::One(server) => vec![Arc::clone(server)],
            Self::Cluster(cluster) => cluster.servers(),
        }
    }

    /// Looks again which server has which slots, and returns when this is known or the attempt has failed.
    pub async fn refresh(&self) {
        if let Self::Cluster(cluster) = self {
            cluster.refresh().await;
        }
    }
}

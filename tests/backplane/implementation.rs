//! The implementations of the backplane, and tests that run with each of them.

use yodel_server::Durability;

/// An implementation of the backplane with its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implementation {
    /// One server without a store.
    Memory,
    /// One server with a folder on a disk.
    Disk(Durability),
    /// A Redis server.
    Redis,
    /// A Redis Cluster of three masters and three replicas.
    Cluster,
    /// A Redis master with a replica and three sentinels.
    Sentinel,
}

/// Defines a test of each function, which takes the implementation, for the memory, a folder and a Redis
/// server.
macro_rules! with_memory_disk_and_redis {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::implementation::Implementation::Memory).await;
            })+
        }

        mod disk {
            $(#[tokio::test]
            async fn $test() {
                let durability = yodel_server::Durability::Commit;
                super::$test($crate::implementation::Implementation::Disk(durability)).await;
            })+
        }

        mod relaxed_disk {
            $(#[tokio::test]
            async fn $test() {
                let durability = yodel_server::Durability::Relaxed;
                super::$test($crate::implementation::Implementation::Disk(durability)).await;
            })+
        }

        mod redis {
            $(#[tokio::test]
            #[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
            async fn $test() {
                super::$test($crate::implementation::Implementation::Redis).await;
            })+
        }
    };
}

/// Defines a test of each function, which takes the implementation, for a Redis Cluster and for Sentinel.
macro_rules! with_cluster_and_sentinel {
    ($($test:ident),+ $(,)?) => {
        mod cluster {
            $(#[tokio::test]
            #[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
            async fn $test() {
                super::$test($crate::implementation::Implementation::Cluster).await;
            })+
        }

        mod sentinel {
            $(#[tokio::test]
            #[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
            async fn $test() {
                super::$test($crate::implementation::Implementation::Sentinel).await;
            })+
        }
    };
}

pub(crate) use {with_cluster_and_sentinel, with_memory_disk_and_redis};

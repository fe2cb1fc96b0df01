//! Stores that tests share, because their start takes seconds: each runs while a test uses it.

use std::sync::{Arc, Weak};

use support::redis::{ClusterProcesses, RedisProcess, SentinelProcesses};
use tokio::sync::Mutex;

use crate::implementation::Implementation;

static REDIS: Shared<RedisProcess> = Shared::new();
static CLUSTER: Shared<ClusterProcesses> = Shared::new();
static SENTINEL: Shared<SentinelProcesses> = Shared::new();

/// Processes that end when no test uses them.
struct Shared<T>(Mutex<Weak<T>>);

/// A running store, and its address.
pub struct SharedRedis {
    pub url: String,
    _processes: Arc<dyn Send + Sync>,
}

impl SharedRedis {
    /// Returns the store of an implementation, which is started if no test uses it; `None` for the memory
    /// and a folder.
    pub async fn of(implementation: Implementation) -> Option<Self> {
        match implementation {
            Implementation::Memory | Implementation::Disk(_) => None,
            Implementation::Redis => {
                Some(Self::new(REDIS.get(async || RedisProcess::start()).await, RedisProcess::url))
            }
            Implementation::Cluster => {
                Some(Self::new(CLUSTER.get(ClusterProcesses::start).await, ClusterProcesses::url))
            }
            Implementation::Sentinel => {
                Some(Self::new(SENTINEL.get(SentinelProcesses::start).await, |group| group.url("main")))
            }
        }
    }

    fn new<T: Send + Sync + 'static>(processes: Arc<T>, url: impl Fn(&T) -> String) -> Self {
        Self { url: url(&processes), _processes: processes }
    }
}

impl<T> Shared<T> {
    const fn new() -> Self {
        Self(Mutex::const_new(Weak::new()))
    }

    async fn get(&self, start: impl AsyncFnOnce() -> T) -> Arc<T> {
        let mut shared = self.0.lock().await;
        if let Some(processes) = shared.upgrade() {
            return processes;
        }
        let processes = Arc::new(start().await);
        *shared = Arc::downgrade(&processes);
        processes
    }
}

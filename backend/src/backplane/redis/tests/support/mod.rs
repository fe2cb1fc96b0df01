//! Servers and stores of tests.

mod cluster_processes;
mod redis_process;
mod sentinel_processes;
mod test_store;

use std::time::Duration;

pub use cluster_processes::ClusterProcesses;
pub use redis_process::RedisProcess;
pub use sentinel_processes::SentinelProcesses;
pub use test_store::{TestStore, config, message, message_with_key, room};

/// Time after which a test fails. It is never reached otherwise, also on slow machines.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Repeats something until it returns a value.
pub async fn until<T>(what: &str, mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    let repeat = async {
        loop {
            if let Some(value) = attempt().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, repeat).await.unwrap_or_else(|_| panic!("waited in vain until {what}"))
}

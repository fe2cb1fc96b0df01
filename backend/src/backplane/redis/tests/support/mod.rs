//! Servers and stores of tests. The integration tests of the workspace use the files of the servers, too.

mod cluster_processes;
mod redis_process;
mod sentinel_processes;
mod test_store;
mod until;
pub mod waitaof_proxy;

pub use cluster_processes::ClusterProcesses;
pub use redis_process::RedisProcess;
pub use sentinel_processes::SentinelProcesses;
pub use test_store::{TestStore, config, message, message_with_key, room};
pub use until::{PATIENCE, until};

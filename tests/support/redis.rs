//! Redis for tests: single servers, a Cluster, and a group that Sentinel watches, each a process on a free port.
//!
//! The files are those of the server's own tests. The programs are those in `.tools/bin`, or else on `PATH`; a server that
//! the system runs is not used.

#[path = "../../backend/src/backplane/redis/tests/support/cluster_processes.rs"]
mod cluster_processes;
#[path = "../../backend/src/backplane/redis/tests/support/redis_process.rs"]
mod redis_process;
#[path = "../../backend/src/backplane/redis/tests/support/sentinel_processes.rs"]
mod sentinel_processes;
#[path = "../../backend/src/backplane/redis/tests/support/until.rs"]
mod until;

pub use cluster_processes::ClusterProcesses;
pub use redis_process::RedisProcess;
pub use sentinel_processes::SentinelProcesses;
pub use until::{PATIENCE, until};

//! How many files, and so sockets, this process may have open.

use rustix::process::{Resource, getrlimit};

/// Not for WebSocket connections: the page, handshakes, certificates, the log; at least so many, and this
/// part of all.
const RESERVE: (u64, u64) = (64, 40);

/// How many connections the limit, as it is, leaves room for.
pub fn connection_capacity() -> u32 {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let reserve = RESERVE.0.max(limit / RESERVE.1);
    u32::try_from(limit.saturating_sub(reserve).max(1)).unwrap_or(u32::MAX)
}

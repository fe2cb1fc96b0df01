//! File limit of the process, which also limits its sockets.

use rustix::process::{Resource, getrlimit};

/// Files reserved for everything but sockets of clients, such as the page, certificates and the log, and for the
/// reserve of the socket limit: a minimum, and a divisor of the limit. The larger result applies.
const RESERVE: (u64, u64) = (64, 40);

/// Returns the number of sockets that the current soft limit allows, at least 1.
pub fn socket_capacity() -> u32 {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let reserve = RESERVE.0.max(limit / RESERVE.1);
    u32::try_from(limit.saturating_sub(reserve).max(1)).unwrap_or(u32::MAX)
}

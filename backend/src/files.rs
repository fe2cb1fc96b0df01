//! How many files, and so sockets, this process may have open.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Not for WebSocket connections: the page, handshakes, certificates, the log; at least so many, and this
/// part of all.
const RESERVE: (u64, u64) = (64, 40);

/// Raises the limit as far as this process may, and says what it is then.
///
/// # Errors
/// When the system refuses.
pub fn raise_limit() -> io::Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    Ok(limit.maximum.unwrap_or(u64::MAX))
}

/// How many connections the limit, as it is, leaves room for.
pub fn room_for_connections() -> u32 {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let reserve = RESERVE.0.max(limit / RESERVE.1);
    u32::try_from(limit.saturating_sub(reserve).max(1)).unwrap_or(u32::MAX)
}

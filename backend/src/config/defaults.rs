//! Default value of each setting, with its reason.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Loopback: by default, a server is reachable from its own machine only.
pub const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);

/// About as many messages as a chat shows when it is opened.
pub const HISTORY_MESSAGES: usize = 100;

/// The same time for which clients keep unsent messages: a client that reconnects within it misses nothing.
pub const HISTORY_AGE: Duration = Duration::from_secs(5 * 60);

/// One hundred messages of 10 KiB.
pub const HISTORY_BYTES: usize = 1 << 20;

/// 256 full rooms, or 100,000 rooms with 2.6 kB each.
pub const HISTORY_TOTAL: usize = 256 << 20;

/// Three full histories. A larger value only makes the first write after a reconnect larger.
pub const RECOVER_MAX: usize = 300;

/// A list of 1,000 names is about 64 KiB of JSON.
pub const PRESENCE_MAX: usize = 1000;

/// A chat message with room for a pasted page; an image does not fit by accident.
pub const MAX_MESSAGE: usize = 64 << 10;

/// Sixteen messages of the maximum size. It is not larger because 10,000 slow clients already take 10 GiB.
pub const MAX_QUEUE: usize = 1 << 20;

/// More rooms than a page can show.
pub const MAX_ROOMS: usize = 128;

/// 100 MB, at about 1 kB per room.
pub const MAX_ROOMS_TOTAL: usize = 100_000;

/// Enough for an office behind one address; too few for one machine to use up all connections.
pub const MAX_PER_ADDRESS: u32 = 1000;

/// Messages per second: ten times what a person types, three times what a game sends.
pub const RATE: u32 = 100;

/// Below 30 s, at which many proxies and mobile networks drop an idle connection.
pub const PING: Duration = Duration::from_secs(25);

/// A mobile device needs seconds to wake its radio.
pub const PONG: Duration = Duration::from_secs(10);

/// Two round trips of TLS and one of HTTP on a bad network.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// The same as for the handshake: the token is the first message of a client that has one.
pub const AUTH_TIMEOUT: Duration = Duration::from_secs(10);

/// 10,000 clients reconnect at 333 per second. Kubernetes kills a pod after 30 s.
pub const DRAIN: Duration = Duration::from_secs(30);

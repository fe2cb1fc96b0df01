//! Default value of each setting, with its reason.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Address to listen on. Loopback, so that a server is by default reachable from its own machine only.
pub const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);

/// Messages kept per room: about as many as a chat shows when it is opened.
pub const HISTORY_MESSAGES: usize = 100;

/// Age up to which messages are kept. Clients keep unsent messages equally long, so a client that reconnects within
/// this time misses nothing.
pub const HISTORY_AGE: Duration = Duration::from_secs(5 * 60);

/// Bytes kept per room: 100 messages of 10 KiB.
pub const HISTORY_BYTES: usize = 1 << 20;

/// Bytes kept in all rooms: 256 full rooms, or 100,000 rooms with 2.6 kB each.
pub const HISTORY_TOTAL: usize = 256 << 20;

/// Messages in one recovery: three full histories. A larger value only makes the first write after a reconnect
/// larger.
pub const RECOVER_MAX: usize = 300;

/// Users in a presence list: 1,000 names are about 64 KiB of JSON.
pub const PRESENCE_MAX: usize = 1000;

/// Bytes of a presence change, which is sent once per second: a sixteenth of a client's queue, so that the joins of
/// others do not disconnect a slow client.
pub const PRESENCE_BYTES: usize = 64 << 10;

/// Size of a message in bytes: enough for a chat message with a pasted page, too small for an image sent by mistake.
pub const MAX_MESSAGE: usize = 64 << 10;

/// Bytes queued for a client: 16 messages of the maximum size. At this limit, 10,000 slow clients take 10 GiB.
pub const MAX_QUEUE: usize = 1 << 20;

/// Rooms per connection: more than a page can show.
pub const MAX_ROOMS: usize = 128;

/// Rooms on the server: 100 MB, at about 1 kB per room.
pub const MAX_ROOMS_TOTAL: usize = 100_000;

/// Publishes per connection that the message store has not answered. One per round trip would limit a connection to some
/// hundred messages per second; 64 are enough for some ten thousand, and few enough to fail together.
pub const MAX_IN_FLIGHT: usize = 64;

/// Bytes of messages that wait for the disk: a second of a disk that writes 64 MB/s. While a disk stalls for longer,
/// publishes are refused.
#[cfg(feature = "disk")]
pub const DATA_QUEUE_BYTES: usize = 64 << 20;

/// Connections per address: enough for an office behind one address, too few for one machine to use up all
/// connections.
pub const MAX_PER_ADDRESS: u32 = 1000;

/// Share of the sockets that connections leave for requests, as a divisor: a server with all its connections still
/// serves the page, the HTTP API and the metrics.
pub const REQUEST_SHARE: u32 = 10;

/// Sockets per address in addition to those of its connections, for requests: six per browser, which opens no more for
/// one server.
pub const REQUEST_SOCKETS: u32 = 64;

/// Messages per second of a client: ten times what a person types, three times what a game sends.
pub const RATE: u32 = 100;

/// Burst of a client, in seconds of its rate: with [`RATE`], a client that reconnects joins all of its [`MAX_ROOMS`]
/// rooms at once.
pub const BURST_SECONDS: u32 = 2;

/// Bytes per second of a client on a public server: two thirds of [`RATE`] messages of [`MAX_MESSAGE`] bytes.
pub const RATE_BYTES: usize = 4 << 20;

/// Interval between pings: less than the 30 s after which many proxies and mobile networks drop an idle connection.
pub const PING: Duration = Duration::from_secs(25);

/// Time to answer a ping: a mobile device needs seconds to wake its radio.
pub const PONG: Duration = Duration::from_secs(10);

/// Time for the handshakes: two round trips of TLS and one of HTTP on a bad network.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Time without progress of a response: a device that changes its network or loses it in a tunnel needs up to a minute,
/// and the limits of sockets bound what such responses take.
pub const RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);

/// Time to send a token: the same as for the handshakes, because a token is the first message of its client.
pub const AUTH_TIMEOUT: Duration = Duration::from_secs(10);

/// Duration of a graceful shutdown: with 10,000 clients, 333 reconnect per second. By default Kubernetes kills a pod
/// after 30 s: `terminationGracePeriodSeconds` has to be longer than the announcement and the shutdown together.
pub const DRAIN: Duration = Duration::from_secs(30);

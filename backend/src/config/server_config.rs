//! Settings of a server.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::{
    AddressRange, AllowedOrigin, AuthConfig, Compression, HostName, MetricsAccess, NodeName, Plain, PlainFormat,
    defaults,
};

/// Settings of a server.
///
/// ```
/// use yodel_server::{Compression, Server, ServerConfig};
///
/// let config = ServerConfig { compression: Compression::Off, max_rooms: 16, ..ServerConfig::default() };
/// let server = Server::builder().config(config).build()?;
/// # Ok::<(), yodel_server::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerConfig {
    /// Address to listen on. A server that is given a listener uses the listener's address instead.
    pub listen: SocketAddr,
    /// Allows clients without a token on an address that other machines can reach.
    pub open: bool,
    /// Origins whose pages may connect, in addition to the server's own.
    pub origin: Vec<AllowedOrigin>,
    /// Reverse proxies whose `Forwarded` and `X-Forwarded-For` headers are believed. With an origin on another host
    /// than the loopback address, list the address from which the proxy connects.
    pub trusted_proxy: Vec<AddressRange>,
    /// Expects a header of the PROXY protocol, version 1 or 2, at the start of each connection of a trusted proxy. Does
    /// not apply to a mounted router.
    pub proxy_protocol: bool,
    /// Names under which clients reach the server, in addition to the hosts of [`origin`](Self::origin), the names in
    /// its certificate, `localhost` and all addresses. A request for another host is rejected with 403.
    pub host: Vec<HostName>,
    /// Settings of authentication.
    pub auth: AuthConfig,
    /// Access to `/metrics`; `None` for [`MetricsAccess::Open`] on a loopback address without a public origin, and
    /// [`MetricsAccess::Api`] otherwise.
    pub metrics: Option<MetricsAccess>,
    /// Behavior of `/ws` in plain mode.
    pub plain: Plain,
    /// Format of broadcast messages in plain mode.
    pub plain_format: PlainFormat,
    /// Interval at which the local time is broadcast to plain connections in the lobby; `None` for never.
    pub tick: Option<Duration>,
    /// Additional paths that behave like `/ws`.
    pub ws_path: Vec<String>,
    /// Maximum number of messages in a room's history; 0 for none.
    pub history_messages: usize,
    /// Age after which a message is no longer kept.
    pub history_age: Duration,
    /// Maximum size of a room's history, in bytes.
    pub history_bytes: usize,
    /// Maximum size of all histories and idempotency keys, in bytes.
    pub history_total: usize,
    /// Maximum number of messages in one recovery; a client that missed more recovers none.
    pub recover_max: usize,
    /// Maximum number of users in a presence list.
    pub presence_max: usize,
    /// Maximum size of a presence change in bytes; the rest follows a second later.
    pub presence_bytes: usize,
    /// Maximum size of a received message in bytes; a larger one closes the connection with 1009.
    pub max_message: usize,
    /// Maximum number of bytes of messages queued for a client, without the replies to its requests, at most 4 GiB;
    /// beyond it the connection is closed with 1013, or with 4002 in `yodel.v1`. Publishers of a room wait while more
    /// than this number of bytes is queued in it.
    pub max_queue: usize,
    /// Maximum number of bytes that all connections buffer together: queued messages, waiting replies, partial messages
    /// and compression contexts; `None` for a quarter of the memory. Beyond it, the connections with the largest
    /// buffers are cut off without a close frame.
    pub max_buffered: Option<usize>,
    /// Maximum number of rooms per connection.
    pub max_rooms: usize,
    /// Maximum number of rooms on the server, without the lobby.
    pub max_rooms_total: usize,
    /// Maximum number of publishes per connection that the message store has not answered. Reading pauses above it.
    pub max_in_flight: usize,
    /// Name of this node in `welcome`, `/health` and metrics; `None` for a random one.
    pub node: Option<NodeName>,
    /// Maximum number of open sockets, including those that are not WebSocket connections; `None` for as many as the
    /// file limit allows, which is also the largest effective value. Beyond it, 16 more sockets are accepted, on which
    /// only `/health` and `/ready` are served; an `EventSource` gets the delay of its next attempt, and any other
    /// request an error. Does not apply to a mounted router, whose sockets belong to the application.
    pub max_sockets: Option<u32>,
    /// Maximum number of open connections (WebSocket connections and event streams); `None` for nine tenths of the
    /// sockets, so that some are left for requests. The number of sockets is the largest effective value.
    pub max_connections: Option<u32>,
    /// Maximum number of open connections per address; 0 for no limit. An IPv6 /64 network counts as one
    /// address. Loopback is exempt.
    pub max_per_address: u32,
    /// Maximum number of open connections per user; 0 for no limit. Each node enforces it at once for the connections to
    /// itself. Those to all nodes together may exceed it for up to 20 seconds; then the newest ones are closed with 4504.
    pub max_per_user: u32,
    /// Maximum number of connections opened per second; 0 for no limit.
    pub upgrade_rate: u32,
    /// Maximum number of frames per second that a client may send, including pings, pongs and fragments; 0 for no
    /// limit, `None` for no limit on a loopback address without a public origin, and [`defaults::RATE`] otherwise.
    pub rate: Option<u32>,
    /// Burst size, in messages, of the rate limit; `None` for twice the rate.
    pub rate_burst: Option<u32>,
    /// Maximum number of bytes per second that a client may send, with twice as many at once. A request counts with its
    /// reply if that is larger. 0 for no limit, `None` for no limit on a loopback address without a public origin, and
    /// [`defaults::RATE_BYTES`] otherwise.
    pub rate_bytes: Option<usize>,
    /// Compression of messages.
    pub compression: Compression,
    /// Interval between pings.
    pub ping: Duration,
    /// Time within which a client has to answer a ping or a close frame.
    pub pong: Duration,
    /// Time within which a client has to complete the TLS handshake, and then the request line and headers; also the
    /// time after which an HTTP connection without requests, or a request whose body does not arrive, is closed.
    pub handshake_timeout: Duration,
    /// Time after which a response is aborted if the client accepts no data of it. Does not apply to a mounted router.
    pub response_timeout: Duration,
    /// Time before a graceful shutdown in which `/ready` responds with 503 and everything else is served as before.
    pub lame_duck: Duration,
    /// Maximum duration of a graceful shutdown.
    pub drain: Duration,
    /// File with the certificate chain (PEM).
    pub tls_cert: Option<PathBuf>,
    /// File with the private key of the certificate (PEM).
    pub tls_key: Option<PathBuf>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: defaults::LISTEN,
            open: false,
            origin: Vec::new(),
            trusted_proxy: Vec::new(),
            proxy_protocol: false,
            host: Vec::new(),
            auth: AuthConfig::default(),
            metrics: None,
            plain: Plain::Echo,
            plain_format: PlainFormat::Raw,
            tick: None,
            ws_path: Vec::new(),
            history_messages: defaults::HISTORY_MESSAGES,
            history_age: defaults::HISTORY_AGE,
            history_bytes: defaults::HISTORY_BYTES,
            history_total: defaults::HISTORY_TOTAL,
            recover_max: defaults::RECOVER_MAX,
            presence_max: defaults::PRESENCE_MAX,
            presence_bytes: defaults::PRESENCE_BYTES,
            max_message: defaults::MAX_MESSAGE,
            max_queue: defaults::MAX_QUEUE,
            max_buffered: None,
            max_rooms: defaults::MAX_ROOMS,
            max_rooms_total: defaults::MAX_ROOMS_TOTAL,
            max_in_flight: defaults::MAX_IN_FLIGHT,
            node: None,
            max_sockets: None,
            max_connections: None,
            max_per_address: defaults::MAX_PER_ADDRESS,
            max_per_user: 0,
            upgrade_rate: 0,
            rate: None,
            rate_burst: None,
            rate_bytes: None,
            compression: Compression::On,
            ping: defaults::PING,
            pong: defaults::PONG,
            handshake_timeout: defaults::HANDSHAKE_TIMEOUT,
            response_timeout: defaults::RESPONSE_TIMEOUT,
            lame_duck: Duration::ZERO,
            drain: defaults::DRAIN,
            tls_cert: None,
            tls_key: None,
        }
    }
}

impl ServerConfig {
    /// Returns whether other machines can reach the server: directly, or through a proxy with a public origin.
    pub(crate) fn is_public(&self) -> bool {
        !self.listen.ip().is_loopback() || self.origin.iter().any(AllowedOrigin::is_public)
    }

    /// Returns whether an address is that of a trusted proxy.
    pub(crate) fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        self.trusted_proxy.iter().any(|range| range.contains(address))
    }
}

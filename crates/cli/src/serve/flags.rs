//! Flags of `yodel serve`, each with its environment variable, default and unit.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use yodel_server::config::{
    AddressRange, AllowedOrigin, Compression, HostName, MetricsAccess, NodeName, Plain, PlainFormat, ServerConfig,
};

use super::auth_flags::AuthFlags;
#[cfg(feature = "disk")]
use super::data_flags::DataFlags;
use super::log::Level;
use crate::value;

/// Flags of `yodel serve`. The documentation of a field is the help of its flag.
#[derive(Args, Clone, Debug)]
#[command(after_long_help = ENDPOINTS)]
pub struct ServeFlags {
    /// Address and port to listen on; port 0 selects a free port, which is printed
    #[arg(long, env = "YODEL_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8000", value_parser = value::listen)]
    pub listen: SocketAddr,

    /// Allow unauthenticated connections on an address that other machines can reach
    #[arg(long, help_heading = "Access", env = "YODEL_OPEN", value_parser = clap::builder::FalseyValueParser::new())]
    pub open: bool,

    /// Origin whose pages may connect, besides the server's own (repeatable); `*` allows every origin
    ///
    /// Origins of apps and extensions are accepted too, such as `tauri://localhost` or `chrome-extension://ID`. `null`
    /// allows local files and sandboxed frames, of any author. Clients that send no Origin header, such as programs
    /// other than browsers, may always connect.
    #[arg(long, help_heading = "Access", env = "YODEL_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub origin: Vec<AllowedOrigin>,

    /// Address or network of a reverse proxy whose Forwarded and X-Forwarded-For headers are believed (repeatable)
    ///
    /// Limits and the log then use the address of the client. The proxy must set one of the headers, and set or remove
    /// the other one.
    #[arg(
        long,
        help_heading = "Access",
        env = "YODEL_TRUSTED_PROXY",
        value_name = "ADDRESS|CIDR",
        value_delimiter = ','
    )]
    pub trusted_proxy: Vec<AddressRange>,

    /// Expect a header of the PROXY protocol (version 1 or 2) on each connection from a trusted proxy
    #[arg(long, help_heading = "Access", env = "YODEL_PROXY_PROTOCOL", value_parser = clap::builder::FalseyValueParser::new())]
    pub proxy_protocol: bool,

    /// Name under which clients reach the server (repeatable); requests for other names are rejected with 403
    ///
    /// Protects against DNS rebinding. Addresses, localhost, the hosts of --origin and the names in the certificate are
    /// always accepted.
    #[arg(long, help_heading = "Access", env = "YODEL_HOST", value_name = "NAME", value_delimiter = ',')]
    pub host: Vec<HostName>,

    /// Authentication flags.
    #[command(flatten)]
    pub auth: AuthFlags,

    /// Access to /metrics [default: open on a loopback address without a public --origin, otherwise as for the
    /// HTTP API]
    #[arg(long, help_heading = "Access", env = "YODEL_METRICS", value_name = "ACCESS", value_enum)]
    pub metrics: Option<MetricsAccess>,

    /// Serve the page from this folder instead of the embedded one
    #[arg(long, env = "YODEL_DIST", value_name = "DIR", value_parser = value::folder)]
    pub dist: Option<PathBuf>,

    /// URL of the Redis or Valkey that several nodes share, so that a room can have members on each of them
    ///
    /// One server: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`. Sentinel:
    /// `redis+sentinel://SENTINEL[:PORT],…/MASTER`. Cluster: `redis+cluster://HOST[:PORT],…`. With TLS: `rediss` instead
    /// of `redis`, and `?ca=FILE` for a private certificate authority.
    #[cfg(feature = "redis")]
    #[arg(long, help_heading = "Nodes", env = "YODEL_REDIS", hide_env_values = true, value_name = "URL")]
    pub redis: Option<String>,

    /// Prefix of all keys and channels in --redis; services that share a Redis need different ones
    #[cfg(feature = "redis")]
    #[arg(long, help_heading = "Nodes", env = "YODEL_REDIS_PREFIX", value_name = "PREFIX", default_value = "yodel")]
    pub redis_prefix: String,

    /// Name of this node in `welcome`, /health and metrics [default: a random one]
    #[arg(long, help_heading = "Nodes", env = "YODEL_NODE", value_name = "NAME")]
    pub node: Option<NodeName>,

    /// Flags of rooms that are kept on a disk.
    #[cfg(feature = "disk")]
    #[command(flatten)]
    pub data: DataFlags,

    /// Behavior of /ws in plain mode
    #[arg(long, help_heading = "Plain mode", env = "YODEL_PLAIN", value_enum, default_value_t = Plain::Echo)]
    pub plain: Plain,

    /// Format of broadcast messages in plain mode
    #[arg(long, help_heading = "Plain mode", env = "YODEL_PLAIN_FORMAT", value_enum, default_value_t = PlainFormat::Raw)]
    pub plain_format: PlainFormat,

    /// Broadcast the current time at this interval [default: never]
    #[arg(long, help_heading = "Plain mode", env = "YODEL_TICK", value_name = "DURATION", value_parser = value::duration)]
    pub tick: Option<Duration>,

    /// Additional path that behaves like /ws, for clients whose URL cannot be changed (repeatable)
    #[arg(long, help_heading = "Plain mode", env = "YODEL_WS_PATH", value_name = "PATH", value_delimiter = ',', value_parser = value::new_path)]
    pub ws_path: Vec<String>,

    /// Messages kept per room, for clients that reconnect; 0 disables the history
    #[arg(long, help_heading = "History", env = "YODEL_HISTORY_MESSAGES", value_name = "N", default_value = "100", value_parser = value::number::<usize>)]
    pub history_messages: usize,

    /// Time for which a message is kept
    #[arg(long, help_heading = "History", env = "YODEL_HISTORY_AGE", value_name = "DURATION", default_value = "5m", value_parser = value::duration)]
    pub history_age: Duration,

    /// Memory for the history of one room; a message takes about twice its size plus 400 bytes
    #[arg(long, help_heading = "History", env = "YODEL_HISTORY_BYTES", value_name = "SIZE", default_value = "1MiB", value_parser = value::size)]
    pub history_bytes: usize,

    /// Memory for the history of all rooms, including the keys of idempotent publishes
    ///
    /// At this limit the largest rooms discard their oldest messages, but keep the newest one. Next, rooms without
    /// members end, the least recently used one first. If every room has members, publishes fail with the error
    /// `unavailable`.
    #[arg(long, help_heading = "History", env = "YODEL_HISTORY_TOTAL", value_name = "SIZE", default_value = "256MiB", value_parser = value::memory)]
    pub history_total: usize,

    /// Largest number of missed messages in a recovery; a client that missed more joins without recovery
    #[arg(long, help_heading = "History", env = "YODEL_RECOVER_MAX", value_name = "N", default_value = "300", value_parser = value::count::<usize>)]
    pub recover_max: usize,

    /// Largest number of users listed in a presence reply
    #[arg(long, help_heading = "History", env = "YODEL_PRESENCE_MAX", value_name = "N", default_value = "1000", value_parser = value::number::<usize>)]
    pub presence_max: usize,

    /// Largest presence change that is sent at once; the rest follows a second later
    #[arg(long, help_heading = "History", env = "YODEL_PRESENCE_BYTES", value_name = "SIZE", default_value = "64KiB", value_parser = value::size)]
    pub presence_bytes: usize,

    /// Largest accepted message; a larger one closes the connection with 1009
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_MESSAGE", value_name = "SIZE", default_value = "64KiB", value_parser = value::size)]
    pub max_message: usize,

    /// Messages that may be queued for a slow client; above it, the connection is closed with 1013 (4002 in `yodel.v1`)
    ///
    /// Replies to its own requests do not count. Publishers of a room wait while more than this is queued in it.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_QUEUE", value_name = "SIZE", default_value = "1MiB", value_parser = value::size)]
    pub max_queue: usize,

    /// Memory that all clients buffer together [default: a quarter of the memory]
    ///
    /// Counts messages and replies that wait for slow clients, partial messages and compression contexts. Above it, the
    /// connections with the largest buffers are cut off without a close frame.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_BUFFERED", value_name = "SIZE", value_parser = value::memory)]
    pub max_buffered: Option<usize>,

    /// Rooms per connection; further joins fail with the error `limit`
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_ROOMS", value_name = "N", default_value = "128", value_parser = value::count::<usize>)]
    pub max_rooms: usize,

    /// Rooms on the server; if all have members, joins and publishes to new rooms fail with the error `unavailable`
    ///
    /// A room ends when it has had no members and no messages for --history-age. At this limit, rooms without members
    /// end earlier: the least recently used ones of the user or address that created most.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_ROOMS_TOTAL", value_name = "N", default_value = "100000", value_parser = value::count::<usize>)]
    pub max_rooms_total: usize,

    /// Unanswered publishes per connection, with --redis or --data; at this limit, the server stops reading from the connection
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_IN_FLIGHT", value_name = "N", default_value = "64", value_parser = value::count::<usize>)]
    pub max_in_flight: usize,

    /// Open sockets, for any purpose [default: what the limit of open files allows]
    ///
    /// A server that has reached this limit still responds to /health and /ready, sends an `EventSource` the delay of
    /// its next attempt, and responds with 503 to other requests.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_SOCKETS", value_name = "N", value_parser = value::count::<u32>)]
    pub max_sockets: Option<u32>,

    /// Open WebSocket connections and event streams; further ones are rejected with 503 [default: nine tenths of
    /// --max-sockets]
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_CONNECTIONS", value_name = "N", value_parser = value::count::<u32>)]
    pub max_connections: Option<u32>,

    /// Open connections per client address; further ones are rejected with 429 (loopback is exempt)
    ///
    /// An IPv6 network with a 64-bit prefix counts as one address. The clients of a proxy have its address, unless
    /// --trusted-proxy lists it.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_PER_ADDRESS", value_name = "N", default_value = "1000", value_parser = value::count::<u32>)]
    pub max_per_address: u32,

    /// Open connections per authenticated user; further ones are rejected with 429, or closed with 4504 (0: no limit)
    ///
    /// A connection that sends its token in a frame is closed with 4504. With --redis, the connections to all nodes together
    /// may exceed the limit for up to 20 seconds; then the newest ones are closed with 4504.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_PER_USER", value_name = "N", default_value_t = 0, value_parser = value::number::<u32>)]
    pub max_per_user: u32,

    /// New connections per second; further ones are rejected with 503 (0: no limit)
    #[arg(long, help_heading = "Limits", env = "YODEL_UPGRADE_RATE", value_name = "N", default_value_t = 0, value_parser = value::number::<u32>)]
    pub upgrade_rate: u32,

    /// Messages per second and client; the server reads no faster than this (0: no limit) [default: 100; on a
    /// loopback address without a public --origin 0]
    ///
    /// Pings, pongs and the fragments of a message count too.
    #[arg(long, help_heading = "Limits", env = "YODEL_RATE", value_name = "N", value_parser = value::number::<u32>)]
    pub rate: Option<u32>,

    /// Messages that a client may send in a burst [default: twice the rate]
    #[arg(long, help_heading = "Limits", env = "YODEL_RATE_BURST", value_name = "N", value_parser = value::count::<u32>)]
    pub rate_burst: Option<u32>,

    /// Bytes per second and client, of each request or of its reply if that is larger; the server reads no faster than
    /// this (0: no limit) [default: 4MiB; on a loopback address without a public --origin 0]
    #[arg(long, help_heading = "Limits", env = "YODEL_RATE_BYTES", value_name = "SIZE", value_parser = value::size_or_zero)]
    pub rate_bytes: Option<usize>,

    /// Compress messages for clients that offer permessage-deflate
    #[arg(long, help_heading = "Limits", env = "YODEL_COMPRESSION", value_enum, default_value_t = Compression::On)]
    pub compression: Compression,

    /// Interval between pings to a connection
    #[arg(long, help_heading = "Timeouts", env = "YODEL_PING", value_name = "DURATION", default_value = "25s", value_parser = value::duration)]
    pub ping: Duration,

    /// Time to wait for the response to a ping or a close frame
    ///
    /// Any frame counts as a response to a ping. Without one the connection is closed with 4003.
    #[arg(long, help_heading = "Timeouts", env = "YODEL_PONG", value_name = "DURATION", default_value = "10s", value_parser = value::duration)]
    pub pong: Duration,

    /// Time in which a client must complete TLS and send its request headers
    ///
    /// Also the time after which an HTTP connection without requests, or a request whose body does not arrive, is
    /// closed.
    #[arg(long, help_heading = "Timeouts", env = "YODEL_HANDSHAKE_TIMEOUT", value_name = "DURATION", default_value = "10s", value_parser = value::duration)]
    pub handshake_timeout: Duration,

    /// Time after which a response is aborted if its client accepts no data
    #[arg(long, help_heading = "Timeouts", env = "YODEL_RESPONSE_TIMEOUT", value_name = "DURATION", default_value = "60s", value_parser = value::duration)]
    pub response_timeout: Duration,

    /// Time after a signal in which only /ready reports the shutdown, and all clients are still served [default: 5s; 0s
    /// in a terminal]
    ///
    /// It should be longer than the interval in which load balancers probe /ready.
    #[arg(long, help_heading = "Timeouts", env = "YODEL_LAME_DUCK", value_name = "DURATION", value_parser = value::pause)]
    pub lame_duck: Option<Duration>,

    /// Time for a graceful shutdown after Ctrl-C or SIGTERM; a second signal stops immediately
    ///
    /// New connections are rejected. Open ones are closed one after the other within this time, so that thousands of
    /// clients do not reconnect at the same moment.
    #[arg(long, help_heading = "Timeouts", env = "YODEL_DRAIN", value_name = "DURATION", default_value = "30s", value_parser = value::duration)]
    pub drain: Duration,

    /// Certificate chain (PEM) for https and wss; SIGHUP reloads it
    #[arg(long, help_heading = "TLS", env = "YODEL_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// Private key (PEM) of the certificate
    #[arg(long, help_heading = "TLS", env = "YODEL_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Log level
    #[arg(long, env = "YODEL_LOG", value_enum, default_value_t = Level::Info)]
    pub log: Level,
}

const ENDPOINTS: &str = "\
Endpoints:
  /              page
  /ws            echo or broadcast, see --plain
  /ws/echo       returns each message to its sender
  /ws/broadcast  sends each message to all its clients, including the sender
  /sse/ROOM      messages of a room as Server-Sent Events
  /api/...       HTTP API, described in /api/openapi.json; see --api-key-file
  /metrics       Prometheus metrics
  /health        liveness probe
  /ready         readiness probe

A SIZE is a number of bytes or has a unit (65536, 64KiB, 1MiB). A DURATION has a unit (500ms, 25s, 5m). \
Each flag can also be set by its environment variable; separate several values with commas.";

impl ServeFlags {
    /// Returns the settings that the flags stand for.
    pub fn config(self) -> ServerConfig {
        ServerConfig {
            auth: self.auth.config(),
            listen: self.listen,
            open: self.open,
            origin: self.origin,
            trusted_proxy: self.trusted_proxy,
            proxy_protocol: self.proxy_protocol,
            host: self.host,
            metrics: self.metrics,
            plain: self.plain,
            plain_format: self.plain_format,
            tick: self.tick,
            ws_path: self.ws_path,
            history_messages: self.history_messages,
            history_age: self.history_age,
            history_bytes: self.history_bytes,
            history_total: self.history_total,
            recover_max: self.recover_max,
            presence_max: self.presence_max,
            presence_bytes: self.presence_bytes,
            max_message: self.max_message,
            max_queue: self.max_queue,
            max_buffered: self.max_buffered,
            max_rooms: self.max_rooms,
            max_rooms_total: self.max_rooms_total,
            max_in_flight: self.max_in_flight,
            node: self.node,
            max_sockets: self.max_sockets,
            max_connections: self.max_connections,
            max_per_address: self.max_per_address,
            max_per_user: self.max_per_user,
            upgrade_rate: self.upgrade_rate,
            rate: self.rate,
            rate_burst: self.rate_burst,
            rate_bytes: self.rate_bytes,
            compression: self.compression,
            ping: self.ping,
            pong: self.pong,
            handshake_timeout: self.handshake_timeout,
            response_timeout: self.response_timeout,
            lame_duck: self.lame_duck.unwrap_or(Duration::ZERO),
            drain: self.drain,
            tls_cert: self.tls_cert,
            tls_key: self.tls_key,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Command, FromArgMatches};

    use super::*;

    /// Returns the settings that these arguments of `yodel serve` select.
    fn config(arguments: &[&str]) -> ServerConfig {
        let command = ServeFlags::augment_args(Command::new("yodel")).mut_args(|flag| flag.env(None::<&str>));
        let matches = command.get_matches_from([&["yodel"][..], arguments].concat());
        ServeFlags::from_arg_matches(&matches).unwrap().config()
    }

    #[test]
    fn each_time_has_its_own_flag() {
        let times = [
            "--ping=1s",
            "--pong=2s",
            "--handshake-timeout=3s",
            "--response-timeout=9s",
            "--drain=4s",
            "--history-age=5s",
            "--tick=6s",
            "--lame-duck=8s",
        ];
        let config = config(&[&times[..], &["--auth-timeout=7s"]].concat());
        let times = [config.ping, config.pong, config.handshake_timeout, config.drain, config.history_age];
        assert_eq!(times.map(|time| time.as_secs()), [1, 2, 3, 4, 5]);
        assert_eq!(config.tick.map(|time| time.as_secs()), Some(6));
        assert_eq!((config.auth.timeout.as_secs(), config.lame_duck.as_secs()), (7, 8));
        assert_eq!(config.response_timeout.as_secs(), 9);
    }

    #[test]
    fn flag_defaults_match_the_library_defaults() {
        assert_eq!(config(&[]), ServerConfig::default());
    }
}

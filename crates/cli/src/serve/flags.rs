//! Flags of `yodel serve`, each with its environment variable, its default and its unit.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use yodel_server::config::{AllowedOrigin, Compression, MetricsAccess, Plain, PlainFormat, ServerConfig};

use super::auth_flags::AuthFlags;
use super::log::Level;
use crate::value;

/// Flags of `yodel serve`. The documentation of a field is the help of its flag.
#[derive(Args, Clone, Debug)]
#[command(after_long_help = ENDPOINTS)]
pub struct ServeFlags {
    /// Where to listen; port 0 takes a free one and says which.
    #[arg(long, env = "YODEL_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8000", value_parser = value::listen)]
    pub listen: SocketAddr,

    /// Let anybody connect when listening on an address that others can reach.
    #[arg(long, help_heading = "Who may connect", env = "YODEL_OPEN", value_parser = clap::builder::FalseyValueParser::new())]
    pub open: bool,

    /// A page on this origin may connect too (repeatable); `*` lets every page connect.
    ///
    /// Pages of the server itself may always connect, and so may programs that are no browsers.
    #[arg(long, help_heading = "Who may connect", env = "YODEL_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub origin: Vec<AllowedOrigin>,

    /// Who a client is.
    #[command(flatten)]
    pub auth: AuthFlags,

    /// Who may read /metrics [default: on a loopback address everybody, elsewhere as the HTTP interface].
    #[arg(long, help_heading = "Who may connect", env = "YODEL_METRICS", value_name = "WHO", value_enum)]
    pub metrics: Option<MetricsAccess>,

    /// Serve the page from this folder instead of the one inside the binary.
    #[arg(long, env = "YODEL_DIST", value_name = "DIR", value_parser = value::folder)]
    pub dist: Option<PathBuf>,

    /// What /ws does with a message.
    #[arg(long, help_heading = "What the endpoints do", env = "YODEL_PLAIN", value_enum, default_value_t = Plain::Echo)]
    pub plain: Plain,

    /// How a broadcast message arrives.
    #[arg(long, help_heading = "What the endpoints do", env = "YODEL_PLAIN_FORMAT", value_enum, default_value_t = PlainFormat::Raw)]
    pub plain_format: PlainFormat,

    /// Tell the time to everybody on broadcast this often [default: never].
    #[arg(long, help_heading = "What the endpoints do", env = "YODEL_TICK", value_name = "TIME", value_parser = value::duration)]
    pub tick: Option<Duration>,

    /// Do at this path what /ws does, for clients that cannot be changed (repeatable).
    #[arg(long, help_heading = "What the endpoints do", env = "YODEL_WS_PATH", value_name = "PATH", value_delimiter = ',', value_parser = value::new_path)]
    pub ws_path: Vec<String>,

    /// How many messages of each room are kept for those who come back (0: none).
    #[arg(long, help_heading = "What is kept", env = "YODEL_HISTORY_MESSAGES", value_name = "N", default_value = "100", value_parser = value::number::<usize>)]
    pub history_messages: usize,

    /// How long they are kept.
    #[arg(long, help_heading = "What is kept", env = "YODEL_HISTORY_AGE", value_name = "TIME", default_value = "5m", value_parser = value::duration)]
    pub history_age: Duration,

    /// How much is kept of each room, in memory: about twice its messages, and 400 bytes for each.
    #[arg(long, help_heading = "What is kept", env = "YODEL_HISTORY_BYTES", value_name = "SIZE", default_value = "1MiB", value_parser = value::size)]
    pub history_bytes: usize,

    /// How much is kept of all rooms, with the keys that make publishing safe to repeat.
    ///
    /// Beyond it a room that adds to it and has more than its share gives up its own oldest; what
    /// others have they keep, so that for a while it may be up to twice as much.
    #[arg(long, help_heading = "What is kept", env = "YODEL_HISTORY_TOTAL", value_name = "SIZE", default_value = "256MiB", value_parser = value::size)]
    pub history_total: usize,

    /// How many messages one who comes back gets at once; who missed more starts anew.
    #[arg(long, help_heading = "What is kept", env = "YODEL_RECOVER_MAX", value_name = "N", default_value = "300", value_parser = value::count::<usize>)]
    pub recover_max: usize,

    /// How many of those in a room are told by name.
    #[arg(long, help_heading = "What is kept", env = "YODEL_PRESENCE_MAX", value_name = "N", default_value = "1000", value_parser = value::number::<usize>)]
    pub presence_max: usize,

    /// The largest message taken; a larger one closes its connection with 1009.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_MESSAGE", value_name = "SIZE", default_value = "64KiB", value_parser = value::size)]
    pub max_message: usize,

    /// How much may wait for a client that reads slowly, before it is closed: with 1013, in `yodel.v1` with 4002.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_QUEUE", value_name = "SIZE", default_value = "1MiB", value_parser = value::size)]
    pub max_queue: usize,

    /// How many rooms one connection may be in; more are answered `limit`.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_ROOMS", value_name = "N", default_value = "128", value_parser = value::count::<usize>)]
    pub max_rooms: usize,

    /// How many rooms there may be in all; more are answered `limit`.
    ///
    /// A room is forgotten when nobody is in it and nothing is kept of it.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_ROOMS_TOTAL", value_name = "N", default_value = "100000", value_parser = value::count::<usize>)]
    pub max_rooms_total: usize,

    /// How many connections there may be; more are answered 503 [default: what the file limit allows].
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_CONNECTIONS", value_name = "N", value_parser = value::count::<u32>)]
    pub max_connections: Option<u32>,

    /// How many of them one address may have; more are answered 429. Loopback is exempt.
    ///
    /// With IPv6 a network of 64 bits is one address. Behind a proxy on another machine all clients
    /// have the address of the proxy.
    #[arg(long, help_heading = "Limits", env = "YODEL_MAX_PER_ADDRESS", value_name = "N", default_value = "1000", value_parser = value::count::<u32>)]
    pub max_per_address: u32,

    /// How many connections may be opened in a second; more are answered 503 (0: no limit).
    #[arg(long, help_heading = "Limits", env = "YODEL_UPGRADE_RATE", value_name = "N", default_value_t = 0, value_parser = value::number::<u32>)]
    pub upgrade_rate: u32,

    /// How many messages a client may send in a second; then it is read more slowly (0: no limit)
    /// [default: 100, on a loopback address 0].
    #[arg(long, help_heading = "Limits", env = "YODEL_RATE", value_name = "N", value_parser = value::number::<u32>)]
    pub rate: Option<u32>,

    /// How many of them may come at once [default: twice the rate].
    #[arg(long, help_heading = "Limits", env = "YODEL_RATE_BURST", value_name = "N", value_parser = value::count::<u32>)]
    pub rate_burst: Option<u32>,

    /// Whether messages are compressed for clients that ask for it.
    #[arg(long, help_heading = "Limits", env = "YODEL_COMPRESSION", value_enum, default_value_t = Compression::On)]
    pub compression: Compression,

    /// Ping every connection this often.
    #[arg(long, help_heading = "Limits", env = "YODEL_PING", value_name = "TIME", default_value = "25s", value_parser = value::duration)]
    pub ping: Duration,

    /// How long to wait for the answer to a ping or to a close.
    ///
    /// Any frame counts as an answer to a ping; without one the connection is closed with 4003.
    #[arg(long, help_heading = "Limits", env = "YODEL_PONG", value_name = "TIME", default_value = "10s", value_parser = value::duration)]
    pub pong: Duration,

    /// How long a client may take for its request line and headers, and for TLS before them.
    #[arg(long, help_heading = "Limits", env = "YODEL_HANDSHAKE_TIMEOUT", value_name = "TIME", default_value = "10s", value_parser = value::duration)]
    pub handshake_timeout: Duration,

    /// How long stopping may take (Ctrl-C or SIGTERM; twice stops at once).
    ///
    /// New connections are refused, and those that are open are closed one after the other within
    /// this time, so that thousands do not all come back at once.
    #[arg(long, help_heading = "Limits", env = "YODEL_DRAIN", value_name = "TIME", default_value = "30s", value_parser = value::duration)]
    pub drain: Duration,

    /// Certificate chain (PEM): serve https and wss. Read again on SIGHUP.
    #[arg(long, help_heading = "TLS", env = "YODEL_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// The certificate's private key (PEM).
    #[arg(long, help_heading = "TLS", env = "YODEL_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// What to log: connections at info, the text of messages only at debug.
    #[arg(long, env = "YODEL_LOG", value_enum, default_value_t = Level::Info)]
    pub log: Level,
}

const ENDPOINTS: &str = "\
Endpoints:
  /              the page
  /ws            echo or broadcast, as --plain says
  /ws/echo       every message back to its sender
  /ws/broadcast  every message to everybody on broadcast, the sender too
  /sse/ROOM      what is said in a room, as Server-Sent Events
  /api/..        publish, tell, disconnect, look: needs --api-key-file or --auth jwt; /api/openapi.json
  /metrics       figures for Prometheus; /health and /ready for balancers

Sizes are bytes or have a unit (65536, 64KiB, 1MiB), times have a unit (500ms, 25s, 5m).
Every flag can be set in the environment as well; several values there are parted by commas.";

impl ServeFlags {
    /// Returns the settings that the flags stand for.
    pub fn config(self) -> ServerConfig {
        ServerConfig {
            auth: self.auth.config(),
            listen: self.listen,
            open: self.open,
            origin: self.origin,
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
            max_message: self.max_message,
            max_queue: self.max_queue,
            max_rooms: self.max_rooms,
            max_rooms_total: self.max_rooms_total,
            max_connections: self.max_connections,
            max_per_address: self.max_per_address,
            upgrade_rate: self.upgrade_rate,
            rate: self.rate,
            rate_burst: self.rate_burst,
            compression: self.compression,
            ping: self.ping,
            pong: self.pong,
            handshake_timeout: self.handshake_timeout,
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

    #[test]
    fn the_defaults_of_the_flags_are_those_of_the_library() {
        let command = ServeFlags::augment_args(Command::new("yodel")).mut_args(|flag| flag.env(None::<&str>));
        let flags = ServeFlags::from_arg_matches(&command.get_matches_from(["yodel"])).unwrap();
        assert_eq!(flags.config(), ServerConfig::default());
    }
}

//! Settings of a server that is being built.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::ServerBuilder;
use crate::config::{
    AddressRange, AllowedOrigin, AuthConfig, Compression, HostName, MetricsAccess, NodeName, PeerAddress, Plain,
    PlainFormat, ServerConfig,
};
use crate::http::assets::Assets;
use crate::runtime::clock::SystemClock;

/// Defines a setter for each of these fields of [`ServerConfig`].
macro_rules! setters {
    ($($field:ident: $type:ty),* $(,)?) => {$(
        #[doc = concat!("Sets [`ServerConfig::", stringify!($field), "`].")]
        pub fn $field(mut self, $field: $type) -> Self {
            self.config.$field = $field;
            self
        }
    )*};
}

/// # Settings
///
/// Defaults are those of [`ServerConfig`]. [`build`](ServerBuilder::build) validates times and sizes.
impl ServerBuilder {
    /// Sets all fields of [`ServerConfig`].
    pub fn config(mut self, config: ServerConfig) -> Self {
        self.config = config;
        self
    }

    /// Sets the files of the page, which [`serve`](crate::Server::serve) serves at `/`. A mounted router has no page.
    pub fn assets(mut self, assets: Assets) -> Self {
        self.assets = Some(assets);
        self
    }

    /// Sets the source of client addresses for a mounted router. [`PeerAddress::Unknown`] requires
    /// [`max_per_address(0)`](Self::max_per_address), and either [`auth`](Self::auth) or [`open`](Self::open).
    pub fn peer_address(mut self, peer_address: PeerAddress) -> Self {
        self.peer_address = peer_address;
        self
    }

    /// Replaces the system's wall clock by a function that returns the milliseconds since 1970. It determines when
    /// tokens expire, and the times in messages. A test can use it to let a token expire without waiting.
    pub fn wall_clock(mut self, unix_ms: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.clock = SystemClock::with_wall_clock(unix_ms);
        self
    }

    setters! {
        listen: SocketAddr,
        open: bool,
        origin: Vec<AllowedOrigin>,
        trusted_proxy: Vec<AddressRange>,
        proxy_protocol: bool,
        host: Vec<HostName>,
        auth: AuthConfig,
        metrics: Option<MetricsAccess>,
        plain: Plain,
        plain_format: PlainFormat,
        tick: Option<Duration>,
        ws_path: Vec<String>,
        history_messages: usize,
        history_age: Duration,
        history_bytes: usize,
        history_total: usize,
        recover_max: usize,
        presence_max: usize,
        presence_bytes: usize,
        max_message: usize,
        max_queue: usize,
        max_buffered: Option<usize>,
        max_rooms: usize,
        max_rooms_total: usize,
        max_in_flight: usize,
        node: Option<NodeName>,
        max_sockets: Option<u32>,
        max_connections: Option<u32>,
        max_per_address: u32,
        max_per_user: u32,
        upgrade_rate: u32,
        rate: Option<u32>,
        rate_burst: Option<u32>,
        rate_bytes: Option<usize>,
        compression: Compression,
        ping: Duration,
        pong: Duration,
        handshake_timeout: Duration,
        response_timeout: Duration,
        lame_duck: Duration,
        drain: Duration,
        tls_cert: Option<PathBuf>,
        tls_key: Option<PathBuf>,
    }
}

//! Settings with a fixed set of values.

use std::fmt;

/// Authentication of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum AuthMode {
    /// Clients are anonymous.
    None,
    /// Clients need a JSON Web Token (RFC 7519).
    Jwt,
}

/// Behavior of an endpoint in plain mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Plain {
    /// Returns each message to its sender.
    Echo,
    /// Sends each message to all clients in the lobby, including its sender.
    Broadcast,
}

impl Plain {
    /// Returns the name, which is also the value of the flag.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Broadcast => "broadcast",
        }
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Format of broadcast messages in plain mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum PlainFormat {
    /// The unchanged message.
    Raw,
    /// Text as `ADDRESS echo: TEXT`, like the servers of the tutorials.
    Seed,
}

/// Compression of messages (RFC 7692).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Compression {
    /// Compresses each message by itself, once for all its receivers.
    On,
    /// Compresses nothing.
    Off,
    /// Keeps the compression context between messages: they become smaller, and each connection takes about
    /// 300 kB of memory.
    Takeover,
}

/// Access to `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum MetricsAccess {
    /// Every client that can reach the server.
    Open,
    /// Clients that may use the HTTP API.
    Api,
}

impl MetricsAccess {
    /// Returns the default for a server that other machines can reach, or cannot.
    pub(crate) fn default_for(is_public: bool) -> Self {
        if is_public { Self::Api } else { Self::Open }
    }
}

/// Source of a client's address in a mounted router.
///
/// ```
/// use yodel_server::{PeerAddress, Server};
///
/// let server = Server::builder().peer_address(PeerAddress::Unknown).max_per_address(0).open(true).build()?;
/// let (router, handle) = server.into_parts();
/// # Ok::<(), yodel_server::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PeerAddress {
    /// The extension [`ConnectInfo<SocketAddr>`](axum::extract::ConnectInfo), which
    /// `Router::into_make_service_with_connect_info::<SocketAddr>` sets. Requests without it are answered with 500.
    #[default]
    ConnectInfo,
    /// None: every client has the address `0.0.0.0:0`.
    Unknown,
}

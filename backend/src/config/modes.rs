//! Settings with a fixed set of values.

use std::fmt;
use std::net::IpAddr;

/// How the server finds out who a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum AuthMode {
    /// Not at all.
    None,
    /// By a JSON Web Token.
    Jwt,
}

/// What a plain connection does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Plain {
    /// Back to its sender.
    Echo,
    /// To everybody, the sender too.
    Broadcast,
}

impl Plain {
    /// As in the flag.
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

/// How a plain broadcast message arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum PlainFormat {
    /// The same bytes.
    Raw,
    /// Text as `ADDRESS echo: TEXT`, the way the tutorials' servers do it.
    Seed,
}

/// Whether and how messages are compressed (RFC 7692).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Compression {
    /// Each message by itself, once for all who get it.
    On,
    /// Never.
    Off,
    /// With what was sent before: smaller, for about 300 kB of memory a connection.
    Takeover,
}

/// Who may read the figures at `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum MetricsAccess {
    /// Everybody who reaches the server.
    Open,
    /// Those who may use the HTTP interface.
    Api,
}

impl MetricsAccess {
    /// What is usual on a listener with this address.
    pub(crate) fn default_for(listener: IpAddr) -> Self {
        if listener.is_loopback() { Self::Open } else { Self::Api }
    }
}

/// Where a mounted router gets the address of a client from.
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
    /// Nowhere. Every client has the address `0.0.0.0:0`.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_for_everybody_only_where_nobody_else_comes_in() {
        for (listener, usual) in [
            ("127.0.0.1", MetricsAccess::Open),
            ("::1", MetricsAccess::Open),
            ("0.0.0.0", MetricsAccess::Api),
            ("192.0.2.1", MetricsAccess::Api),
            ("::", MetricsAccess::Api),
        ] {
            assert_eq!(MetricsAccess::default_for(listener.parse().unwrap()), usual, "{listener}");
        }
    }
}

//! Flags whose values are words.

use std::fmt;
use std::net::IpAddr;

use clap::ValueEnum;

use crate::websocket::extension::Takeover;

/// How the server finds out who a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AuthMode {
    /// Not at all.
    None,
    /// By a JSON Web Token.
    Jwt,
}

/// What a plain connection does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlainFormat {
    /// The same bytes.
    Raw,
    /// Text as `ADDRESS echo: TEXT`, the way the tutorials' servers do it.
    Seed,
}

/// Whether and how messages are compressed (RFC 7692).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Compression {
    /// Each message by itself, once for all who get it.
    On,
    /// Never.
    Off,
    /// With what was sent before: smaller, for about 300 kB of memory a connection.
    Takeover,
}

impl Compression {
    /// What is agreed to in a handshake; nothing when it is off.
    pub(crate) fn takeover(self) -> Option<Takeover> {
        match self {
            Self::On => Some(Takeover::Refused),
            Self::Off => None,
            Self::Takeover => Some(Takeover::Allowed),
        }
    }
}

/// Who may read the figures at `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MetricsAccess {
    /// Everybody who reaches the server.
    Open,
    /// Those who may use the HTTP interface.
    Api,
}

impl MetricsAccess {
    /// What is usual on a listener with this address.
    pub(crate) fn usual(listener: IpAddr) -> Self {
        if listener.is_loopback() { Self::Open } else { Self::Api }
    }
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// What went wrong.
    Error,
    /// And what may go wrong.
    Warn,
    /// And connections that open and close.
    Info,
    /// And the text of messages.
    Debug,
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
            assert_eq!(MetricsAccess::usual(listener.parse().unwrap()), usual, "{listener}");
        }
    }
}

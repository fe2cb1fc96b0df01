//! Why a connection could not be opened, in one line.

use std::io;
use std::net::SocketAddr;

/// Why a connection could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The system gave no random numbers.
    #[error("cannot start: {0}")]
    System(io::Error),
    /// The host has no address.
    #[error("{0} cannot be found: {1}")]
    Lookup(String, io::Error),
    /// Nobody listens, or nobody can be reached.
    #[error("cannot connect to {0}: {1}")]
    Connect(SocketAddr, io::Error),
    /// One source address has no more ports for this server.
    #[error("cannot open more connections to {0}: this machine has no free port left for them")]
    Ports(SocketAddr),
    /// The system has no certificates to trust.
    #[error("the system has no certificates to trust: install ca-certificates, or say --insecure")]
    Roots,
    /// TLS failed.
    #[error("no TLS with {0}: {1}")]
    Tls(String, io::Error),
    /// The environment names a proxy that cannot be used.
    #[error("the proxy in {variable} cannot be used: {why}")]
    Proxy {
        /// The name of the variable.
        variable: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The proxy does not connect.
    #[error("the proxy {proxy} refused to connect: {status}")]
    Tunnel {
        /// Its address.
        proxy: String,
        /// The status line without the version.
        status: String,
    },
    /// The server answered, and not with 101.
    #[error("the server refused the handshake: {status}{}{body}", if .body.is_empty() { "" } else { ": " })]
    Refused {
        /// The status line without the version.
        status: String,
        /// The first line of the body.
        body: String,
    },
    /// The server's answer is no answer to a handshake.
    #[error("the handshake failed: {0}")]
    Handshake(String),
    /// The connection broke.
    #[error("a connection broke: {0}")]
    Broken(io::Error),
}

impl DialError {
    /// Whether it will be the same the next time.
    pub fn is_hopeless(&self) -> bool {
        match self {
            Self::Refused { status, .. } => {
                status.starts_with('4') && !LATER.iter().any(|code| status.starts_with(code))
            }
            // What rustls does not accept, not what the network does.
            Self::Tls(_, error) => error.kind() == io::ErrorKind::InvalidData,
            Self::Roots | Self::Proxy { .. } | Self::Handshake(_) => true,
            _ => false,
        }
    }
}

/// Refusals for now: a timeout, too early, too many requests.
const LATER: [&str; 3] = ["408", "425", "429"];

/// What a server said, safe to print: one line, short, without control characters.
pub fn excerpt(said: &[u8]) -> String {
    const LONGEST: usize = 100;
    let text = String::from_utf8_lossy(said);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let clean = |character: char| if character.is_control() { '\u{fffd}' } else { character };
    let mut short: String = line.chars().take(LONGEST).map(clean).collect();
    if line.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_said_is_one_clean_line() {
        assert_eq!(excerpt(b"\n  no such page\nsecond line"), "no such page");
        assert_eq!(excerpt(b"\x1b[31mred\x07"), "\u{fffd}[31mred\u{fffd}");
        assert_eq!(excerpt(&[b'x'; 500]).chars().count(), 101);
        assert_eq!(excerpt(b""), "");
        assert_eq!(excerpt(&[0xff, 0xfe]), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn some_refusals_are_for_good() {
        let refused = |status: &str| DialError::Refused { status: status.into(), body: String::new() }.is_hopeless();
        assert!(refused("400 Bad Request") && refused("401 Unauthorized") && refused("404 Not Found"));
        assert!(!refused("429 Too Many Requests") && !refused("503 Service Unavailable") && !refused("301 Moved"));
        assert!(!DialError::Broken(io::ErrorKind::ConnectionReset.into()).is_hopeless());
    }

    #[test]
    fn a_refusal_has_a_colon_only_before_something() {
        let refused = |body: &str| DialError::Refused { status: "404 Not Found".into(), body: body.into() }.to_string();
        assert_eq!(refused(""), "the server refused the handshake: 404 Not Found");
        assert_eq!(refused("gone"), "the server refused the handshake: 404 Not Found: gone");
    }
}

//! Errors of opening a connection; each message is one line.

use std::io;
use std::net::SocketAddr;

/// Error of opening a connection.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The operating system provided no random numbers.
    #[error("cannot get random numbers from the system: {0}")]
    System(io::Error),
    /// Resolving the host name failed.
    #[error("cannot resolve {0}: {1}")]
    Lookup(String, io::Error),
    /// Connecting to the address failed.
    #[error("cannot connect to {0}: {1}")]
    Connect(SocketAddr, io::Error),
    /// All local ports of a source address are in use.
    #[error("cannot open more connections to {0}: all local ports are in use")]
    NoFreePort(SocketAddr),
    /// The system has no root certificates.
    #[error("the system has no root certificates: install ca-certificates, or skip verification with --insecure")]
    NoRootCertificates,
    /// The TLS handshake failed.
    #[error("TLS handshake with {0} failed: {1}")]
    Tls(String, io::Error),
    /// The environment names a proxy that cannot be used.
    #[error("cannot use the proxy in {variable}: {reason}")]
    Proxy {
        /// Name of the environment variable.
        variable: &'static str,
        /// The reason.
        reason: String,
    },
    /// The proxy rejected the CONNECT request.
    #[error("the proxy {proxy} rejected the connection: {status}{}", tunnel_advice(.status))]
    Tunnel {
        /// Host and port of the proxy.
        proxy: String,
        /// Status code and reason phrase.
        status: String,
    },
    /// The server rejected the handshake with a status other than 101.
    #[error("the server rejected the handshake: {status}{}{body}", if .body.is_empty() { "" } else { ": " })]
    Rejected {
        /// Status code and reason phrase.
        status: String,
        /// The first line of the body.
        body: String,
    },
    /// The response is not a valid response to the handshake.
    #[error("the handshake failed: {0}")]
    Handshake(String),
    /// Reading or writing failed.
    #[error("connection error: {0}")]
    Io(io::Error),
}

impl DialError {
    /// Returns whether another attempt would fail in the same way.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Rejected { status, .. } | Self::Tunnel { status, .. } => {
                status.starts_with('4') && !TEMPORARY.iter().any(|code| status.starts_with(code))
            }
            // An error of rustls, not of the network.
            Self::Tls(_, error) => error.kind() == io::ErrorKind::InvalidData,
            Self::NoRootCertificates | Self::Proxy { .. } | Self::Handshake(_) => true,
            _ => false,
        }
    }
}

/// Status codes of temporary rejections: request timeout, too early, too many requests.
const TEMPORARY: [&str; 3] = ["408", "425", "429"];

/// Returns what to do about the status of a proxy.
fn tunnel_advice(status: &str) -> &'static str {
    if status.starts_with("407") { "; set the variable to http://USER:PASSWORD@HOST:PORT" } else { "" }
}

/// Returns the first line of a server's text, safe to print: at most 100 characters, control characters replaced.
pub fn excerpt(text: &[u8]) -> String {
    const MAX_CHARS: usize = 100;
    let text = String::from_utf8_lossy(text);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let clean = |character: char| if character.is_control() { '\u{fffd}' } else { character };
    let mut short: String = line.chars().take(MAX_CHARS).map(clean).collect();
    if line.chars().nth(MAX_CHARS).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_one_line_without_control_characters() {
        assert_eq!(excerpt(b"\n  no such page\nsecond line"), "no such page");
        assert_eq!(excerpt(b"\x1b[31mred\x07"), "\u{fffd}[31mred\u{fffd}");
        assert_eq!(excerpt(&[b'x'; 500]).chars().count(), 101);
        assert_eq!(excerpt(b""), "");
        assert_eq!(excerpt(&[0xff, 0xfe]), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn distinguishes_permanent_from_temporary_rejections() {
        let rejected = |status: &str| DialError::Rejected { status: status.into(), body: String::new() }.is_permanent();
        assert!(rejected("400 Bad Request") && rejected("401 Unauthorized") && rejected("404 Not Found"));
        assert!(!rejected("429 Too Many Requests") && !rejected("503 Service Unavailable") && !rejected("301 Moved"));
        assert!(!DialError::Io(io::ErrorKind::ConnectionReset.into()).is_permanent());
        let tunnel = |status: &str| DialError::Tunnel { proxy: "p:1".into(), status: status.into() }.is_permanent();
        assert!(tunnel("407 Proxy Authentication Required") && tunnel("403 Forbidden"));
        assert!(!tunnel("502 Bad Gateway") && !tunnel("429 Too Many Requests"));
    }

    #[test]
    fn omits_the_colon_when_a_rejection_has_no_body() {
        let rejected =
            |body: &str| DialError::Rejected { status: "404 Not Found".into(), body: body.into() }.to_string();
        assert_eq!(rejected(""), "the server rejected the handshake: 404 Not Found");
        assert_eq!(rejected("gone"), "the server rejected the handshake: 404 Not Found: gone");
    }
}
